/** What is kept of an accepted update (RFC 8156 section 7.5.5 and figure 5). */
import {
  type Binding,
  BindingStatus,
  type LeaseKind,
  type LeaseReader,
  type LeaseTable,
  NEVER,
  NO_SLOT,
  PRESENT_TIMESCALE,
  type RenewalTimes,
  hasEnded,
  isFree,
} from '../../lease/index.ts';
import { type Address, type EpochSeconds, type Iaid, type Seconds, epochSeconds } from '../../wire/index.ts';
import { type ReceivedLease, isPromiseTold, isSameClient, ownTime, receivedTime } from './conflict.ts';
import { mergedNames, partnersNames } from './lease-dns.ts';
import { type Keeper, forgottenPromise } from './keeper.ts';
import { earlierOf, laterOf, timeOrder } from './same-time.ts';

const NONE = epochSeconds(0);

/** All that a checked update says of one lease. Times of 0 are not said. */
export interface CheckedLease extends ReceivedLease {
  readonly address: Address;
  readonly prefixLength: number;
  readonly kind: LeaseKind;
  readonly iaid: Iaid;
  readonly preferredLifetime: Seconds;
  readonly validLifetime: Seconds;
  /** T1 and T2 as the partner told the client. */
  readonly renewal: RenewalTimes | undefined;
  readonly partnerLifetime: EpochSeconds;
  /** FREE or FREE_BACKUP: what the lease becomes when all know that it ended (figure 3, F-GAP-8). */
  readonly freeStatus: BindingStatus;
  readonly relay: Uint8Array | undefined;
  readonly relayAgent: Uint8Array | undefined;
  readonly reconfigureData: Uint8Array | undefined;
  readonly clientAddress: Uint8Array | undefined;
  /** Names in the DNS (`LeaseDns`). */
  readonly dns: Uint8Array | undefined;
}

/**
 * The binding to keep for an accepted update of the lease in `slot`, or of one without a record (NO_SLOT). `mayBeUndone`: what is on its
 * way to the partner says that the lease did not end, and it may believe that.
 */
export function storedBinding(
  table: LeaseTable,
  slot: number,
  checked: CheckedLease,
  mayBeUndone: boolean,
  keeper: Keeper,
  now: EpochSeconds,
): Binding {
  const { records } = table;
  const update = keeper.isRebuilding() && isPromiseTold(checked) ? asLeased(checked, now) : checked;
  if (update.status === BindingStatus.ACTIVE) {
    const isKnown = slot !== NO_SLOT && records.status(slot) === BindingStatus.ACTIVE && isSameClient(records, slot, update);
    return isKnown ? extended(table, slot, update, keeper, now) : leased(records, slot, update, keeper, now);
  }
  if (!hasEnded(update.status) && !isFree(update.status)) return setAside(records, slot, update, now);
  return mayBeUndone ? ended(records, slot, update, now) : freed(records, slot, update, now);
}

/**
 * That it is over the partner can't know: this box may have extended it, within what it had told, and MCLT more. Where the partner heard
 * the client end it, this box may have heard the client later, which it forgot, but not later than now: so that counts.
 */
function asLeased(update: CheckedLease, now: EpochSeconds): CheckedLease {
  const partnerRawCltTime = update.status === BindingStatus.EXPIRED ? update.partnerRawCltTime : now;
  return { ...update, status: BindingStatus.ACTIVE, stateExpirationTime: NONE, partnerRawCltTime };
}

/**
 * Both know the lease as this client's. The later word of the client counts, but a promise of either box stands until its end
 * (F-GAP-12). Where both changed it at the same time the secondary yields. An own record that can't be put in order with the update, as
 * its times are not exact, yields as well, and the partner is told what comes of it (R-ST2, rule 8).
 */
