/**
 * What is to be removed from the DNS, by address: a journal that stable storage has, too. An entry is written in the same batch as the end
 * of its lease, so that neither can be lost without the other (RFC 8156 section 9.4).
 */
import { formatAddress, sameBytes } from '../wire/index.ts';
import type { Address, Duid } from '../wire/index.ts';

/** A name that a lease had. */
export interface RemovedName {
  readonly name: Uint8Array;
  /** Of the client that had it. */
  readonly duid: Duid;
  /** The AAAA is the server's to remove, too; the PTR always is. */
  readonly forward: boolean;
}

/** All that is to be removed of an address, the oldest first; none: all is removed. */
export interface DnsRemovals {
  readonly address: Address;
  readonly names: readonly RemovedName[];
}

const NONE: readonly DnsRemovals[] = [];
const NOTHING: ReadonlyMap<string, DnsRemovals> = new Map();
/** An address whose names change all the time while no server answers forgets the oldest. */
const NAMES_MAX = 8;

export class Removals {
  readonly #byAddress = new Map<string, DnsRemovals>();
  /** Changed since the last commit began. */
  readonly #changed = new Map<string, Address>();
  /** With the commit in flight. */
  #inFlight: ReadonlyMap<string, DnsRemovals> = NOTHING;

  constructor(stored: readonly DnsRemovals[]) {
    for (const removals of stored) this.#byAddress.set(formatAddress(removals.address), removals);
  }

  /** Addresses. */
  get size(): number {
    return this.#byAddress.size;
  }

  get isChanged(): boolean {
    return this.#changed.size > 0;
  }

  of(address: Address): readonly RemovedName[] {
    return this.#byAddress.get(formatAddress(address))?.names ?? [];
  }

  all(): Iterable<DnsRemovals> {
    return this.#byAddress.values();
  }

  add(address: Address, removed: RemovedName): void {
    const others = this.of(address).filter((other) => !isSame(other, removed));
    this.#set(address, [...others, removed].slice(-NAMES_MAX));
  }

  /** It is removed, or must not be any more. */
  done(address: Address, removed: RemovedName): void {
    const names = this.of(address);
    const left = names.filter((other) => !isSame(other, removed));
    if (left.length < names.length) this.#set(address, left);
  }

  /** Whether stable storage has what is to be removed of an address: before that nothing is. */
  isDurable(address: Address): boolean {
    const key = formatAddress(address);
    return !this.#changed.has(key) && !this.#inFlight.has(key);
  }

  /** For the commit that begins now; none is in flight. */
  beginCommit(): readonly DnsRemovals[] {
    if (this.#changed.size === 0) return NONE;
    this.#inFlight = new Map(Array.from(this.#changed, ([key, address]) => [key, this.#byAddress.get(key) ?? { address, names: [] }]));
    this.#changed.clear();
    return [...this.#inFlight.values()];
  }

  /** @returns what is durable now */
  committed(): readonly DnsRemovals[] {
    if (this.#inFlight.size === 0) return NONE;
    const durable = [...this.#inFlight.values()];
    this.#inFlight = NOTHING;
    return durable;
  }

  /** What the commit had goes with the next one. */
  failed(): void {
    for (const [key, { address }] of this.#inFlight) this.#changed.set(key, address);
    this.#inFlight = NOTHING;
  }

  #set(address: Address, names: readonly RemovedName[]): void {
    const key = formatAddress(address);
    if (names.length === 0) this.#byAddress.delete(key);
    else this.#byAddress.set(key, { address, names });
    this.#changed.set(key, address);
  }
}

function isSame(a: RemovedName, b: RemovedName): boolean {
  return a.forward === b.forward && sameBytes(a.name, b.name) && sameBytes(a.duid, b.duid);
}
