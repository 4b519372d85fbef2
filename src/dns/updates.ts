/**
 * What is due in the DNS, and when (RFC 4703, RFC 8156 section 9). Leases say by themselves what is to be added: those that this box gave,
 * and that are not up to date. What is to be removed stands in the journal. Nothing of it is lost by a crash, and nothing harms that is
 * done twice: each request says itself whom the name must belong to.
 */
import { LatestEntries } from '../bounded/index.ts';
import { DNS_UP_TO_DATE, LeaseDnsBit, decodeLeaseDns, encodeLeaseDns, FqdnBit, NO_SLOT, withDnsBits } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { Rcode, encodeDnsUpdate, formatAddress, rcodeName } from '../wire/index.ts';
import type { Address, Duid, MonotonicMs } from '../wire/index.ts';
import type { DnsConfiguration, Sha256 } from './configuration.ts';
import { createDnsCounters } from './counters.ts';
import { DueLater } from './due-later.ts';
import { nameText, numberedName } from './names.ts';
import { Removals } from './removals.ts';
import type { DnsRemovals, RemovedName } from './removals.ts';
import type { DnsReport } from './report.ts';
import { ADDRESS_BITS, Steps, isCalled, stepText } from './steps.ts';
import type { SituationOf } from './steps.ts';
import type { Transaction } from './transaction.ts';
import { newWork } from './work.ts';
import type { Step, Work } from './work.ts';
import { ZoneQueue } from './zone-queue.ts';

export type DnsEffect =
  /** Sign and send this to a server of the zone; then say `answered` with the same id, once, whatever happens. */
  | { readonly kind: 'dnsUpdate'; readonly id: number; readonly zone: string; readonly message: Uint8Array }
  /** The servers of a zone don't do what they are asked, or do again. */
  | { readonly kind: 'dnsTrouble'; readonly zone: string; readonly reason: string | undefined }
  | { readonly kind: 'log'; readonly severity: 'warning'; readonly text: string };

/** What a server said, or why none said anything that can be believed. */
export type DnsOutcome = { readonly rcode: number } | { readonly failure: string };

export interface DnsUpdatesParameters {
  readonly configuration: DnsConfiguration | undefined;
  /** What stable storage has. */
  readonly removals: readonly DnsRemovals[];
  readonly table: LeaseTable;
  readonly sha256: Sha256;
  readonly situation: SituationOf;
}

interface Asked {
  readonly work: Work;
  readonly step: Step;
  readonly zone: ZoneQueue;
  readonly transaction: Transaction;
}

/** What concerns the server, or this box there, and not one name alone. */
const ZONE_ERRORS: readonly number[] = [Rcode.REFUSED, Rcode.NOTIMP, Rcode.NOTAUTH, Rcode.NOTZONE, Rcode.BADSIG, Rcode.BADKEY, Rcode.BADTIME, Rcode.BADTRUNC];

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 3_600_000;
/** `printer-9` is tried last. */
const NUMBER_MAX = 9;
/** For display. */
const TAKEN_SHOWN = 100;
/** More than can be under way between two partners at the end of an interruption, as a rule. */
const REMOVED_MAX = 1_000;

export class DnsUpdates {
  readonly #counters = createDnsCounters();
  readonly removals: Removals;
  readonly #table: LeaseTable;
  readonly #steps: Steps;
  readonly #works = new Map<string, Work>();
  readonly #asked = new Map<number, Asked>();
  readonly #later = new DueLater<Work>();
  readonly #held = new Set<Work>();
  /**
   * By address, what was removed last. The partner may have given the lease to the same client again before that, and entered it, while the two
   * were not connected: what it says of that comes later.
   */
  readonly #removed = new LatestEntries<string, RemovedName>(REMOVED_MAX);
  /** Done, but their lease waits for a commit. */
  #unsettled: Work[] = [];
  #settled: number[] = [];
  #zones: readonly ZoneQueue[] = [];
  #nextId = 1;
  readonly #alarming = new Set<string>();

  constructor({ configuration, removals, table, sha256, situation }: DnsUpdatesParameters) {
    this.#table = table;
    this.removals = new Removals(removals);
    this.#steps = new Steps(table, this.removals, sha256, situation);
    this.configure(configuration);
  }

