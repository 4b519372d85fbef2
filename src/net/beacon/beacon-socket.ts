/** A raw socket on one interface that hears nothing but beacons, and sends them to whom clients ask: the servers on the link. */
import { isLinkLocal, parseAddress } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';
import { BEACON_OCTETS, BEACON_TYPE } from './beacon-message.ts';

const IPPROTO_IPV6 = 41;
const IPPROTO_ICMPV6 = 58;
/** RFC 3493 sections 5.2 and 5.3. */
const IPV6_MULTICAST_HOPS = 18;
const IPV6_MULTICAST_LOOP = 19;
const IPV6_JOIN_GROUP = 20;
/** ICMP6_FILTER (RFC 3542 section 3.2): a bit for each type, in words of the machine's order; 1 blocks. */
const ICMP6_FILTER = 1;
const FILTER_WORDS = 8;

/** All_DHCP_Relay_Agents_and_Servers: the way of a client's message is the way that is to be watched (RFC 9915 section 7.1). */
const GROUP = 'ff02::1:2';
/** No router passes it on with less, and none sets it back (as RFC 4861 section 11.2 has it). */
const HOPS = 255;

export interface BeaconSocket {
  readonly ifindex: number;
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
  handlers: BeaconSocketHandlers,
): Promise<BeaconSocket | { readonly error: string }> {
  try {
    // A box without a partner does without it.
    const { default: raw } = await import('raw-socket');
    const options = { protocol: raw.Protocol.ICMPv6, addressFamily: raw.AddressFamily.IPv6, bufferSize: 2 * BEACON_OCTETS };
    const socket = raw.createSocket(options);
    const set = (level: number, option: number, value: Uint8Array): void => {
      socket.setOption(level, option, Buffer.from(value.buffer, value.byteOffset, value.byteLength), value.byteLength);
    };
    const integer = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
    let isOpen = true;
    // The package would open another socket for whoever sends on a closed one.
    const close = (): void => {
      if (isOpen) socket.close();
      isOpen = false;
    };
    try {
      const filter = new Uint32Array(FILTER_WORDS).fill(0xffffffff);
      filter[BEACON_TYPE >> 5] = ~(1 << (BEACON_TYPE & 31));
      set(IPPROTO_ICMPV6, ICMP6_FILTER, new Uint8Array(filter.buffer));
      // The package does not say where a message came in: a socket hears one interface.
      set(raw.SocketLevel.SOL_SOCKET, raw.SocketOption.SO_BINDTODEVICE, Buffer.from(`${interfaceName}\0`));
      set(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, integer(HOPS));
      set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, integer(0));
      const group = parseAddress(GROUP) ?? new Uint8Array(16);
      set(IPPROTO_IPV6, IPV6_JOIN_GROUP, Buffer.concat([group, integer(ifindex)]));
    } catch (error) {
      close();
      throw error;
    }
    socket.on('message', (message, source) => {
      const address = isOpen ? parseAddress(source) : undefined;
      // No router passes on what comes from one (RFC 4291 section 2.5.6): it is on the link. The hop limit can't be seen here.
      if (address !== undefined && isLinkLocal(address)) handlers.onMessage(message, address);
    });
    socket.on('error', (error) => {
      if (!isOpen) return;
      close();
      handlers.onFailed(error.message);
    });
    return {
      ifindex,
      send(message, failed) {
        if (!isOpen) return;
        socket.send(message, 0, message.length, GROUP, (error) => {
          if (error !== null && isOpen) failed(error.message);
        });
      },
      close,
    };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
