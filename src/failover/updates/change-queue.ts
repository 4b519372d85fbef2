import { type EpochSeconds, epochSeconds } from '../../wire/index.ts';

/** Slots in the order in which they came, each with the time from which it may go. A ring: it never grows. */
export class ChangeQueue {
  readonly #slots: Uint32Array;
  readonly #dueTimes: Uint32Array;
  #first = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#slots = new Uint32Array(capacity);
    this.#dueTimes = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** When the first one may go; meaningless for an empty queue. */
  get dueTime(): EpochSeconds {
    return epochSeconds(this.#dueTimes[this.#first] as number);
  }

  /** False when there is no room. */
  push(slot: number, dueTime: number): boolean {
    if (this.#length === this.#slots.length) return false;
    const at = (this.#first + this.#length) % this.#slots.length;
    this.#slots[at] = slot;
    this.#dueTimes[at] = dueTime;
    this.#length += 1;
    return true;
  }

  /** The first one. The caller knows that there is one. */
  shift(): number {
    const slot = this.#slots[this.#first] as number;
    this.#first = (this.#first + 1) % this.#slots.length;
    this.#length -= 1;
    return slot;
  }

  clear(): void {
    this.#first = 0;
    this.#length = 0;
  }
}
