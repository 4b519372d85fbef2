import { type EpochSeconds, type Seconds, halfSipHash32, invariant } from '../wire/index.ts';
import { pageInAddressOrder } from './address-order.ts';
import { ADDRESS_WORDS, type AddressWords, copyWords, readWords } from './address-words.ts';
import { type Binding, BindingStatus, type LeaseKind, PRESENT_TIMESCALE, hasEnded, isFree } from './binding.ts';
import { ChainIndex } from './chain-index.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { type HashKey, hashAddress, hashWords } from './lease-hash.ts';
import { LeaseEnds } from './lease-ends.ts';
import type { LeaseReader } from './lease-reader.ts';
import { LeaseRecords } from './lease-records.ts';
import { NEVER, saturatedExpirationTime } from './lifetimes.ts';
import { longestFirst } from './longest-first.ts';
import { type Rebase, moveTimesOfRecords } from './moved-times.ts';
import type { LeaseName, PoolDefinition, ReservedLeaseName } from './pool-definition.ts';
import { inPresentTimescale } from './present-times.ts';
import type { PartnerDown } from './pool.ts';
import { PoolSet } from './pool-set.ts';
import { NO_SLOT, Word } from './record.ts';
import { wordBase } from './record-slabs.ts';
import { ToldLeases } from './told-leases.ts';

const STATUS_COUNT = 9;
/** Leases looked at for each that may be told: most have nothing to tell. */
const RESCAN_FACTOR = 64;

/**
 * Every lease that the box knows of, as packed records. A lease is named by a slot number that stays the same until
 * it is removed. The table is what stable storage holds or is about to hold: a lease whose record waits for a
 * commit is locked, and counts as taken whatever its status says.
 */
