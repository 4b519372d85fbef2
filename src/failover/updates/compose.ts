/** What the partner is told of a client's leases, and of prefixes without a client (RFC 8156 section 7.4). */
import { BindingStatus, LeaseKind, type LeaseReader, type LeasedKind, NEVER, type RenewalTimes, hasEnded, isFree } from '../../lease/index.ts';
import {
  type Address,
  type BindingUpdate,
  type BoundIa,
  type Duid,
  type EpochSeconds,
  ExtensionCode,
  type Iaid,
  type LeaseUpdate,
  type ReconfigureData,
  type RelayData,
  type VendorSuboption,
  epochSeconds,
  extension,
  invariant,
  seconds,
  toRelayData,
} from '../../wire/index.ts';
import { toldNames } from './lease-dns.ts';
import { toReconfigureData } from './reconfigure-data.ts';
import { earlierOf, laterOf } from './same-time.ts';

/**
 * So many leases of a client go into one message; that they fit its 65535 octets (section 5.1) beside the longest chain of relays
 * is sure. A client with more has them in several (F-BU-14).
 */
export const LEASES_PER_UPDATE_MAX = 256;
const NOTHING_TOLD: RenewalTimes = { t1: seconds(0), t2: seconds(0) };
/** 2000-01-02: the wire knows no times before the day before that (section 5.2). */
const LONG_AGO = epochSeconds(946_771_200);

/** Whether the lease is told of by itself, not with its client: a prefix that is free, or that never had a client (F-BU-11, F-BU-13). */
export function isAlone(records: LeaseReader, slot: number): boolean {
  return records.kind(slot) === LeaseKind.IA_PD && (isFree(records.status(slot)) || hasNoClient(records, slot));
}

const NOBODY = new Uint8Array(0);

export function hasNoClient(records: LeaseReader, slot: number): boolean {
  return records.isClient(slot, NOBODY, 0, 0);
}

/** The update for a prefix without a client; it says that its status is `status`, since when the record says so or since then. */
export function composePrefix(records: LeaseReader, slot: number, status: BindingStatus, since: EpochSeconds | undefined, now: EpochSeconds): BindingUpdate {
  const told = leaseUpdate(records, slot, now);
  const lease = { ...told, bindingStatus: status, startTimeOfState: since ?? told.startTimeOfState };
  return { kind: 'prefix', baseTime: now, lease };
}

/**
 * The update for these leases of one client, one at least (F-BU-4), whose times are all exact or all upper bounds. The partner speaks
 * these extensions.
 */
export function composeClient(
  records: LeaseReader,
  clientId: Duid,
  slots: readonly number[],
  extensions: readonly number[],
  now: EpochSeconds,
): BindingUpdate {
  invariant(slots.length > 0 && slots.length <= LEASES_PER_UPDATE_MAX, 'as many leases as a message holds');
  const { relay, reconfigure, vendor } = clientData(records, slots, extensions);
  const ias: MutableIa[] = [];
  for (const slot of slots) {
    const kind = records.kind(slot);
    invariant(kind !== LeaseKind.REGISTERED, 'a partner is told of leases alone');
    const iaid = records.iaid(slot);
    let ia = ias.find((other) => other.kind === kind && other.iaid === iaid);
    if (ia === undefined) {
      ia = { kind, iaid, ...toldRenewal(records, slots, kind, iaid), leases: [] };
      ias.push(ia);
    }
    ia.leases.push(leaseUpdate(records, slot, now));
  }
  return { kind: 'client', clientId, baseTime: now, ias, relay, reconfigure, vendor };
}

interface MutableIa extends BoundIa {
  readonly kind: LeasedKind;
  readonly iaid: Iaid;
  readonly leases: LeaseUpdate[];
}

interface ClientData {
  readonly relay: RelayData | undefined;
  readonly reconfigure: ReconfigureData | undefined;
  readonly vendor: readonly VendorSuboption[];
}

/** Of several leases that were given at different times the last one tells the client's way; not every lease keeps where it is reached directly. */
function clientData(records: LeaseReader, slots: readonly number[], extensions: readonly number[]): ClientData {
  const latest = lastHeard(records, slots);
  invariant(latest !== undefined, 'an update is of some leases');
  const reached = lastHeard(records, slots.filter((slot) => records.clientAddress(slot) !== undefined));
  const clientAddress = reached === undefined ? undefined : records.clientAddress(reached);
  const chain = records.relay(latest);
  const key = records.reconfigureData(latest);
  const vendor: VendorSuboption[] = [];
  if (clientAddress !== undefined && extensions.includes(ExtensionCode.CLIENT_ADDRESS)) vendor.push(extension(ExtensionCode.CLIENT_ADDRESS, clientAddress as Address));
  if (!records.isExact(latest) && extensions.includes(ExtensionCode.INEXACT_TIMES)) vendor.push(extension(ExtensionCode.INEXACT_TIMES, true));
  const relay = chain === undefined ? undefined : toRelayData(chain, records.relayAgent(latest));
  return {
    relay,
    reconfigure: key === undefined ? undefined : toReconfigureData(key),
    vendor,
  };
}

