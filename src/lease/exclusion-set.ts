import { ADDRESS_WORDS, type AddressWords, copyWords, maskWords, readWords } from './address-words.ts';
import type { ElementSpace } from './element-space.ts';
import { type HashKey, hashWords } from './lease-hash.ts';
import type { ReservedLeaseName } from './pool-definition.ts';

const ENTRY_WORDS = 7;
const LENGTH_AT = 4;
const TAKEN_AT = 5;
const RELATIONSHIP_AT = 6;
const NOT_FOUND = -1;

/**
 * Addresses and prefixes that no client gets by itself: those that are reserved, and a link's own. It also counts how many
 * leases inside of each are taken, so that a reserved prefix is given only when nothing inside it is.
 * Open addressing in one typed array; made once for a configuration.
 */
export class ExclusionSet {
  readonly #key: HashKey;
  readonly #entries: Uint32Array;
  readonly #mask: number;
  /** The distinct lengths, ascending. */
  readonly #lengths: number[];
  /** An entry has its place in this list. */
  readonly #relationships: (string | undefined)[] = [undefined];
  readonly #masked = new Uint32Array(ADDRESS_WORDS);

  /** Also excludes the elements of these pools that a longer excluded name lies in. */
  constructor(names: readonly ReservedLeaseName[], spaces: readonly ElementSpace[], key: HashKey) {
    this.#key = key;
    const capacity = 2 ** Math.ceil(Math.log2(names.length * 4 + 1));
    this.#entries = new Uint32Array(capacity * ENTRY_WORDS);
    this.#mask = capacity - 1;
    const lengths = new Set<number>();
    const words = new Uint32Array(ADDRESS_WORDS);
    for (const { address, prefixLength, relationship } of names) {
      readWords(address, 0, words, 0);
      this.#add(words, prefixLength, this.#placeOf(relationship));
      lengths.add(prefixLength);
      const space = spaces.find((candidate) => candidate.contains(words));
      if (space === undefined || space.elementLength >= prefixLength) continue;
      this.#add(words, space.elementLength, 0);
      lengths.add(space.elementLength);
    }
    this.#lengths = [...lengths].sort((a, b) => a - b);
  }

  /** Whether this address or prefix is excluded, or lies in something that is. */
  covers(words: AddressWords, prefixLength: number): boolean {
    for (const length of this.#lengths) {
      if (length > prefixLength) return false;
      if (this.#find(words, length) !== NOT_FOUND) return true;
    }
    return false;
  }

  /** The relationship of a reservation that covers this name; undefined: none does, or it is of none. */
  relationshipOf(words: AddressWords, prefixLength: number): string | undefined {
    for (const length of this.#lengths) {
      if (length > prefixLength) return undefined;
      const entry = this.#find(words, length);
      const relationship = entry === NOT_FOUND ? undefined : this.#relationships[this.#entries[entry + RELATIONSHIP_AT] as number];
      if (relationship !== undefined) return relationship;
    }
    return undefined;
  }

  /** A lease became taken (`change` 1), or is no longer (-1). */
  countTaken(words: AddressWords, prefixLength: number, change: 1 | -1): void {
    for (const length of this.#lengths) {
      if (length > prefixLength) return;
      const entry = this.#find(words, length);
      if (entry !== NOT_FOUND) this.#entries[entry + TAKEN_AT] = (this.#entries[entry + TAKEN_AT] as number) + change;
    }
  }

  /** How many taken leases are inside of this name or are it; 0 when it is not one of the set. */
  takenInside(words: AddressWords, prefixLength: number): number {
    const entry = this.#find(words, prefixLength);
    return entry === NOT_FOUND ? 0 : (this.#entries[entry + TAKEN_AT] as number);
  }

  #placeOf(relationship: string | undefined): number {
    const known = this.#relationships.indexOf(relationship);
    return known < 0 ? this.#relationships.push(relationship) - 1 : known;
  }

  #add(words: AddressWords, length: number, relationship: number): void {
    copyWords(words, 0, this.#masked);
    maskWords(this.#masked, length);
    let at = hashWords(this.#key, this.#masked) & this.#mask;
    while (this.#lengthAt(at) !== 0) {
      if (this.#isEntry(at, length)) return;
      at = (at + 1) & this.#mask;
    }
    this.#entries.set(this.#masked, at * ENTRY_WORDS);
    this.#entries[at * ENTRY_WORDS + LENGTH_AT] = length + 1;
    this.#entries[at * ENTRY_WORDS + RELATIONSHIP_AT] = relationship;
  }

  /** Where the entry of the prefix of `length` that holds `words` starts. */
  #find(words: AddressWords, length: number): number {
    copyWords(words, 0, this.#masked);
    maskWords(this.#masked, length);
    let at = hashWords(this.#key, this.#masked) & this.#mask;
    while (this.#lengthAt(at) !== 0) {
      if (this.#isEntry(at, length)) return at * ENTRY_WORDS;
      at = (at + 1) & this.#mask;
    }
    return NOT_FOUND;
  }

  /** One more than the entry's prefix length; 0: nothing is there. */
  #lengthAt(at: number): number {
    return this.#entries[at * ENTRY_WORDS + LENGTH_AT] as number;
  }

  #isEntry(at: number, length: number): boolean {
    if (this.#lengthAt(at) !== length + 1) return false;
    for (let i = 0; i < ADDRESS_WORDS; i += 1) if (this.#entries[at * ENTRY_WORDS + i] !== this.#masked[i]) return false;
    return true;
  }
}
