/** LEASEQUERY by UDP (RFC 5007 section 4.4). */
import { DataWriter, LeasequeryMessageType, LeasequeryStatusCode, QueryType, decodeLeaseQuery, isMulticast, isUnspecified, sameBytes, writeLeasequeryReply } from '../../wire/index.ts';
import type { Address, ClientMessage, EpochSeconds, LeaseQueryOption, LeasequeryReply } from '../../wire/index.ts';
import type { LeasequeryConfiguration, Link } from '../configuration.ts';
import type { DiscardReason } from '../discard-reason.ts';
import { holderOf } from './holder.ts';
import { isAnyLocked, leasesBeside, leasesByLink, queriedClient } from './leases-of-client.ts';
import { linkAddress } from './link-addresses.ts';
import { resolveQuery } from './resolve-query.ts';
import type { LeasequeryRefusal, ResolvedQuery } from './resolve-query.ts';
import { isAnySilent, isPermitted, toldOptions } from './scope.ts';
import type { LeasequeryScope } from './scope.ts';

/** A LEASEQUERY as it came. */
export interface ReceivedLeasequery {
  readonly message: ClientMessage;
  readonly isRelayed: boolean;
  readonly source: Address;
  readonly now: EpochSeconds;
}

export type LeasequeryAnswer =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array; /** Why it holds no lease, if there is a reason. */ readonly refusal: LeasequeryRefusal | undefined }
  | { readonly kind: 'discard'; readonly reason: DiscardReason }
  /** A lease that is asked for waits for a commit: ask again after it. */
  | { readonly kind: 'locked' };

/** What one query comes to. */
type Outcome = Pick<LeasequeryReply, 'client' | 'links'> | LeasequeryRefusal | 'locked' | 'silent';

const NOBODY: Outcome = {};
const writer = new DataWriter();

export function answerLeasequery(scope: LeasequeryScope, received: ReceivedLeasequery): LeasequeryAnswer {
  const { configuration, serverId } = scope;
  const { message, source } = received;
  if (configuration === undefined) return { kind: 'discard', reason: 'leasequery-off' };
  // Relay agents pass on what anybody sends; who asks for leases is known by its own address (RFC 5007 section 5).
  if (received.isRelayed) return { kind: 'discard', reason: 'leasequery-relayed' };
  if (isUnspecified(source) || isMulticast(source)) return { kind: 'discard', reason: 'bad-source' };
  const { clientId } = message;
  if (clientId === undefined) return { kind: 'discard', reason: 'no-client-id' };
  if (message.serverId !== undefined && !sameBytes(message.serverId, serverId)) return { kind: 'discard', reason: 'other-server' };
  const query = decodeLeaseQuery(message);
  if (query === undefined) return { kind: 'discard', reason: 'no-query' };
  if (scope.isStorageLost()) return { kind: 'discard', reason: 'storage-lost' };
  const refusal = refusalOf(configuration, source, query === 'malformed' ? 0 : query.type);
  const resolved = refusal ?? resolveQuery(query, scope.links);
  const outcome = 'code' in resolved ? resolved : answerQuery(scope, resolved, received.now);
  if (outcome === 'locked') return { kind: 'locked' };
  // The partner has the same leases, and answers.
  if (outcome === 'silent') return { kind: 'discard', reason: 'partner-answers' };
  const status = 'code' in outcome ? outcome : undefined;
  const said = 'code' in outcome ? { status } : outcome;
  writeLeasequeryReply(writer, { type: LeasequeryMessageType.LEASEQUERY_REPLY, transactionId: message.transactionId, serverId, requestorId: clientId, ...said });
  const bytes = writer.finish();
  return bytes === undefined ? { kind: 'discard', reason: 'answer-too-long' } : { kind: 'reply', bytes, refusal: status };
}

/** Who may not ask, and what nobody may by UDP (RFC 5460 section 4). */
function refusalOf(configuration: LeasequeryConfiguration, source: Address, type: number): LeasequeryRefusal | undefined {
  if (!isPermitted(configuration, source)) return { code: LeasequeryStatusCode.NotAllowed, text: 'not from this address' };
  switch (type) {
    case QueryType.QUERY_BY_RELAY_ID:
    case QueryType.QUERY_BY_LINK_ADDRESS:
    case QueryType.QUERY_BY_REMOTE_ID:
      return { code: LeasequeryStatusCode.NotAllowed, text: 'this query is for bulk leasequery, over TCP' };
    default:
      return undefined;
  }
}

function answerQuery(scope: LeasequeryScope, { query, link }: ResolvedQuery, now: EpochSeconds): Outcome {
  if (isAnySilent(scope, link)) return 'silent';
  const found = leasesAsked(scope, query, link);
  if (found.some(([, slots]) => isAnyLocked(scope.table, slots))) return 'locked';
  const requested = toldOptions(scope, query.requestedOptions);
  const clients = found.flatMap(([on, slots]) => {
    const told = queriedClient(scope, slots, requested, now);
    return told === undefined ? [] : [{ on, told }];
  });
  const [first, ...others] = clients;
  if (first === undefined) return NOBODY;
  if (others.length === 0) return { client: first.told };
  return { links: clients.map(({ on, told }) => linkAddress(on, told.leases[0]?.address ?? query.linkAddress)) };
}

/** The leases of one client, by link. */
function leasesAsked(scope: LeasequeryScope, query: LeaseQueryOption, link: Link | undefined): readonly (readonly [Link, readonly number[]])[] {
  if (query.type === QueryType.QUERY_BY_ADDRESS) {
    const slot = query.address === undefined ? undefined : holderOf(scope.table, query.address);
    const on = slot === undefined ? undefined : scope.linkOf(slot);
    if (slot === undefined || on === undefined || (!isUnspecified(query.linkAddress) && on !== link)) return [];
    return [[on, leasesBeside(scope, slot) ?? []]];
  }
  const { clientId } = query;
  return clientId === undefined ? [] : [...leasesByLink(scope, clientId)].filter(([on]) => link === undefined || on === link);
}
