import { ADDRESS_LENGTH, type Address, type Duid, type EpochSeconds, type Iaid, type Seconds, invariant, sameBytes } from '../wire/index.ts';
import { type Binding, BindingStatus, LeaseKind, PRESENT_TIMESCALE, hasEnded, isFree } from './binding.ts';
import { toBeRemoved } from './lease-dns.ts';
import { NEVER, saturatedExpirationTime } from './lifetimes.ts';
import type { LeaseName } from './pool-definition.ts';

/**
 * The transitions of RFC 8156 section 7.2, figure 2, by the numbers of their events. PENDING-FREE need not be a status of its
 * own: an ended lease goes from it to FREE or FREE-BACKUP at once.
 */
const TRANSITIONS: readonly (readonly [from: BindingStatus, to: BindingStatus])[] = [
  [BindingStatus.FREE, BindingStatus.ACTIVE], // (1) the primary gives it
  [BindingStatus.FREE_BACKUP, BindingStatus.ACTIVE], // (2) the secondary gives it
  [BindingStatus.ACTIVE, BindingStatus.RELEASED], // (3) Release
  [BindingStatus.EXPIRED, BindingStatus.FREE], // (4), (5) whoever has to know that it ended does
  [BindingStatus.RELEASED, BindingStatus.FREE], // (4), (5)
  [BindingStatus.RESET, BindingStatus.FREE], // (4), (5)
  [BindingStatus.PENDING_FREE, BindingStatus.FREE], // (5)
  [BindingStatus.EXPIRED, BindingStatus.FREE_BACKUP], // (4), (6) the same for the secondary's half of the addresses
  [BindingStatus.RELEASED, BindingStatus.FREE_BACKUP], // (4), (6)
  [BindingStatus.RESET, BindingStatus.FREE_BACKUP], // (4), (6)
  [BindingStatus.PENDING_FREE, BindingStatus.FREE_BACKUP], // (6)
  [BindingStatus.FREE, BindingStatus.FREE_BACKUP], // (7) the primary hands a prefix over
  [BindingStatus.FREE_BACKUP, BindingStatus.FREE], // (7) and takes it back
  [BindingStatus.ACTIVE, BindingStatus.EXPIRED], // (8) the valid lifetime ended
  [BindingStatus.ACTIVE, BindingStatus.ABANDONED], // (9) Decline
  [BindingStatus.ABANDONED, BindingStatus.RESET], // (10) the operator, or it was set aside for long enough
];

const NOTHING_PROMISED = {
  partnerLifetime: 0 as EpochSeconds,
  ackedPartnerLifetime: 0 as EpochSeconds,
  expirationTime: 0 as EpochSeconds,
};
const NOBODY = new Uint8Array(0) as Duid;

/** What a server decided to give to a client. */
export interface Grant {
  readonly address: Address;
  readonly prefixLength: number;
  readonly kind: LeaseKind;
  readonly duid: Duid;
  readonly iaid: Iaid;
  readonly preferredLifetime: Seconds;
  readonly validLifetime: Seconds;
  readonly linkLayerAddress: Uint8Array | undefined;
  readonly relay: Uint8Array | undefined;
  readonly relayAgent: Uint8Array | undefined;
  /** See `reconfigureData`; undefined: the client has no reconfigure key. */
  readonly reconfigureData?: Uint8Array | undefined;
  /** Where a client that was heard directly is reached, if its partner is to know (R-ST3). */
  readonly clientAddress?: Uint8Array | undefined;
  /** The names that the lease gets (`LeaseDns`). */
  readonly dns?: Uint8Array | undefined;
}

/**
 * The ACTIVE binding of a grant. `previous` is the binding of the lease so far, if it has one: it is free, or it ended and goes
 * back to the client that it had (RFC 8156 4.2.2.1). `revision` is that of the commit.
 */
export function granted(grant: Grant, previous: Binding | undefined, now: EpochSeconds, revision: number): Binding {
  invariant(grant.preferredLifetime <= grant.validLifetime, 'no preferred lifetime is longer than the valid one');
  const returning = previous !== undefined && hasEnded(previous.status) ? previous : undefined;
  if (returning !== undefined) invariant(sameBytes(returning.duid, grant.duid), 'a lease that ended goes back to its own client alone');
  else checkTransition(previous === undefined ? BindingStatus.FREE : previous.status, BindingStatus.ACTIVE);
  return {
    address: grant.address,
    prefixLength: grant.prefixLength,
    kind: grant.kind,
    status: BindingStatus.ACTIVE,
    duid: grant.duid,
    iaid: grant.iaid,
    preferredLifetime: grant.preferredLifetime,
    validLifetime: grant.validLifetime,
    clientLastTransactionTime: now,
    startTimeOfState: now,
    stateExpirationTime: saturatedExpirationTime(now, grant.validLifetime),
    ...promisesOf(returning ?? NOTHING_PROMISED),
    partnerRawCltTime: 0 as EpochSeconds,
    updateNeeded: false,
    timescale: PRESENT_TIMESCALE,
    revision,
    linkLayerAddress: grant.linkLayerAddress,
    relay: grant.relay,
    relayAgent: grant.relayAgent,
    reconfigureData: grant.reconfigureData,
    clientAddress: grant.clientAddress,
    dns: grant.dns,
  };
}

