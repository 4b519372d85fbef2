/** Leasequery inside the appliance: what it is answered from. See `src/server/leasequery/`. */
import type { ClockFacts, Failover } from '../failover/index.ts';
import { LeaseKind } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { ChangeJournal, answerLeasequery, beginLeasequery, isAnsweredAlike, isPermitted, linkFinder } from '../server/index.ts';
import type { ActiveAnswer, Beginning, LeasequeryAnswer, LeasequeryScope, ReceivedLeasequery, ServerConfiguration } from '../server/index.ts';
import { epochSeconds } from '../wire/index.ts';
import type { Address, Duid, EpochSeconds } from '../wire/index.ts';
import type { StorageState } from './storage-state.ts';

type LeasequerySettings = Pick<ServerConfiguration, 'links' | 'leasequery'>;

export interface LeasequeryWork {
  configure(configuration: LeasequerySettings): void;
  /** Whether queries from this address are answered. */
  readonly permits: (source: Address) => boolean;
  answer(received: ReceivedLeasequery): LeasequeryAnswer;
  /** The same over TCP: what is said to it is made piece by piece. @param frame the request, without its size @param onChange there is more to say */
  begin(frame: Uint8Array, now: EpochSeconds, onChange: () => void): Beginning;
  /** These leases are as they are on stable storage. */
  settled(slots: readonly number[], now: EpochSeconds): void;
  /** At the end of a step: what a requestor is told may end with the state of an endpoint. */
  look(): void;
  /** The clock was set. @param by so much, to `now`, in seconds */
  clockSet(by: number, now: EpochSeconds): void;
}

export interface LeasequeryRooms {
  readonly table: LeaseTable;
  readonly serverId: Duid;
  readonly storage: StorageState;
  readonly clock: Pick<ClockFacts, 'isTrusted'>;
  readonly failover: () => Failover;
}

export function createLeasequeryWork({ table, serverId, storage, clock, failover }: LeasequeryRooms, configuration: ServerConfiguration): LeasequeryWork {
  const linkOfLeases = (links: LeasequerySettings['links']): LeasequeryScope['linkOf'] => {
    const linkOf = linkFinder(table, links);
    // What hosts registered nobody leased.
    return (slot) => (table.records.kind(slot) === LeaseKind.REGISTERED ? undefined : linkOf(slot));
  };
  const scopeOf = ({ links, leasequery }: LeasequerySettings): LeasequeryScope => ({
    isOver: false,
    table,
    serverId,
    links,
    configuration: leasequery,
    sensitive: new Set(leasequery?.sensitiveOptions),
    linkOf: linkOfLeases(links),
    isSilent: (relationship) => failover().relationship(relationship)?.responsiveness.silent === true,
    isClockTrusted: () => clock.isTrusted(),
    isStorageLost: () => storage.lost() === 'unknown',
  });
  const streams = new Set<ActiveAnswer>();
  let scope = scopeOf(configuration);
  /** Relationships that this box says nothing of. */
  let silent = '';
  let journal: ChangeJournal | undefined;

  const keepJournal = (settings: LeasequerySettings['leasequery']): void => {
    const history = settings?.activeHistory;
    if (history === undefined) journal = undefined;
    else if (journal === undefined) journal = new ChangeJournal(history);
    else journal.history = history;
  };
  keepJournal(configuration.leasequery);

  return {
    configure(next) {
      // The same one is told of again when there is news of partners.
      if (next.links === scope.links && next.leasequery === scope.configuration) return;
      keepJournal(next.leasequery);
      if (isAnsweredAlike({ links: scope.links, leasequery: scope.configuration }, next)) {
        scope.configuration = next.leasequery;
        return;
      }
      scope.isOver = true;
      scope = scopeOf(next);
      for (const stream of streams) stream.look();
    },
    permits: (source) => isPermitted(scope.configuration, source),
    answer: (received) => answerLeasequery(scope, received),
    begin(frame, now, onChange) {
      const active = journal && { journal, onOpen: (stream: ActiveAnswer) => void streams.add(stream), onClose: (stream: ActiveAnswer) => void streams.delete(stream) };
      return beginLeasequery(scope, frame, now, active, onChange);
    },
    settled(slots, now) {
      if (journal === undefined) return;
      // What nobody ever had concerns nobody: free prefixes change hands between partners.
      const ofClients = slots.filter((slot) => (table.records.status(slot) as number) !== 0 && table.records.duidLength(slot) > 0);
      for (const slot of ofClients) journal.note(slot, now);
      // A commit without any may be what another lease waited for.
      if (slots.length > 0) for (const stream of streams) stream.note(ofClients, now);
    },
    look() {
      if (streams.size === 0) return;
      const now = failover().relationships.flatMap(({ name, responsiveness }) => (responsiveness.silent ? name : [])).join(' ');
      if (now === silent) return;
      silent = now;
      for (const stream of streams) stream.look();
    },
    clockSet(by, now) {
      if (by < 0) journal?.setBack(epochSeconds(now - by));
    },
  };
}
