import type { Duid } from '../wire/index.ts';
import type { LeaseTable } from './lease-table.ts';
import { NO_SLOT } from './record.ts';

/** Every lease of the client, of any kind, IA and status. It makes a list: not for what is done with each message. */
export function slotsOfClient(table: LeaseTable, client: Duid): readonly number[] {
  const slots: number[] = [];
  for (let slot = table.firstOfClient(client, 0, client.length); slot !== NO_SLOT; slot = table.nextOfClient(slot)) slots.push(slot);
  return slots;
}
