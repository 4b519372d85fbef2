/** The client's link-layer address, as far as a message tells it. */
import { OptionCode, isLinkLocal } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import type { Query } from './query.ts';

const HARDWARE_TYPE_ETHERNET = 1;
/** In front of a link-layer address (RFC 6939 section 4). */
const HARDWARE_TYPE_LENGTH = 2;

/** The address without its hardware type. A view. */
export function addressOctets(linkLayerAddress: Uint8Array): Uint8Array;
export function addressOctets(linkLayerAddress: Uint8Array | undefined): Uint8Array | undefined;
export function addressOctets(linkLayerAddress: Uint8Array | undefined): Uint8Array | undefined {
  return linkLayerAddress?.subarray(HARDWARE_TYPE_LENGTH);
}

/**
 * Hardware type and address as the relay agent nearest to the client tells them (RFC 6939 section 4; the
 * option counts nowhere else).
 */
export function reportedLinkLayerAddress({ levels }: Pick<Query, 'levels'>): Uint8Array | undefined {
  const nearest = levels[levels.length - 1];
  if (nearest === undefined) return undefined;
  const index = nearest.options.indexOf(OptionCode.CLIENT_LINKLAYER_ADDR);
  return index < 0 ? undefined : nearest.options.value(index);
}

/** Hardware type and address that the client's link-local address was made of, if it was (RFC 4291 appendix A). */
export function derivedLinkLayerAddress({ levels, source }: Pick<Query, 'levels' | 'source'>): Uint8Array | undefined {
  return linkLayerAddressOf(levels[levels.length - 1]?.peerAddress ?? source);
}

/** The same of an address that is known. */
export function linkLayerAddressOf(address: Address): Uint8Array | undefined {
  if (!isLinkLocal(address) || address[11] !== 0xff || address[12] !== 0xfe) return undefined;
  const found = new Uint8Array(8);
  found[1] = HARDWARE_TYPE_ETHERNET;
  found.set(address.subarray(8, 11), 2);
  found.set(address.subarray(13, 16), 5);
  found[2] = (address[8] ?? 0) ^ 0x02;
  return found;
}
