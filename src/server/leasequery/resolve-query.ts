/** What a query asks, checked against its type and the links that there are (RFC 5007 section 4.4.1, RFC 5460 section 7.2). */
import { LeasequeryStatusCode, QueryType, formatAddress, isUnspecified } from '../../wire/index.ts';
import type { LeaseQueryOption } from '../../wire/index.ts';
import type { Link } from '../configuration.ts';
import { linkAt } from './link-addresses.ts';

/** Why a query is not answered. */
export interface LeasequeryRefusal {
  readonly code: LeasequeryStatusCode;
  /** For whoever reads the requestor's log. */
  readonly text: string;
}

export interface ResolvedQuery {
  readonly query: LeaseQueryOption;
  /** What is asked of; undefined: all links. */
  readonly link: Link | undefined;
}

/** What each type needs, in the words of the RFCs. */
const NEEDS = new Map<number, readonly [field: 'address' | 'clientId' | 'relayId' | 'remoteId' | undefined, what: string]>([
  [QueryType.QUERY_BY_ADDRESS, ['address', 'an IA Address option']],
  [QueryType.QUERY_BY_CLIENTID, ['clientId', 'a Client Identifier option']],
  [QueryType.QUERY_BY_RELAY_ID, ['relayId', 'a Relay-ID option']],
  [QueryType.QUERY_BY_LINK_ADDRESS, [undefined, 'a link-address']],
  [QueryType.QUERY_BY_REMOTE_ID, ['remoteId', 'a Relay Agent Remote-ID option']],
]);

export function resolveQuery(query: LeaseQueryOption | 'malformed', links: readonly Link[]): ResolvedQuery | LeasequeryRefusal {
  if (query === 'malformed') return { code: LeasequeryStatusCode.MalformedQuery, text: 'the query can not be read' };
  const needs = NEEDS.get(query.type);
  if (needs === undefined) return { code: LeasequeryStatusCode.UnknownQueryType, text: `query type ${query.type} is not known` };
  const [field, what] = needs;
  const isAnyLink = isUnspecified(query.linkAddress);
  if (field === undefined ? isAnyLink : query[field] === undefined) return { code: LeasequeryStatusCode.MalformedQuery, text: `the query has to have ${what}` };
  // Where no link is named an address stands for its own.
  const named = isAnyLink ? (field === 'address' ? query.address : undefined) : query.linkAddress;
  const link = named && linkAt(links, named);
  if (named !== undefined && link === undefined) return { code: LeasequeryStatusCode.NotConfigured, text: `no link here has ${formatAddress(named)}` };
  return { query, link };
}
