/** What a client is known by where two boxes divide the clients between them (RFC 3074 section 4: the Service Transaction ID). */
import type { Duid } from '../wire/index.ts';
import { derivedLinkLayerAddress, reportedLinkLayerAddress } from './client-link-layer-address.ts';
import type { CompiledLink } from './compiled-link.ts';
import type { Link } from './configuration.ts';
import type { Query } from './query.ts';
import { HARDWARE_TYPE_LENGTH, reservationIndex } from './reservations.ts';
import type { ReservationIndex } from './reservations.ts';

/**
 * Its DUID; without one, in an Information-request, its address. But a lease that is reserved by a link-layer address is one box's to
 * give, whatever DUIDs the device comes with: a boot loader and a system seldom have the same.
 */
export function balancedIdentity(query: Query, { reservations }: Pick<CompiledLink, 'reservations'>): Uint8Array {
  const { message, levels, source } = query;
  const known = reservations.isEmpty ? undefined : (reportedLinkLayerAddress(query) ?? derivedLinkLayerAddress(query));
  const reserved = known === undefined ? undefined : reservedIdentity(known.subarray(HARDWARE_TYPE_LENGTH), reservations);
  return reserved ?? message.clientId ?? levels.at(-1)?.peerAddress ?? source;
}

/** The same of a client that is known from its lease on the link. @param linkLayerAddress without its hardware type, if known */
export function balancedIdentityOfLease(duid: Duid, linkLayerAddress: Uint8Array | undefined, link: Link): Uint8Array {
  return (linkLayerAddress === undefined ? undefined : reservedIdentity(linkLayerAddress, reservationIndex(link))) ?? duid;
}

function reservedIdentity(linkLayerAddress: Uint8Array, reservations: ReservationIndex): Uint8Array | undefined {
  return reservations.isOfLinkLayer(linkLayerAddress) ? linkLayerAddress : undefined;
}
