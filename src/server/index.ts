/**
 * The server's part of DHCPv6: answers clients, one file a message type (RFC 9915 sections 18.3 and 19.3).
 */
export type {
  AddressPool,
  Allocation,
  EncodedOption,
  Lifetimes,
  Link,
  OptionSet,
  Prefix,
  PrefixExclude,
  PrefixPool,
  RelayRemoteId,
  Reservation,
  ReservedPrefix,
  ServerConfiguration,
} from './configuration.ts';
