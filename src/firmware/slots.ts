/** The two slots of an appliance: what runs, what is beside it, what is started next. */
import { askRoot } from './ask-root.ts';

export interface Slot {
  readonly name: string;
  readonly isRunning: boolean;
  /** The boot loader takes it. */
  readonly isNext: boolean;
  /** undefined: what came from the factory, or nothing. */
  readonly version: string | undefined;
  /** It was seen to work. */
  readonly isConfirmed: boolean;
  /** The boot loader may still try it. */
  readonly isBootable: boolean;
}

/** @param room the folder in which root is asked */
export async function askSlots(room: string): Promise<readonly Slot[]> {
  return readSlots(await askRoot(room, 'slots'));
}

/** @param lines what root says of "slots" */
export function readSlots(lines: readonly string[]): readonly Slot[] {
  const words = lines.map((line) => line.split(' '));
  const named = (key: string): string | undefined => words.find(([first]) => first === key)?.[1];
  return words
    .filter(([first]) => first === 'slot')
    .map(([, name = '', state, confirmed, version = '']) => ({
      name,
      isRunning: named('running') === name,
      isNext: named('next') === name,
      version: version === '' ? undefined : version,
      isConfirmed: confirmed === 'yes',
      isBootable: state === 'good',
    }));
}

/** What became of a new version that was written into a slot. */
export type Standing =
  /** The boot loader will start it; something else runs. */
  | 'waits'
  /** It runs, and has not shown yet that it works. */
  | 'runs'
  /** It runs, and stays. */
  | 'kept'
  /** It was tried, and the boot loader takes it no more: the box went back to what it had. */
  | 'given-up';

/** @param name of the slot that it was written into */
export function standing(slots: readonly Slot[], name: string): Standing {
  const slot = slots.find((each) => each.name === name);
  if (slot?.isRunning === true) return slot.isConfirmed ? 'kept' : 'runs';
  return slot?.isBootable === true ? 'waits' : 'given-up';
}
