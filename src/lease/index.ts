/**
 * What a lease is: the binding record and its statuses (RFC 8156 section 5.5.1, RFC 9915 sections 6 and 18.3), the
 * table that holds every lease of the box as packed records, lifetimes (RFC 9915 7.7, 21.4).
 * Nothing here does I/O; times and secrets are passed in.
 */
export { BindingStatus, LeaseKind } from './binding.ts';
export type { Binding } from './binding.ts';
export { LeaseTable } from './lease-table.ts';
export type { HashKey, LeaseReader } from './lease-records.ts';
export { NEVER, remainingLifetime, renewalTimes, saturatedExpirationTime } from './lifetimes.ts';
export type { RenewalSetting, RenewalTimes } from './lifetimes.ts';
export { NO_POOL, NO_SLOT } from './record.ts';