/** The first of those that were heard at the same time. */
function lastHeard(records: LeaseReader, slots: readonly number[]): number | undefined {
  let latest = slots[0];
  for (const slot of slots) if (latest === undefined || records.clientLastTransactionTime(slot) > records.clientLastTransactionTime(latest)) latest = slot;
  return latest;
}

/** T1 and T2 as the client was told them last for this IA; none where it has no lease in it. */
function toldRenewal(records: LeaseReader, slots: readonly number[], kind: LeaseKind, iaid: Iaid): RenewalTimes {
  let latest: number | undefined;
  for (const slot of slots) {
    if (records.status(slot) !== BindingStatus.ACTIVE || records.kind(slot) !== kind || records.iaid(slot) !== iaid) continue;
    if (latest === undefined || isToldLater(records, slot, latest)) latest = slot;
  }
  return latest === undefined ? NOTHING_TOLD : records.renewal(latest);
}

/** Of leases in one Reply the shortest counts (RFC 9915 section 18.3.4), also where nothing is known but their lifetimes. */
function isToldLater(records: LeaseReader, slot: number, other: number): boolean {
  const since = records.clientLastTransactionTime(slot) - records.clientLastTransactionTime(other);
  return since > 0 || (since === 0 && records.preferredLifetime(slot) < records.preferredLifetime(other));
}

function leaseUpdate(records: LeaseReader, slot: number, now: EpochSeconds): LeaseUpdate {
  const past = (time: EpochSeconds): EpochSeconds => (records.isExact(slot) ? time : boundTold(records.status(slot), time, now));
  const end = toldEnd(records, slot);
  const ends = hasEnd(end);
  return {
    address: records.address(slot),
    prefixLength: records.prefixLength(slot),
    preferredLifetime: records.preferredLifetime(slot),
    validLifetime: records.validLifetime(slot),
    bindingStatus: records.status(slot),
    startTimeOfState: past(records.startTimeOfState(slot)),
    stateExpirationTime: ends ? end : undefined,
    partnerLifetime: ends ? partnerLifetimeOf(records, slot) : undefined,
    expirationTime: ends ? records.expirationTime(slot) : undefined,
    partnerRawCltTime: timeIfAny(past(records.partnerRawCltTime(slot))),
    cltTime: timeIfAny(past(records.clientLastTransactionTime(slot))),
    ...toldNames(records.dns(slot)),
  };
}

/**
 * A time of what was, that is only an upper bound (R-ST2), as it is told: of a lease that a client holds it was not later than now, either.
 * That a lease ended nobody knows to be news: the partner believes it where it has nothing else (rule 8).
 */
function boundTold(status: BindingStatus, time: EpochSeconds, now: EpochSeconds): EpochSeconds {
  if (time === 0) return time;
  return status === BindingStatus.ACTIVE ? earlierOf(time, now) : LONG_AGO;
}

/**
 * The partner-lifetime that goes out; 0: none does, the status has no end. In the record it is 0 when there was nothing more to
 * tell. Whoever asks for everything is told what was acknowledged, and never less than what the client was promised.
 */
export function partnerLifetimeOf(records: LeaseReader, slot: number): EpochSeconds {
  const end = toldEnd(records, slot);
  if (!hasEnd(end)) return epochSeconds(0);
  return laterOf(end, laterOf(records.partnerLifetime(slot), records.ackedPartnerLifetime(slot)));
}

/**
 * That a lease ended here counts alone until the partner's promise of it is over, and MCLT behind that: a partner that lost its records
 * has to hear of that promise (which statuses have an end is left open, section 7.2), and knows itself when it is over.
 */
function toldEnd(records: LeaseReader, slot: number): EpochSeconds {
  const promised = records.expirationTime(slot);
  const isPromised = hasEnded(records.status(slot)) && promised !== 0;
  return isPromised ? promised : records.stateExpirationTime(slot);
}

function hasEnd(end: EpochSeconds): boolean {
  return end !== NEVER && end !== 0;
}

function timeIfAny(time: EpochSeconds): EpochSeconds | undefined {
  return time === 0 ? undefined : time;
}