export class LeaseTable {
  readonly #records = new LeaseRecords();
  /** What clients were told of leases, beside what was written. */
  readonly told = new ToldLeases(this.#records);
  readonly #key: HashKey;
  readonly #byAddress: ChainIndex;
  readonly #byClient: ChainIndex;
  readonly #ends: LeaseEnds;
  readonly #expiry: ExpiryQueue;
  readonly #wanted = new Uint32Array(ADDRESS_WORDS);
  readonly #counts = new Uint32Array(STATUS_COUNT);
  #size = 0;
  #pools: PoolSet;
  /** From this slot on the ended leases have to be scheduled anew; NO_SLOT: none has. */
  #rescanFrom = NO_SLOT;

  /** `expectedLeases`: how many records are about to be put in; more or fewer may come. */
  constructor(key: HashKey, expectedLeases: number) {
    const records = this.#records;
    this.#key = key;
    this.#byAddress = new ChainIndex(records.slabs, Word.ADDRESS_NEXT, (slot) => records.hashOfAddress(slot, key));
    this.#byClient = new ChainIndex(records.slabs, Word.CLIENT_NEXT, (slot) => records.hashOfDuid(slot, key));
    this.#byAddress.presize(expectedLeases);
    this.#byClient.presize(expectedLeases);
    this.#ends = new LeaseEnds(records, () => this.#pools);
    this.#expiry = new ExpiryQueue(records, this.#ends);
    this.#pools = PoolSet.unknown(records, key);
  }

  /** The fields of a lease, by slot. */
  get records(): LeaseReader {
    return this.#records;
  }
  /** Of every status. */
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
  setPools(definitions: readonly PoolDefinition[], excluded: readonly ReservedLeaseName[]): void {
    const isStart = this.#pools.isUnknown;
    this.#pools = new PoolSet(this.#records, this.#key, definitions, excluded);
    const free: number[] = [];
    for (let slot = NO_SLOT + 1; slot < this.#records.slabs.end; slot += 1) {
      if (!this.#records.inUse(slot)) continue;
      this.#pools.adopt(slot);
      if (isFree(this.#records.status(slot))) free.push(slot);
      else this.#pools.place(slot);
      if (!isStart && hasEnded(this.#records.status(slot))) this.#expiry.schedule(slot, this.#size);
    }
    for (const slot of longestFirst(free, this.#records)) this.#pools.place(slot);
    if (isStart) this.#expiry.scheduleAll(this.#size);
  }

  /**
   * From when on what belongs to the partner in these pools may be given, when nothing of this box's own is left; NEVER: not
   * at all (RFC 8156 8.4.1). It holds for the pools of these kinds. `setPools` forgets it.
   */
  setPartnerShare(pools: readonly number[], kinds: readonly LeaseKind[], usableFrom: EpochSeconds): void {
    for (const number of pools) {
      const pool = this.#pools.pool(number);
      pool.partnerUsableFrom = pool.partner !== undefined && kinds.includes(pool.space.kind) ? usableFrom : NEVER;
    }
  }

  /**
   * PARTNER-DOWN began for a relationship and its pools, or is over (undefined). While it lasts, ended leases become free by themselves, when
   * the partner can't have promised them for longer (RFC 8156 4.2.2.1, 8.4.1). `setPools` forgets it.
   */
  setPartnerDown(relationship: string, pools: readonly number[], partnerDown: PartnerDown | undefined): void {
    for (const number of pools) this.#pools.pool(number).partnerDown = partnerDown;
    this.#pools.strayPartnerDown.set(relationship, partnerDown);
    this.#rescanFrom = NO_SLOT + 1;
  }

  /**
   * The clock was set, or more is known of a former timescale: `isExact` says which values of `Binding.timescale` are exact from now on
   * (R-ST2). Takes time in proportion to the number of leases.
   */
  moveTimes(rebase: Rebase, isExact: (timescale: number) => boolean): void {
    this.#records.isExactTimescale = isExact;
    if (this.told.size > 0) this.told.moveTimes(rebase(PRESENT_TIMESCALE).by);
    if (moveTimesOfRecords(this.#records, rebase)) this.#expiry.scheduleAll(this.#size);
  }

  /** Whether a partner has to know of the lease: it is of a shared pool, or of none and reserved on a link that is shared. */
  isShared(slot: number): boolean {
    return this.#ends.isShared(slot);
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

  /**
   * Inserts a lease that is not there yet, before the first `setPools`, from when on it counts: at a start with very many that takes half the
   * time of `put`.
   */
  fill(binding: Binding): void {
    invariant(this.#pools.isUnknown, 'a table is filled before it serves');
    this.#create(binding, hashAddress(this.#key, binding.address, 0));
    this.#counts[binding.status] = (this.#counts[binding.status] as number) + 1;
  }

  /** Inserts or replaces a lease. Its lock stays as it was. */
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

  /** The same, as it is to be written anew: in the present timescale (R-ST2). */
  readPresent(slot: number, now: EpochSeconds): Binding {
    return inPresentTimescale(this.#records.read(slot), this.#records.isExact(slot), now);
  }

  /** Forgets a lease. Its slot number may come to mean another one. */
  remove(slot: number): void {
    invariant(this.#records.inUse(slot), 'a lease that is removed exists');
    this.#displace(slot);
    this.#pools.abandon(slot);
    this.#leaveClient(slot);
    this.told.forget(slot);
    this.#byAddress.remove(this.#records.hashOfAddress(slot, this.#key), slot);
    this.#records.discard(slot);
    this.#size -= 1;
  }

  /**
   * Extends an ACTIVE lease of the same client: what Renew and Rebind do (RFC 9915 18.3.4, 18.3.5); or an EXPIRED one that
   * may go back to it (RFC 8156 4.2.2.1). Where a partner had to do with it, it never ends earlier than was promised before:
   * the client may have missed this promise, or the other.
   */
  extend(slot: number, preferred: Seconds, valid: Seconds, now: EpochSeconds, revision: number): void {
    const isKnown = this.#records.isKnownToPartner(slot);
    if (this.#records.slabs.get(slot, Word.TIMESCALE) !== PRESENT_TIMESCALE) this.put(this.readPresent(slot, now));
    if (this.#records.status(slot) === BindingStatus.EXPIRED) this.#revive(slot, now);
    invariant(this.#records.status(slot) === BindingStatus.ACTIVE, 'a lease that is extended is leased');
    const words = this.#records.slabs.words(slot);
    const base = wordBase(slot);
    const least = isKnown ? (words[base + Word.STATE_EXPIRATION_TIME] as number) : 0;
    words[base + Word.PREFERRED_LIFETIME] = preferred;
    words[base + Word.VALID_LIFETIME] = valid;
    words[base + Word.CLIENT_LAST_TRANSACTION_TIME] = now;
    words[base + Word.STATE_EXPIRATION_TIME] = Math.max(saturatedExpirationTime(now, valid), least);
    this.#records.setRevision(slot, revision);
    this.#expiry.schedule(slot, this.#size);
  }

  /** Notes the way by which the client was last heard (RFC 9915 18.3): the relay agents and the nearest of them, or where it is reached directly. */
  setWay(slot: number, relay: Uint8Array | undefined, agent: Uint8Array | undefined, clientAddress: Uint8Array | undefined): void {
    this.#records.setRelay(slot, relay, agent);
    this.#records.setClientAddress(slot, clientAddress);
  }

  /** Notes the client's reconfigure key, as `reconfigureData` makes it; undefined: it has none. */
  setReconfigureData(slot: number, data: Uint8Array | undefined): void {
    this.#records.setReconfigureData(slot, data);
  }

  /** Notes the names of the lease (`LeaseDns`). */
  setDns(slot: number, dns: Uint8Array | undefined): void {
    this.#records.setDns(slot, dns);
  }

  /** The lease changed, and the partner is to be told, with this partner-lifetime (RFC 8156 4.4.1); 0: without one. */
  noteForPartner(slot: number, partnerLifetime: EpochSeconds): void {
    if (partnerLifetime !== 0) this.#records.slabs.set(slot, Word.PARTNER_LIFETIME, partnerLifetime);
    this.#records.setUpdateNeeded(slot, true);
  }

  /**
   * The partner acknowledged the lease with this partner-lifetime (0: there was none), as it is now: nothing more is to be told
   * (RFC 8156 7.7). The greatest of this tenancy counts. @returns whether that was not known before
   */
  acknowledge(slot: number, partnerLifetime: EpochSeconds): boolean {
    const records = this.#records;
    const isKnown = !records.updateNeeded(slot) && records.partnerLifetime(slot) === 0 && records.ackedPartnerLifetime(slot) >= partnerLifetime;
    if (isKnown) return false;
    this.noteAckedLifetime(slot, partnerLifetime);
    records.slabs.set(slot, Word.PARTNER_LIFETIME, 0);
    records.setUpdateNeeded(slot, false);
    return true;
  }

  /** As `acknowledge`, where the lease changed since the partner was told: it is to be told again. */
  noteAckedLifetime(slot: number, partnerLifetime: EpochSeconds): void {
    const known = this.#records.ackedPartnerLifetime(slot);
    this.#records.slabs.set(slot, Word.ACKED_PARTNER_LIFETIME, Math.max(known, partnerLifetime));
  }

  /** What the partner acknowledged of the lease counts as told to it, and as nothing more. */
  voidAcknowledgement(slot: number): void {
    const { slabs } = this.#records;
    slabs.set(slot, Word.PARTNER_LIFETIME, Math.max(slabs.get(slot, Word.PARTNER_LIFETIME), slabs.get(slot, Word.ACKED_PARTNER_LIFETIME)));
    slabs.set(slot, Word.ACKED_PARTNER_LIFETIME, 0);
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

  /**
   * Appends to `into` the leases that `accept` lets through, of the slots behind `after` (NO_SLOT: of all), in the order of the
   * slots. Looks at no more than `limit` slots; where to go on, or NO_SLOT at the end. Between two calls leases may come and
   * go: one that was there all the time is met once.
   */
  slotsFrom(after: number, limit: number, accept: (slot: number) => boolean, into: number[]): number {
    const { end } = this.#records.slabs;
    const last = Math.min(after + limit, end - 1);
    for (let slot = after + 1; slot <= last; slot += 1) if (this.#records.inUse(slot) && accept(slot)) into.push(slot);
    return last === end - 1 ? NO_SLOT : last;
  }

  /** Not later than the moment when a lease next ends or is free by itself, 0xffffffff when none will. It may be earlier. */
  get nextExpiry(): EpochSeconds {
    return this.#rescanFrom === NO_SLOT ? this.#expiry.next : (0 as EpochSeconds);
  }

  /**
   * Appends to `into` the unlocked leases that something is to be done about not after `now`: ACTIVE ones that ran out,
   * ABANDONED ones that were set aside for long enough, and EXPIRED, RELEASED and RESET ones that may become free without
   * the partner's word: it is down, or there is none (any more). Each comes once, until
   * it is put or unlocked again. Does work for at most `limit` leases; true when more wait.
   */
  takeExpired(now: EpochSeconds, limit: number, into: number[]): boolean {
    if (this.#rescanFrom !== NO_SLOT) this.#rescan(limit * RESCAN_FACTOR);
    return this.#expiry.takeDue(now, limit, into) || this.#rescanFrom !== NO_SLOT;
  }

  /** The partner is not what it was: ended leases may be due that were not before. */
  #rescan(limit: number): void {
    const end = Math.min(this.#rescanFrom + limit, this.#records.slabs.end);
    for (let slot = this.#rescanFrom; slot < end; slot += 1) {
      if (hasEnded(this.#records.status(slot))) this.#expiry.schedule(slot, this.#size);
    }
    this.#rescanFrom = end === this.#records.slabs.end ? NO_SLOT : end;
  }

  #revive(slot: number, now: EpochSeconds): void {
    this.#displace(slot);
    this.#records.setStatus(slot, BindingStatus.ACTIVE);
    this.#records.slabs.set(slot, Word.START_TIME_OF_STATE, now);
    this.#records.slabs.set(slot, Word.STATE_EXPIRATION_TIME, now);
    this.#place(slot);
  }

  /** Only a free lease is somewhere else when it is locked. */
  #setLock(slot: number, revision: number): void {
    const moves = isFree(this.#records.status(slot));
    if (moves) this.#pools.displace(slot);
    this.#records.setLock(slot, revision);
    if (moves) this.#pools.place(slot);
  }

  #findWanted(hash: number, prefixLength: number): number {
    let slot = this.#byAddress.first(hash);
    while (slot !== NO_SLOT && !this.#records.isAddress(slot, this.#wanted, prefixLength)) slot = this.#byAddress.next(slot);
    return slot;
  }

  #insert(binding: Binding, hash: number): number {
    const slot = this.#create(binding, hash);
    this.#pools.adopt(slot);
    this.#place(slot);
    return slot;
  }

  #create(binding: Binding, hash: number): number {
    const slot = this.#records.create(binding.address, binding.prefixLength);
    this.#records.write(slot, binding);
    this.#size += 1;
    this.#byAddress.insert(hash, slot);
    this.#joinClient(slot);
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
