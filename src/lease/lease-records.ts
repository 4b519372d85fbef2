import {
  ADDRESS_LENGTH,
  type Address,
  type Duid,
  type EpochSeconds,
  type Iaid,
  type Seconds,
  halfSipHash32,
  invariant,
  isUnspecified,
} from '../wire/index.ts';
import { ADDRESS_WORDS, copyWords, readWords, toAddressOctets, writeOctets } from './address-words.ts';
import { type Binding, type BindingStatus, type LeaseKind, isFree } from './binding.ts';
import { type HashKey, hashAddress } from './lease-hash.ts';
import type { LeaseReader } from './lease-reader.ts';
import type { RenewalTimes } from './lifetimes.ts';
import { OctetsBySlot } from './octets-by-slot.ts';
import { DUID_INLINE_MAX, KIND_MASK, NO_POOL, Octet, UPDATE_NEEDED, Word } from './record.ts';
import { RenewalsBySlot } from './renewals-by-slot.ts';
import { RecordSlabs, octetBase, wordBase } from './record-slabs.ts';

const TWO_32 = 0x1_0000_0000;
const NOTHING_KEPT = {};

/** Reads and writes the packed records. Knows no index: what is a key of one is changed by the lease table alone. */
export class LeaseRecords implements LeaseReader {
  readonly slabs = new RecordSlabs();
  /** What is known of the timescales of former starts. */
  isExactTimescale: (timescale: number) => boolean = () => true;
  readonly #longDuids = new OctetsBySlot();
  readonly #linkLayerAddresses = new OctetsBySlot();
  /** Agent and chain in one array: two would take a hundred octets more for each lease behind a relay agent. */
  readonly #relays = new OctetsBySlot();
  readonly #reconfigureData = new OctetsBySlot();
  readonly #clientAddresses = new OctetsBySlot();
  readonly #dns = new OctetsBySlot();
  readonly #renewals = new RenewalsBySlot(this.slabs);
  readonly #scratch = new Uint8Array(ADDRESS_WORDS * 4);

  address(slot: number): Address {
    return toAddressOctets(this.slabs.words(slot), wordBase(slot) + Word.ADDRESS);
  }

  copyAddress(slot: number, into: Uint8Array, start: number): void {
    writeOctets(this.slabs.words(slot), wordBase(slot) + Word.ADDRESS, into, start);
  }

  copyWords(slot: number, into: Uint32Array): void {
    copyWords(this.slabs.words(slot), wordBase(slot) + Word.ADDRESS, into);
  }

  prefixLength(slot: number): number {
    return this.slabs.octets(slot)[octetBase(slot) + Octet.PREFIX_LENGTH] as number;
  }

  kind(slot: number): LeaseKind {
    return ((this.slabs.octets(slot)[octetBase(slot) + Octet.KIND_AND_FLAGS] as number) & KIND_MASK) as LeaseKind;
  }

  status(slot: number): BindingStatus {
    return this.slabs.octets(slot)[octetBase(slot) + Octet.STATUS] as BindingStatus;
  }

  inUse(slot: number): boolean {
    return this.slabs.octets(slot)[octetBase(slot) + Octet.STATUS] !== 0;
  }

  duidLength(slot: number): number {
    return this.slabs.octets(slot)[octetBase(slot) + Octet.DUID_LENGTH] as number;
  }

  duid(slot: number): Duid {
    const length = this.duidLength(slot);
    if (length > DUID_INLINE_MAX) return this.#longDuid(slot).slice() as Duid;
    const start = octetBase(slot) + Octet.DUID;
    return this.slabs.octets(slot).slice(start, start + length) as Duid;
  }

  isClient(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    if (this.duidLength(slot) !== length) return false;
    const inline = length <= DUID_INLINE_MAX;
    const own = inline ? this.slabs.octets(slot) : this.#longDuid(slot);
    const base = inline ? octetBase(slot) + Octet.DUID : 0;
    for (let i = 0; i < length; i += 1) if (own[base + i] !== bytes[start + i]) return false;
    return true;
  }

