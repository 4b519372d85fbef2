/**
 * What a lease is: the binding record, its statuses and times (RFC 8156 5.5.1, 7.2, 7.3); the table that holds every lease of
 * the box as packed records and tells which ones end; lifetimes, T1 and T2 (RFC 9915 7.7, 21.4), and what a partner allows of
 * them (RFC 8156 4.4); pools, what a box may give of them (RFC 8156 4.2), and which lease of them
 * a client gets (RFC 7824, RFC 7943, RFC 8168; no reserved interface identifiers, RFC 5453 and RFC 7136).
 * Nothing here does I/O: times and secrets are passed in.
 */
export type { LeasedKind } from './binding.ts';
export { BindingStatus, LeaseKind, PRESENT_TIMESCALE, hasEnded, isForgotten, isFree } from './binding.ts';
export type { Binding } from './binding.ts';
export type { LeaseReader } from './lease-reader.ts';
export { DNS_UP_TO_DATE, FqdnBit, LeaseDnsBit, decodeLeaseDns, encodeLeaseDns, hasDnsBits, toBeRemoved, withDnsBits } from './lease-dns.ts';
export type { LeaseDns } from './lease-dns.ts';
export { LeaseTable } from './lease-table.ts';
export { Allocator } from './allocator.ts';
export type { AllocationLimits, Candidate } from './allocator.ts';
export type { HashKey } from './lease-hash.ts';
export { isHeldBack } from './held-back.ts';
export { behindEnd, unregistered } from './lease-end.ts';
export { NEVER, movedTime, remainingLifetime, renewalTimes, saturatedExpirationTime } from './lifetimes.ts';
export type { RenewalSetting, RenewalTimes } from './lifetimes.ts';
export { grantableLifetime, latestRenewal, partnerDownReuseTime, partnerLifetimeFor } from './partner-lifetimes.ts';
export type { AllocationOrder, LeaseName, PoolDefinition, PoolShare, ReservedLeaseName } from './pool-definition.ts';
export { poolsByLengthHint } from './prefix-length-hint.ts';
export { NO_POOL, NO_SLOT } from './record.ts';
export { RECONFIGURE_KEY_LENGTH, reconfigureData, reconfigureKeyOf, reconfigureTimeOf } from './reconfigure-data.ts';
export { declined, expired, freed, freedToOwner, granted, handedOver, released, reset, toBeTold } from './transitions.ts';
export { slotsOfClient } from './slots-of-client.ts';
