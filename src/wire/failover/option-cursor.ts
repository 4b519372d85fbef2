import { u16 } from '../octets.ts';
import { OPTION_HEADER_LENGTH } from '../option-list.ts';
import { type Failure, failure } from '../wire-error.ts';
import { isFailoverLengthAllowed, singletonBit } from './option-rules.ts';

/**
 * Walks over the options in `[start, end)` of `bytes`, one container of a failover message, and checks of each that it lies
 * inside, that its definition allows its length, and that it is the only one where there may be but one. A class, because
 * one is made for each container of each message.
 *
 * `while (options.next()) switch (options.code) {...}`, and then `options.failure` says why it ended early, if it did.
 */
export class OptionCursor {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #seen = 0;
  #next: number;
  /** Of the option that `next` went to: its code, and where its data is. */
  code = 0;
  start = 0;
  end = 0;
  failure: Failure | undefined = undefined;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#next = start;
    this.#end = end;
  }

  /** Goes to the next option; false when there is none, or none that is well formed. */
  next(): boolean {
    const at = this.#next;
    if (at >= this.#end) return false;
    const start = at + OPTION_HEADER_LENGTH;
    if (start > this.#end) return this.#fail(failure('option-overrun', at));
    const code = u16(this.#bytes, at);
    const length = u16(this.#bytes, at + 2);
    const end = start + length;
    if (end > this.#end) return this.#fail(failure('option-overrun', at, code));
    if (!isFailoverLengthAllowed(code, length)) return this.#fail(failure('bad-option-length', at, code));
    const bit = singletonBit(code);
    if ((this.#seen & bit) !== 0) return this.#fail(failure('repeated-option', at, code));
    this.#seen |= bit;
    this.code = code;
    this.start = start;
    this.end = end;
    this.#next = end;
    return true;
  }

  #fail(failed: Failure): false {
    this.failure = failed;
    return false;
  }
}