  isSameClient(a: number, b: number): boolean {
    const length = this.duidLength(a);
    if (length > DUID_INLINE_MAX) return this.isClient(b, this.#longDuid(a), 0, length);
    return this.isClient(b, this.slabs.octets(a), octetBase(a) + Octet.DUID, length);
  }

  iaid(slot: number): Iaid {
    return this.slabs.get(slot, Word.IAID) as Iaid;
  }

  preferredLifetime(slot: number): Seconds {
    return this.slabs.get(slot, Word.PREFERRED_LIFETIME) as Seconds;
  }

  validLifetime(slot: number): Seconds {
    return this.slabs.get(slot, Word.VALID_LIFETIME) as Seconds;
  }

  clientLastTransactionTime(slot: number): EpochSeconds {
    return this.slabs.get(slot, Word.CLIENT_LAST_TRANSACTION_TIME) as EpochSeconds;
  }

  startTimeOfState(slot: number): EpochSeconds {
    return this.slabs.get(slot, Word.START_TIME_OF_STATE) as EpochSeconds;
  }

  stateExpirationTime(slot: number): EpochSeconds {
    return this.slabs.get(slot, Word.STATE_EXPIRATION_TIME) as EpochSeconds;
  }

  heldUntil(slot: number): EpochSeconds {
    const words = this.slabs.words(slot);
    const base = wordBase(slot);
    const end = words[base + Word.STATE_EXPIRATION_TIME] as EpochSeconds;
    const partnersTime = words[base + Word.PARTNER_RAW_CLT_TIME] as number;
    if (partnersTime <= (words[base + Word.CLIENT_LAST_TRANSACTION_TIME] as number)) return end;
    return Math.max(end, words[base + Word.EXPIRATION_TIME] as number) as EpochSeconds;
  }

  partnerLifetime(slot: number): EpochSeconds {
    return this.slabs.get(slot, Word.PARTNER_LIFETIME) as EpochSeconds;
  }

  ackedPartnerLifetime(slot: number): EpochSeconds {
    return this.slabs.get(slot, Word.ACKED_PARTNER_LIFETIME) as EpochSeconds;
  }

  expirationTime(slot: number): EpochSeconds {
    return this.slabs.get(slot, Word.EXPIRATION_TIME) as EpochSeconds;
  }

  partnerRawCltTime(slot: number): EpochSeconds {
    return this.slabs.get(slot, Word.PARTNER_RAW_CLT_TIME) as EpochSeconds;
  }

  updateNeeded(slot: number): boolean {
    return ((this.slabs.octets(slot)[octetBase(slot) + Octet.KIND_AND_FLAGS] as number) & UPDATE_NEEDED) !== 0;
  }

  isExact(slot: number): boolean {
    return this.isExactTimescale(this.slabs.get(slot, Word.TIMESCALE));
  }

  setUpdateNeeded(slot: number, needed: boolean): void {
    const octets = this.slabs.octets(slot);
    const at = octetBase(slot) + Octet.KIND_AND_FLAGS;
    octets[at] = needed ? (octets[at] as number) | UPDATE_NEEDED : (octets[at] as number) & ~UPDATE_NEEDED;
  }

  /** Whether this tenancy of the lease had to do with a partner. */
  isKnownToPartner(slot: number): boolean {
    const words = this.slabs.words(slot);
    const base = wordBase(slot);
    let times = words[base + Word.PARTNER_LIFETIME] as number;
    times |= words[base + Word.ACKED_PARTNER_LIFETIME] as number;
    times |= words[base + Word.EXPIRATION_TIME] as number;
    times |= words[base + Word.PARTNER_RAW_CLT_TIME] as number;
    return times !== 0 || this.updateNeeded(slot);
  }

  revision(slot: number): number {
    return this.slabs.get(slot, Word.REVISION_HIGH) * TWO_32 + this.slabs.get(slot, Word.REVISION_LOW);
  }

  setRevision(slot: number, revision: number): void {
    this.slabs.set(slot, Word.REVISION_LOW, revision);
    this.slabs.set(slot, Word.REVISION_HIGH, Math.floor(revision / TWO_32));
  }

  lock(slot: number): number {
    return this.slabs.get(slot, Word.LOCK_HIGH) * TWO_32 + this.slabs.get(slot, Word.LOCK_LOW);
  }

  setLock(slot: number, revision: number): void {
    this.slabs.set(slot, Word.LOCK_LOW, revision);
    this.slabs.set(slot, Word.LOCK_HIGH, Math.floor(revision / TWO_32));
  }

  isTaken(slot: number): boolean {
    return !isFree(this.status(slot)) || this.lock(slot) !== 0;
  }

  pool(slot: number): number {
    return this.slabs.get(slot, Word.POOL);
  }

  linkLayerAddress(slot: number): Uint8Array | undefined {
    return this.#linkLayerAddresses.get(slot);
  }

  relay(slot: number): Uint8Array | undefined {
    return this.#relays.get(slot)?.subarray(ADDRESS_LENGTH);
  }

  relayAgent(slot: number): Uint8Array | undefined {
    const agent = this.#relays.get(slot)?.subarray(0, ADDRESS_LENGTH);
    return agent === undefined || isUnspecified(agent as Address) ? undefined : agent;
  }

  setRelay(slot: number, relay: Uint8Array | undefined, agent: Uint8Array | undefined): void {
    if (relay === undefined) {
      this.#relays.delete(slot);
      return;
    }
    const both = new Uint8Array(ADDRESS_LENGTH + relay.length);
    if (agent !== undefined) both.set(agent);
    both.set(relay, ADDRESS_LENGTH);
    this.#relays.set(slot, both);
  }

  setLinkLayerAddress(slot: number, address: Uint8Array | undefined): void {
    this.#linkLayerAddresses.set(slot, address);
  }

  reconfigureData(slot: number): Uint8Array | undefined {
    return this.#reconfigureData.get(slot);
  }

  setReconfigureData(slot: number, data: Uint8Array | undefined): void {
    this.#reconfigureData.set(slot, data);
  }

  keyedSlots(): Iterable<number> {
    return this.#reconfigureData.slots();
  }

  clientAddress(slot: number): Uint8Array | undefined {
    return this.#clientAddresses.get(slot);
  }

  setClientAddress(slot: number, address: Uint8Array | undefined): void {
    this.#clientAddresses.set(slot, address);
  }

  dns(slot: number): Uint8Array | undefined {
    return this.#dns.get(slot);
  }

  setDns(slot: number, dns: Uint8Array | undefined): void {
    this.#dns.set(slot, dns);
  }

  namedSlots(): Iterable<number> {
    return this.#dns.slots();
  }

  renewal(slot: number): RenewalTimes {
    return this.#renewals.get(slot);
  }

  setRenewal(slot: number, told: RenewalTimes | undefined): void {
    this.#renewals.set(slot, told);
  }

  /** A new record for this address; its other fields are zeros until `write`. */
  create(address: Address, prefixLength: number): number {
    const slot = this.slabs.acquire();
    const words = this.slabs.words(slot);
    const base = wordBase(slot);
    readWords(address, 0, words, base + Word.ADDRESS);
    words[base + Word.POOL] = NO_POOL;
    this.slabs.octets(slot)[octetBase(slot) + Octet.PREFIX_LENGTH] = prefixLength;
    return slot;
  }

  /** Everything but the address, its length, and what is kept in memory only. */
  write(slot: number, binding: Binding): void {
    const words = this.slabs.words(slot);
    const base = wordBase(slot);
    words[base + Word.IAID] = binding.iaid;
    words[base + Word.STATE_EXPIRATION_TIME] = binding.stateExpirationTime;
    words[base + Word.PREFERRED_LIFETIME] = binding.preferredLifetime;
    words[base + Word.VALID_LIFETIME] = binding.validLifetime;
    words[base + Word.CLIENT_LAST_TRANSACTION_TIME] = binding.clientLastTransactionTime;
    words[base + Word.START_TIME_OF_STATE] = binding.startTimeOfState;
    words[base + Word.TIMESCALE] = binding.timescale;
    words[base + Word.PARTNER_LIFETIME] = binding.partnerLifetime;
    words[base + Word.ACKED_PARTNER_LIFETIME] = binding.ackedPartnerLifetime;
    words[base + Word.EXPIRATION_TIME] = binding.expirationTime;
    words[base + Word.PARTNER_RAW_CLT_TIME] = binding.partnerRawCltTime;
    this.setStatus(slot, binding.status);
    this.slabs.octets(slot)[octetBase(slot) + Octet.KIND_AND_FLAGS] = binding.kind | (binding.updateNeeded ? UPDATE_NEEDED : 0);
    this.setRevision(slot, binding.revision);
    this.#writeDuid(slot, binding.duid);
    this.setLinkLayerAddress(slot, binding.linkLayerAddress);
    this.setRelay(slot, binding.relay, binding.relayAgent);
    this.setReconfigureData(slot, binding.reconfigureData);
    this.setClientAddress(slot, binding.clientAddress);
    this.setDns(slot, binding.dns);
    this.setRenewal(slot, binding.renewal);
  }

  setStatus(slot: number, status: BindingStatus): void {
    this.slabs.octets(slot)[octetBase(slot) + Octet.STATUS] = status;
  }

  /** The whole record, as copies. */
  read(slot: number): Binding {
    invariant(this.inUse(slot), 'a lease that is read exists');
    const renewal = this.#renewals.kept(slot);
    return {
      address: this.address(slot),
      prefixLength: this.prefixLength(slot),
      kind: this.kind(slot),
      status: this.status(slot),
      duid: this.duid(slot),
      iaid: this.iaid(slot),
      preferredLifetime: this.preferredLifetime(slot),
      validLifetime: this.validLifetime(slot),
      clientLastTransactionTime: this.clientLastTransactionTime(slot),
      startTimeOfState: this.startTimeOfState(slot),
      stateExpirationTime: this.stateExpirationTime(slot),
      partnerLifetime: this.partnerLifetime(slot),
      ackedPartnerLifetime: this.ackedPartnerLifetime(slot),
      expirationTime: this.expirationTime(slot),
      partnerRawCltTime: this.partnerRawCltTime(slot),
      updateNeeded: this.updateNeeded(slot),
      timescale: this.slabs.get(slot, Word.TIMESCALE),
      revision: this.revision(slot),
      linkLayerAddress: this.#linkLayerAddresses.get(slot),
      relay: this.relay(slot),
      relayAgent: this.relayAgent(slot),
      reconfigureData: this.#reconfigureData.get(slot),
      clientAddress: this.#clientAddresses.get(slot),
      dns: this.#dns.get(slot),
      ...(renewal === undefined ? NOTHING_KEPT : { renewal }),
    };
  }

  discard(slot: number): void {
    this.#longDuids.delete(slot);
    this.#linkLayerAddresses.delete(slot);
    this.#relays.delete(slot);
    this.#reconfigureData.delete(slot);
    this.#clientAddresses.delete(slot);
    this.#dns.delete(slot);
    this.slabs.release(slot);
  }

  /** Hash of a record's address, as `hashAddress` of the same octets. */
  hashOfAddress(slot: number, key: HashKey): number {
    this.copyAddress(slot, this.#scratch, 0);
    return hashAddress(key, this.#scratch, 0);
  }

  /** Hash of a record's DUID. */
  hashOfDuid(slot: number, key: HashKey): number {
    const length = this.duidLength(slot);
    if (length > DUID_INLINE_MAX) return halfSipHash32(key.k0, key.k1, this.#longDuid(slot), 0, length);
    return halfSipHash32(key.k0, key.k1, this.slabs.octets(slot), octetBase(slot) + Octet.DUID, length);
  }

  /** Whether the record is for this address with this length. */
  isAddress(slot: number, address: Uint32Array, prefixLength: number): boolean {
    const words = this.slabs.words(slot);
    const base = wordBase(slot);
    return (
      words[base + 3] === address[3] &&
      words[base + 2] === address[2] &&
      words[base + 1] === address[1] &&
      words[base] === address[0] &&
      this.prefixLength(slot) === prefixLength
    );
  }

  #writeDuid(slot: number, duid: Uint8Array): void {
    if (this.duidLength(slot) > DUID_INLINE_MAX) this.#longDuids.delete(slot);
    const octets = this.slabs.octets(slot);
    octets[octetBase(slot) + Octet.DUID_LENGTH] = duid.length;
    if (duid.length > DUID_INLINE_MAX) this.#longDuids.set(slot, duid);
    else copyFew(duid, octets, octetBase(slot) + Octet.DUID);
  }

  #longDuid(slot: number): Uint8Array {
    const duid = this.#longDuids.get(slot);
    invariant(duid !== undefined, 'a DUID too long for the record is kept beside it');
    return duid;
  }
}

/** What is shorter than 20 octets is copied faster so than by `set`. */
function copyFew(from: Uint8Array, to: Uint8Array, start: number): void {
  for (let i = 0; i < from.length; i += 1) to[start + i] = from[i] as number;
}