function extended(table: LeaseTable, slot: number, update: CheckedLease, keeper: Keeper, now: EpochSeconds): Binding {
  const own = table.readPresent(slot, now);
  const isExact = table.records.isExact(slot);
  const order = timeOrder(receivedTime(update), ownTime(table.records, slot));
  const isOwnNewer = isExact && (order === 'earlier' || (order === 'same' && own.updateNeeded && keeper.role === 'primary'));
  const end = laterOf(own.stateExpirationTime, forgottenPromise(table.records, slot, update.expirationTime, keeper));
  const content = isOwnNewer ? own : { ...own, ...contentOf(update) };
  return {
    ...content,
    dns: mergedNames(own.dns, update.dns, isOwnNewer),
    ...partnerTimes(own, update),
    stateExpirationTime: laterOf(end, update.stateExpirationTime),
    ackedPartnerLifetime: own.ackedPartnerLifetime,
    clientLastTransactionTime: laterOf(own.clientLastTransactionTime, update.partnerRawCltTime),
    updateNeeded: ((isOwnNewer || !isExact) && own.updateNeeded) || end > update.stateExpirationTime,
  };
}

/** A lease that this box had otherwise, or not at all: nothing of it was acknowledged to this box. */
function leased(records: LeaseReader, slot: number, update: CheckedLease, keeper: Keeper, now: EpochSeconds): Binding {
  const forgotten = forgottenPromise(records, slot, update.expirationTime, keeper);
  return {
    ...fresh(records, slot, update, now),
    stateExpirationTime: laterOf(update.stateExpirationTime, forgotten),
    ...partnerTimes(heldBefore(records, slot, update, now), update),
    updateNeeded: forgotten > update.stateExpirationTime,
  };
}

/** By this very update both know that it ended, or that it is free: nothing of its last tenancy counts any more (F-LT-10). */
function freed(records: LeaseReader, slot: number, update: CheckedLease, now: EpochSeconds): Binding {
  const status = isFree(update.status) ? update.status : update.freeStatus;
  return { ...fresh(records, slot, update, now), status };
}

/** The partner may take it for leased again, and extend it: it is free when the partner has acknowledged its end. */
function ended(records: LeaseReader, slot: number, update: CheckedLease, now: EpochSeconds): Binding {
  return {
    ...fresh(records, slot, update, now),
    status: isFree(update.status) ? BindingStatus.EXPIRED : update.status,
    ...partnerTimes(heldBefore(records, slot, update, now), update),
    updateNeeded: true,
  };
}

function setAside(records: LeaseReader, slot: number, update: CheckedLease, now: EpochSeconds): Binding {
  return {
    ...fresh(records, slot, update, now),
    stateExpirationTime: update.stateExpirationTime === 0 ? NEVER : update.stateExpirationTime,
    ...partnerTimes(heldBefore(records, slot, update, now), update),
  };
}

/** The update alone, with what is known of its client from before; as free as can be. */
function fresh(records: LeaseReader, slot: number, update: CheckedLease, now: EpochSeconds): Binding {
  const isNamed = update.client.length > 0;
  // The last client of a free prefix is a hint that the partner does not give (F-BU-11); the own one stays.
  const isKnown = slot !== NO_SLOT && (!isNamed || isSameClient(records, slot, update));
  // An upper bound of what was may lie ahead (R-ST2).
  const own = isKnown ? earlierOf(records.clientLastTransactionTime(slot), now) : NONE;
  return {
    address: update.address,
    prefixLength: update.prefixLength,
    kind: update.kind,
    ...contentOf(update),
    duid: isKnown ? records.duid(slot) : update.client,
    iaid: isKnown && !isNamed ? records.iaid(slot) : update.iaid,
    clientLastTransactionTime: laterOf(own, update.partnerRawCltTime),
    stateExpirationTime: NEVER,
    partnerLifetime: NONE,
    ackedPartnerLifetime: NONE,
    expirationTime: NONE,
    partnerRawCltTime: update.cltTime,
    updateNeeded: false,
    revision: 0,
    linkLayerAddress: isKnown ? records.linkLayerAddress(slot) : undefined,
    dns: isKnown && isNamed && !isFree(records.status(slot)) ? partnersNames(mergedNames(records.dns(slot), update.dns, false), update.status === BindingStatus.ACTIVE) : update.dns,
  };
}

