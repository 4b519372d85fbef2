import { type Address, type Duid, type EpochSeconds, type Iaid, type Seconds, invariant } from '../wire/index.ts';
import { type Binding, BindingStatus, type LeaseKind } from './binding.ts';
import { NEVER, saturatedExpirationTime } from './lifetimes.ts';

/**
 * The transitions of RFC 8156 section 7.2, figure 2, by the numbers of their events, as far as a box by itself has
 * them: it owns every free lease, as the primary does, and PENDING-FREE need not be a status of its own.
 */
const TRANSITIONS: readonly (readonly [from: BindingStatus, to: BindingStatus])[] = [
  [BindingStatus.FREE, BindingStatus.ACTIVE], // (1) a lease is given
  [BindingStatus.ACTIVE, BindingStatus.RELEASED], // (3) Release
  [BindingStatus.EXPIRED, BindingStatus.FREE], // (4), (5) whoever has to know that it ended does
  [BindingStatus.RELEASED, BindingStatus.FREE], // (4), (5)
  [BindingStatus.RESET, BindingStatus.FREE], // (4), (5)
  [BindingStatus.ACTIVE, BindingStatus.EXPIRED], // (8) the valid lifetime ended
  [BindingStatus.ACTIVE, BindingStatus.ABANDONED], // (9) Decline
  [BindingStatus.ABANDONED, BindingStatus.RESET], // (10) the operator, or it was set aside for long enough
];

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
}

/** The ACTIVE binding of a grant. `previous` is the free lease's binding so far, if it has one; `revision` that of the commit. */
export function granted(grant: Grant, previous: Binding | undefined, now: EpochSeconds, revision: number): Binding {
  invariant(grant.preferredLifetime <= grant.validLifetime, 'no preferred lifetime is longer than the valid one');
  checkTransition(previous === undefined ? BindingStatus.FREE : previous.status, BindingStatus.ACTIVE);
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
    partnerLifetime: 0 as EpochSeconds,
    ackedPartnerLifetime: 0 as EpochSeconds,
    expirationTime: 0 as EpochSeconds,
    partnerRawCltTime: 0 as EpochSeconds,
    updateNeeded: false,
    timescale: 0,
    revision,
    linkLayerAddress: grant.linkLayerAddress,
    relay: grant.relay,
    reconfigureData: undefined,
    clientAddress: undefined,
  };
}

/** The lease ran out. */
export function expired(binding: Binding, now: EpochSeconds, revision: number): Binding {
  invariant(binding.stateExpirationTime <= now, 'a lease expires when its time has come');
  return moved(binding, BindingStatus.EXPIRED, now, NEVER, revision);
}

/** The client gave the lease back. */
export function released(binding: Binding, now: EpochSeconds, revision: number): Binding {
  return { ...moved(binding, BindingStatus.RELEASED, now, NEVER, revision), clientLastTransactionTime: now };
}

/** The client found the address in use by somebody else: it is set aside for `hold`. */
export function declined(binding: Binding, hold: Seconds, now: EpochSeconds, revision: number): Binding {
  const until = saturatedExpirationTime(now, hold);
  return { ...moved(binding, BindingStatus.ABANDONED, now, until, revision), clientLastTransactionTime: now };
}

/** A declined lease may be used again. */
export function reset(binding: Binding, now: EpochSeconds, revision: number): Binding {
  return moved(binding, BindingStatus.RESET, now, NEVER, revision);
}

/** An expired, released or reset lease is free for the next client. It remembers its last one. */
export function freed(binding: Binding, now: EpochSeconds, revision: number): Binding {
  return moved(binding, BindingStatus.FREE, now, NEVER, revision);
}

function moved(binding: Binding, status: BindingStatus, now: EpochSeconds, stateExpirationTime: EpochSeconds, revision: number): Binding {
  checkTransition(binding.status, status);
  return { ...binding, status, startTimeOfState: now, stateExpirationTime, revision };
}

function checkTransition(from: BindingStatus, to: BindingStatus): void {
  const isListed = TRANSITIONS.some(([first, second]) => first === from && second === to);
  invariant(isListed, 'a lease goes from status to status as RFC 8156 7.2 says');
}
