/**
 * The agreement of two boxes on who answers which clients (R-LB1): the primary proposes in CONNECT the hash buckets that it answers
 * itself, the secondary agrees in CONNECTREPLY with those that are left. It counts for that connection, and so for one time in NORMAL.
 */
import { ExtensionCode, HASH_BUCKETS, countBuckets, extension, extensionOf } from '../wire/index.ts';
import type { VendorSuboption } from '../wire/index.ts';
import { clientSplit, isOther, mapBeside, proposedMap } from './client-split.ts';
import type { ClientSplit } from './client-split.ts';
import type { Connection } from './connection.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointState } from './endpoint-state.ts';
import { RESPONSIVE, responsiveness } from './responsiveness.ts';
import type { Responsiveness } from './responsiveness.ts';

/** In a primary's CONNECT, beside what it speaks. */
export function proposal({ configuration: { loadBalancing } }: Endpoint): readonly VendorSuboption[] {
  return loadBalancing === undefined ? [] : [extension(ExtensionCode.HASH_MAP, proposedMap(loadBalancing.primaryShare))];
}

/** What the secondary makes of a CONNECT that it takes. */
export function splitOffered(endpoint: Endpoint, connection: Connection, vendor: readonly VendorSuboption[]): void {
  forget(endpoint);
  if (!doBothBalance(endpoint, connection)) return;
  const proposed = extensionOf(vendor, ExtensionCode.HASH_MAP);
  const map = proposed === undefined ? undefined : mapBeside(proposed);
  if (map === undefined) {
    refuse(endpoint, proposed === undefined ? 'it proposes no hash map of 32 octets' : 'the hash map that it proposes leaves one box without a client');
  } else {
    endpoint.split = clientSplit(map);
    tell(endpoint, countBuckets(map));
  }
}

/** What the primary makes of a CONNECTREPLY that consents. */
export function splitAnswered(endpoint: Endpoint, connection: Connection, vendor: readonly VendorSuboption[]): void {
  forget(endpoint);
  const { loadBalancing } = endpoint.configuration;
  if (loadBalancing === undefined || !doBothBalance(endpoint, connection)) return;
  const own = proposedMap(loadBalancing.primaryShare);
  const answered = extensionOf(vendor, ExtensionCode.HASH_MAP);
  if (answered === undefined) {
    refuse(endpoint, 'it answers with no hash map of 32 octets');
  } else if (!isOther(answered, own)) {
    refuse(endpoint, 'its hash map and that of this box together are not all ones');
  } else {
    endpoint.split = clientSplit(own);
    tell(endpoint, countBuckets(own));
  }
}

/**
 * What a state leaves to this box, by its role and by what the two agreed on: only NORMAL divides (R-LB4). As long as the secondary has
 * not said that it is there the primary answers everybody; and where nobody knows what a partner makes of the map, too. No box counts as
 * alone where the other one may answer the same clients.
 */
export function responsivenessIn(endpoint: Endpoint, state: EndpointState): Responsiveness {
  const { configuration: { role }, record } = endpoint;
  const split = splitInForce(endpoint);
  if (state !== EndpointState.NORMAL || (split === undefined && splitProblemOf(endpoint) === undefined)) return responsiveness(state, role);
  const isPartnerThere = record.current.partnerState === EndpointState.NORMAL;
  if (role === 'primary') return split !== undefined && isPartnerThere ? split.both : RESPONSIVE;
  if (split === undefined) return responsiveness(state, role);
  return isPartnerThere ? split.both : split.beside;
}

/**
 * What the two agreed on, unless they are configured differently: then a client may be on a link, or have a reservation, that its box knows
 * nothing of, and nobody would answer it.
 */
export function splitInForce({ split, differences }: Endpoint): ClientSplit | undefined {
  return differences.length === 0 ? split : undefined;
}

/** Why the clients are not divided though both boxes speak of it; undefined: nothing is wrong. */
export function splitProblemOf({ split, splitProblem, differences }: Endpoint): string | undefined {
  return split !== undefined && differences.length > 0 ? 'the two boxes are configured differently' : splitProblem;
}

function forget(endpoint: Endpoint): void {
  endpoint.split = undefined;
  endpoint.splitProblem = undefined;
}

/** What it takes to relay is there as well: without, what a client says to the wrong box would be lost (R-LB3). */
function doBothBalance({ configuration: { loadBalancing } }: Endpoint, { extensions }: Connection): boolean {
  return loadBalancing !== undefined && [ExtensionCode.HASH_MAP, ExtensionCode.RELAYED_MESSAGE].every((code) => extensions.includes(code));
}

function refuse(endpoint: Endpoint, why: string): void {
  endpoint.splitProblem = why;
  logOf(endpoint, 'warning', `the clients are not divided with ${endpoint.configuration.partnerName}: ${why}`);
}

function tell(endpoint: Endpoint, buckets: number): void {
  const { partnerName } = endpoint.configuration;
  logOf(endpoint, 'info', `while both are in NORMAL this box answers the clients of ${String(buckets)} hash buckets, ${partnerName} those of the other ${String(HASH_BUCKETS - buckets)}`);
}
