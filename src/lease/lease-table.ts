import { type EpochSeconds, type Seconds, halfSipHash32, invariant } from '../wire/index.ts';
import { pageInAddressOrder } from './address-order.ts';
import { ADDRESS_WORDS, type AddressWords, copyWords, readWords } from './address-words.ts';
import { type Binding, BindingStatus } from './binding.ts';
import { ChainIndex } from './chain-index.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { type HashKey, hashAddress, hashWords } from './lease-hash.ts';
import { type LeaseReader, LeaseRecords } from './lease-records.ts';
import { saturatedExpirationTime } from './lifetimes.ts';
import type { LeaseName, PoolDefinition } from './pool-definition.ts';
import { PoolSet } from './pool-set.ts';
import { NO_SLOT, Word } from './record.ts';

const STATUS_COUNT = 9;

/**
 * Every lease that the box knows of, as packed records. A lease is named by a slot number that stays the same until
 * it is removed. The table is what stable storage holds or is about to hold: a lease whose record waits for a
 * commit is locked, and counts as taken whatever its status says.
 */
export class LeaseTable {
  readonly #records = new LeaseRecords();
  readonly #key: HashKey;
  readonly #byAddress: ChainIndex;
  readonly #byClient: ChainIndex;
  readonly #expiry: ExpiryQueue;
  readonly #wanted = new Uint32Array(ADDRESS_WORDS);
  readonly #counts = new Uint32Array(STATUS_COUNT);
  #size = 0;
  #pools: PoolSet;

  /** `expectedLeases`: how many records are about to be put in; more or fewer may come. */
  constructor(key: HashKey, expectedLeases: number) {
    const records = this.#records;
    this.#key = key;
    this.#byAddress = new ChainIndex(records.slabs, Word.ADDRESS_NEXT, (slot) => records.hashOfAddress(slot, key));
    this.#byClient = new ChainIndex(records.slabs, Word.CLIENT_NEXT, (slot) => records.hashOfDuid(slot, key));
    this.#byAddress.presize(expectedLeases);
    this.#byClient.presize(expectedLeases);
    this.#expiry = new ExpiryQueue(records);
    this.#pools = new PoolSet(records, key, [], []);
  }

  /** The fields of a lease, by slot. */
  get records(): LeaseReader {
    return this.#records;
  }

  /** How many leases there are, of every status. */
  get size(): number {
    return this.#size;
  }

  count(status: BindingStatus): number {
    return this.#counts[status] as number;
  }

  /** The pools that the leases belong to. */
  get pools(): PoolSet {
    return this.#pools;
  }

