/** What is next to be done about an address, and by which requests (RFC 4703, RFC 8156 section 9). */
import { BindingStatus, DNS_UP_TO_DATE, FqdnBit, LeaseDnsBit, NO_SLOT, decodeLeaseDns, hasDnsBits, isFree } from '../lease/index.ts';
import type { LeaseDns, LeaseTable } from '../lease/index.ts';
import { formatAddress, reverseName, sameBytes, seconds } from '../wire/index.ts';
import type { Address, Seconds } from '../wire/index.ts';
import type { LinkNaming, Sha256 } from './configuration.ts';
import { dhcidData } from './dhcid.ts';
import { nameText } from './names.ts';
import type { RemovedName, Removals } from './removals.ts';
import { addForward, addReverse, removeForward, removeReverse } from './transaction.ts';
import type { Transaction } from './transaction.ts';
import type { Step, Work } from './work.ts';
import type { ZoneQueue } from './zone-queue.ts';
import { zoneOf } from './zones.ts';

/**
 * What failover leaves to this box of a lease (RFC 8156 sections 9.3 and 9.4): nothing is removed in COMMUNICATIONS-INTERRUPTED, and nothing
 * done at all where a box does not know yet what its partner did.
 */
export type DnsAuthority = 'all' | 'adds' | 'nothing';

export interface DnsSituation {
  readonly authority: DnsAuthority;
  /** Of the link that the lease is on; undefined: nothing is added there. */
  readonly naming: LinkNaming | undefined;
}

/** @param slot NO_SLOT: there is no lease of this address */
export type SituationOf = (slot: number) => DnsSituation;

export interface NextStep {
  readonly step: Step;
  readonly zone: ZoneQueue;
}

export const ADDRESS_BITS = 128;
/** RFC 4704 section 5.6: a third of the lifetime at most, and ten minutes at least; a day is enough for everybody. */
const TTL_LEAST = 600;
const TTL_MOST = 86_400;

export class Steps {
  zones: readonly ZoneQueue[] = [];
  readonly #table: LeaseTable;
  readonly #removals: Removals;
  readonly #sha256: Sha256;
  readonly #situation: SituationOf;

  constructor(table: LeaseTable, removals: Removals, sha256: Sha256, situation: SituationOf) {
    this.#table = table;
    this.#removals = removals;
    this.#sha256 = sha256;
    this.#situation = situation;
  }

  slotOf(address: Address): number {
    return this.#table.find(address, 0, ADDRESS_BITS);
  }

  namesIn(slot: number): LeaseDns | undefined {
    const dns = slot === NO_SLOT ? undefined : this.#table.records.dns(slot);
    return dns && decodeLeaseDns(dns);
  }

  namingOf(address: Address): LinkNaming | undefined {
    return this.#situation(this.slotOf(address)).naming;
  }

  /** The lease is this box's to add, and is not all there. */
  isAddDue(slot: number): boolean {
    const { records } = this.#table;
    if (records.status(slot) !== BindingStatus.ACTIVE || !hasDnsBits(records.dns(slot), LeaseDnsBit.OWN)) return false;
    return !hasDnsBits(records.dns(slot), DNS_UP_TO_DATE);
  }

