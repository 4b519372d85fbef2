/** The client's link-layer address, as far as a message tells it. */
import { OptionCode, isLinkLocal } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import type { Query } from './query.ts';

const HARDWARE_TYPE_ETHERNET = 1;

/**
 * Hardware type and address from the relay agent nearest to the client (RFC 6939 section 4; the option
 * counts nowhere else), or from a link-local source address that was made of an Ethernet address
 * (RFC 4291 appendix A).
 */
export function clientLinkLayerAddress(query: Query): Uint8Array | undefined {
  const nearest = query.levels[query.levels.length - 1];
  if (nearest === undefined) return fromModifiedEui64(query.source);
  const index = nearest.options.indexOf(OptionCode.CLIENT_LINKLAYER_ADDR);
  return index >= 0 ? nearest.options.value(index).slice() : fromModifiedEui64(nearest.peerAddress);
}

function fromModifiedEui64(address: Address): Uint8Array | undefined {
  if (!isLinkLocal(address) || address[11] !== 0xff || address[12] !== 0xfe) return undefined;
  const found = new Uint8Array(8);
  found[1] = HARDWARE_TYPE_ETHERNET;
  found.set(address.subarray(8, 11), 2);
  found.set(address.subarray(13, 16), 5);
  found[2] = (address[8] ?? 0) ^ 0x02;
  return found;
}