  /**
   * Takes the pools of a new configuration; the leases stay, and those that fit no pool any more keep what they
   * hold from being given out. A pool's number is its place in `definitions`. `excluded` are addresses and prefixes that no
   * client gets by itself: those of reservations, and the box's own. Takes time in proportion to the number of leases.
   */
  setPools(definitions: readonly PoolDefinition[], excluded: readonly LeaseName[]): void {
    this.#pools = new PoolSet(this.#records, this.#key, definitions, excluded);
    const free: number[] = [];
    for (let slot = NO_SLOT + 1; slot < this.#records.slabs.end; slot += 1) {
      if (!this.#records.inUse(slot)) continue;
      this.#pools.adopt(slot);
      if (this.#records.status(slot) === BindingStatus.FREE) free.push(slot);
      else this.#pools.place(slot);
    }
    for (const slot of this.#longestFirst(free)) this.#pools.place(slot);
  }

  /** The slot of the lease with this address (16 octets from `start`) and exactly this length, or NO_SLOT. */
  find(bytes: Uint8Array, start: number, prefixLength: number): number {
    readWords(bytes, start, this.#wanted, 0);
    return this.#findWanted(hashAddress(this.#key, bytes, start), prefixLength);
  }

  /** As `find`, for an address that is at hand as words. */
  findWords(words: AddressWords, prefixLength: number): number {
    copyWords(words, 0, this.#wanted);
    return this.#findWanted(hashWords(this.#key, words), prefixLength);
  }

  /** Writes a lease's address as words. */
  copyWords(slot: number, into: AddressWords): void {
    this.#records.copyWords(slot, into);
  }

  /** The first lease whose last client has this DUID, of any kind and status, or NO_SLOT. `nextOfClient` gives the others. */
  firstOfClient(bytes: Uint8Array, start: number, length: number): number {
    let slot = this.#byClient.first(halfSipHash32(this.#key.k0, this.#key.k1, bytes, start, length));
    while (slot !== NO_SLOT && !this.#records.isClient(slot, bytes, start, length)) slot = this.#byClient.next(slot);
    return slot;
  }

  nextOfClient(slot: number): number {
    let next = this.#byClient.next(slot);
    while (next !== NO_SLOT && !this.#records.isSameClient(slot, next)) next = this.#byClient.next(next);
    return next;
  }

  /** Inserts a lease, or replaces all that is known of it. Its lock stays as it was. */
  put(binding: Binding): number {
    const hash = hashAddress(this.#key, binding.address, 0);
    readWords(binding.address, 0, this.#wanted, 0);
    const found = this.#findWanted(hash, binding.prefixLength);
    if (found === NO_SLOT) return this.#insert(binding, hash);
    this.#displace(found);
    const sameClient = this.#records.isClient(found, binding.duid, 0, binding.duid.length);
    if (!sameClient) this.#leaveClient(found);
    this.#records.write(found, binding);
    if (!sameClient) this.#joinClient(found);
    this.#place(found);
    return found;
  }

  read(slot: number): Binding {
    return this.#records.read(slot);
  }

  /** Forgets a lease. Its slot number may come to mean another one. */
  remove(slot: number): void {
    invariant(this.#records.inUse(slot), 'a lease that is removed exists');
    this.#displace(slot);
    this.#pools.abandon(slot);
    this.#leaveClient(slot);
    this.#byAddress.remove(this.#records.hashOfAddress(slot, this.#key), slot);
    this.#records.discard(slot);
    this.#size -= 1;
  }

  /** Extends an ACTIVE lease of the same client: what Renew and Rebind do (RFC 9915 18.3.4, 18.3.5). */
  extend(slot: number, preferred: Seconds, valid: Seconds, now: EpochSeconds, revision: number): void {
    const { slabs } = this.#records;
    invariant(this.#records.status(slot) === BindingStatus.ACTIVE, 'a lease that is extended is leased');
    slabs.set(slot, Word.PREFERRED_LIFETIME, preferred);
    slabs.set(slot, Word.VALID_LIFETIME, valid);
    slabs.set(slot, Word.CLIENT_LAST_TRANSACTION_TIME, now);
    slabs.set(slot, Word.STATE_EXPIRATION_TIME, saturatedExpirationTime(now, valid));
    this.#records.setRevision(slot, revision);
    this.#expiry.schedule(slot, this.#size);
  }

  /** Notes the way by which the client was last heard (RFC 9915 18.3); undefined: directly. */
  setRelay(slot: number, relay: Uint8Array | undefined): void {
    this.#records.setRelay(slot, relay);
  }

  /** The lease waits for the commit with this revision: it is taken until `unlock`. */
  lock(slot: number, revision: number): void {
    invariant(revision > 0, 'revisions count from 1');
    this.#setLock(slot, revision);
  }

  /** The commit with this revision is over. A lease that waits for a later one by now stays locked. */
  unlock(slot: number, revision: number): void {
    if (this.#records.lock(slot) !== revision) return;
    this.#setLock(slot, 0);
    this.#expiry.schedule(slot, this.#size);
  }

  /**
   * At most `limit` leases that `accept` lets through, ordered by address and then length, from the one behind `after` on
   * (undefined: from the first). Takes time in proportion to the number of leases.
   */
  page(after: LeaseName | undefined, limit: number, accept: (slot: number) => boolean): number[] {
    return pageInAddressOrder(this.#records, after, limit, accept);
  }

  /** Not later than the moment when a lease next ends by itself, 0xffffffff when none will. It may be earlier. */
  get nextExpiry(): EpochSeconds {
    return this.#expiry.next;
  }

  /**
   * Appends to `into` the unlocked leases whose status ends by itself not after `now`: ACTIVE ones that ran out, and
   * ABANDONED ones that were set aside for long enough. Each comes once, until
   * it is put or unlocked again. Does work for at most `limit` leases; true when more wait.
   */
  takeExpired(now: EpochSeconds, limit: number, into: number[]): boolean {
    return this.#expiry.takeDue(now, limit, into);
  }

  /** Only a free lease is somewhere else when it is locked. */
  #setLock(slot: number, revision: number): void {
    const isFree = this.#records.status(slot) === BindingStatus.FREE;
    if (isFree) this.#pools.displace(slot);
    this.#records.setLock(slot, revision);
    if (isFree) this.#pools.place(slot);
  }

  /** Sorts by the start of the status. A time and a place in the list make one number: those sort in a fraction of the time. */
  #longestFirst(slots: readonly number[]): number[] {
    const count = slots.length;
    const starts = slots.map((slot) => this.#records.startTimeOfState(slot));
    const latest = starts.reduce((a, b) => Math.max(a, b), 0);
    const ageMax = Math.floor(Number.MAX_SAFE_INTEGER / (count + 1)) - 1;
    const keys = Float64Array.from(starts, (start, i) => (ageMax - Math.min(latest - start, ageMax)) * count + i);
    return Array.from(keys.sort(), (key) => slots[key % count] as number);
  }

  #findWanted(hash: number, prefixLength: number): number {
    let slot = this.#byAddress.first(hash);
    while (slot !== NO_SLOT && !this.#records.isAddress(slot, this.#wanted, prefixLength)) slot = this.#byAddress.next(slot);
    return slot;
  }

  #insert(binding: Binding, hash: number): number {
    const slot = this.#records.create(binding.address, binding.prefixLength);
    this.#records.write(slot, binding);
    this.#size += 1;
    this.#byAddress.insert(hash, slot);
    this.#joinClient(slot);
    this.#pools.adopt(slot);
    this.#place(slot);
    return slot;
  }

  #joinClient(slot: number): void {
    if (this.#records.duidLength(slot) > 0) this.#byClient.insert(this.#records.hashOfDuid(slot, this.#key), slot);
  }

  #leaveClient(slot: number): void {
    if (this.#records.duidLength(slot) > 0) this.#byClient.remove(this.#records.hashOfDuid(slot, this.#key), slot);
  }

  /** Enters a lease wherever its status and lock put it. */
  #place(slot: number): void {
    const status = this.#records.status(slot);
    this.#counts[status] = (this.#counts[status] as number) + 1;
    this.#pools.place(slot);
    this.#expiry.schedule(slot, this.#size);
  }

  /** Undoes `#place`, before status or lock change. */
  #displace(slot: number): void {
    this.#pools.displace(slot);
    const status = this.#records.status(slot);
    this.#counts[status] = (this.#counts[status] as number) - 1;
  }
}
