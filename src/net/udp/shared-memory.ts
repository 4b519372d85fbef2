/** Views of the memory that the addon and JavaScript share: received datagrams and the outgoing queue. */
import { ADDRESS_LENGTH, invariant } from '../../wire/index.ts';
import type { SharedLayout } from './native.ts';

/** Datagrams of one recvmmsg, and room of the outgoing queue (BATCH in udp.h). */
const BATCH = 64;

/** struct received in udp.h */
const RECEIVED = { bytes: 24, peer: 0, length: 16, port: 20, flags: 22 } as const;
const RECEIVED_FLAG = { multicast: 1, truncated: 2 } as const;
/** struct queued in udp.h */
const QUEUED = { bytes: 32, to: 0, offset: 16, length: 20, socket: 24, port: 28, error: 30 } as const;

/**
 * The datagrams of one recvmmsg, all of one socket. Valid only until the handler returns: the views
 * are used again for the next batch. Index `i` runs from 0 to `count - 1`.
 */
export interface ReceivedBatch {
  readonly count: number;
  /** A new view of datagram `i`, on shared memory. */
  payload(i: number): Uint8Array;
  /** The sender's address, 16 octets; the same view for each batch. */
  peer(i: number): Uint8Array;
  /** The sender's UDP port. */
  peerPort(i: number): number;
  /** Sent to a multicast address. */
  isMulticast(i: number): boolean;
  /** The kernel had more octets than fit: the payload is only their beginning. */
  isTruncated(i: number): boolean;
}

/** What is to be sent, until the next flush. */
export interface OutgoingQueue {
  /** Datagrams in the queue; 0 after a flush. */
  length(): number;
  /** Whether a datagram of `payloadBytes` still fits in. */
  hasRoom(payloadBytes: number): boolean;
  /** Copies one datagram in; it must fit. */
  add(socket: number, payload: Uint8Array, to: Uint8Array, port: number): void;
  /** After a flush: the socket and the errno (0: sent) of what was datagram `i`. */
  socket(i: number): number;
  error(i: number): number;
}

/** A batch whose `count` the receiver of the addon's call sets. */
export type SettableBatch = { -readonly [Key in keyof ReceivedBatch]: ReceivedBatch[Key] };

export function receivedBatch(memory: ArrayBuffer, layout: SharedLayout): SettableBatch {
  const { slots, slotBytes } = layout;
  const u32 = new Uint32Array(memory, layout.received, (BATCH * RECEIVED.bytes) / 4);
  const u16 = new Uint16Array(memory, layout.received, (BATCH * RECEIVED.bytes) / 2);
  const peers = Array.from(
    { length: BATCH },
    (_, i) => new Uint8Array(memory, layout.received + i * RECEIVED.bytes + RECEIVED.peer, ADDRESS_LENGTH),
  );
  const flags = (i: number): number => u16[(i * RECEIVED.bytes + RECEIVED.flags) >> 1] ?? 0;
  return {
    count: 0,
    payload: (i) => new Uint8Array(memory, slots + i * slotBytes, u32[(i * RECEIVED.bytes + RECEIVED.length) >> 2]),
    peer(i) {
      const peer = peers[i];
      invariant(peer !== undefined, 'the index is below the count of the batch');
      return peer;
    },
    peerPort: (i) => u16[(i * RECEIVED.bytes + RECEIVED.port) >> 1] ?? 0,
    isMulticast: (i) => (flags(i) & RECEIVED_FLAG.multicast) !== 0,
    isTruncated: (i) => (flags(i) & RECEIVED_FLAG.truncated) !== 0,
  };
}

export function outgoingQueue(memory: ArrayBuffer, layout: SharedLayout): OutgoingQueue {
  const payloads = new Uint8Array(memory, layout.outgoing, layout.outgoingBytes);
  const u8 = new Uint8Array(memory, layout.queued, BATCH * QUEUED.bytes);
  const u32 = new Uint32Array(memory, layout.queued, (BATCH * QUEUED.bytes) / 4);
  const u16 = new Uint16Array(memory, layout.queued, (BATCH * QUEUED.bytes) / 2);
  const count = new Uint32Array(memory, layout.queuedCount, 1);
  const length = (): number => count[0] ?? 0;
  /** Octets of `payloads` in use; means nothing while the queue is empty. */
  let used = 0;
  return {
    length,
    hasRoom: (payloadBytes) => length() === 0 || (length() < BATCH && used + payloadBytes <= layout.outgoingBytes),
    add(socket, payload, to, port) {
      const place = length();
      if (place === 0) used = 0;
      const record = place * QUEUED.bytes;
      u8.set(to, record + QUEUED.to);
      u32[(record + QUEUED.offset) >> 2] = used;
      u32[(record + QUEUED.length) >> 2] = payload.length;
      u32[(record + QUEUED.socket) >> 2] = socket;
      u16[(record + QUEUED.port) >> 1] = port;
      payloads.set(payload, used);
      used += payload.length;
      count[0] = place + 1;
    },
    socket: (i) => u32[(i * QUEUED.bytes + QUEUED.socket) >> 2] ?? 0,
    error: (i) => u16[(i * QUEUED.bytes + QUEUED.error) >> 1] ?? 0,
  };
}
