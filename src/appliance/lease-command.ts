/** What an operator does to one lease. */
import { BindingStatus, NO_SLOT, behindEnd, released, reset } from '../lease/index.ts';
import type { Binding, LeaseTable } from '../lease/index.ts';
import { formatLease } from '../wire/index.ts';
import type { Commits } from './commits.ts';
import type { LeaseCommand } from './event.ts';
import type { Now } from '../wire/index.ts';

/**
 * Changes the lease and holds the answer with this id until that is durable.
 * @returns why it is refused, or undefined
 */
export function runLeaseCommand(
  table: LeaseTable,
  commits: Commits,
  id: number,
  { action, address, prefixLength }: LeaseCommand,
  now: Now,
): string | undefined {
  const name = formatLease({ address, prefixLength });
  const slot = table.find(address, 0, prefixLength);
  if (slot === NO_SLOT) return `there is no lease ${name}`;
  if (table.records.lock(slot) !== 0) return `${name} is being changed right now: try again`;
  const ended = endedBy(action, table.readPresent(slot, now.epoch), now, commits.nextRevision());
  if (ended === undefined) return `${name} is not leased to anybody`;
  table.put(behindEnd(table, slot, ended, now.epoch, commits.nextRevision()));
  const done = { kind: 'commandDone', id, refusal: undefined } as const;
  commits.add([slot], { effect: done, promises: undefined }, 'operator', now.monotonic);
  return undefined;
}

function endedBy(action: LeaseCommand['action'], binding: Binding, now: Now, revision: number): Binding | undefined {
  switch (binding.status) {
    case BindingStatus.ACTIVE:
      return released(binding, now.epoch, revision);
    case BindingStatus.ABANDONED:
      return action === 'reset' ? reset(binding, now.epoch, revision) : undefined;
    default:
      return undefined;
  }
}
