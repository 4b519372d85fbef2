/** One connection that is set up: messages out, messages in (RFC 8156 section 5.1). */
import type { Socket } from 'node:net';
import { decodeFailoverMessage, describeWireError, FailoverMessageType, FrameReader } from '../../wire/index.ts';
import type { BindingReplyMessage, BindingUpdateMessage, EpochSeconds, FailoverMessage, WireError } from '../../wire/index.ts';
import { createOutgoingQueue } from './outgoing-queue.ts';
import { describeSocketError } from './socket-error.ts';

/** Updates are lazy (RFC 8156 section 4.3): so long they wait for others that come after them, or until there are so many. */
const UPDATES_WAIT_MS = 5;
const UPDATES_AT_ONCE = 64;
/**
 * So long the messages that have come are handled in one piece, and then clients, and the thread that writes to the disk for them,
 * have the processor to themselves: a third of the time is enough for what a partner with as many clients says, and a resync has
 * time. A client waits for a turn three times at worst: with its Solicit, with its Request, and with the commit.
 */
const TURN_MS = 0.5;
const PAUSE_MS = 1;
/** So many are handed over in one piece: what a step costs beside them is shared by many. */
const TOGETHER_MAX = 32;
/** A partner that does not take the last words within this time does without them. */
const LAST_WORDS_MS = 2_000;
/** The kernel asks a silent partner's kernel whether it is still there. */
const KEEPALIVE_AFTER_MS = 15_000;

/** What comes by the hundreds. */
export type UpdateOrReply = BindingUpdateMessage | BindingReplyMessage;

export interface ConnectionHandlers {
  /** Anything but updates and their acknowledgements. @param receivedAt when its last octet was read */
  readonly onMessage: (message: Exclude<FailoverMessage, UpdateOrReply>, receivedAt: EpochSeconds) => void;
  /** Updates and acknowledgements that came one behind the other, at least one. */
  readonly onUpdates: (messages: readonly UpdateOrReply[], receivedAt: EpochSeconds) => void;
  /** A frame was no message; the connection stays open. */
  readonly onMalformed: (error: string) => void;
  /** All that was queued went to the system. */
  readonly onDrained: () => void;
  /** Once, after the connection ended without `finish`; never before the function that opened it has returned. */
  readonly onClosed: (reason: string) => void;
}

export interface ConnectionCounters {
  messagesSent: number;
  messagesReceived: number;
  octetsSent: number;
  octetsReceived: number;
  malformed: number;
  /** Messages of a type that is not known here: a newer version may have more (RFC 9915 section 16). */
  unknownTypes: number;
}

export function createConnectionCounters(): ConnectionCounters {
  return { messagesSent: 0, messagesReceived: 0, octetsSent: 0, octetsReceived: 0, malformed: 0, unknownTypes: 0 };
}

export interface PartnerConnection {
  /** Queues a message, which goes out before the event loop turns; an update may wait for others. @returns false where the queue is full */
  send(message: FailoverMessage): boolean;
  /** Sends what is queued, but for updates, and closes. No handler is called any more. */
  finish(onEnd: () => void): void;
  /** Ends it now; `onClosed` follows. */
  abort(reason: string): void;
}

function isUpdateOrReply(message: FailoverMessage): message is UpdateOrReply {
  return message.type === FailoverMessageType.BNDUPD || message.type === FailoverMessageType.BNDREPLY;
}

