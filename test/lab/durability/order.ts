// The checker of the order in which things must happen (the rule of a commit): before a Reply is sent, each binding
// that it speaks of has been appended to LevelDB's log after the client's message came in, and an fdatasync of that
// log, begun after the append, has returned.

import { putsIn } from './leveldb-log.ts';
import { readMessage, type Message } from './message.ts';
import { isLog, isSocket, type Call } from './strace.ts';

export interface Verdict {
  /** How many Replies spoke of bindings and so were checked. */
  readonly checked: number;
  /** What was sent too early, in words. */
  readonly violations: readonly string[];
}

const Type = { SOLICIT: 1, REQUEST: 3, RENEW: 5, REBIND: 6, REPLY: 7, RELEASE: 8, DECLINE: 9 } as const;
const changing: readonly number[] = [Type.SOLICIT, Type.REQUEST, Type.RENEW, Type.REBIND, Type.RELEASE, Type.DECLINE];

/** The first octet of the key of a binding; address and prefix length follow it. */
const bindingFamily = 0x10;
const leaseNameLength = 17;

export function checkOrder(calls: readonly Call[]): Verdict {
  const durable = durablePuts(calls);
  const asked = new Map<string, { message: Message; heard: number }>();
  const violations: string[] = [];
  let checked = 0;
  for (const call of calls) {
    if (/^recvm/.test(call.name)) {
      for (const message of messagesIn(call)) {
        if (!asked.has(message.exchange)) asked.set(message.exchange, { message, heard: call.ended });
      }
    } else if (/^send/.test(call.name)) {
      for (const reply of messagesIn(call)) {
        const request = asked.get(reply.exchange);
        if (reply.type !== Type.REPLY) continue;
        if (request === undefined) {
          violations.push(`a Reply nobody asked for: ${reply.exchange}`);
          continue;
        }
        const leases = leasesChanged(request.message, reply);
        if (leases.length > 0) checked += 1;
        for (const lease of leases) {
          const inTime = durable.some((put) => put.lease === lease && put.appended > request.heard && put.synced < call.began);
          if (!inTime) violations.push(`line ${call.began + 1}: a Reply about ${lease} (${reply.exchange}) before it was durable`);
        }
      }
    }
  }
  return { checked, violations };
}

/** The leases that a Reply says are given, kept, released or declined. */
function leasesChanged(request: Message, reply: Message): string[] {
  if (!changing.includes(request.type)) return [];
  if (request.type === Type.RELEASE || request.type === Type.DECLINE) return request.leases.map(({ name }) => name);
  return reply.leases.filter(({ validLifetime }) => validLifetime > 0).map(({ name }) => name);
}

function messagesIn(call: Call): Message[] {
  if (!isSocket(call.file) || call.result < 0) return [];
  const count = /mmsg$/.test(call.name) ? call.result : 1;
  return call.buffers.slice(0, count).flatMap((datagram) => readMessage(datagram) ?? []);
}

interface DurablePut {
  readonly lease: string;
  /** Where in the trace the append's last write ended. */
  readonly appended: number;
  /** Where the first fdatasync that covers it ended. */
  readonly synced: number;
}

function durablePuts(calls: readonly Call[]): DurablePut[] {
  const logs = Map.groupBy(
    calls.filter(({ file, result }) => isLog(file) && result >= 0),
    ({ file }) => file,
  );
  return [...logs.values()].flatMap(durablePutsInLog);
}

function durablePutsInLog(calls: readonly Call[]): DurablePut[] {
  const written: Buffer[] = [];
  const writes: { end: number; place: number }[] = [];
  let length = 0;
  for (const call of calls) {
    if (!call.name.startsWith('write')) continue;
    written.push(Buffer.concat(call.buffers).subarray(0, call.result));
    length += call.result;
    writes.push({ end: length, place: call.ended });
  }
  const syncs = calls.filter(({ name }) => name === 'fdatasync' || name === 'fsync').sort((a, b) => a.ended - b.ended);
  return putsIn(Buffer.concat(written)).flatMap(({ key, end }) => {
    if (key.readUInt8(0) !== bindingFamily) return [];
    const appended = writes.find((write) => write.end >= end)?.place ?? Infinity;
    const sync = syncs.find(({ began }) => began > appended);
    if (sync === undefined) return [];
    return [{ lease: key.toString('hex', 1, 1 + leaseNameLength), appended, synced: sync.ended }];
  });
}
