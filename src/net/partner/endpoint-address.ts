/** Addresses of boxes, as sockets want and give them. */
import { formatAddress, isLinkLocal, parseAddress } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';

/** Where the boxes talk to each other, on this box. */
export interface ManagementPort {
  readonly interfaceName: string;
  readonly address: Address;
}

/** A link-local address means nothing without its zone (RFC 4007 section 11). */
export function hostOf(address: Address, interfaceName: string): string {
  return isLinkLocal(address) ? `${formatAddress(address)}%${interfaceName}` : formatAddress(address);
}

/** Text that is equal where the addresses are, whatever the system wrote; undefined where the socket is gone already. */
export function sourceOf(remoteAddress: string | undefined): string | undefined {
  const address = remoteAddress === undefined ? undefined : parseAddress(remoteAddress.split('%')[0] ?? '');
  return address === undefined ? undefined : formatAddress(address);
}
