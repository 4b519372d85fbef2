/**
 * Why a message gets no answer. Each reason is a counter of its own, so the names are stable: they
 * appear in `twinlease show counters`.
 */
export const DISCARD_REASONS = [
  'not-for-servers',
  'no-client-id',
  'no-server-id',
  'unexpected-server-id',
  'other-server',
  'ia-in-information-request',
  'unicast',
  'bad-source',
  'unknown-link',
  'partner-answers',
  'partner-bucket',
  'partner-may-know',
  'stale-copy',
  'nothing-to-confirm',
  'nothing-to-rebind',
  'storage-lost',
  'storage-unavailable',
  'answer-too-long',
  'leasequery-off',
  'leasequery-relayed',
  'no-query',
  'registration-off',
  'no-registered-address',
  'registration-of-other',
  'registration-off-link',
  'registration-of-lease',
  'registrations-max',
] as const;

export type DiscardReason = (typeof DISCARD_REASONS)[number];
