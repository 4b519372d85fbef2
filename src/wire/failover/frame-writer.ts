import { DataWriter } from '../data-writer.ts';
import { invariant } from '../invariant.ts';
import type { EpochSeconds } from '../units.ts';
import { toWireTime } from '../wire-time.ts';
import { FAILOVER_MESSAGE_LENGTH_MAX } from './decode-failover-message.ts';
import { writeFailoverMessage } from './encode-failover-message.ts';
import type { FailoverMessage } from './message.ts';
import { FailoverMessageType as Type } from './message-type.ts';

/** In front of each message (RFC 5460 5.1). */
const SIZE_LENGTH = 2;
/** From the size of a message to its sent-time (RFC 8156 5.2). */
const SENT_TIME_OFFSET = SIZE_LENGTH + 4;

/** Octets of so many messages, and where their sent-times go. */
interface Piece {
  readonly octets: Uint8Array;
  readonly messages: number;
  readonly stamps: readonly number[];
}

/**
 * Messages that wait to be sent, as the octets that go into the connection: a message that waits costs the heap nothing. Only when it
 * is sent is not known before it is (RFC 8156 5.2), and is written into it then. A class, because one is made for each connection.
 */
export class FrameWriter {
  readonly #writer = new DataWriter();
  readonly #pieceLength: number;
  readonly #pieces: Piece[] = [];
  /** Of the piece that is being written. */
  #stamps: number[] = [];
  #messages = 0;
  #waiting = 0;

  /** They are handed out in pieces of so many octets, or a few more. */
  constructor(pieceLength: number) {
    this.#pieceLength = pieceLength;
  }

  /** How many messages wait. */
  get length(): number {
    return this.#waiting;
  }

  /** The message must not be longer than 65535 octets: whoever makes one bounds what is in it. */
  write(message: FailoverMessage): void {
    const writer = this.#writer;
    const start = writer.position;
    const size = writer.beginLength();
    writeFailoverMessage(writer, message, 0);
    writer.endOption(size);
    invariant(writer.position - size <= FAILOVER_MESSAGE_LENGTH_MAX, 'a failover message has 65535 octets at most');
    if (message.type !== Type.STARTTLS && message.type !== Type.REPLY) this.#stamps.push(start + SENT_TIME_OFFSET);
    this.#messages += 1;
    this.#waiting += 1;
    if (writer.position >= this.#pieceLength) this.#cut();
  }

  /** The first piece of what waits, sent now; undefined when nothing does. The octets are the caller's. */
  take(sentTime: EpochSeconds): Uint8Array | undefined {
    if (this.#pieces.length === 0 && this.#messages > 0) this.#cut();
    const piece = this.#pieces.shift();
    if (piece === undefined) return undefined;
    this.#waiting -= piece.messages;
    const time = toWireTime(sentTime);
    for (const at of piece.stamps) stamp(piece.octets, at, time);
    return piece.octets;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#writer.reset();
    this.#pieces.length = 0;
    this.#stamps = [];
    this.#messages = 0;
    this.#waiting = 0;
  }

  #cut(): void {
    const octets = this.#writer.finish(Infinity);
    invariant(octets !== undefined, 'a piece may be of any length');
    this.#pieces.push({ octets, messages: this.#messages, stamps: this.#stamps });
    this.#stamps = [];
    this.#messages = 0;
  }
}

function stamp(octets: Uint8Array, at: number, time: number): void {
  octets[at] = time >>> 24;
  octets[at + 1] = time >>> 16;
  octets[at + 2] = time >>> 8;
  octets[at + 3] = time;
}
