/** What a client is known by where two boxes divide the clients between them (RFC 3074 section 4: the Service Transaction ID). */
import type { LeaseName } from '../lease/index.ts';
import { sameBytes } from '../wire/index.ts';
import type { Duid } from '../wire/index.ts';
import { addressOctets } from './client-link-layer-address.ts';
import type { CompiledLink } from './compiled-link.ts';
import type { Link, Reservation } from './configuration.ts';
import type { Query } from './query.ts';

/**
 * Its DUID; without one, in an Information-request, its address. But a lease that is reserved by a link-layer address is one box's to
 * give, whatever DUIDs the device comes with: a boot loader and a system seldom have the same.
 *
 * @param linkLayerAddress hardware type and address, if known
 */
export function balancedIdentity({ message, levels, source }: Pick<Query, 'message' | 'levels' | 'source'>, { reservations }: Pick<CompiledLink, 'reservations'>, linkLayerAddress: Uint8Array | undefined): Uint8Array {
  const known = addressOctets(linkLayerAddress);
  if (known !== undefined && reservations.isOfLinkLayer(known)) return known;
  return message.clientId ?? levels.at(-1)?.peerAddress ?? source;
}

/** What is known of a client from its lease. */
export interface LeaseHolder {
  readonly duid: Duid;
  readonly lease: LeaseName;
  /** Without its hardware type, if known. */
  readonly linkLayerAddress: Uint8Array | undefined;
}

/** The same of a client that is known from its lease on the link: it may be one that is reserved by a link-layer address. */
export function balancedIdentityOfLease({ duid, lease, linkLayerAddress }: LeaseHolder, link: Link): Uint8Array {
  const known = linkLayerAddress ?? link.reservations.find((reservation) => isOf(reservation, lease))?.linkLayerAddress;
  const isReserved = known !== undefined && link.reservations.some(({ linkLayerAddress: reserved }) => reserved !== undefined && sameBytes(reserved, known));
  return isReserved ? known : duid;
}

function isOf({ addresses, prefixes }: Reservation, { address, prefixLength }: LeaseName): boolean {
  if (prefixLength === 128) return addresses.some((reserved) => sameBytes(reserved, address));
  return prefixes.some(({ prefix }) => prefix.length === prefixLength && sameBytes(prefix.address, address));
}