/** @param socket TLS or plain, paused; nothing was read from it that is for this connection */
export function openConnection(
  socket: Socket,
  clock: () => EpochSeconds,
  counters: ConnectionCounters,
  handlers: ConnectionHandlers,
): PartnerConnection {
  const reader = new FrameReader();
  const queue = createOutgoingQueue();
  let flushing = false;
  let waiting: NodeJS.Timeout | undefined;
  /** The socket has taken all that it can for now. */
  let full = false;
  let ended = false;
  let finishing: (() => void) | undefined;
  let reason: string | undefined;

  const flushSoon = (): void => {
    if (flushing || full) return;
    flushing = true;
    setImmediate(flush);
  };

  const flushLater = (): void => {
    if (!flushing && !full) waiting ??= setTimeout(flush, UPDATES_WAIT_MS);
  };

  const flush = (): void => {
    flushing = false;
    clearTimeout(waiting);
    waiting = undefined;
    if (ended) return;
    const before = queue.length();
    // What is urgent and what is not goes out together.
    socket.cork();
    while (!full) {
      const batch = queue.nextBatch(clock());
      if (batch === undefined) break;
      counters.octetsSent += batch.length;
      full = !socket.write(batch);
    }
    socket.uncork();
    counters.messagesSent += before - queue.length();
    if (full || queue.length() > 0) return;
    if (finishing === undefined) handlers.onDrained();
    else socket.end();
  };

  const isOver = (): boolean => ended || finishing !== undefined;

  let together: UpdateOrReply[] = [];

  const handUpdates = (receivedAt: EpochSeconds): void => {
    if (together.length === 0) return;
    const messages = together;
    together = [];
    handlers.onUpdates(messages, receivedAt);
  };

  const noteMalformed = (error: WireError): void => {
    if (error.code === 'unknown-message-type') {
      counters.unknownTypes++;
    } else {
      counters.malformed++;
      handlers.onMalformed(describeWireError(error));
    }
  };

  const handle = (frame: Uint8Array, receivedAt: EpochSeconds): void => {
    const message = decodeFailoverMessage(frame, receivedAt);
    if (message.error === undefined && isUpdateOrReply(message)) {
      counters.messagesReceived++;
      together.push(message);
      if (together.length >= TOGETHER_MAX) handUpdates(receivedAt);
      return;
    }
    handUpdates(receivedAt);
    if (isOver()) return;
    if (message.error !== undefined) {
      noteMalformed(message.error);
    } else {
      counters.messagesReceived++;
      handlers.onMessage(message, receivedAt);
    }
  };

  /** Hundreds of messages come together when a partner fetches all leases. */
  const takeTurn = (frames: Iterator<Uint8Array>, receivedAt: EpochSeconds): void => {
    const until = performance.now() + TURN_MS;
    // A handler may have had enough.
    while (!isOver()) {
      const next = frames.next();
      if (next.done === true) {
        handUpdates(receivedAt);
        if (!isOver()) socket.resume();
        return;
      }
      handle(next.value, receivedAt);
      if (performance.now() >= until) {
        handUpdates(receivedAt);
        setTimeout(takeTurn, PAUSE_MS, frames, receivedAt);
        return;
      }
    }
  };

  const read = (chunk: Buffer): void => {
    if (isOver()) return;
    counters.octetsReceived += chunk.length;
    socket.pause();
    takeTurn(reader.push(chunk).values(), clock());
  };

  const end = (): void => {
    if (ended) return;
    ended = true;
    clearTimeout(waiting);
    if (finishing === undefined) handlers.onClosed(reason ?? 'the partner closed the connection');
    else finishing();
  };

  const abort = (why: string): void => {
    reason ??= why;
    socket.destroy();
  };

  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEPALIVE_AFTER_MS);
  socket.on('data', read);
  socket.on('drain', () => {
    full = false;
    flush();
  });
  socket.on('error', (error) => {
    // An error of TLS leaves the socket open.
    abort(describeSocketError(error));
  });
  // Whoever says nothing more reads nothing more.
  socket.on('end', () => socket.destroy());
  socket.on('close', end);
  // A listener alone does not wake a socket that was accepted paused.
  socket.resume();

  return {
    send(message) {
      // It is being destroyed.
      if (reason !== undefined) return true;
      if (!queue.put(message)) return false;
      if (message.type === FailoverMessageType.BNDUPD && queue.length() < UPDATES_AT_ONCE) flushLater();
      else flushSoon();
      return true;
    },
    finish(onEnd) {
      queue.dropUpdates();
      const patience = setTimeout(() => socket.destroy(), LAST_WORDS_MS);
      finishing = () => {
        clearTimeout(patience);
        onEnd();
      };
      flushSoon();
    },
    abort,
  };
}
