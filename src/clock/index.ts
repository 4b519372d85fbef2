/**
 * What time it is on a box whose own clock may say 1970 (R-ST2, DESIGN 4: "Routers often have no clock"). A room of the core: it
 * stands on `wire` alone, and reads no clock; events bring what the clocks of the box show.
 *
 * The box works by a clock of its own, which goes on by the monotonic one and jumps only here. It begins at the last time that was
 * saved, so that it can only lag, and is not trusted until NTP, the operator or a partner whose clock is trusted says what time it
 * is. Times are counted in *timescales*: what was stored before the true time was known is not written anew when it is, the
 * timescale gets its correction.
 */
export { askedOnce } from './asked-once.ts';
export { ClockSource, createWorkingClock } from './working-clock.ts';
export type { ClockContinuation, ClockRecord, ClockStart, ClockView, SystemClock, WorkingClock } from './working-clock.ts';
export { conversion, lastTrueTime, withoutUnused } from './timescale.ts';
export type { Timescale } from './timescale.ts';
