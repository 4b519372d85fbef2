/**
 * Group commit. A changed lease is locked until stable storage has it; what waits for it (the Reply,
 * an operator's answer, a word to the partner) is let go when the commit succeeded and dropped when it failed. One commit is
 * in flight at a time; all that changes meanwhile joins the next.
 */
import type { ClockRecord } from '../clock/index.ts';
import type { DnsRemovals } from '../dns/index.ts';
import { invariant } from '../wire/index.ts';
import type { EndpointRecord, FailoverEffect, LeaseChangeCause } from '../failover/index.ts';
import type { Binding, LeaseTable } from '../lease/index.ts';
import type { MonotonicMs } from '../wire/index.ts';
import type { Effect } from './effect.ts';
import type { ReceivedDatagram } from './event.ts';
import { Riders } from './riders.ts';

/**
 * Changes of this box's own that wait for the commit in flight. Beyond it nothing that needs a commit is begun. What the
 * partner tells does not count: it has a bound of its own (max-unacked-bndupd), and clients don't wait for it.
 */
const WAITING_MAX = 1_024;
/** A commit of more leases than this takes no riders: they cost as much as the leases, and have time. */
const SMALL = 64;
/** More than these wait no longer. */
const RIDERS_MAX = 65_536;

/** What failover asked to be made durable: its token comes back with the outcome, `then` is carried out behind a success. */
export interface PartnerChange {
  readonly token: number;
  readonly then: readonly FailoverEffect[];
}

/** What waits for a commit. */
export interface Held {
  readonly effect: Effect;
  /** The client's message that it answers with lifetimes; they count from the moment at which the client gets them. */
  readonly promises: ReceivedDatagram | undefined;
}

/** A group of changes that became durable together, or did not. */
export interface Group {
  readonly revision: number;
  /** Since when the first of what it holds waits; Infinity: it holds nothing. */
  readonly since: MonotonicMs;
  /** The leases that were locked for it. */
  readonly slots: readonly number[];
  /** Of these the partner is to be told. */
  readonly told: Readonly<Record<LeaseChangeCause, readonly number[]>>;
  /** Let go when the group is durable, in this order. */
  readonly held: readonly Held[];
  readonly partnerChanges: readonly PartnerChange[];
}

interface OpenGroup extends Group {
  since: MonotonicMs;
  isTouched: boolean;
  /** Of the slots, those that the partner told of. */
  partnerSlots: number;
  readonly slots: number[];
  readonly told: Readonly<Record<LeaseChangeCause, number[]>>;
  readonly held: Held[];
  readonly partnerChanges: PartnerChange[];
  /** By relationship: of several the last counts. */
  readonly endpoints: Map<string, EndpointRecord>;
}

/** How times are stored: each names the timescale that it is in (R-ST2). */
export interface StoredTimes {
  /** What stable storage is to have. */
  binding(binding: Binding): Binding;
  endpoint(record: EndpointRecord): EndpointRecord;
  /** What stable storage was found to have. */
  found(binding: Binding): Binding;
  /** What a commit that begins now takes along. */
  record(): ClockRecord;
  recorded(succeeded: boolean): void;
}

/** What commits have to do with names. */
export interface NamesInCommits {
  /** The lease in this slot changed: where it is no more, what it had in the DNS goes into the journal. */
  changed(slot: number): void;
  /** Whether a commit is due for the journal alone, some time. */
  isDue(): boolean;
  begin(): readonly DnsRemovals[];
  committed(slots: readonly number[]): void;
  failed(): void;
}

export interface Commits {
  /** No more changes should be made before the commit in flight ended. */
  isFull(): boolean;
  isIdle(): boolean;
  /** Revision of the commit that a change made now will join. */
  nextRevision(): number;
  /** Of the last commit that is durable. */
  durableRevision(): number;
  /** Locks the slots and holds the effect, if any, until they are durable. */
  add(slots: readonly number[], held: Held | undefined, cause: LeaseChangeCause, now: MonotonicMs): void;
  /** The same for what failover changed. */
  addPartnerChange(slots: readonly number[], endpoint: EndpointRecord | undefined, change: PartnerChange): void;
  /** What may ride on the next commit, and needs none of its own. */
  ride(slots: readonly number[]): void;
  hasRiders(): boolean;
  /** The next commit is due though no lease may wait for it: the clock is to be stored. Holds the effect, if any, until it is. */
  touch(held: Effect | undefined, now: MonotonicMs): void;
  /**
   * The clock was set by so many seconds: what waits to be written moves along. Whole seconds are counted, and so answers that wait were made
   * long ago: a lease that moved may end a second too early for them.
   */
  moveTimes(move: (record: EndpointRecord) => EndpointRecord, by: number): void;
  /** Begins the next commit where none is in flight. @returns whether it did */
  flush(effects: Effect[], heartbeats: () => readonly EndpointRecord[]): boolean;
  /** As `flush`, also where nothing but riders wait. */
  flushRiders(effects: Effect[]): boolean;
  committed(revision: number): Group;
  failed(revision: number, found: readonly (Binding | undefined)[]): Group;
}