/** The lease ran out. */
export function expired(binding: Binding, now: EpochSeconds, revision: number): Binding {
  invariant(binding.stateExpirationTime <= now, 'a lease expires when its time has come');
  return moved(binding, BindingStatus.EXPIRED, now, NEVER, revision);
}

/** The client gave the lease back. */
export function released(binding: Binding, now: EpochSeconds, revision: number): Binding {
  return { ...moved(binding, BindingStatus.RELEASED, now, NEVER, revision), clientLastTransactionTime: now, timescale: PRESENT_TIMESCALE };
}

/** The client found the address in use by somebody else: it is set aside for `hold`. */
export function declined(binding: Binding, hold: Seconds, now: EpochSeconds, revision: number): Binding {
  const until = saturatedExpirationTime(now, hold);
  const dns = toBeRemoved(binding.dns);
  return { ...moved(binding, BindingStatus.ABANDONED, now, until, revision), clientLastTransactionTime: now, timescale: PRESENT_TIMESCALE, dns };
}

/** A declined lease may be used again. */
export function reset(binding: Binding, now: EpochSeconds, revision: number): Binding {
  return moved(binding, BindingStatus.RESET, now, NEVER, revision);
}

/** The same binding, which a partner is to be told of (RFC 8156 7.5.4). */
export function toBeTold(binding: Binding): Binding {
  return { ...binding, updateNeeded: true };
}

/** An expired, released or reset lease is free for the next client of a box that shares it with nobody. It remembers its last one. */
export function freed(binding: Binding, now: EpochSeconds, revision: number): Binding {
  return freedAs(BindingStatus.FREE, binding, now, revision);
}

/**
 * The same for a lease that is shared with a partner, which knows that it ended, or is down: it goes to the one that it belongs
 * to. That is the primary for a prefix, and for an odd address (RFC 8156 7.2, events 5 and 6; 4.2.1.1; 4.2.2).
 */
export function freedToOwner(binding: Binding, now: EpochSeconds, revision: number): Binding {
  const isSecondarys = binding.kind === LeaseKind.IA_NA && ((binding.address[ADDRESS_LENGTH - 1] as number) & 1) === 0;
  return freedAs(isSecondarys ? BindingStatus.FREE_BACKUP : BindingStatus.FREE, binding, now, revision);
}

/** Whose a free prefix is to be. */
export type PrefixOwner = typeof BindingStatus.FREE | typeof BindingStatus.FREE_BACKUP;

/**
 * A free prefix changes hands between primary (FREE) and secondary (FREE_BACKUP); the partner is to be told. `previous` is its
 * binding so far; a prefix that never had one is the primary's.
 */
export function handedOver(name: LeaseName, previous: Binding | undefined, to: PrefixOwner, now: EpochSeconds, revision: number): Binding {
  const binding = previous ?? neverGiven(name, now);
  invariant(isFree(binding.status), 'only a free prefix changes hands');
  return toBeTold(moved(binding, to, now, NEVER, revision));
}

/**
 * What the next client must not inherit from the last one goes: for how long the partners promised the lease to each other. Who makes
 * it free removes it from the DNS (RFC 8156 section 9.4).
 */
function freedAs(status: PrefixOwner, binding: Binding, now: EpochSeconds, revision: number): Binding {
  invariant(hasEnded(binding.status), 'a lease is free behind its end');
  return { ...moved(binding, status, now, NEVER, revision), ...NOTHING_PROMISED, timescale: PRESENT_TIMESCALE, dns: toBeRemoved(binding.dns) };
}

type Promises = Pick<Binding, keyof typeof NOTHING_PROMISED>;

function promisesOf({ partnerLifetime, ackedPartnerLifetime, expirationTime }: Promises): Promises {
  return { partnerLifetime, ackedPartnerLifetime, expirationTime };
}

function neverGiven({ address, prefixLength }: LeaseName, now: EpochSeconds): Binding {
  return {
    address,
    prefixLength,
    kind: LeaseKind.IA_PD,
    status: BindingStatus.FREE,
    duid: NOBODY,
    iaid: 0 as Iaid,
    preferredLifetime: 0 as Seconds,
    validLifetime: 0 as Seconds,
    clientLastTransactionTime: 0 as EpochSeconds,
    startTimeOfState: now,
    stateExpirationTime: NEVER,
    ...NOTHING_PROMISED,
    partnerRawCltTime: 0 as EpochSeconds,
    updateNeeded: false,
    timescale: PRESENT_TIMESCALE,
    revision: 0,
    linkLayerAddress: undefined,
    relay: undefined,
    relayAgent: undefined,
    reconfigureData: undefined,
    clientAddress: undefined,
    dns: undefined,
  };
}

function moved(binding: Binding, status: BindingStatus, now: EpochSeconds, stateExpirationTime: EpochSeconds, revision: number): Binding {
  checkTransition(binding.status, status);
  return { ...binding, status, startTimeOfState: now, stateExpirationTime, revision };
}

function checkTransition(from: BindingStatus, to: BindingStatus): void {
  const isListed = TRANSITIONS.some(([first, second]) => first === from && second === to);
  invariant(isListed, 'a lease goes from status to status as RFC 8156 7.2 says');
}
