/** Somebody who talks to a box, octet for octet as the test likes. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { BoxIdentity } from '../../../../src/identity/index.ts';
import {
  decodeFailoverMessage,
  encodeFailoverMessage,
  epochSeconds,
  FailoverMessageType,
  FrameReader,
} from '../../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../../src/wire/index.ts';
import { waiter } from '../veth.ts';
import { PORT } from './boxes.ts';

export interface RawPeer {
  readonly socket: Socket;
  readonly received: () => Buffer;
  readonly frames: readonly Uint8Array[];
  readonly isClosed: () => boolean;
  closed(): Promise<void>;
  /** Waits until so many messages have come. @returns the last of them */
  message(count?: number): Promise<FailoverMessage>;
}

/** Listens to a socket that is open. */
export function rawPeer(socket: Socket): RawPeer {
  const { until, wake } = waiter();
  const reader = new FrameReader();
  const chunks: Buffer[] = [];
  const frames: Uint8Array[] = [];
  let isClosed = false;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    frames.push(...reader.push(chunk));
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    wake();
  });
  return {
    socket,
    received: () => Buffer.concat(chunks),
    frames,
    isClosed: () => isClosed,
    closed: async () => await until(() => isClosed),
    async message(count = 1) {
      await until(() => frames.length >= count);
      const message = decodeFailoverMessage(frames[count - 1] ?? new Uint8Array(), epochSeconds(1_800_000_000));
      if (message.error !== undefined) throw new Error(message.error.code);
      return message;
    },
  };
}

/** Connects to the box at `host` from another address of the namespace. */
export async function connectFrom(localAddress: string, host: string): Promise<RawPeer> {
  const socket = connect({ host, port: PORT, localAddress, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return rawPeer(socket);
}

export const STARTTLS = encodeFailoverMessage({ type: FailoverMessageType.STARTTLS, transactionId: 7 }, epochSeconds(0));

export function frameOf(message: FailoverMessage, sentTime = epochSeconds(1_800_000_000)): Uint8Array {
  return encodeFailoverMessage(message, sentTime);
}

export const CONNECT: FailoverMessage = { type: FailoverMessageType.CONNECT, transactionId: 8, vendor: [] };

/** Asks for TLS, waits for the answer, and makes the handshake. @param own nothing: no certificate is shown */
export async function startTls(peer: RawPeer, own: BoxIdentity | undefined, options: ConnectionOptions = {}): Promise<TLSSocket> {
  peer.socket.write(STARTTLS);
  await peer.message();
  peer.socket.removeAllListeners('data');
  return tlsOver(peer.socket, own, options);
}

export function tlsOver(socket: Duplex, own: BoxIdentity | undefined, options: ConnectionOptions = {}): TLSSocket {
  const secured = connectTls({
    socket,
    ...(own === undefined ? {} : { key: own.privateKeyPem, cert: own.certificate.pem }),
    rejectUnauthorized: false,
    ...options,
  });
  secured.on('error', () => undefined);
  return secured;
}

/** Waits at the port of a secondary in its place. */
export async function listenAs(host: string, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(PORT, host);
  await once(server, 'listening');
  return server;
}
