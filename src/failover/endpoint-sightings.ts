/** What a box saw of its partner's database, by which that finds out that it is an old one (R-ST1). */
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointState } from './endpoint-state.ts';

/**
 * What is told and acknowledged from now on counts on the partner's database as it is. A partner that may have to find out by what was
 * seen of it that it lacks something has to be told of that first: over this connection it went to NORMAL only when it had heard the state of
 * this box, which says it; or it asks for what it lacks. To be called whenever a state or what the partner says of its database is new.
 */
export function noteSeen(endpoint: Endpoint, { partnerDatabase, partnerHasFoundOut }: Connection): void {
  const isTold = endpoint.state === EndpointState.NORMAL && endpoint.record.current.partnerState === EndpointState.NORMAL;
  if (isTold || partnerHasFoundOut) endpoint.partnerSeen = partnerDatabase ?? endpoint.partnerSeen;
}
