// The fleet: `fleet-process.ts PLAN`, PLAN being a FleetPlan as JSON, inside the clients' namespace. It prints a FleetEvent
// a line until it is ended with SIGTERM; the last line is its 'end'.
//
// All clients of a LAN share one port and one link-local address, and are told apart by DUID and transaction-id.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createClient, type Client, type Terms, type World } from './client.ts';
import type { FleetEvent, Stream } from './event.ts';
import type { LeaseKind } from './lease.ts';
import { MessageType, readAnswer } from './message.ts';
import type { FleetPlan, PlacePlan } from './plan.ts';

const plan = JSON.parse(process.argv[2] ?? '') as FleetPlan;
const clients = new Map<number, Client>();
const residents = plan.places.reduce((sum, place) => sum + place.residents, 0);
const timers = new Map<number, NodeJS.Timeout>();
const delays = monitorEventLoopDelay({ resolution: 5 });
let latestTimer = 0;
let sent = 0;
let refused = 0;
let settled = false;
let nextTransactionId = Math.floor(Math.random() * 0x1000000);

/** Unix time that no step of the system's clock moves. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

function tell(event: FleetEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function addClient(terms: Terms, socket: Socket, interfaceName: string): void {
  const world: World = {
    now,
    random: Math.random,
    transactionId() {
      nextTransactionId = (nextTransactionId + 1) & 0xffffff;
      return nextTransactionId;
    },
    send(bytes) {
      sent += 1;
      socket.send(bytes, 547, `ff02::1:2%${interfaceName}`, (error) => {
        // A port whose cable is cut refuses; to the client that is a message that got lost.
        if (error !== null) refused += 1;
      });
    },
    tell,
  };
  const client = createClient(terms, world);
  clients.set(terms.client, client);
  client.begin();
  arm(client);
}

function arm(client: Client): void {
  const { client: number } = client.who;
  clearTimeout(timers.get(number));
  timers.delete(number);
  const at = client.nextAt;
  if (at === Infinity) return;
  const timer = setTimeout(() => {
    // Node's timers count whole milliseconds and may be a fraction early.
    if (now() >= at) {
      latestTimer = Math.max(latestTimer, now() - at);
      client.onTimer();
    }
    arm(client);
  }, Math.max(0, at - now()));
  timers.set(number, timer);
}

function noteSettled(): void {
  if (settled) return;
  let satisfied = 0;
  for (const client of clients.values()) {
    if (client.who.stream === 'resident' && client.isSatisfied) satisfied += 1;
  }
  if (satisfied < residents) return;
  settled = true;
  tell({ event: 'settled', at: now() });
}

async function openPort(interfaceName: string): Promise<Socket> {
  const address = networkInterfaces()[interfaceName]?.find((each) => each.address.startsWith('fe80:'))?.address;
  if (address === undefined) throw new Error(`${interfaceName} has no link-local address`);
  const socket = createSocket({ type: 'udp6', recvBufferSize: 1 << 21 });
  socket.bind({ address: `${address}%${interfaceName}`, port: 546 });
  await once(socket, 'listening');
  socket.setMulticastInterface(`::%${interfaceName}`);
  socket.on('message', (bytes) => {
    const answer = readAnswer(bytes);
    const client = answer === undefined ? undefined : clients.get(answer.client);
    if (answer === undefined || client === undefined) return;
    if (answer.type !== MessageType.ADVERTISE && answer.type !== MessageType.REPLY) return;
    client.onAnswer(answer);
    arm(client);
    noteSettled();
  });
  return socket;
}

let clientsMade = 0;
function nextClient(): number {
  clientsMade += 1;
  return (plan.firstClient ?? 1) + clientsMade - 1;
}

/** Residents come within a second, as after a power cut (RFC 8415 18.2.1: SOL_MAX_DELAY). */
const comeWithinMs = 1_000;

function populate(place: PlacePlan, socket: Socket): void {
  for (let i = 0; i < place.residents; i++) {
    const terms: Terms = { client: nextClient(), stream: 'resident', place: place.name, wishes: both };
    setTimeout(() => addClient(terms, socket, place.interface), Math.random() * comeWithinMs);
  }
}

const both: readonly LeaseKind[] = ['address', 'prefix'];

/** A new client of a stream every `everyMs`; every second one asks for a prefix, too. */
function stream(name: Exclude<Stream, 'resident'>, place: PlacePlan, socket: Socket, everyMs: number | undefined): void {
  if (everyMs === undefined) return;
  let count = 0;
  setInterval(() => {
    count += 1;
    const wishes = count % 2 === 0 ? both : (['address'] as const);
    addClient({ client: nextClient(), stream: name, place: place.name, wishes }, socket, place.interface);
  }, everyMs);
}

process.once('SIGTERM', () => {
  tell({ event: 'end', at: now(), latestTimer: Math.round(Math.max(latestTimer, delays.max / 1e6)), sent, refused });
  process.exit();
});

const ports = await Promise.all(plan.places.map(async (place) => ({ place, socket: await openPort(place.interface) })));
for (const { place, socket } of ports) populate(place, socket);
delays.enable();
setTimeout(() => {
  ports.forEach(({ place, socket }, i) => {
    // The LANs take turns, so that with two of them somebody comes twice as often.
    setTimeout(() => stream('probe', place, socket, place.probeEveryMs), (i * (place.probeEveryMs ?? 0)) / 2);
    stream('newcomer', place, socket, place.newcomerEveryMs);
  });
}, plan.newcomersAfterMs);
