// The process behind a UdpPort: `udp-port-process.ts INTERFACE PORT`, inside the machine's namespace.
// It takes orders over IPC and ends when its parent closes that.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import raw, { type RawSocket } from 'raw-socket';
import { parseAddress } from '../../../src/wire/index.ts';
import { messagesOf, type Flood } from './flood.ts';
import { serversAndRelays, type Answer, type Order } from './udp-port.ts';

const [interfaceName = '', ownPort = ''] = process.argv.slice(2);
const linkLocal = networkInterfaces()[interfaceName]?.find(({ address }) => address.startsWith('fe80:'))?.address ?? '';

const socket = createSocket({ type: 'udp6', sendBufferSize: 1 << 20 });
socket.bind({ address: '::', port: Number(ownPort) });
await once(socket, 'listening');
socket.setMulticastInterface(`::%${interfaceName}`);
socket.on('message', (bytes, { address, port }) => tell({ received: { bytes, from: { address, port } } }));

process.on('message', (order: Order) => {
  carryOut(order).then(
    () => tell({ done: order.id }),
    (error: unknown) => tell({ failed: order.id, why: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
tell({ done: 0 });

function tell(answer: Answer): void {
  process.send?.(answer);
}

async function carryOut(order: Order): Promise<void> {
  switch (order.what) {
    case 'send':
      await send(order.bytes, scoped(order.to.address), order.to.port);
      return;
    case 'send raw':
      await sendRaw(order.bytes, order.sourcePort);
      return;
    case 'flood':
      await flood(order.flood);
  }
}

/** So many at a time are with the socket, so that memory stays small and other orders are heard. */
const atATime = 64;

async function flood(order: Flood): Promise<void> {
  const messageOf = messagesOf(order);
  const to = scoped(serversAndRelays.address);
  for (let sent = 0; sent < order.count; sent += atATime) {
    const clients = Array.from({ length: Math.min(atATime, order.count - sent) }, (_, i) => order.first + sent + i);
    await Promise.all(clients.map((client) => send(messageOf(client), to, serversAndRelays.port)));
    await nextTurn();
  }
}

function scoped(address: string): string {
  return /^(fe80|ff02):/.test(address) ? `${address}%${interfaceName}` : address;
}

function send(bytes: Uint8Array, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(bytes, port, address, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Nothing else keeps a raw socket from being collected, and a collected one never calls back. */
const sending = new Set<RawSocket>();

/** A UDP header of our own making, over a raw IPv6 socket tied to the interface. */
function sendRaw(payload: Uint8Array, sourcePort: number): Promise<void> {
  const destination = serversAndRelays.address;
  const udp = 17;
  const header = 8;
  const datagram = Buffer.alloc(header + payload.length);
  datagram.writeUInt16BE(sourcePort, 0);
  datagram.writeUInt16BE(serversAndRelays.port, 2);
  datagram.writeUInt16BE(datagram.length, 4);
  datagram.set(payload, header);
  // RFC 8200 8.1: the checksum covers a pseudo-header, too.
  const pseudo = Buffer.alloc(40);
  pseudo.set(parseAddress(linkLocal) ?? [], 0);
  pseudo.set(parseAddress(destination) ?? [], 16);
  pseudo.writeUInt32BE(datagram.length, 32);
  pseudo.writeUInt8(udp, 39);
  raw.writeChecksum(datagram, 6, raw.createChecksum(Buffer.concat([pseudo, datagram])));

  const rawSocket = raw.createSocket({ protocol: udp, addressFamily: raw.AddressFamily.IPv6 });
  const device = Buffer.from(`${interfaceName}\0`);
  rawSocket.setOption(raw.SocketLevel.SOL_SOCKET, raw.SocketOption.SO_BINDTODEVICE, device, device.length);
  sending.add(rawSocket);
  return new Promise((resolve, reject) => {
    rawSocket.send(datagram, 0, datagram.length, destination, (error) => {
      rawSocket.close();
      sending.delete(rawSocket);
      if (error === null) resolve();
      else reject(error);
    });
  });
}
