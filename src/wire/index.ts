/**
 * Octets to DHCPv6 messages and back. This room knows the formats and no policy; it imports no other room, and it does no I/O.
 *
 * - Messages and relay chains: RFC 9915 (8, 9, 19), RFC 4994, RFC 8357. `decodeDatagram` and `DataWriter` are the way of
 *   every packet: one pass, views instead of copies, an error value for bad input.
 * - Options: RFC 9915 21 and RFC 3319, 3646, 4075, 4580, 4649, 4833, 4994, 5908, 5970, 6334, 6422, 6603, 6939, 7598, 8026, 8357, 8910,
 *   9463.
 * - Failover between two servers: failover/, RFC 8156.
 * - Leasequery: leasequery/, RFC 5007, 5460, 7653.
 * - Addresses and prefixes: RFC 4291, 5952, 5453. DUIDs: RFC 9915 11. Domain names: RFC 9915 10, RFC 1035 3.1.
 */
export * from './address.ts';
export * from './address-text.ts';
export type { ClientMessage, IdentityAssociation, LeaseOption } from './client-message.ts';
export * from './constants.ts';
export { type Datagram, decodeDatagram, type RelayLevel } from './datagram.ts';
export * from './data-writer.ts';
export { LABEL_LENGTH_MAX, NAME_LENGTH_MAX, decodeDomainNames, type DomainName, encodeDomainNames, parseDomainName } from './domain-name.ts';
export * from './duid.ts';
export * from './dns/index.ts';
export * from './failover/index.ts';
export * from './half-sip-hash.ts';
export * from './hash-map.ts';
export * from './hex.ts';
export * from './invariant.ts';
export * from './ipv4.ts';
export * from './leasequery/index.ts';
export * from './message-type.ts';
export * from './octets.ts';
export * from './option-code.ts';
export * from './option-request.ts';
export { addressListShape } from './options/addresses.ts';
export { unsignedListShape } from './options/integers.ts';
export { domainListShape } from './options/names.ts';
export type { EncryptedDns } from './options/dnr.ts';
export type { NtpServer } from './options/ntp.ts';
export * from './options/plain-option.ts';
export { RadiusAttributeType, delegatedPrefix, framedAddress } from './options/radius.ts';
export type { RadiusAttribute } from './options/radius.ts';
export { optionCodec, optionName } from './options/registry.ts';
export type { MappingRule, PortParameters } from './options/softwire.ts';
export type { Suboption } from './options/suboptions.ts';
export type { RemoteId } from './options/opaque.ts';
export type { VendorClass } from './options/vendor.ts';
export * from './pearson-hash.ts';
export * from './peek.ts';
export * from './plain-message.ts';
export * from './prefix-exclude.ts';
export * from './prefix.ts';
export { registeredAddress, type RegisteredAddress } from './registered-address.ts';
export * from './relay-forward.ts';
export * from './relay-headers.ts';
export * from './relay-reply.ts';
export * from './status-code.ts';
export { decodeText, encodeText } from './text.ts';
export * from './units.ts';
export { describeWireError, type Decoded, type WireError, type WireErrorCode } from './wire-error.ts';
export * from './write-message.ts';