  /** Zones that stay keep what is known of their servers. @returns what is over */
  configure(configuration: DnsConfiguration | undefined): readonly DnsEffect[] {
    const before = this.#zones;
    for (const work of before.flatMap((zone) => zone.takeAll())) work.place = 'nowhere';
    this.#zones = (configuration?.zones ?? []).map((zone) => before.find(({ text }) => text === zone.text) ?? new ZoneQueue(zone));
    this.#steps.zones = this.#zones;
    for (const { address } of this.removals.all()) this.#workOf(address);
    const { records } = this.#table;
    for (const slot of records.namedSlots()) if (this.#steps.isAddDue(slot)) this.#workOf(records.address(slot));
    for (const work of this.#works.values()) if (work.place === 'nowhere') this.#put(work);
    const effects: DnsEffect[] = [];
    for (const zone of this.#alarming) {
      if (this.#zones.some(({ text }) => text === zone)) continue;
      this.#alarming.delete(zone);
      effects.push({ kind: 'dnsTrouble', zone, reason: undefined });
    }
    this.authorityChanged();
    return effects;
  }

  /** The lease in this slot is durable as it is. */
  look(slot: number): void {
    const { records } = this.#table;
    if (records.prefixLength(slot) !== ADDRESS_BITS) return;
    if (this.#removed.size > 0) this.#addAgain(slot);
    if (this.#steps.isAddDue(slot)) this.lookAt(records.address(slot));
  }

  /** Something may be due of this address. */
  lookAt(address: Address): void {
    const work = this.#workOf(address);
    work.failures = 0;
    if (work.place === 'held') this.#held.delete(work);
    if (work.place !== 'nowhere' && work.place !== 'held' && work.place !== 'later') return;
    this.#put(work);
  }

  /** The lease in this slot is no more, or is called otherwise: what it had is to be removed, once that is durable. */
  remove(address: Address, duid: Duid, dns: Uint8Array): void {
    const names = decodeLeaseDns(dns);
    if (names === undefined || (names.fqdnFlags & FqdnBit.N) !== 0) return;
    this.removals.add(address, { name: names.name.slice(), duid, forward: (names.fqdnFlags & FqdnBit.S) !== 0 });
  }

  /** What failover leaves to this box may be another thing now. */
  authorityChanged(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const work of held) this.#put(work);
  }

  answered(id: number, outcome: DnsOutcome, now: MonotonicMs): readonly DnsEffect[] {
    const effects: DnsEffect[] = [];
    const asked = this.#asked.get(id);
    if (asked === undefined) return effects;
    this.#asked.delete(id);
    const { work, step, zone, transaction } = asked;
    zone.inFlight -= 1;
    work.place = 'nowhere';
    if ('failure' in outcome) {
      this.#counters.unanswered += 1;
      this.#zoneFailed(asked, outcome.failure, now, effects);
      return effects;
    }
    const verdict = transaction.answered(outcome.rcode);
    if (verdict === 'refused') {
      this.#counters.refused += 1;
      this.#refused(asked, `${rcodeName(outcome.rcode)} (${stepText(step, work.address)})`, ZONE_ERRORS.includes(outcome.rcode), now, effects);
      return effects;
    }
    zone.succeeded();
    this.#tellOfZone(zone, effects);
    if (verdict === 'again') this.#ask(asked, effects);
    else if (verdict === 'taken') this.#isTaken(work, step, now, effects);
    else {
      this.#done(work, step);
      this.#put(work);
    }
    return effects;
  }

  /** Asks for what is due. */
  step(now: MonotonicMs): readonly DnsEffect[] {
    const effects: DnsEffect[] = [];
    for (let work = this.#later.take(now); work !== undefined; work = this.#later.take(now)) if (work.place === 'later') this.#put(work);
    if (this.#unsettled.length > 0) {
      const unsettled = this.#unsettled;
      this.#unsettled = [];
      for (const work of unsettled) this.#put(work);
    }
    for (const zone of this.#zones) {
      for (let work = zone.take(now); work !== undefined; work = zone.take(now)) {
        const next = this.#steps.next(work);
        // Meanwhile something else may be next.
        if (next === undefined || next === 'held' || next.zone !== zone) this.#put(work);
        else this.#ask({ work, step: next.step, zone, transaction: this.#steps.transaction(work, next.step, zone) }, effects);
      }
    }
    return effects;
  }

  get wakeAt(): MonotonicMs {
    return this.#zones.reduce((at, zone) => (zone.wakeAt < at ? zone.wakeAt : at), this.#later.next);
  }

  /** Leases whose names changed since this was last asked for: they are to be written, and the partner told. */
  takeSettled(): readonly number[] {
    if (this.#settled.length === 0) return this.#settled;
    const taken = this.#settled;
    this.#settled = [];
    return taken;
  }

  report(): DnsReport {
    const taken: { address: string; name: string }[] = [];
    let later = 0;
    for (const { place, isTaken, lease, address } of this.#works.values()) {
      if (place === 'later') later += 1;
      if (isTaken && lease !== undefined && taken.length < TAKEN_SHOWN) taken.push({ address: formatAddress(address), name: nameText(lease.wanted) });
    }
    return {
      zones: this.#zones.map(({ text, waiting, inFlight, lastError, trouble }) => ({ zone: text, waiting, asking: inFlight, lastError, trouble })),
      removals: this.removals.size,
      due: this.#works.size,
      held: this.#held.size,
      later,
      taken,
      counters: this.#counters,
    };
  }

  #workOf(address: Address): Work {
    const key = formatAddress(address);
    let work = this.#works.get(key);
    if (work === undefined) this.#works.set(key, (work = newWork(address)));
    return work;
  }

  /** Into the queue of the zone that is next for it. */
  #put(work: Work): void {
    const next = this.#zones.length === 0 ? 'held' : this.#steps.next(work);
    if (next === 'held') {
      work.place = 'held';
      this.#held.add(work);
    } else if (next === undefined) {
      this.#settle(work);
    } else {
      work.place = 'zone';
      next.zone.push(work);
    }
  }

  #ask(asked: Asked, effects: DnsEffect[]): void {
    const { work, zone, transaction } = asked;
    const id = this.#nextId++;
    work.place = 'asking';
    zone.inFlight += 1;
    this.#counters.requests += 1;
    this.#asked.set(id, asked);
    effects.push({ kind: 'dnsUpdate', id, zone: zone.text, message: encodeDnsUpdate(transaction.request()) });
  }

  /** Where the lease has the name that this box removed from it. */
  #addAgain(slot: number): void {
    const { records } = this.#table;
    const dns = records.dns(slot);
    if (dns === undefined) return;
    const key = formatAddress(records.address(slot));
    const removed = this.#removed.get(key);
    if (removed === undefined || !isCalled(this.#table, slot, removed)) return;
    this.#removed.delete(key);
    this.#table.setDns(slot, withDnsBits(dns, LeaseDnsBit.OWN, DNS_UP_TO_DATE));
  }

  #noteRemoved({ address }: Work, removed: RemovedName): void {
    this.#removed.set(formatAddress(address), removed);
    const slot = this.#steps.slotOf(address);
    if (slot !== NO_SLOT) this.#addAgain(slot);
  }

  #done(work: Work, step: Step): void {
    work.failures = 0;
    switch (step.kind) {
      case 'add-forward':
        work.isTaken = false;
        work.bits |= LeaseDnsBit.FORWARD_UP_TO_DATE;
        this.#counters.forwardAdded += 1;
        break;
      case 'add-reverse':
        work.bits |= LeaseDnsBit.REVERSE_UP_TO_DATE;
        this.#counters.reverseAdded += 1;
        break;
      case 'remove-forward':
        work.forwardRemoved = step.removed;
        this.#noteRemoved(work, step.removed);
        this.#counters.forwardRemoved += 1;
        break;
      case 'remove-reverse':
        this.removals.done(work.address, step.removed);
        this.#noteRemoved(work, step.removed);
        this.#counters.reverseRemoved += 1;
        break;
    }
  }

  #isTaken(work: Work, step: Step, now: MonotonicMs, effects: DnsEffect[]): void {
    this.#counters.taken += 1;
    const names = this.#steps.namesIn(this.#steps.slotOf(work.address));
    if (this.#steps.namingOf(work.address)?.whenTaken === 'number' && names !== undefined && work.number < NUMBER_MAX) {
      work.number += 1;
      work.instead = numberedName(names, work.number);
      if (work.instead !== undefined) {
        this.#put(work);
        return;
      }
    }
    work.number = 1;
    work.instead = undefined;
    if (!work.isTaken && 'name' in step) {
      const text = `the name ${nameText(step.name)} for ${formatAddress(work.address)} is somebody else's in the DNS: it is tried again`;
      effects.push({ kind: 'log', severity: 'warning', text });
    }
    work.isTaken = true;
    this.#postpone(work, now);
  }

  #postpone(work: Work, now: MonotonicMs): void {
    work.place = 'later';
    const wait = Math.min(FIRST_RETRY_MS * 2 ** work.failures, LONGEST_RETRY_MS);
    work.failures += 1;
    this.#later.add((now + wait) as MonotonicMs, work);
  }

