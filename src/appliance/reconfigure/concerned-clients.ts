/**
 * Clients that a new configuration concerns, asked one after another: so many in a second that their Renews are no flood. Those that
 * ask by themselves meanwhile are left out. Clients that heard the partner last are the partner's, as long as the two boxes hear each other.
 */
import { EndpointState } from '../../failover/index.ts';
import { BindingStatus, slotsOfClient } from '../../lease/index.ts';
import { addressOctets, concernOf, keyedLease } from '../../server/index.ts';
import type { KnownLease, ServerConfiguration } from '../../server/index.ts';
import { monotonicMs } from '../../wire/index.ts';
import type { Duid, EpochSeconds, MonotonicMs, Now } from '../../wire/index.ts';
import type { Effect } from '../effect.ts';
import { isOwnClient } from './charge.ts';
import type { ChargeRooms } from './charge.ts';

export interface ConcernedClients {
  /** @param now by which clients that are heard later have what is new */
  configure(before: ServerConfiguration, after: ServerConfiguration, now: Now): void;
  /** Asks those whose turn it is. @param ask whether the client could be asked */
  look(now: Now, effects: Effect[], ask: (client: Duid) => boolean): void;
  /** What came of one that was asked. */
  over(state: 'answered' | 'unanswered' | 'ended'): void;
  wakeAt(): number;
}

export interface ConcernRooms extends Pick<ChargeRooms, 'table' | 'linkOf' | 'failover'> {
  /** As many are asked as can be kept track of. */
  readonly isFull: () => boolean;
}

/** Leases that are looked at together. */
const SLICE = 512;
/** What was not asked for so long is caught up with at once. */
const BURST_MS = 100;
/** A new configuration lets the boxes meet anew: so long the partner has for that, and to ask its clients itself. */
const PARTNER_MS = 30_000;
/** Until it is tried again where nobody could be asked. */
const AGAIN_MS = 500;
/** Of so many former configurations it is known which clients still have them. */
const CONFIGURATIONS_MAX = 4;

/** What clients have that were heard last by then, and not before the one before it ended. */
interface Former {
  readonly configuration: ServerConfiguration;
  readonly until: EpochSeconds;
}

interface Round {
  /** The oldest first. */
  readonly formers: readonly Former[];
  /** For each of them, whom it concerns that it is over; undefined: nobody. */
  readonly concerns: readonly (((lease: KnownLease) => boolean) | undefined)[];
  /** From when on clients of a partner that is not heard are asked. */
  readonly forPartnerAt: MonotonicMs;
  slots: Iterator<number>;
  /** Leases to look at again: they waited for a commit, or it was not known yet which box asks. */
  later: number[];
}

