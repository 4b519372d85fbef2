import { u8, u16, view } from '../octets.ts';

/** In front of each message (RFC 5460 5.1). */
const SIZE_LENGTH = 2;
/** What a begun message gets at first; the size it names is a claim of whoever sent it. */
const HELD_LENGTH_MIN = 512;
const HELD_LENGTH_MAX = SIZE_LENGTH + 0xffff;

/**
 * Cuts what comes over a connection into messages (RFC 8156 5.1, RFC 5460 5.1), however TCP split it. A class, because it
 * keeps the message that has only begun: one at most, so never more than 65536 octets, in room of at most twice what came of
 * it.
 */
export class FrameReader {
  #held = new Uint8Array(0);
  #length = 0;

  /** How many octets of a message that is not whole yet are kept here. */
  get bufferedOctets(): number {
    return this.#length;
  }

  /**
   * The messages that `chunk` completes, in order, without their sizes. They are views into `chunk` where they lie in it
   * whole, so it must not change afterwards.
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const frames: Uint8Array[] = [];
    let at = this.#length === 0 ? 0 : this.#complete(chunk, frames);
    while (at < chunk.length) {
      const from = at + SIZE_LENGTH;
      const to = from > chunk.length ? from : from + u16(chunk, at);
      if (to > chunk.length) {
        this.#hold(chunk, at, chunk.length);
        break;
      }
      frames.push(view(chunk, from, to));
      at = to;
    }
    return frames;
  }

  /** Adds to the message that has begun; where the next one begins in `chunk`. */
  #complete(chunk: Uint8Array, frames: Uint8Array[]): number {
    const first = u8(this.#held, 0);
    const second = this.#length >= SIZE_LENGTH ? u8(this.#held, 1) : u8(chunk, 0);
    const missing = SIZE_LENGTH + ((first << 8) | second) - this.#length;
    if (missing > chunk.length) {
      this.#hold(chunk, 0, chunk.length);
      return chunk.length;
    }
    this.#hold(chunk, 0, missing);
    frames.push(view(this.#held, SIZE_LENGTH, this.#length));
    this.#held = new Uint8Array(0);
    this.#length = 0;
    return missing;
  }

  #hold(chunk: Uint8Array, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.min(Math.max(HELD_LENGTH_MIN, 2 * length), HELD_LENGTH_MAX));
      grown.set(view(this.#held, 0, this.#length));
      this.#held = grown;
    }
    this.#held.set(view(chunk, start, end), this.#length);
    this.#length = length;
  }
}
