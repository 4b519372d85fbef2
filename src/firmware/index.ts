/**
 * An appliance that was started from a firmware image: what only root may do there, asked for over a FIFO, and the two slots that hold
 * a version each. How it is done stands in `rootfs/usr/libexec/twinlease/privileged`.
 */
export { askRoot } from './ask-root.ts';
export { askSlots, readSlots, standing } from './slots.ts';
export type { Slot } from './slots.ts';
export { whileWritable } from './stick.ts';
export { readUpdate } from './update-file.ts';
