/** A raw socket that hears nothing but Echo Replies. */
import { ECHO_REPLY } from './echo-message.ts';

const IPPROTO_ICMPV6 = 58;
/** ICMP6_FILTER (RFC 3542 section 3.2): a bit for each type, in words of the machine's order; 1 blocks. */
const ICMP6_FILTER = 1;
const FILTER_WORDS = 8;

export interface EchoSocket {
  /** @param failed the system did not take it, in its words */
  send(message: Buffer, host: string, failed: (reason: string) => void): void;
  close(): void;
}

export interface EchoSocketHandlers {
  /** `message` is valid until this returns. */
  readonly onReply: (message: Buffer) => void;
  /** The socket has failed and is closed. */
  readonly onFailed: (reason: string) => void;
}

/** @returns the socket, or why there is none */
export async function openEchoSocket(handlers: EchoSocketHandlers): Promise<EchoSocket | { readonly error: string }> {
  try {
    // A box without a partner does without it.
    const { default: raw } = await import('raw-socket');
    const socket = raw.createSocket({ protocol: raw.Protocol.ICMPv6, addressFamily: raw.AddressFamily.IPv6 });
    const filter = new Uint32Array(FILTER_WORDS).fill(0xffffffff);
    filter[ECHO_REPLY >> 5] = ~(1 << (ECHO_REPLY & 31));
    socket.setOption(IPPROTO_ICMPV6, ICMP6_FILTER, Buffer.from(filter.buffer), filter.byteLength);
    let isOpen = true;
    socket.on('message', (message) => {
      if (isOpen) handlers.onReply(message);
    });
    socket.on('error', (error) => {
      if (!isOpen) return;
      close();
      handlers.onFailed(error.message);
    });
    // The package would open another socket for whoever sends on a closed one.
    const close = (): void => {
      if (isOpen) socket.close();
      isOpen = false;
    };
    return {
      send(message, host, failed) {
        if (!isOpen) return;
        socket.send(message, 0, message.length, host, (error) => {
          if (error !== null && isOpen) failed(error.message);
        });
      },
      close,
    };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
