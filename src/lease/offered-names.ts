import { ADDRESS_WORDS, type AddressWords } from './address-words.ts';

const ENTRY_WORDS = ADDRESS_WORDS + 1;

/** The few addresses and prefixes that were found for one message: a list in an array that is kept from message to message. */
export class OfferedNames {
  #entries = new Uint32Array(ENTRY_WORDS * 8);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#size = 0;
  }

  add(words: AddressWords, length: number): void {
    const at = this.#size * ENTRY_WORDS;
    if (at === this.#entries.length) {
      const larger = new Uint32Array(at * 2);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    for (let i = 0; i < ADDRESS_WORDS; i += 1) this.#entries[at + i] = words[i] as number;
    this.#entries[at + ADDRESS_WORDS] = length;
    this.#size += 1;
  }

  has(words: AddressWords, length: number): boolean {
    for (let at = (this.#size - 1) * ENTRY_WORDS; at >= 0; at -= ENTRY_WORDS) {
      if (this.#entries[at + ADDRESS_WORDS] === length && this.#isAt(at, words)) return true;
    }
    return false;
  }

  #isAt(at: number, words: AddressWords): boolean {
    for (let i = 0; i < ADDRESS_WORDS; i += 1) if (this.#entries[at + i] !== words[i]) return false;
    return true;
  }
}
