/**
 * The clocks of the box as the shell reads them: the system's, with what the kernel knows of it, and the stamps of all that the daemon
 * says, by the clock that the appliance works by (R-ST2). Nobody else in `src` reads a wall clock, and a lint rule sees to that: what
 * it shows may be 1970.
 */
export { readKernelClock } from './kernel-clock.ts';
export { createClockKeeper } from './same-boot.ts';
export type { ClockKeeper } from './same-boot.ts';
export { createStamps } from './stamps.ts';
export type { Stamps } from './stamps.ts';
export { createSystemTime } from './system-time.ts';
export type { SystemTime } from './system-time.ts';