  /** Undefined: nothing is due; `held`: not now. */
  next(work: Work): NextStep | 'held' | undefined {
    const { address } = work;
    const slot = this.slotOf(address);
    this.#forgetOther(work, slot);
    const { authority, naming } = this.#situation(slot);
    const isRemovalDue = this.#removals.of(address).length > 0;
    if (authority === 'nothing') return isRemovalDue || (slot !== NO_SLOT && this.isAddDue(slot)) ? 'held' : undefined;
    const removal = authority === 'all' ? this.#nextRemoval(work, slot) : undefined;
    const next = removal ?? (naming === undefined ? undefined : this.#nextAdd(work, slot, naming));
    return next ?? (authority === 'adds' && isRemovalDue ? 'held' : undefined);
  }

  transaction({ address }: Work, step: Step, zone: ZoneQueue): Transaction {
    const { name, duid } = 'removed' in step ? step.removed : step;
    const parts = { zone: zone.name, name, address };
    const dhcid = (): Uint8Array => dhcidData(this.#sha256, duid, name);
    switch (step.kind) {
      case 'add-forward':
        return addForward({ ...parts, dhcid: dhcid() }, this.#ttl(address));
      case 'add-reverse':
        return addReverse(parts, this.#ttl(address));
      case 'remove-forward':
        return removeForward({ ...parts, dhcid: dhcid() });
      case 'remove-reverse':
        return removeReverse(parts);
    }
  }

  #nextRemoval(work: Work, slot: number): NextStep | undefined {
    const { address } = work;
    // What stable storage does not have yet is looked at again when it does.
    if (!this.#removals.isDurable(address)) return undefined;
    for (const removed of this.#removals.of(address)) {
      const isHeld = slot !== NO_SLOT && isCalled(this.#table, slot, removed);
      const forward = removed.forward && work.forwardRemoved !== removed ? zoneOf(this.zones, removed.name) : undefined;
      if (!isHeld && forward !== undefined) return { step: { kind: 'remove-forward', removed }, zone: forward };
      const reverse = zoneOf(this.zones, reverseName(address));
      if (!isHeld && reverse !== undefined) return { step: { kind: 'remove-reverse', removed }, zone: reverse };
      // It is the lease's again; or there is no more to be removed in the zones that there are.
      this.#removals.done(address, removed);
    }
    return undefined;
  }

  #nextAdd(work: Work, slot: number, { reverse }: LinkNaming): NextStep | undefined {
    if (slot === NO_SLOT || this.#table.records.lock(slot) !== 0 || !this.isAddDue(slot)) return undefined;
    const names = this.namesIn(slot);
    if (names === undefined || (names.fqdnFlags & FqdnBit.N) !== 0) return undefined;
    const duid = this.#table.records.duid(slot);
    work.lease ??= { wanted: names.wanted.slice(), duid };
    const name = (work.instead ?? names.name).slice();
    const bits = names.bits | work.bits;
    const isForwardDue = (names.fqdnFlags & FqdnBit.S) !== 0 && (bits & LeaseDnsBit.FORWARD_UP_TO_DATE) === 0;
    const forward = isForwardDue ? zoneOf(this.zones, name) : undefined;
    if (forward !== undefined) return { step: { kind: 'add-forward', name, duid }, zone: forward };
    const isReverseDue = reverse && (bits & LeaseDnsBit.REVERSE_UP_TO_DATE) === 0;
    const zone = isReverseDue ? zoneOf(this.zones, reverseName(work.address)) : undefined;
    return zone && { step: { kind: 'add-reverse', name, duid }, zone };
  }

  /** What was done for a lease that is another one by now: nobody else would remove it. */
  #forgetOther(work: Work, slot: number): void {
    const { lease, instead } = work;
    if (lease === undefined) return;
    const isLeased = slot !== NO_SLOT && this.#table.records.status(slot) === BindingStatus.ACTIVE;
    const names = isLeased ? this.namesIn(slot) : undefined;
    if (names !== undefined && sameBytes(names.wanted, lease.wanted) && sameBytes(this.#table.records.duid(slot), lease.duid)) return;
    if (instead !== undefined) this.#removals.add(work.address, { name: instead, duid: lease.duid, forward: true });
    Object.assign(work, { lease: undefined, bits: 0, instead: undefined, number: 1, isTaken: false });
  }

  #ttl(address: Address): Seconds {
    const slot = this.slotOf(address);
    const valid = slot === NO_SLOT ? 0 : this.#table.records.validLifetime(slot);
    return seconds(Math.min(Math.max(Math.floor(valid / 3), TTL_LEAST), TTL_MOST));
  }
}

/** Whether the lease has this name, for the same client: then it must not be removed. */
export function isCalled({ records }: LeaseTable, slot: number, { name, duid }: RemovedName): boolean {
  const dns = records.dns(slot);
  const names = dns === undefined || isFree(records.status(slot)) ? undefined : decodeLeaseDns(dns);
  return names !== undefined && sameBytes(names.name, name) && sameBytes(records.duid(slot), duid);
}

/** For people. */
export function stepText(step: Step, address: Address): string {
  const name = nameText('name' in step ? step.name : step.removed.name);
  switch (step.kind) {
    case 'add-forward':
      return `adding ${name} AAAA ${formatAddress(address)}`;
    case 'add-reverse':
      return `adding the PTR of ${formatAddress(address)}`;
    case 'remove-forward':
      return `removing ${name} AAAA ${formatAddress(address)}`;
    case 'remove-reverse':
      return `removing the PTR of ${formatAddress(address)}`;
  }
}
