/** A raw socket that hears ICMPv6 messages of one type (RFC 4443), and sends any. */
const IPPROTO_ICMPV6 = 58;
/** ICMP6_FILTER (RFC 3542 section 3.2): a bit for each type, in words of the machine's order; 1 blocks. */
const ICMP6_FILTER = 1;
const FILTER_WORDS = 8;

export interface Icmpv6Socket {
  /** @param failed the system did not take it, in its words */
  send(message: Buffer, host: string, failed: (reason: string) => void): void;
  close(): void;
}

export interface Icmpv6SocketOptions {
  /** Of the messages that are heard. */
  readonly type: number;
  /** The longest message that is heard, with what the system puts ahead of it; 4096 where it does not say. */
  readonly bufferSize?: number;
  /** Only there it hears and sends; the package does not say where a message came in. */
  readonly interfaceName?: string;
  /** Sets more options. What it throws is why there is no socket. */
  readonly prepare?: (setOption: (level: number, option: number, value: Uint8Array) => void) => void;
  /** `message` is valid until this returns; `source` has no zone. */
  readonly onMessage: (message: Buffer, source: string) => void;
  /** The socket has failed and is closed. */
  readonly onFailed: (reason: string) => void;
}

/** @returns the socket, or why there is none */
export async function openIcmpv6Socket({
  type,
  bufferSize,
  interfaceName,
  prepare,
  onMessage,
  onFailed,
}: Icmpv6SocketOptions): Promise<Icmpv6Socket | { readonly error: string }> {
  try {
    // A box without a partner does without it.
    const { default: raw } = await import('raw-socket');
    const protocol = { protocol: raw.Protocol.ICMPv6, addressFamily: raw.AddressFamily.IPv6 };
    const socket = raw.createSocket(bufferSize === undefined ? protocol : { ...protocol, bufferSize });
    const setOption = (level: number, option: number, value: Uint8Array): void => {
      socket.setOption(level, option, Buffer.from(value.buffer, value.byteOffset, value.byteLength), value.byteLength);
    };
    let isOpen = true;
    // The package would open another socket for whoever sends on a closed one.
    const close = (): void => {
      if (isOpen) socket.close();
      isOpen = false;
    };
    try {
      const filter = new Uint32Array(FILTER_WORDS).fill(0xffffffff);
      filter[type >> 5] = ~(1 << (type & 31));
      setOption(IPPROTO_ICMPV6, ICMP6_FILTER, new Uint8Array(filter.buffer));
      if (interfaceName !== undefined) setOption(raw.SocketLevel.SOL_SOCKET, raw.SocketOption.SO_BINDTODEVICE, Buffer.from(`${interfaceName}\0`));
      prepare?.(setOption);
    } catch (error) {
      close();
      throw error;
    }
    socket.on('message', (message, source) => {
      if (isOpen) onMessage(message, source);
    });
    socket.on('error', (error) => {
      if (!isOpen) return;
      close();
      onFailed(error.message);
    });
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
