/** One request to one DNS server, and what it says to it: by UDP, by TCP where the one or the other is too long for that (RFC 2136 section 4). */
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { reasonOf } from '../../reason.ts';
import { FrameReader } from '../../wire/index.ts';

export interface DnsServer {
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
}

/** What is to be done with what came: it is the answer, it is not, or the whole of it comes over TCP only. */
export type Judged = 'answer' | 'other' | 'truncated';

export interface Exchange {
  readonly server: DnsServer;
  readonly message: Uint8Array;
  readonly judge: (received: Uint8Array) => Judged;
  /** Waits for an answer after each time that it is sent by UDP, and for all of it by TCP. */
  readonly patience: Patience;
  /** Ended by the caller. */
  readonly signal: AbortSignal;
}

/** In milliseconds. */
export interface Patience {
  readonly udp: readonly number[];
  readonly tcp: number;
}

/** A server that has to ask others answers within a second. */
export const USUAL_PATIENCE: Patience = { udp: [1_000, 2_000], tcp: 3_000 };

/** What a server takes by UDP without EDNS (RFC 1035 section 4.2.1). */
const UDP_LENGTH_MAX = 512;
const LENGTH = 2;

/** @returns undefined: `judge` has the answer; or why there is none, as a clause */
export async function exchange(request: Exchange): Promise<string | undefined> {
  if (request.message.length > UDP_LENGTH_MAX) return await byTcp(request);
  const outcome = await byUdp(request);
  return outcome === 'truncated' ? await byTcp(request) : outcome === 'answered' ? undefined : outcome.reason;
}

type UdpOutcome = 'answered' | 'truncated' | { readonly reason: string };

/** A socket, and so a port, of its own: whoever guesses the ID has to guess that as well. */
async function byUdp({ server: { address, port }, message, judge, patience, signal }: Exchange): Promise<UdpOutcome> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  try {
    return await new Promise<UdpOutcome>((resolve) => {
      const fail = (error: unknown): void => resolve({ reason: reasonOf(error) });
      const waits = [...patience.udp];
      const send = (): void => {
        const wait = waits.shift();
        if (wait === undefined) {
          resolve({ reason: 'it does not answer' });
          return;
        }
        socket.send(message);
        timer = setTimeout(send, wait);
      };
      socket.on('error', fail);
      socket.on('message', (received) => {
        const judged = judge(received);
        if (judged !== 'other') resolve(judged === 'answer' ? 'answered' : 'truncated');
      });
      stop = () => resolve({ reason: 'the daemon is stopping' });
      signal.addEventListener('abort', stop, { once: true });
      // Of a connected socket the kernel drops what others send, and says when nobody listens there.
      socket.connect(port, address, (error?: Error) => (error === undefined ? send() : fail(error)));
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    socket.close();
  }
}

async function byTcp({ server: { address, port }, message, judge, patience, signal }: Exchange): Promise<string | undefined> {
  const socket = connect({ host: address, port });
  const timer = setTimeout(() => socket.destroy(new Error('it does not answer over TCP')), patience.tcp);
  const stop = (): void => void socket.destroy(new Error('the daemon is stopping'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    const length = Buffer.alloc(LENGTH);
    length.writeUInt16BE(message.length);
    socket.write(Buffer.concat([length, message]));
    const reader = new FrameReader();
    for await (const chunk of socket) for (const received of reader.push(chunk as Buffer)) if (judge(received) === 'answer') return undefined;
    return 'it closes the connection';
  } catch (error) {
    return reasonOf(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
