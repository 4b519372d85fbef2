/**
 * The messages of a failover connection, octets to values and back. No policy: who may say what, and when, is for the room
 * `failover`.
 *
 * - Framing: RFC 8156 5.1, RFC 5460 5.1. Header: RFC 8156 5.2; STARTTLS and its REPLY have that of RFC 9915 8 (RFC 7653 6.1).
 * - Messages and options: RFC 8156 5.3 to 5.6, 7.4, 7.6; RFC 5007 4.1.2, RFC 7653 6.3.1, RFC 6607 3.4, RFC 4704 4.
 * - Extensions of this program: suboptions of a Vendor-specific Information option (RFC 9915 21.17).
 */
export { decodeFailoverMessage } from './decode-failover-message.ts';
export { describeFailoverMessage } from './describe-failover-message.ts';
export { encodeFailoverMessage } from './encode-failover-message.ts';
export * from './extension.ts';
export { decodeDnsFlags, dnsFlagBits } from './dns-flags.ts';
export { DnsFlag } from './flag-bits.ts';
export { FrameReader } from './frame-reader.ts';
export { FrameWriter } from './frame-writer.ts';
export type * from './message.ts';
export * from './message-type.ts';
export * from './status-code.ts';
export * from './vendor-suboption.ts';
