/**
 * The messages of leasequery, octets to values and back. No policy: who may ask what, and what is known, is for those above.
 *
 * - Messages and options: RFC 5007 4.1, RFC 5460 5, RFC 7653 6. Over TCP each message has its size in front (RFC 5460 5.1).
 */
export * from './decode-frame.ts';
export * from './decode-query.ts';
export { LeasequeryMessageType } from './message-type.ts';
export { LeasequeryOptionCode } from './option-code.ts';
export { QueryType } from './query-type.ts';
export { fromRelayData, type RelayData, toRelayData, withoutOptions } from './relay-data.ts';
export { LeasequeryStatusCode, leasequeryStatusName } from './status-code.ts';
export * from './write-reply.ts';
