/** Sends what the partner is to know (RFC 8156 section 7.4), and notes what is on its way. */
import { BindingStatus, LeaseKind, NO_SLOT, isHeldBack } from '../../lease/index.ts';
import { type BindingUpdate, type Duid, type EpochSeconds, FailoverMessageType, epochSeconds } from '../../wire/index.ts';
import { LEASES_PER_UPDATE_MAX, composeClient, composePrefix, hasNoClient, isAlone, partnerLifetimeOf } from './compose.ts';
import { type FlowState, isChanging } from './flow-state.ts';
import { SAME_TIME_SECONDS } from './same-time.ts';
import { Mark } from './slot-marks.ts';

/**
 * The partner believes that a lease expired only when its own clock is behind the end of it (section 7.5.4, time(1)). Clocks are
 * SAME_TIME_SECONDS apart at most.
 */
const EXPIRY_SETTLES = SAME_TIME_SECONDS + 1;

/**
 * - `settled`: what the partner does not know, once it will believe it.
 * - `unacked`: what it does not know.
 * - `everything`: all that is not as if it had never been.
 */
export type Extent = 'settled' | 'unacked' | 'everything';

export interface Sender {
  /** Those that the partner speaks. */
  extensions: readonly number[];
  /** Whether the partner has to be told of this lease, to this extent, and was not yet. */
  isWanted(slot: number, extent: Extent, now: EpochSeconds): boolean;
  /**
   * Tells of this lease, which is wanted, and of all others of its client that are. There is room in the window. A client with
   * very many leases has some left that are wanted.
   */
  tell(slot: number, extent: Extent, now: EpochSeconds): void;
  /** From when on the partner will believe that an expired lease did. */
  settledFrom(slot: number): EpochSeconds;
}

export function createSender(state: FlowState): Sender {
  const { table, scope, marks, inFlight, counters, port, disowned } = state;
  const { records } = table;

  const settledFrom = (slot: number): EpochSeconds => epochSeconds(records.startTimeOfState(slot) + EXPIRY_SETTLES);

  /** There is no way to say that nobody had an address; and of a record that can't be read, or does not count, there is nothing to say. */
  const isTellable = (slot: number): boolean =>
    (records.kind(slot) === LeaseKind.IA_PD || !hasNoClient(records, slot)) && !isHeldBack(records, slot) && !disowned.has(slot);

  /**
   * A prefix that is the primary's, and that nobody had, is as if it had never been (F-UP-9). That somebody had it a partner with an old
   * database has to hear: there it may be that client's.
   */
  const isListed = (slot: number): boolean => records.status(slot) !== BindingStatus.FREE || !hasNoClient(records, slot);

  const isUntold = (slot: number, extent: Extent, now: EpochSeconds): boolean => {
    if (records.updateNeeded(slot)) {
      return extent !== 'settled' || records.status(slot) !== BindingStatus.EXPIRED || settledFrom(slot) <= now;
    }
    return extent === 'everything' && isListed(slot);
  };

  const isWanted: Sender['isWanted'] = (slot, extent, now) =>
    scope.has(slot) &&
    !isChanging(state, slot) &&
    !marks.has(slot, extent === 'everything' ? Mark.SENT | Mark.COVERED : Mark.SENT) &&
    isUntold(slot, extent, now) &&
    isTellable(slot);

  /** `since`: when the status that it tells of began, where the record does not say so. */
  const send = (binding: BindingUpdate, slots: readonly number[], extent: Extent, since: EpochSeconds | undefined): void => {
    const transactionId = port.nextTransactionId();
    inFlight.add({
      transactionId,
      sequence: inFlight.sequence + 1,
      leases: slots.map((slot) => ({
        slot,
        revision: records.revision(slot),
        start: since ?? records.startTimeOfState(slot),
        lifetime: partnerLifetimeOf(records, slot),
      })),
      takesBack: since !== undefined,
      isForgetful: extent === 'everything',
    });
    counters.updatesSent += 1;
    counters.leasesSent += slots.length;
    port.send({ type: FailoverMessageType.BNDUPD, transactionId, binding });
  };

  const note = (slot: number): void => {
    marks.set(slot, Mark.SENT | Mark.COVERED);
    marks.clear(slot, Mark.QUEUED | Mark.UNTOLD);
  };

  /** A prefix that is asked back is told to be what the record will say when the secondary agrees (section 4.2.2). */
  const tellAlone = (slot: number, extent: Extent, now: EpochSeconds): void => {
    const asksBack = marks.has(slot, Mark.RECLAIMED) && records.status(slot) === BindingStatus.FREE_BACKUP;
    note(slot);
    marks.clear(slot, Mark.RECLAIMED);
    const status = asksBack ? BindingStatus.FREE : records.status(slot);
    const since = asksBack ? now : undefined;
    send(composePrefix(records, slot, status, since, now), [slot], extent, since);
  };

  /** The leases of a client to tell of together with this one. */
  const together = (client: Duid, slot: number, extent: Extent, now: EpochSeconds): number[] => {
    const slots: number[] = [];
    const isExact = records.isExact(slot);
    let other = table.firstOfClient(client, 0, client.length);
    while (other !== NO_SLOT && slots.length < LEASES_PER_UPDATE_MAX) {
      if (!isAlone(records, other) && records.isExact(other) === isExact && isWanted(other, extent, now)) slots.push(other);
      other = table.nextOfClient(other);
    }
    return slots;
  };

  return {
    extensions: [],
    isWanted,
    settledFrom,
    tell(slot, extent, now) {
      if (isAlone(records, slot)) {
        tellAlone(slot, extent, now);
        return;
      }
      const client = records.duid(slot);
      const slots = together(client, slot, extent, now);
      for (const told of slots) note(told);
      send(composeClient(records, client, slots, this.extensions, now), slots, extent, undefined);
    },
  };
}
