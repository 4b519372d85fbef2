/**
 * What a lease is: the binding record and its statuses (RFC 8156 section 5.5.1, RFC 9915 sections 6 and 18.3).
 */
export { BindingStatus, LeaseKind } from './binding.ts';
export type { Binding } from './binding.ts';