  #refused(asked: Asked, text: string, isOfZone: boolean, now: MonotonicMs, effects: DnsEffect[]): void {
    if (isOfZone) {
      this.#zoneFailed(asked, text, now, effects);
      return;
    }
    asked.zone.lastError = text;
    this.#postpone(asked.work, now);
  }

  #zoneFailed({ zone, work }: Asked, reason: string, now: MonotonicMs, effects: DnsEffect[]): void {
    zone.failed(reason, now);
    this.#put(work);
    this.#tellOfZone(zone, effects);
  }

  #tellOfZone(queue: ZoneQueue, effects: DnsEffect[]): void {
    const { text: zone, trouble, isAlarming } = queue;
    // It may have gone from the file while its server was asked.
    if (isAlarming === this.#alarming.has(zone) || !this.#zones.includes(queue)) return;
    if (isAlarming) this.#alarming.add(zone);
    else this.#alarming.delete(zone);
    effects.push({ kind: 'dnsTrouble', zone, reason: trouble?.reason });
  }

  /** Nothing is due any more: what was done is noted with the lease. */
  #settle(work: Work): void {
    const slot = this.#steps.slotOf(work.address);
    const names = work.lease === undefined ? undefined : this.#steps.namesIn(slot);
    if (names !== undefined && (work.bits !== 0 || work.instead !== undefined)) {
      if (this.#table.records.lock(slot) !== 0) {
        work.place = 'asking';
        this.#unsettled.push(work);
        return;
      }
      this.#table.setDns(slot, encodeLeaseDns({ ...names, bits: names.bits | work.bits, name: work.instead ?? names.name }));
      this.#settled.push(slot);
    }
    this.#works.delete(formatAddress(work.address));
  }
}
