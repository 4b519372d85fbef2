// Traffic, and how long it fails: `traffic-process.ts echo ADDRESS PORT` gives back what comes; `traffic-process.ts ask PLAN`, PLAN being an
// AskPlan as JSON, sends a datagram every 20 ms in each flow until it is ended with SIGTERM, and prints a TrafficEvent a line.

import { createSocket } from 'node:dgram';
import type { AskPlan, Gap, TrafficEvent } from './traffic-event.ts';

const sendEveryMs = 20;
/** An answer that comes later is of no use to anybody. */
const answeredWithinMs = 1_000;
/** So many answers in a row: the flow works. */
const worksAfter = 25;

function now(): number {
  return performance.timeOrigin + performance.now();
}

function tell(event: TrafficEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function echo(address: string, port: number): void {
  const socket = createSocket('udp6');
  socket.on('message', (bytes, { address: from, port: fromPort }) => socket.send(bytes, fromPort, from, () => undefined));
  socket.bind(port, address, () => tell({ event: 'ready' }));
}

function ask({ to, port, flows }: AskPlan): void {
  const all = flows.map(({ name, from }) => {
    const sentAt: number[] = [];
    const isAnswered: boolean[] = [];
    const socket = createSocket('udp6');
    let inARow = 0;
    let next = 0;
    socket.on('message', (bytes) => {
      const number = bytes.readUInt32BE(0);
      isAnswered[number] = now() - (sentAt[number] ?? 0) <= answeredWithinMs;
      inARow = number === next ? inARow + 1 : 1;
      next = number + 1;
      if (inARow === worksAfter) tell({ event: 'works', flow: name });
    });
    socket.bind({ address: from }, () => {
      setInterval(() => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(sentAt.length);
        sentAt.push(now());
        // Where the kernel knows no way it says so: to the flow that is a datagram that got lost.
        socket.send(bytes, port, to, () => undefined);
      }, sendEveryMs);
    });
    return { name, sentAt, isAnswered };
  });
  process.once('SIGTERM', () => {
    const until = now() - answeredWithinMs;
    tell({ event: 'end', gaps: all.flatMap(({ name, sentAt, isAnswered }) => gapsOf(name, sentAt.filter((at) => at <= until), isAnswered)) });
    process.exit();
  });
}

/** From the first datagram without an answer to the next one that had it. */
function gapsOf(flow: string, sentAt: readonly number[], isAnswered: readonly boolean[]): Gap[] {
  const gaps: Gap[] = [];
  let from: number | undefined;
  for (const [number, at] of sentAt.entries()) {
    if (isAnswered[number] !== true) {
      from ??= at;
    } else if (from !== undefined) {
      gaps.push({ flow, from, to: at });
      from = undefined;
    }
  }
  if (from !== undefined) gaps.push({ flow, from, to: undefined });
  return gaps;
}

const [mode = '', first = '', second = ''] = process.argv.slice(2);
if (mode === 'echo') echo(first, Number(second));
else ask(JSON.parse(first) as AskPlan);
