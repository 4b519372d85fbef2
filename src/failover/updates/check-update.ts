/** What an update says, checked (RFC 8156 sections 7.4, 7.5.3, 7.5.4): what the partner sends may be anything. */
import { BindingStatus, LeaseKind } from '../../lease/index.ts';
import {
  type Address,
  type BindingUpdate,
  type BoundIa,
  type BoundIaKind,
  type ClientBindingUpdate,
  type Duid,
  type EpochSeconds,
  ExtensionCode,
  FailoverStatusCode,
  type LeaseUpdate,
  OptionCode,
  type VirtualSubnet,
  epochSeconds,
  extensionOf,
  fromRelayData,
  iaid,
  isLinkLocal,
  u8,
} from '../../wire/index.ts';
import { heardNames } from './lease-dns.ts';
import { fromReconfigureData } from './reconfigure-data.ts';
import type { LeaseScope } from './scope.ts';
import type { CheckedLease } from './stored-binding.ts';

/** Why a lease, or a whole update, is refused. */
export interface Refusal {
  readonly code: FailoverStatusCode;
  /** For the partner's log. */
  readonly text: string;
}

/** What stands beside the leases of an update. */
export interface UpdateHeader {
  /** Of length 0: the update is about a prefix without a client. */
  readonly client: Duid;
  readonly isExact: boolean;
  readonly relay: Uint8Array | undefined;
  readonly relayAgent: Uint8Array | undefined;
  readonly reconfigureData: Uint8Array | undefined;
  readonly clientAddress: Uint8Array | undefined;
}

const NOBODY = new Uint8Array(0) as Duid;
const NO_CLIENT: UpdateHeader = {
  client: NOBODY,
  isExact: true,
  relay: undefined,
  relayAgent: undefined,
  reconfigureData: undefined,
  clientAddress: undefined,
};
/** RFC 6607 section 3.4 */
const GLOBAL_VPN = 255;
const NO_IAID = iaid(0);

/** No client has more leases, or IAs: so the reply, which says more of each lease, fits a message. */
const LEASES_MAX = 256;
/** A time in the past may lie this far ahead of the clock here. */
const AHEAD_MAX = 60;
/** No lease is promised for longer: 34 years. */
const PROMISE_MAX = 0x4000_0000;

const MISSING = FailoverStatusCode.MissingBindingInformation;
const CONFLICT = FailoverStatusCode.ConfigurationConflict;

export function isRefusal(value: Refusal | UpdateHeader | CheckedLease): value is Refusal {
  return 'code' in value;
}

/** An update that is about more than any client has: a reply that mirrors it might not fit a message. */
export function isTooLong(update: BindingUpdate): boolean {
  return update.kind === 'client' && (update.ias.length > LEASES_MAX || leaseCount(update) > LEASES_MAX);
}

function leaseCount({ ias }: ClientBindingUpdate): number {
  return ias.reduce((sum, ia) => sum + ia.leases.length, 0);
}

export function checkHeader(update: BindingUpdate): Refusal | UpdateHeader {
  if (isTooLong(update)) return { code: FailoverStatusCode.UnspecFail, text: 'there are too many leases in it' };
  if (isForeignVpn(update.vss)) return { code: CONFLICT, text: 'no VPN is configured here' };
  if (update.baseTime === undefined) return { code: MISSING, text: 'there is no LQ_BASE_TIME' };
  if (update.kind === 'prefix') return NO_CLIENT;
  if (update.clientId === undefined) return { code: MISSING, text: 'there is no client identifier' };
  if (leaseCount(update) === 0) return { code: MISSING, text: 'there is no lease in it' };
  const clientAddress = update.vendor.length === 0 ? undefined : extensionOf(update.vendor, ExtensionCode.CLIENT_ADDRESS);
  const path = update.relay === undefined ? undefined : fromRelayData(update.relay);
  return {
    client: update.clientId,
    isExact: extensionOf(update.vendor, ExtensionCode.INEXACT_TIMES) === undefined,
    relay: path?.relay,
    relayAgent: path?.relayAgent,
    reconfigureData: update.reconfigure === undefined ? undefined : fromReconfigureData(update.reconfigure),
    clientAddress: clientAddress !== undefined && isLinkLocal(clientAddress) ? clientAddress : undefined,
  };
}

