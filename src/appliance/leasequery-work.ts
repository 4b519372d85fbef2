/** Leasequery inside the appliance: what it is answered from. See `src/server/leasequery/`. */
import type { Failover } from '../failover/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { ChangeJournal, answerLeasequery, beginLeasequery, linkFinder } from '../server/index.ts';
import type { ActiveAnswer, Beginning, LeasequeryAnswer, LeasequeryScope, ReceivedLeasequery, ServerConfiguration } from '../server/index.ts';
import type { Duid, EpochSeconds } from '../wire/index.ts';
import type { StorageState } from './storage-state.ts';

type LeasequerySettings = Pick<ServerConfiguration, 'links' | 'leasequery'>;

export interface LeasequeryWork {
  configure(configuration: LeasequerySettings): void;
  answer(received: ReceivedLeasequery): LeasequeryAnswer;
  /** The same over TCP: what is said to it is made piece by piece. @param frame the request, without its size @param onChange there is more to say */
  begin(frame: Uint8Array, now: EpochSeconds, onChange: () => void): Beginning;
  /** These leases are as they are on stable storage. */
  settled(slots: readonly number[], now: EpochSeconds): void;
}

export function createLeasequeryWork(table: LeaseTable, serverId: Duid, configuration: ServerConfiguration, storage: StorageState, failover: () => Failover): LeasequeryWork {
  const scopeOf = ({ links, leasequery }: LeasequerySettings): LeasequeryScope => ({
    isOver: false,
    table,
    serverId,
    links,
    configuration: leasequery,
    linkOf: linkFinder(table, links),
    isSilent: (relationship) => failover().relationship(relationship)?.responsiveness.silent === true,
    isStorageLost: () => storage.lost() === 'unknown',
  });
  const journalOf = (settings: LeasequerySettings['leasequery']): ChangeJournal | undefined => (settings?.activeHistory === undefined ? undefined : new ChangeJournal(settings.activeHistory));
  const streams = new Set<ActiveAnswer>();
  let scope = scopeOf(configuration);
  let journal = journalOf(configuration.leasequery);

  return {
    configure(next) {
      // The same one is told of again when there is news of partners.
      if (next.links === scope.links && next.leasequery === scope.configuration) return;
      scope.isOver = true;
      if (next.leasequery?.activeHistory !== scope.configuration?.activeHistory) journal = journalOf(next.leasequery);
      scope = scopeOf(next);
      for (const stream of streams) stream.note([]);
    },
    answer: (received) => answerLeasequery(scope, received),
    begin(frame, now, onChange) {
      const active = journal && { journal, onOpen: (stream: ActiveAnswer) => void streams.add(stream), onClose: (stream: ActiveAnswer) => void streams.delete(stream) };
      return beginLeasequery(scope, frame, now, active, onChange);
    },
    settled(slots, now) {
      if (journal === undefined || slots.length === 0) return;
      journal.note(slots, now);
      for (const stream of streams) stream.note(slots);
    },
  };
}
