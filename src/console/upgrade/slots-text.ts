/** Both slots as a table. */
import type { Slot } from '../../firmware/index.ts';
import { formatTable } from '../table.ts';

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
