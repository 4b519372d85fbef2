/**
 * Clients that a new configuration concerns, asked one after another: so many in a second that their Renews are no flood. Those that
 * ask by themselves meanwhile are left out. Clients that heard the partner last are the partner's, as long as it is there.
 */
import { EndpointState } from '../../failover/index.ts';
import { BindingStatus, NO_POOL, movedTime, slotsOfClient } from '../../lease/index.ts';
import { heardAt, keyedLease } from '../../server/index.ts';
import type { KnownLease, Link, ReconfigurePolicy, ServerConfiguration } from '../../server/index.ts';
import type { Duid, EpochSeconds, Now } from '../../wire/index.ts';
import type { Effect } from '../effect.ts';
import { forNow, isOwnClient, linkLayerAddressAt } from './charge.ts';
import type { ChargeRooms, Refusal } from './charge.ts';
import { Round } from './round.ts';
import type { Former } from './round.ts';

/** What came of a client that was asked; `again`: it is asked anew, for another reason. */
export type AskedOutcome = 'answered' | 'unanswered' | 'ended' | 'again';

export interface ConcernedClients {
  /** @param now by which clients that are heard later have what is new */
  configure(before: ServerConfiguration, after: ServerConfiguration, now: Now): void;
  /** What clients had before the start. @param before undefined: nobody knows */
  former(before: ServerConfiguration | undefined, after: ServerConfiguration, now: Now): void;
  /** The clock was set by so many seconds. */
  moveTimes(by: number): void;
  /** Asks those whose turn it is. @param configuration of now @param ask by a lease of it, why the client could not be asked */
  look(configuration: ServerConfiguration, now: Now, effects: Effect[], ask: (slot: number) => Refusal | undefined): void;
  over(outcome: AskedOutcome): void;
  wakeAt(): number;
}

export interface ConcernRooms extends Pick<ChargeRooms, 'table' | 'linkOf' | 'failover'> {
  /** As many are asked as can be kept track of, or there is more to do than this box can. */
  readonly isBusy: () => boolean;
  /** Beacons of the partner come in on this link. */
  readonly isPartnerHeard: (link: string, now: Now) => boolean;
  /** The client is being answered right now. */
  readonly isServed: (client: Duid) => boolean;
  /** See `ReconfigureStart`. */
  readonly hasFormer: boolean;
}

/** Leases that are looked at together. */
const SLICE = 512;
/** What was not asked for so long is caught up with at once. */
const BURST_MS = 100;
/** Until it is tried again where this box is too busy. */
const BUSY_MS = 500;
/** Of so many former configurations it is known which clients still have them. */
const CONFIGURATIONS_MAX = 4;
/** The partner may read a new configuration so much later, in seconds. */
const PARTNER_LAG = 60;
const PARTNER_IS_THERE = 'heard the other box last, which is there and asks it itself though the two do not hear each other';

