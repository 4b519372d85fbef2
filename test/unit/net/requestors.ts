/** Requestors on real sockets, in front of the answers of a real box. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createLeasequeryServer } from '../../../src/net/index.ts';
import type { LeasequeryServer } from '../../../src/net/index.ts';
import { MessageType, epochSeconds } from '../../../src/wire/index.ts';
import { framed, repliesAtFront } from '../../conformance/leasequery/frames.ts';
import { Message, Query } from '../../conformance/leasequery/requestor.ts';
import type { Asked, Reply } from '../../conformance/leasequery/requestor.ts';
import { PROVISIONING, createBox, duid } from '../../conformance/server/box.ts';
import type { Box } from '../../conformance/server/box.ts';
import { iaNa, message } from '../../conformance/server/client.ts';
import { addressOf, ip, waiter } from './veth.ts';

const BOX = 'fd00:c::1';
export const REQUESTOR = 'fd00:c::2';
export const OTHER_REQUESTOR = 'fd00:c::3';
export const STRANGER = 'fd00:c::9';
export const PORT = 547;
export const CLIENTS = 200;
export const ACTIVE: Asked = { type: Message.ACTIVELEASEQUERY, transactionId: 50, request: [100] };
export const TIMES = { timeoutMs: 300_000, activeIdleMs: 60_000, activeSendMs: 120_000 };

export const BY_LINK: Asked = { transactionId: 1, query: { type: Query.link, link: '2001:db8:1::1' } };
export const BY_CLIENT: Asked = { transactionId: 2, query: { type: Query.clientId, clientId: '00030001020000000001' } };
export const STARTTLS = framed(Buffer.of(Message.STARTTLS, 0, 0, 7));

export interface Requestor {
  readonly socket: Socket;
  readonly replies: readonly Reply[];
  readonly isEnded: () => boolean;
  readonly isClosed: () => boolean;
  until(condition: () => boolean): Promise<void>;
}

/** @param reads nothing is read before the test does */
export function requestorAt(socket: Socket, reads = true): Requestor {
  const { until, wake } = waiter();
  const replies: Reply[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let [isEnded, isClosed] = [false, false];
  if (reads) {
    socket.on('data', (chunk) => {
      const front = repliesAtFront(Buffer.concat([rest, chunk]));
      replies.push(...front.replies);
      ({ rest } = front);
      wake();
    });
  }
  socket.on('end', () => {
    isEnded = true;
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    wake();
  });
  return { socket, replies, isEnded: () => isEnded, isClosed: () => isClosed, until };
}

/** Reads messages until so many LEASEQUERY-DONE have come. @returns how many there were of each type */
export async function countTypes(socket: Socket, done: number): Promise<Readonly<Record<number, number>>> {
  const counts: Record<number, number> = {};
  const { until, wake } = waiter();
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    const octets = Buffer.concat([rest, chunk]);
    let at = 0;
    while (at + 3 <= octets.length && at + 2 + octets.readUInt16BE(at) <= octets.length) {
      const type = octets.readUInt8(at + 2);
      counts[type] = (counts[type] ?? 0) + 1;
      at += 2 + octets.readUInt16BE(at);
    }
    rest = Buffer.from(octets.subarray(at));
    wake();
  });
  socket.resume();
  await until(() => counts[Message.LEASEQUERY_DONE] === done);
  return counts;
}

export async function opened(localAddress = REQUESTOR): Promise<Socket> {
  const socket = connect({ host: BOX, port: PORT, localAddress, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** A box that knows so many clients, on a link. */
export function boxWithClients(): Box {
  const box = createBox({ provisioning: `${PROVISIONING}leasequery: { requestors: ["2000::/16"], tcp: { security: insecure, active: true } }\n` });
  for (let i = 0; i < CLIENTS; i += 1) renew(box, i);
  return box;
}

/** The lease of a client is given, or extended. */
export function renew(box: Box, client: number): void {
  box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: duid(`00:03:00:01:02:00:00:00:00:${client.toString(16).padStart(2, '0')}`) }));
}

/** The server in front of a box, and who comes to it; `close` in the end. */
export interface Asking {
  readonly server: LeasequeryServer;
  readonly reports: readonly string[];
  /** Whenever a line was reported. */
  readonly until: (condition: () => boolean) => Promise<void>;
  readonly listen: (settings?: Partial<Place>) => Promise<void>;
  readonly come: (localAddress?: string, reads?: boolean) => Promise<Requestor>;
  readonly close: () => Promise<void>;
}

type Place = NonNullable<Parameters<LeasequeryServer['configure']>[0]>;

/** @param certificate that of the first requestor, SHA-256 */
export function askingOf(box: Pick<Box, 'appliance' | 'now'>, certificate?: string): Asking {
  const reports: string[] = [];
  const sockets: Socket[] = [];
  const { until, wake } = waiter();
  const server = createLeasequeryServer({
    begin: (frame, onChange) => box.appliance.leasequery.begin(frame, epochSeconds(box.now), onChange),
    now: () => epochSeconds(box.now),
    report(severity, text) {
      reports.push(`${severity}: ${text}`);
      wake();
    },
  });
  return {
    server,
    reports,
    until,
    async listen(settings = {}) {
      const requestors = [
        { address: addressOf(REQUESTOR), length: 128, certificate },
        { address: addressOf(OTHER_REQUESTOR), length: 128, certificate: undefined },
      ];
      server.configure({ port: PORT, identity: undefined, requestors, connectionsMax: 10, times: TIMES, ...settings });
      await until(() => reports.some((line) => line.includes('answered at TCP port')));
    },
    async come(localAddress = REQUESTOR, reads = true) {
      const socket = await opened(localAddress);
      sockets.push(socket);
      return requestorAt(socket, reads);
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(sockets.map(async (socket) => (socket.closed ? undefined : await once(socket, 'close'))));
    },
  };
}

/** On the loopback interface of the namespace. */
export function addRequestorAddresses(): void {
  ip('link set lo up');
  for (const address of [BOX, REQUESTOR, OTHER_REQUESTOR, STRANGER]) ip(`addr add ${address}/128 dev lo nodad`);
}
