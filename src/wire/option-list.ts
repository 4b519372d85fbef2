import { u16, view } from './octets.ts';

/** Code and length, in front of each option's data (RFC 9915 21.1). */
export const OPTION_HEADER_LENGTH = 4;

/**
 * Every option of one level, in the order of the message. Nothing is copied: an option's code, length and value are read
 * from `bytes` when they are asked for. A class, because one is made for each level of each packet.
 */
export class OptionList {
  /** What the offsets point into: the whole datagram. */
  readonly bytes: Uint8Array;
  readonly #starts: readonly number[];

  /** `starts`: where each option's data begins, its header being checked already. */
  constructor(bytes: Uint8Array, starts: readonly number[]) {
    this.bytes = bytes;
    this.#starts = starts;
  }

  get count(): number {
    return this.#starts.length;
  }

  code(index: number): number {
    return u16(this.bytes, this.start(index) - OPTION_HEADER_LENGTH);
  }

  /** Where the data of the option begins in `bytes`. */
  start(index: number): number {
    return this.#starts[index] as number;
  }

  length(index: number): number {
    return u16(this.bytes, this.start(index) - 2);
  }

  /** The first option with this code, or -1. */
  indexOf(code: number): number {
    const starts = this.#starts;
    const bytes = this.bytes;
    for (let i = 0; i < starts.length; i++) {
      if (u16(bytes, (starts[i] as number) - OPTION_HEADER_LENGTH) === code) return i;
    }
    return -1;
  }

  /** The option's data as a view. */
  value(index: number): Uint8Array {
    const start = this.start(index);
    return view(this.bytes, start, start + u16(this.bytes, start - 2));
  }
}