export function createConcernedClients({ table, linkOf, failover, isBusy, isPartnerHeard, isServed, hasFormer }: ConcernRooms): ConcernedClients {
  const { records } = table;
  let round: Round | undefined;
  let pauseMs = 0;
  let allowedAt = -Infinity;
  let asked = 0;
  let askedThisTime = 0;
  const outcomes = { answered: 0, unanswered: 0, ended: 0 };
  let isToldOfAsking = true;
  let awaitsFormer = hasFormer;
  /** By then the start was over; undefined: it is not. */
  let startedAt: EpochSeconds | undefined;
  /** What `clientsHave` said last. */
  let had: ServerConfiguration | undefined;

  /** Which box asks the client of this lease. */
  const asker = ({ forPartnerAt }: Round, slot: number, link: Link | undefined, now: Now): 'this' | 'partner' | 'unknown' | 'partner, by beacons' => {
    if (link?.relationship === undefined || isOwnClient(table, slot)) return 'this';
    const state = failover().relationship(link.relationship)?.state;
    if (state === EndpointState.NORMAL) return 'partner';
    if (state === EndpointState.PARTNER_DOWN) return 'this';
    if (now.monotonic < forPartnerAt) return 'unknown';
    // No connection is no death (RFC 8156 section 8.5): a partner that is there asks its clients itself.
    return isPartnerHeard(link.name, now) ? 'partner, by beacons' : 'this';
  };

  /** What the client of a lease may have got when it was heard last, as far as that is over. */
  const possible = ({ formers, concerns }: Round, slot: number): Round['concerns'] => {
    // A time that is not exact is an upper bound.
    if (!records.isExact(slot)) return concerns;
    const heard = heardAt(table, slot);
    const since = isOwnClient(table, slot) ? heard : heard - PARTNER_LAG;
    // Of a second in which the configuration changed nobody knows which one the client got.
    return concerns.filter((_, i) => since <= endOf(formers[i]) && heard >= endOf(formers[i - 1]));
  };

  const isConcerned = (current: Round, slot: number, client: Duid, isThere: (other: number) => boolean): boolean =>
    slotsOfClient(table, client).some((one) => {
      if (records.status(one) !== BindingStatus.ACTIVE || !isThere(one)) return false;
      // What no pool has any more is not extended when its client is heard: the one that was extended tells when that was.
      const concerns = possible(current, records.pool(one) === NO_POOL ? slot : one);
      if (concerns.every((concern) => concern === undefined)) return false;
      const lease = knownLease(one, client);
      return concerns.some((concern) => concern?.(lease));
    });

  const knownLease = (slot: number, duid: Duid): KnownLease => ({
    address: records.address(slot),
    prefixLength: records.prefixLength(slot),
    duid,
    iaid: records.iaid(slot),
    linkLayerAddress: linkLayerAddressAt(records, slot),
  });

  const lookAt = (current: Round, slot: number, now: Now, ask: (slot: number) => Refusal | undefined): void => {
    const client = records.duid(slot);
    const link = linkOf(slot);
    const isThere = (other: number): boolean => linkOf(other) === link;
    // Of several leases on a link one counts, so that a client is asked once.
    if (keyedLease(table, client, isThere) !== slot || !isConcerned(current, slot, client, isThere)) return;
    const who = asker(current, slot, link, now);
    if (who === 'partner') {
      current.leaveToPartner(slot, link?.relationship ?? '');
      return;
    }
    const refusal = who === 'this' && !isServed(client) ? ask(slot) : forNow(who === 'partner, by beacons' ? PARTNER_IS_THERE : undefined);
    if (refusal?.isForNow === true) {
      current.wait(slot, refusal.reason);
    } else if (refusal !== undefined) {
      current.refuse(refusal.reason);
    } else {
      asked += 1;
      askedThisTime += 1;
      isToldOfAsking = false;
      allowedAt += pauseMs;
    }
  };

  const goOn = (current: Round, now: Now, effects: Effect[], ask: (slot: number) => Refusal | undefined): void => {
    if (!current.compare()) return;
    if (current.concerns.every((concern) => concern === undefined)) {
      round = undefined;
      return;
    }
    for (let looked = 0; looked < SLICE && allowedAt <= now.monotonic; looked++) {
      const slot = current.next();
      if (slot !== undefined) {
        lookAt(current, slot, now, ask);
        continue;
      }
      tellOfWaiting(current, effects);
      const at = current.again(askedThisTime > 0, now);
      askedThisTime = 0;
      if (at === undefined) {
        tellOfRefused(current, effects);
        return;
      }
      allowedAt = at;
    }
  };

  /** Each reason once. */
  const tellOfWaiting = ({ waiting, told }: Round, effects: Effect[]): void => {
    for (const [reason, count] of waiting) {
      if (told.has(reason)) continue;
      told.add(reason);
      effects.push({ kind: 'log', severity: 'info', text: `the new configuration concerns ${clients(count)} that can't be asked yet, and ${count === 1 ? 'waits' : 'wait'}: each ${reason}` });
    }
  };

  /** That they are asked, and what came of it. */
  const tell = (effects: Effect[]): void => {
    if (asked === 0 || (round !== undefined && !round.isThrough)) return;
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

  const tellOfRefused = ({ refused }: Round, effects: Effect[]): void => {
    for (const [reason, count] of refused) {
      effects.push({ kind: 'log', severity: 'warning', text: `the new configuration concerns ${clients(count)} that can't be asked, and will hear of it at the next Renew: each ${reason}` });
    }
    refused.clear();
  };

  /** Clients that were left to a partner which is not there any more. */
  const lookForPartners = (current: Round, now: Now): void => {
    for (const relationship of current.partners()) {
      if (failover().relationship(relationship)?.state !== EndpointState.NORMAL) current.partnerIsLost(relationship, now);
    }
  };

  /** @param known the oldest first */
  const begin = (known: readonly Former[], after: ServerConfiguration, { clientsPerSecond }: ReconfigurePolicy, now: Now): void => {
    pauseMs = 1_000 / clientsPerSecond;
    const [oldest, ...others] = known.slice(-CONFIGURATIONS_MAX) as [Former, ...Former[]];
    // Who has one that is not remembered any more is taken to have the oldest that is, and asked whatever that was.
    const isCut = known.length > CONFIGURATIONS_MAX;
    round = new Round([isCut ? { ...oldest, configuration: undefined } : oldest, ...others], after, records.keyedSlots(), now.monotonic);
    askedThisTime = 0;
  };

  /** Where a start need not care for what was before. */
  const settle = (configuration: ServerConfiguration, effects: Effect[]): void => {
    if (had === configuration || awaitsFormer || asked > 0 || (round !== undefined && !round.isThrough)) return;
    had = configuration;
    effects.push({ kind: 'clientsHave', configuration });
  };

  return {
    configure(before, after, now) {
      if (before === after) return;
      const { reconfigure } = after;
      if (reconfigure?.onReload !== true) {
        round = undefined;
        return;
      }
      begin([...(round?.formers ?? []), { configuration: before, until: now.epoch }], after, reconfigure, now);
    },
    former(before, after, now) {
      awaitsFormer = false;
      const { reconfigure } = after;
      if (reconfigure?.onReload !== true) return;
      begin([{ configuration: before, until: startedAt ?? now.epoch }, ...(round?.formers ?? [])], after, reconfigure, now);
    },
    moveTimes(by) {
      if (startedAt !== undefined) startedAt = movedTime(startedAt, by);
      for (const former of round?.formers ?? []) former.until = movedTime(former.until, by);
    },
    look(configuration, now, effects, ask) {
      startedAt ??= now.epoch;
      if (round?.isThrough === true) {
        if (round.isOver(now.monotonic)) round = undefined;
        else lookForPartners(round, now);
      }
      // As long as it is not known what was before the start, it is not known what clients have.
      if (round !== undefined && !round.isThrough && !awaitsFormer) {
        if (isBusy()) {
          allowedAt = now.monotonic + BUSY_MS;
        } else {
          allowedAt = Math.max(allowedAt, now.monotonic - BURST_MS);
          goOn(round, now, effects, ask);
        }
      }
      tell(effects);
      settle(configuration, effects);
    },
    over(outcome) {
      if (outcome === 'again') asked -= 1;
      else outcomes[outcome] += 1;
    },
    wakeAt: () => (round === undefined || round.isThrough || awaitsFormer ? Infinity : allowedAt),
  };
}

/** Undefined: there is none before the first. */
function endOf(former: Former | undefined): number {
  return former === undefined ? -Infinity : former.until;
}

function clients(count: number): string {
  return count === 1 ? '1 client' : `${count} clients`;
}
