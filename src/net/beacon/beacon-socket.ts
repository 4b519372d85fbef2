/** A raw socket on one interface that hears nothing but beacons, and sends them to whom clients ask: the servers on the link. */
import { isLinkLocal, parseAddress } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';
import { openIcmpv6Socket } from '../icmpv6-socket.ts';
import { BEACON_OCTETS, BEACON_TYPE } from './beacon-message.ts';

const IPPROTO_IPV6 = 41;
/** RFC 3493 sections 5.2 and 5.3. */
const IPV6_MULTICAST_HOPS = 18;
const IPV6_MULTICAST_LOOP = 19;
const IPV6_JOIN_GROUP = 20;

/** All_DHCP_Relay_Agents_and_Servers: the way of a client's message is the way that is to be watched (RFC 9915 section 7.1). */
const GROUP = 'ff02::1:2';
/** No router passes it on with less, and none sets it back (as RFC 4861 section 11.2 has it). */
const HOPS = 255;

export interface BeaconSocket {
  /** @param failed the system did not take it, in its words */
  send(message: Buffer, failed: (reason: string) => void): void;
  close(): void;
}

export interface BeaconSocketHandlers {
  /** `message` is valid until this returns. `source` is a link-local address. */
  readonly onMessage: (message: Buffer, source: Address) => void;
  /** The socket has failed and is closed. */
  readonly onFailed: (reason: string) => void;
}

/** @returns the socket, or why there is none */
export async function openBeaconSocket(
  interfaceName: string,
  ifindex: number,
  { onMessage, onFailed }: BeaconSocketHandlers,
): Promise<BeaconSocket | { readonly error: string }> {
  const opened = await openIcmpv6Socket({
    type: BEACON_TYPE,
    bufferSize: 2 * BEACON_OCTETS,
    interfaceName,
    prepare(setOption) {
      setOption(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, integer(HOPS));
      setOption(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, integer(0));
      setOption(IPPROTO_IPV6, IPV6_JOIN_GROUP, Buffer.concat([parseAddress(GROUP) ?? new Uint8Array(16), integer(ifindex)]));
    },
    onMessage(message, source) {
      const address = parseAddress(source);
      // No router passes on what comes from one (RFC 4291 section 2.5.6): it is on the link. The hop limit can't be seen here.
      if (address !== undefined && isLinkLocal(address)) onMessage(message, address);
    },
    onFailed,
  });
  if ('error' in opened) return opened;
  return {
    send: (message, failed) => opened.send(message, GROUP, failed),
    close: () => opened.close(),
  };
}

function integer(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}
