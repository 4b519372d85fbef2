import { invariant } from '../wire/index.ts';
import { NO_SLOT, RECORD_WORDS, RECORD_WORDS_LOG2, Word } from './record.ts';

const SLAB_RECORDS_LOG2 = 13;
const SLAB_RECORDS = 1 << SLAB_RECORDS_LOG2;
const SLOT_MASK = SLAB_RECORDS - 1;

/** Where the words of a slot start in its slab. */
export function wordBase(slot: number): number {
  return (slot & SLOT_MASK) << RECORD_WORDS_LOG2;
}

/** Where the octets of a slot start in its slab. */
export function octetBase(slot: number): number {
  return (slot & SLOT_MASK) << (RECORD_WORDS_LOG2 + 2);
}

/**
 * Memory for lease records in slabs of 1 MiB, named by slot numbers. It grows by a slab at a time and never
 * moves a record; a freed slot is used again before a new one is begun.
 */
export class RecordSlabs {
  readonly #words: Uint32Array[] = [];
  readonly #octets: Uint8Array[] = [];
  #nextUnused = NO_SLOT + 1;
  #firstFreed = NO_SLOT;

  /** Slots from 1 to below this one have been in use at some time. */
  get end(): number {
    return this.#nextUnused;
  }

  /** The slab that holds the slot, as words; see `wordBase`. */
  words(slot: number): Uint32Array {
    const slab = this.#words[slot >>> SLAB_RECORDS_LOG2];
    if (slab === undefined) throw new RangeError(`slot ${slot} is outside of the lease table`);
    return slab;
  }

  /** The same memory as octets; see `octetBase`. */
  octets(slot: number): Uint8Array {
    const slab = this.#octets[slot >>> SLAB_RECORDS_LOG2];
    if (slab === undefined) throw new RangeError(`slot ${slot} is outside of the lease table`);
    return slab;
  }

  get(slot: number, word: number): number {
    return this.words(slot)[wordBase(slot) + word] as number;
  }

  set(slot: number, word: number, value: number): void {
    this.words(slot)[wordBase(slot) + word] = value;
  }

  /** A slot whose record is all zeros. */
  acquire(): number {
    const freed = this.#firstFreed;
    if (freed !== NO_SLOT) {
      this.#firstFreed = this.get(freed, Word.ADDRESS_NEXT);
      this.set(freed, Word.ADDRESS_NEXT, NO_SLOT);
      return freed;
    }
    const slot = this.#nextUnused;
    if (slot >>> SLAB_RECORDS_LOG2 >= this.#words.length) {
      const slab = new Uint32Array(SLAB_RECORDS * RECORD_WORDS);
      this.#words.push(slab);
      this.#octets.push(new Uint8Array(slab.buffer));
    }
    this.#nextUnused = slot + 1;
    return slot;
  }

  release(slot: number): void {
    invariant(slot !== NO_SLOT && slot < this.#nextUnused, 'a released slot was acquired before');
    const base = wordBase(slot);
    const slab = this.words(slot);
    slab.fill(0, base, base + RECORD_WORDS);
    slab[base + Word.ADDRESS_NEXT] = this.#firstFreed;
    this.#firstFreed = slot;
  }
}