/** One lease of an update; `ia` is undefined for a top-level IAPREFIX. */
export function checkLease(
  header: UpdateHeader,
  ia: Pick<BoundIa, 'kind' | 'iaid' | 't1' | 't2'> | undefined,
  lease: LeaseUpdate,
  scope: LeaseScope,
  now: EpochSeconds,
): Refusal | CheckedLease {
  const kind = ia === undefined ? LeaseKind.IA_PD : leaseKind(ia.kind);
  if (kind === undefined) return { code: CONFLICT, text: 'no temporary addresses are leased here' };
  if (!scope.admits(lease.address, lease.prefixLength, kind)) return { code: CONFLICT, text: 'the lease is in no pool of this relationship' };
  const freeStatus = kind === LeaseKind.IA_NA ? freeAddressStatus(lease.address) : BindingStatus.FREE;
  const status = toStatus(lease.bindingStatus, kind, freeStatus);
  if (status === undefined) return { code: MISSING, text: 'there is no binding-status that is known here' };
  const problem = timeProblem(lease, now) ?? statusProblem(lease, status, header);
  if (problem !== undefined) return { code: MISSING, text: problem };
  return {
    address: lease.address,
    prefixLength: lease.prefixLength,
    kind,
    status,
    freeStatus,
    client: header.client,
    isExact: header.isExact,
    iaid: ia === undefined ? NO_IAID : ia.iaid,
    preferredLifetime: lease.preferredLifetime,
    validLifetime: lease.validLifetime,
    renewal: ia === undefined ? undefined : { t1: ia.t1, t2: ia.t2 },
    cltTime: timeOrNone(lease.cltTime),
    startTimeOfState: timeOrNone(lease.startTimeOfState),
    stateExpirationTime: timeOrNone(lease.stateExpirationTime),
    partnerLifetime: timeOrNone(lease.partnerLifetime),
    expirationTime: timeOrNone(lease.expirationTime),
    partnerRawCltTime: timeOrNone(lease.partnerRawCltTime),
    relay: header.relay,
    relayAgent: header.relayAgent,
    reconfigureData: header.reconfigureData,
    clientAddress: kind === LeaseKind.IA_PD || header.reconfigureData !== undefined ? header.clientAddress : undefined,
    dns: header.client.length === 0 ? undefined : heardNames(lease),
  };
}

/** What a free address is: its lowest bit says whose it is (section 4.2.1.1). */
function freeAddressStatus(address: Address): BindingStatus {
  return (u8(address, 15) & 1) === 1 ? BindingStatus.FREE : BindingStatus.FREE_BACKUP;
}

function isForeignVpn(vss: VirtualSubnet | undefined): boolean {
  return vss !== undefined && vss.type !== GLOBAL_VPN;
}

function leaseKind(kind: BoundIaKind): LeaseKind | undefined {
  return kind === OptionCode.IA_TA ? undefined : kind;
}

/** PENDING-FREE need not be a status: it is what it leads to (F-CR-32). A free address is whose it is, whatever is said of it. */
function toStatus(value: number | undefined, kind: LeaseKind, freeStatus: BindingStatus): BindingStatus | undefined {
  switch (value) {
    case BindingStatus.ACTIVE:
    case BindingStatus.EXPIRED:
    case BindingStatus.RELEASED:
    case BindingStatus.ABANDONED:
    case BindingStatus.RESET:
      return value;
    case BindingStatus.FREE:
    case BindingStatus.FREE_BACKUP:
      return kind === LeaseKind.IA_PD ? value : freeStatus;
    case BindingStatus.PENDING_FREE:
      return freeStatus;
    default:
      return undefined;
  }
}

function timeProblem(lease: LeaseUpdate, now: EpochSeconds): string | undefined {
  if (lease.startTimeOfState === undefined) return 'there is no start-time-of-state';
  if (isAfter(lease.startTimeOfState, now + AHEAD_MAX)) return 'its status begins in the future';
  if (isAfter(lease.cltTime, now + AHEAD_MAX)) return 'its client is heard in the future';
  if (isAfter(lease.partnerRawCltTime, now + AHEAD_MAX)) return 'its client was heard here in the future';
  if (isAfter(lease.stateExpirationTime, now + PROMISE_MAX)) return 'its status ends too far in the future';
  if (isAfter(lease.partnerLifetime, now + PROMISE_MAX)) return 'its partner-lifetime is too far in the future';
  if (isAfter(lease.expirationTime, now + PROMISE_MAX)) return 'its expiration-time is too far in the future';
  return undefined;
}

function isAfter(time: EpochSeconds | undefined, limit: number): boolean {
  return time !== undefined && time > limit;
}

function statusProblem(lease: LeaseUpdate, status: BindingStatus, header: UpdateHeader): string | undefined {
  if (status !== BindingStatus.ACTIVE) return undefined;
  if (header.client.length === 0) return 'a leased prefix needs a client';
  if (lease.stateExpirationTime === undefined) return 'there is no state-expiration-time of a leased lease';
  return lease.preferredLifetime > lease.validLifetime ? 'it is preferred for longer than it is valid' : undefined;
}

function timeOrNone(time: EpochSeconds | undefined): EpochSeconds {
  return time ?? epochSeconds(0);
}