export function createConcernedClients({ table, linkOf, failover, isFull }: ConcernRooms): ConcernedClients {
  const { records } = table;
  let round: Round | undefined;
  let pauseMs = 0;
  let allowedAt = -Infinity;
  let asked = 0;
  const outcomes = { answered: 0, unanswered: 0, ended: 0 };
  let isToldOfAsking = true;

  /** Which box asks the client of this lease. */
  const asker = ({ forPartnerAt }: Round, slot: number, now: Now): 'this' | 'partner' | 'unknown' => {
    const relationship = linkOf(slot)?.relationship;
    if (relationship === undefined || isOwnClient(table, slot)) return 'this';
    const state = failover().relationship(relationship)?.state;
    if (state === EndpointState.NORMAL) return 'partner';
    return state === EndpointState.PARTNER_DOWN || now.monotonic >= forPartnerAt ? 'this' : 'unknown';
  };

  const isConcerned = ({ formers, concerns }: Round, slot: number, client: Duid): boolean => {
    // Of several leases one counts, so that a client is asked once.
    if (keyedLease(table, client) !== slot) return false;
    const heard = records.clientLastTransactionTime(slot);
    // Of a second in which the configuration changed nobody knows which one the client got.
    const possible = concerns.filter((_, i) => heard <= endOf(formers[i]) && heard >= endOf(formers[i - 1]));
    if (possible.every((concern) => concern === undefined)) return false;
    return slotsOfClient(table, client).some((one) => {
      if (records.status(one) !== BindingStatus.ACTIVE) return false;
      const lease = knownLease(one, client);
      return possible.some((concern) => concern?.(lease));
    });
  };

  const knownLease = (slot: number, duid: Duid): KnownLease => ({
    address: records.address(slot),
    prefixLength: records.prefixLength(slot),
    duid,
    iaid: records.iaid(slot),
    linkLayerAddress: addressOctets(records.linkLayerAddress(slot)),
  });

  /** @returns the next lease to look at; undefined: there is none now */
  const nextSlot = (current: Round, now: Now): number | undefined => {
    const next = current.slots.next();
    if (next.done !== true) return next.value;
    if (current.later.length === 0) {
      round = undefined;
      return undefined;
    }
    current.slots = current.later.values();
    current.later = [];
    allowedAt = now.monotonic + AGAIN_MS;
    return undefined;
  };

  const askNext = (current: Round, now: Now, ask: (client: Duid) => boolean): void => {
    for (let looked = 0; looked < SLICE && allowedAt <= now.monotonic; looked++) {
      const slot = nextSlot(current, now);
      if (slot === undefined) return;
      const client = records.duid(slot);
      if (!isConcerned(current, slot, client)) continue;
      const who = asker(current, slot, now);
      if (records.lock(slot) !== 0 || who === 'unknown') {
        current.later.push(slot);
        continue;
      }
      if (who === 'partner' || !ask(client)) continue;
      asked += 1;
      isToldOfAsking = false;
      allowedAt += pauseMs;
    }
  };

  /** That they are asked, and what came of it. */
  const tell = (effects: Effect[]): void => {
    if (asked === 0 || round !== undefined) return;
    if (!isToldOfAsking) {
      isToldOfAsking = true;
      effects.push({ kind: 'log', severity: 'info', text: `the new configuration concerns ${clients(asked)} that ${asked === 1 ? 'accepts' : 'accept'} Reconfigure: asked to come for it` });
    }
    const { answered, unanswered, ended } = outcomes;
    if (answered + unanswered + ended < asked) return;
    const others = `${unanswered === 0 ? '' : `, ${unanswered} did not answer and will hear of it at their next Renew`}${ended === 0 ? '' : `, ${ended} had to be left`}`;
    effects.push({ kind: 'log', severity: unanswered === 0 ? 'info' : 'warning', text: `of ${clients(asked)} that were asked by Reconfigure ${answered} came${others}` });
    asked = 0;
    Object.assign(outcomes, { answered: 0, unanswered: 0, ended: 0 });
  };

  return {
    configure(before, after, now) {
      if (before === after) return;
      const { reconfigure } = after;
      if (reconfigure?.onReload !== true) {
        round = undefined;
        return;
      }
      pauseMs = 1_000 / reconfigure.clientsPerSecond;
      const known = [...(round?.formers ?? []), { configuration: before, until: now.epoch }];
      // Who has one that is not remembered any more is taken to have the oldest that is, and asked whatever that was.
      const formers = known.slice(-CONFIGURATIONS_MAX);
      const concerns = formers.map(({ configuration }, i) => (i === 0 && known.length > formers.length ? everybody : concernOf(configuration, after)));
      round = concerns.every((concern) => concern === undefined) ? undefined : { formers, concerns, forPartnerAt: monotonicMs(now.monotonic + PARTNER_MS), slots: records.keyedSlots()[Symbol.iterator](), later: [] };
    },
    look(now, effects, ask) {
      if (round !== undefined) {
        if (isFull()) {
          allowedAt = now.monotonic + AGAIN_MS;
        } else {
          allowedAt = Math.max(allowedAt, now.monotonic - BURST_MS);
          askNext(round, now, ask);
        }
      }
      tell(effects);
    },
    over(state) {
      outcomes[state] += 1;
    },
    wakeAt: () => (round === undefined ? Infinity : allowedAt),
  };
}

/** Undefined: there is none before the first. */
function endOf(former: Former | undefined): number {
  return former === undefined ? -Infinity : former.until;
}

function everybody(): boolean {
  return true;
}

function clients(count: number): string {
  return count === 1 ? '1 client' : `${count} clients`;
}