/** What stands in the update as it is to be kept. Times of a record are all in one timescale: that of the connection. */
function contentOf(update: CheckedLease): ContentOfUpdate {
  return {
    status: update.status,
    duid: update.client,
    iaid: update.iaid,
    preferredLifetime: update.preferredLifetime,
    validLifetime: update.validLifetime,
    renewal: update.status === BindingStatus.ACTIVE ? update.renewal : undefined,
    startTimeOfState: update.startTimeOfState,
    timescale: PRESENT_TIMESCALE,
    relay: update.relay,
    relayAgent: update.relayAgent,
    reconfigureData: update.reconfigureData,
    clientAddress: update.clientAddress,
  };
}

type ContentOfUpdate = Pick<
  Binding,
  | 'status'
  | 'duid'
  | 'iaid'
  | 'preferredLifetime'
  | 'validLifetime'
  | 'renewal'
  | 'startTimeOfState'
  | 'timescale'
  | 'relay'
  | 'relayAgent'
  | 'reconfigureData'
  | 'clientAddress'
>;

interface PartnerTimes {
  readonly expirationTime: EpochSeconds;
  readonly partnerLifetime: EpochSeconds;
  readonly partnerRawCltTime: EpochSeconds;
}

/** The lower half of figure 5's upper part, with the maxima of F-GAP-13. */
function partnerTimes(own: PartnerTimes, update: CheckedLease): PartnerTimes {
  return {
    expirationTime: laterOf(own.expirationTime, update.partnerLifetime),
    partnerLifetime: laterOf(own.partnerLifetime, update.expirationTime),
    partnerRawCltTime: update.cltTime === 0 ? own.partnerRawCltTime : update.cltTime,
  };
}

const NOTHING_BEFORE: PartnerTimes = { expirationTime: NONE, partnerLifetime: NONE, partnerRawCltTime: NONE };

/** What was promised of the lease before, to whomever, as long as it was not free in between. */
function heldBefore(records: LeaseReader, slot: number, update: CheckedLease, now: EpochSeconds): PartnerTimes {
  if (slot === NO_SLOT || isFree(records.status(slot))) return NOTHING_BEFORE;
  const isSame = isSameClient(records, slot, update);
  return {
    expirationTime: records.expirationTime(slot),
    partnerLifetime: isSame ? records.partnerLifetime(slot) : NONE,
    partnerRawCltTime: isSame ? earlierOf(records.partnerRawCltTime(slot), now) : NONE,
  };
}

/** Whether the table has the lease, which has a record, so already: then there is nothing to write. */
export function isStored(records: LeaseReader, slot: number, binding: Binding): boolean {
  return (
    records.isExact(slot) &&
    records.status(slot) === binding.status &&
    records.updateNeeded(slot) === binding.updateNeeded &&
    records.isClient(slot, binding.duid, 0, binding.duid.length) &&
    records.iaid(slot) === binding.iaid &&
    records.preferredLifetime(slot) === binding.preferredLifetime &&
    records.validLifetime(slot) === binding.validLifetime &&
    records.clientLastTransactionTime(slot) === binding.clientLastTransactionTime &&
    records.startTimeOfState(slot) === binding.startTimeOfState &&
    records.stateExpirationTime(slot) === binding.stateExpirationTime &&
    records.partnerLifetime(slot) === binding.partnerLifetime &&
    records.ackedPartnerLifetime(slot) === binding.ackedPartnerLifetime &&
    records.expirationTime(slot) === binding.expirationTime &&
    records.partnerRawCltTime(slot) === binding.partnerRawCltTime &&
    isSameData(records.relay(slot), binding.relay) &&
    isSameData(records.relayAgent(slot), binding.relayAgent) &&
    isSameData(records.reconfigureData(slot), binding.reconfigureData) &&
    isSameData(records.clientAddress(slot), binding.clientAddress) &&
    isSameData(records.dns(slot), binding.dns)
  );
}

function isSameData(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