/** @param names undefined: no lease has a name */
export function createCommits(table: LeaseTable, firstRevision: number, times: StoredTimes, names?: NamesInCommits): Commits {
  let inFlight: OpenGroup | undefined;
  let next = emptyGroup(firstRevision);
  let durableRevision = firstRevision - 1;
  const riders = new Riders();
  let ridersInFlight: readonly number[] = [];

  const end = (revision: number): OpenGroup => {
    invariant(inFlight?.revision === revision, 'only the commit in flight can end');
    const ended = inFlight;
    inFlight = undefined;
    return ended;
  };

  const lock = (slots: readonly number[]): void => {
    for (const slot of slots) {
      names?.changed(slot);
      table.lock(slot, next.revision);
      next.slots.push(slot);
    }
  };

  const hold = (held: Held, now: MonotonicMs): void => {
    if (next.held.length === 0) next.since = now;
    next.held.push(held);
  };

  /** Riders that are locked are written by the commit that they are locked for. */
  const takeRiders = (countMax: number): readonly number[] => {
    if (riders.size === 0 || countMax <= 0) return NOBODY;
    const taken: number[] = [];
    while (riders.size > 0 && taken.length < countMax) {
      const slot = riders.shift();
      // A slot without a status holds no lease any more.
      if (table.records.lock(slot) === 0 && (table.records.status(slot) as number) !== 0) taken.push(slot);
    }
    return taken;
  };

  /** What clients were told without a write is made good by whatever commit comes next. */
  const addTold = (): void => {
    if (table.told.size === 0) return;
    const slots = table.told.write(next.revision);
    lock(slots);
    for (const slot of slots) next.told.client.push(slot);
  };

  const begin = (effects: Effect[], heartbeats: readonly EndpointRecord[], ridersMax: number): void => {
    addTold();
    inFlight = next;
    next = emptyGroup(inFlight.revision + 1);
    ridersInFlight = takeRiders(ridersMax);
    for (const record of heartbeats) {
      if (!inFlight.endpoints.has(record.relationship)) inFlight.endpoints.set(record.relationship, record);
    }
    const bindings = inFlight.slots.map((slot) => times.binding(table.read(slot)));
    for (const slot of ridersInFlight) bindings.push(times.binding(table.read(slot)));
    const endpoints = [...inFlight.endpoints.values()].map((record) => times.endpoint(record));
    effects.push({ kind: 'commit', revision: inFlight.revision, bindings, endpoints, removals: names?.begin() ?? NO_REMOVALS, clock: times.record() });
  };

  return {
    isFull() {
      return next.slots.length - next.partnerSlots >= WAITING_MAX;
    },
    isIdle() {
      return inFlight === undefined && isEmpty(next);
    },
    durableRevision() {
      return durableRevision;
    },
    nextRevision() {
      return next.revision;
    },
    add(slots, held, cause, now) {
      invariant(slots.length > 0, 'what is held waits for some change');
      lock(slots);
      for (const slot of slots) if (table.records.updateNeeded(slot)) next.told[cause].push(slot);
      if (held !== undefined) hold(held, now);
    },
    addPartnerChange(slots, endpoint, change) {
      lock(slots);
      next.partnerSlots += slots.length;
      if (endpoint !== undefined) next.endpoints.set(endpoint.relationship, endpoint);
      next.partnerChanges.push(change);
    },
    hasRiders() {
      return riders.size > 0 || table.told.size > 0 || names?.isDue() === true;
    },
    touch(effect, now) {
      next.isTouched = true;
      if (effect !== undefined) hold({ effect, promises: undefined }, now);
    },
    moveTimes(move, by) {
      for (const [name, record] of next.endpoints) next.endpoints.set(name, move(record));
      if (by === 0) return;
      for (const group of [inFlight, next]) if (group !== undefined && group.held.length > 0) group.since = LONG_AGO;
    },
    ride(slots) {
      for (const slot of slots) {
        names?.changed(slot);
        riders.add(slot);
      }
    },
    flush(effects, heartbeats) {
      if (inFlight !== undefined || isEmpty(next)) return false;
      begin(effects, heartbeats(), riders.size > RIDERS_MAX ? WAITING_MAX : SMALL - next.slots.length);
      return true;
    },
    flushRiders(effects) {
      if (inFlight !== undefined || (isEmpty(next) && !this.hasRiders())) return false;
      begin(effects, [], WAITING_MAX);
      return true;
    },
    committed(revision) {
      const group = end(revision);
      times.recorded(true);
      durableRevision = revision;
      for (const slot of group.slots) {
        table.told.forget(slot);
        table.unlock(slot, group.revision);
      }
      names?.committed(group.slots);
      return group;
    },
    failed(revision, found) {
      const group = end(revision);
      times.recorded(false);
      names?.failed();
      invariant(found.length === group.slots.length + ridersInFlight.length, 'a failed commit tells of each of its bindings');
      group.slots.forEach((slot, i) => {
        table.unlock(slot, group.revision);
        const binding = found[i];
        if (binding === undefined) table.remove(slot);
        else table.put(times.found(binding));
      });
      for (const slot of ridersInFlight) riders.add(slot);
      return group;
    },
  };
}

const NOBODY: readonly number[] = [];
const NO_REMOVALS: readonly DnsRemovals[] = [];
const NOTHING_WAITS = Infinity as MonotonicMs;
const LONG_AGO = -Infinity as MonotonicMs;

function emptyGroup(revision: number): OpenGroup {
  return { revision, since: NOTHING_WAITS, isTouched: false, partnerSlots: 0, slots: [], told: { client: [], expiry: [], operator: [], dns: [] }, held: [], partnerChanges: [], endpoints: new Map() };
}

function isEmpty(group: OpenGroup): boolean {
  return group.slots.length === 0 && group.partnerChanges.length === 0 && !group.isTouched;
}
