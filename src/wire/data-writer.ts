import { DATAGRAM_LENGTH_MAX } from './constants.ts';
import { invariant } from './invariant.ts';
import { u8 } from './octets.ts';

/** Room for some hundred replies; a message that does not fit into the rest of it begins a new one. */
const SLAB_LENGTH = 0x10000;
/** A length on the wire has two octets. */
const LENGTH_LENGTH = 2;
/** Below this a loop is faster than the call of `set`. */
const LOOP_LENGTH_MAX = 32;

/**
 * Where the data of an option of which the length is not known yet began; for `endOption`. It counts from the start of the
 * message, so it stays right when the writer moves.
 */
export type OptionMark = number;

/**
 * Writes one message after the other, big-endian, growing as needed. Messages are cut from slabs that are never written twice:
 * `finish` hands out a part of one without copying it, so who keeps a message for long keeps its slab (64 KiB) and had better
 * copy it. A message of more than 65527 octets can't be sent; writing one is harmless, and `finish` then gives undefined.
 */
export class DataWriter {
  #slab = new Uint8Array(SLAB_LENGTH);
  #start = 0;
  #at = 0;

  /** How many octets the message has so far. */
  get position(): number {
    return this.#at - this.#start;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#slab[at] = value;
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    const slab = this.#slab;
    slab[at] = value >>> 8;
    slab[at + 1] = value;
  }

  u24(value: number): void {
    const at = this.#reserve(3);
    const slab = this.#slab;
    slab[at] = value >>> 16;
    slab[at + 1] = value >>> 8;
    slab[at + 2] = value;
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    const slab = this.#slab;
    slab[at] = value >>> 24;
    slab[at + 1] = value >>> 16;
    slab[at + 2] = value >>> 8;
    slab[at + 3] = value;
  }

  bytes(source: Uint8Array): void {
    const length = source.length;
    const at = this.#reserve(length);
    const slab = this.#slab;
    if (length > LOOP_LENGTH_MAX) slab.set(source, at);
    else for (let i = 0; i < length; i++) slab[at + i] = u8(source, i);
  }

  /** Begins an option (RFC 9915 21.1); its length is filled in by `endOption`. Options nest. */
  beginOption(code: number): OptionMark {
    this.u16(code);
    return this.beginLength();
  }

  /** Leaves room for the length of what follows, such as a message in a TCP stream (RFC 5460 5.1); `endOption` fills it in. */
  beginLength(): OptionMark {
    this.u16(0);
    return this.position;
  }

  /** Ends what `beginOption` or `beginLength` gave this mark for. */
  endOption(mark: OptionMark): void {
    const length = this.position - mark;
    invariant(mark >= LENGTH_LENGTH && length >= 0, 'an option ends after it began, in the same message');
    const at = this.#start + mark;
    this.#slab[at - 2] = length >>> 8;
    this.#slab[at - 1] = length;
  }

  /**
   * The message, which is now the caller's, and the writer is ready for the next. Undefined when it grew longer than
   * `lengthMax`, which is what fits into a datagram.
   */
  finish(lengthMax = DATAGRAM_LENGTH_MAX): Uint8Array | undefined {
    const length = this.position;
    const message = new Uint8Array(this.#slab.buffer, this.#start, length);
    this.#start = this.#at;
    return length > lengthMax ? undefined : message;
  }

  /** Drops what was written since the last `finish`. */
  reset(): void {
    this.#at = this.#start;
  }

  /** Makes room for so many octets and returns where they go. */
  #reserve(length: number): number {
    const at = this.#at;
    if (at + length > this.#slab.length) return this.#move(length);
    this.#at = at + length;
    return at;
  }

  /** Takes the message that is being written to a new slab. */
  #move(length: number): number {
    const written = this.#slab.subarray(this.#start, this.#at);
    this.#slab = new Uint8Array(Math.max(SLAB_LENGTH, 2 * (written.length + length)));
    this.#slab.set(written);
    this.#start = 0;
    this.#at = written.length + length;
    return written.length;
  }
}
