/**
 * A server's part in DHCPv6: from a client's message to its answer (RFC 9915 sections 13.1, 16, 18.3 and
 * 21; RFC 5970, 6422, 6603, 6939, 8168), one file a message type; what classes of clients mean is in classes/, Reconfigure in reconfigure/,
 * what relay agents and others are told of leases (RFC 5007, 5460) in leasequery/. No failover here: which messages
 * this box answers at all, and when an answer may leave, is decided above.
 *
 * `createServer` is the way in; `ServerConfiguration` is what the configuration room makes.
 */
export { SOLE_AUTHORITY } from './authority.ts';
export type { LinkAuthority } from './authority.ts';
export { balancedIdentityOfLease } from './balanced-identity.ts';
export { addressOctets } from './client-link-layer-address.ts';
export type {
  AddressPool,
  EncodedOption,
  LeasequeryConfiguration,
  Lifetimes,
  Link,
  OptionSet,
  PrefixPool,
  ReconfigurePolicy,
  Reservation,
  ReservedPrefix,
  ServerConfiguration,
} from './configuration.ts';
export type { ClassTest, ClientClass, PatternTestKind, PoolClasses } from './classes/client-class.ts';
export { evidenceOfDuid, evidenceOfLease, evidenceOfMessage } from './classes/evidence.ts';
export { explainClasses } from './classes/explanation.ts';
export type { ClassExplanation } from './classes/explanation.ts';
export { ANY_OCTET, ANY_OCTETS, formatHexPattern, formatPattern } from './classes/octet-pattern.ts';
export type { OctetPattern } from './classes/octet-pattern.ts';
export type { ClientNames } from './client-names.ts';
export { DISCARD_REASONS } from './discard-reason.ts';
export type { DiscardReason } from './discard-reason.ts';
export { linkFinder } from './lease-links.ts';
export { placeFinder } from './lease-places.ts';
export { answerLeasequery } from './leasequery/answer-query.ts';
export type { LeasequeryAnswer, ReceivedLeasequery } from './leasequery/answer-query.ts';
export type { ActiveAnswer } from './leasequery/active-answer.ts';
export { isAnsweredAlike } from './leasequery/answered-from.ts';
export { beginLeasequery } from './leasequery/begin.ts';
export type { Beginning } from './leasequery/begin.ts';
export { ChangeJournal } from './leasequery/change-journal.ts';
export type { LeasequeryStream } from './leasequery/stream.ts';
export type { LeasequeryRefusal } from './leasequery/resolve-query.ts';
export { isPermitted } from './leasequery/scope.ts';
export type { LeasequeryScope } from './leasequery/scope.ts';
export { numberedPools } from './pool-numbers.ts';
export { heardAt, keyedLease } from './reconfigure/client-key.ts';
export { concernOf } from './reconfigure/concern.ts';
export type { Concern, KnownLease } from './reconfigure/known-lease.ts';
export type { ReconfigureMeans } from './reconfigure/means.ts';
export { composeReconfigure } from './reconfigure/reconfigure-message.ts';
export type { HmacMd5, ReconfigureType } from './reconfigure/reconfigure-message.ts';
export { ReplayDetection } from './reconfigure/replay-detection.ts';
export type { ReplayReservation } from './reconfigure/replay-detection.ts';
export type { Answer, StorageCondition } from './query.ts';
export { sameValue } from './same-value.ts';
export { createServer } from './server.ts';
export type { Server } from './server.ts';
