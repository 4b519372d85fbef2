/**
 * DNS updates: what leases are called (RFC 4704), what is to be added and removed in the DNS, in which order and by which requests
 * (RFC 4703, RFC 4701, RFC 2136), and which box of a pair does it (RFC 8156 section 9). Sending, signing and keys are the shell's.
 */
export type { DnsConfiguration, LinkNaming, Sha256 } from './configuration.ts';
export { answeredFqdn, nameText, namesOf, namingOn } from './names.ts';
export type { DnsRemovals, RemovedName } from './removals.ts';
export type { DnsReport } from './report.ts';
export { DnsUpdates } from './updates.ts';
export type { DnsEffect, DnsOutcome } from './updates.ts';
