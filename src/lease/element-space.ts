import { ADDRESS_WORDS, type AddressWords, compareWords, fillWords, maskWords, readWords } from './address-words.ts';
import { LeaseKind } from './binding.ts';
import type { PoolDefinition } from './pool-definition.ts';

const TWO_32 = 0x1_0000_0000;

/** All addresses of a pool, or those with the lowest bit 1 or 0 (RFC 8156 4.2.1.1). Prefixes are always all. */
export type Parity = 'all' | 'odd' | 'even';

/**
 * The elements of a pool, counted from 0: its addresses, or the prefixes that it delegates.
 *
 * All knowledge of which index is which address is here. Where two boxes share a pool by the low-order bit of the
 * address (RFC 8156 4.2.1.1), each box's half is a space of its own with a step of two.
 */
export class ElementSpace {
  readonly kind: LeaseKind;
  /** Length of every element: 128, or the delegated length. */
  readonly elementLength: number;
  /** The first address inside the pool, whatever its parity. */
  readonly first = new Uint32Array(ADDRESS_WORDS);
  /** The last address inside the pool. */
  readonly last = new Uint32Array(ADDRESS_WORDS);
  /** How many elements there are: exact up to 2^53, rounded above. */
  readonly size: number;
  readonly #parity: Parity;
  /** The first element. */
  readonly #start = new Uint32Array(ADDRESS_WORDS);
  /** Index of the last element. */
  readonly #lastIndex = new Uint32Array(ADDRESS_WORDS);
  readonly #shift: number;
  readonly #offset = new Uint32Array(ADDRESS_WORDS);

  constructor(definition: PoolDefinition, parity: Parity) {
    this.#parity = parity;
    if ('first' in definition) {
      this.kind = LeaseKind.IA_NA;
      this.elementLength = 128;
      readWords(definition.first, 0, this.first, 0);
      readWords(definition.last, 0, this.last, 0);
    } else {
      this.kind = LeaseKind.IA_PD;
      this.elementLength = definition.delegatedLength;
      readWords(definition.prefix.address, 0, this.first, 0);
      maskWords(this.first, definition.prefix.length);
      this.last.set(this.first);
      fillWords(this.last, definition.prefix.length);
    }
    this.#shift = parity === 'all' ? 128 - this.elementLength : 1;
    this.#start.set(this.first);
    if (!this.holds(this.first)) {
      if (compareWords(this.first, this.last, 0) === 0) {
        this.size = 0;
        return;
      }
      increment(this.#start);
    }
    // Half a step too many at the end falls away with the shift.
    subtract(this.last, this.#start, this.#lastIndex);
    shiftRight(this.#lastIndex, this.#shift);
    this.size = toNumber(this.#lastIndex) + 1;
  }

  /** Whether the address is inside the pool. */
  contains(address: AddressWords): boolean {
    return compareWords(address, this.first, 0) >= 0 && compareWords(address, this.last, 0) <= 0;
  }

  /** Whether an address of the pool is in one of the elements. */
  holds(address: AddressWords): boolean {
    if (this.#parity === 'all') return true;
    return ((address[ADDRESS_WORDS - 1] as number) & 1) === (this.#parity === 'odd' ? 1 : 0);
  }

  /** Index of the element that holds an address of the pool: exact up to 2^53, rounded above. */
  indexOf(address: AddressWords): number {
    subtract(address, this.#start, this.#offset);
    shiftRight(this.#offset, this.#shift);
    return toNumber(this.#offset);
  }

  /** Index of the first element that does not end before an address of the pool. */
  indexFrom(address: AddressWords): number {
    if (this.holds(address)) return this.indexOf(address);
    return compareWords(address, this.#start, 0) < 0 ? 0 : this.indexOf(address) + 1;
  }

  /** Index of the last element that does not begin behind an address of the pool; -1: all do. */
  indexUntil(address: AddressWords): number {
    return compareWords(address, this.#start, 0) < 0 ? -1 : this.indexOf(address);
  }

  /** The element with an index below 2^53. */
  at(index: number, into: AddressWords): void {
    into[0] = 0;
    into[1] = 0;
    into[2] = Math.floor(index / TWO_32);
    into[3] = index;
    this.#locate(into);
  }

  /**
   * Turns four random words into a random element, in place. False when they fall outside of the pool: then the next
   * four are tried, at most two in the mean.
   */
  drawn(words: AddressWords): boolean {
    let leading = true;
    for (let i = 0; i < ADDRESS_WORDS; i += 1) {
      const bound = this.#lastIndex[i] as number;
      if (leading) words[i] = (words[i] as number) & (bound === 0 ? 0 : 0xffffffff >>> Math.clz32(bound));
      if (bound !== 0) leading = false;
    }
    if (compareWords(words, this.#lastIndex, 0) > 0) return false;
    this.#locate(words);
    return true;
  }

  #locate(index: AddressWords): void {
    shiftLeft(index, this.#shift);
    let carry = 0;
    for (let i = ADDRESS_WORDS - 1; i >= 0; i -= 1) {
      const sum = (index[i] as number) + (this.#start[i] as number) + carry;
      index[i] = sum;
      carry = sum >= TWO_32 ? 1 : 0;
    }
  }
}

function toNumber(words: AddressWords): number {
  let value = 0;
  for (let i = 0; i < ADDRESS_WORDS; i += 1) value = value * TWO_32 + (words[i] as number);
  return value;
}

function increment(words: AddressWords): void {
  for (let i = ADDRESS_WORDS - 1; i >= 0; i -= 1) {
    words[i] = (words[i] as number) + 1;
    if (words[i] !== 0) return;
  }
}

function subtract(a: AddressWords, b: AddressWords, into: AddressWords): void {
  let borrow = 0;
  for (let i = ADDRESS_WORDS - 1; i >= 0; i -= 1) {
    const difference = (a[i] as number) - (b[i] as number) - borrow;
    into[i] = difference;
    borrow = difference < 0 ? 1 : 0;
  }
}

function shiftRight(words: AddressWords, bits: number): void {
  if (bits === 0) return;
  const whole = bits >>> 5;
  const rest = bits & 31;
  for (let i = ADDRESS_WORDS - 1; i >= 0; i -= 1) {
    const low = wordAt(words, i - whole) >>> rest;
    const high = rest === 0 ? 0 : wordAt(words, i - whole - 1) << (32 - rest);
    words[i] = low | high;
  }
}

function shiftLeft(words: AddressWords, bits: number): void {
  if (bits === 0) return;
  const whole = bits >>> 5;
  const rest = bits & 31;
  for (let i = 0; i < ADDRESS_WORDS; i += 1) {
    const high = wordAt(words, i + whole) << rest;
    const low = rest === 0 ? 0 : wordAt(words, i + whole + 1) >>> (32 - rest);
    words[i] = high | low;
  }
}

/** Beyond both ends there are zeros; to read those from the array itself takes ten times as long. */
function wordAt(words: AddressWords, i: number): number {
  return i >= 0 && i < ADDRESS_WORDS ? (words[i] as number) : 0;
}
