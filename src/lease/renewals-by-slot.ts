import { type Seconds, seconds, u8 } from '../wire/index.ts';
import { type RenewalTimes, renewalTimes } from './lifetimes.ts';
import { Octet, RENEWAL_KEPT, Word } from './record.ts';
import { type RecordSlabs, octetBase } from './record-slabs.ts';

/** T1 and T2 of leases: those that are not what they would be by themselves are beside the packed records, in two words for each slot from the first on. */
export class RenewalsBySlot {
  readonly #slabs: RecordSlabs;
  #words = new Uint32Array(0);

  constructor(slabs: RecordSlabs) {
    this.#slabs = slabs;
  }

  /** Undefined: they are what they would be by themselves, or not known. */
  kept(slot: number): RenewalTimes | undefined {
    if ((u8(this.#slabs.octets(slot), octetBase(slot) + Octet.KIND_AND_FLAGS) & RENEWAL_KEPT) === 0) return undefined;
    return { t1: this.#at(2 * slot), t2: this.#at(2 * slot + 1) };
  }

  get(slot: number): RenewalTimes {
    return this.kept(slot) ?? renewalTimes(this.#slabs.get(slot, Word.PREFERRED_LIFETIME) as Seconds, 'auto', 'auto');
  }

  /** With the preferred lifetime that the lease has; undefined: nothing is known. */
  set(slot: number, told: RenewalTimes | undefined): void {
    const octets = this.#slabs.octets(slot);
    const flags = octetBase(slot) + Octet.KIND_AND_FLAGS;
    octets[flags] = u8(octets, flags) & ~RENEWAL_KEPT;
    if (told === undefined) return;
    const { t1, t2 } = this.get(slot);
    if (told.t1 === t1 && told.t2 === t2) return;
    octets[flags] = u8(octets, flags) | RENEWAL_KEPT;
    this.#makeRoom(2 * slot + 2);
    this.#words[2 * slot] = told.t1;
    this.#words[2 * slot + 1] = told.t2;
  }

  #at(index: number): Seconds {
    return seconds(this.#words[index] as number);
  }

  #makeRoom(length: number): void {
    if (length <= this.#words.length) return;
    const larger = new Uint32Array(2 * length);
    larger.set(this.#words);
    this.#words = larger;
  }
}
