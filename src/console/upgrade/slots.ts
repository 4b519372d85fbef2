/** The two slots of an appliance: what runs, what is beside it, what is started next. */
import { formatTable } from '../table.ts';

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

export function formatSlots(slots: readonly Slot[]): string {
  return formatTable(
    [{ title: 'SLOT' }, { title: 'VERSION' }, { title: 'NOW' }, { title: 'NEXT START' }, { title: 'KNOWN TO WORK' }],
    slots.map(({ name, version, isRunning, isNext, isConfirmed, isBootable }) => [
      name,
      version ?? '-',
      isRunning ? 'runs' : '',
      isNext ? 'this one' : '',
      isBootable ? (isConfirmed ? 'yes' : 'not yet') : 'no',
    ]),
  );
}
