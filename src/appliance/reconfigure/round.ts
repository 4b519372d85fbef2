/** Going through the clients that a new configuration may concern: what is to be looked at, what is looked at again, and what was found. */
import { concernOf } from '../../server/index.ts';
import type { Concern, ServerConfiguration } from '../../server/index.ts';
import { monotonicMs } from '../../wire/index.ts';
import type { EpochSeconds, MonotonicMs, Now } from '../../wire/index.ts';

/** What clients have that were heard last by then, and not before the one before it ended. */
export interface Former {
  /** Undefined: nobody knows what it was. */
  readonly configuration: ServerConfiguration | undefined;
  until: EpochSeconds;
}

/** Comparisons of so many reservations, see `concernOf`, at once. */
const COMPARED_AT_ONCE = 4;
/** A new configuration lets the boxes meet anew: so long the partner has for that, and to ask its clients itself. So it has when it is not heard any more. */
const PARTNER_MS = 30_000;
/** So long clients are remembered that the partner is to ask. */
const REMEMBERED_MS = 3_600_000;
/** Until those who could not be asked are looked at again; twice as long each time, as long as none can. */
const AGAIN_MS = 500;
const AGAIN_MAX_MS = 10_000;

export class Round {
  /** The oldest first. */
  readonly formers: readonly Former[];
  /** Reasons for which clients wait, that were told. */
  readonly told = new Set<string>();
  /** How many clients can't be asked, by the reason. */
  readonly refused = new Map<string, number>();
  /** Why clients wait, as the present look at all of them finds it. */
  waiting = new Map<string, number>();
  /** From when on clients of a partner that is not heard are asked. */
  forPartnerAt: MonotonicMs;
  readonly #comparing: Generator<undefined, readonly (Concern | undefined)[]>;
  /** For each of the formers, whom it concerns that it is over; undefined: nobody. */
  #concerns: readonly (Concern | undefined)[] | undefined;
  #slots: Iterator<number>;
  #later: number[] = [];
  /** By relationship. */
  readonly #partners = new Map<string, number[]>();
  readonly #forgetAt: number;
  #againMs = AGAIN_MS;
  #isThrough = false;

  /** @param slots the leases to look at */
  constructor(formers: readonly Former[], after: ServerConfiguration, slots: Iterable<number>, now: MonotonicMs) {
    this.formers = formers;
    this.#comparing = compared(formers, after);
    this.#slots = slots[Symbol.iterator]();
    this.forPartnerAt = monotonicMs(now + PARTNER_MS);
    this.#forgetAt = now + REMEMBERED_MS;
  }

  /** Goes on with comparing the configurations. @returns whether that is done */
  compare(): boolean {
    for (let left = COMPARED_AT_ONCE; this.#concerns === undefined && left > 0; left--) {
      const { done, value } = this.#comparing.next();
      if (done === true) this.#concerns = value;
    }
    return this.#concerns !== undefined;
  }

  /** See `compare`, which is done. */
  get concerns(): readonly (Concern | undefined)[] {
    return this.#concerns ?? [];
  }

  /** All clients were looked at; those that are left are the partner's. */
  get isThrough(): boolean {
    return this.#isThrough;
  }

  /** Nobody is left. */
  isOver(now: MonotonicMs): boolean {
    return this.#isThrough && (this.#partners.size === 0 || now >= this.#forgetAt);
  }

  /** @returns the next lease to look at; undefined: the end, for now or for good */
  next(): number | undefined {
    const next = this.#slots.next();
    return next.done === true ? undefined : next.value;
  }

  /** The client can't be asked now. @param reason undefined: it is being served */
  wait(slot: number, reason: string | undefined): void {
    this.#later.push(slot);
    if (reason !== undefined) this.waiting.set(reason, (this.waiting.get(reason) ?? 0) + 1);
  }

  /** The client can't be asked. */
  refuse(reason: string | undefined): void {
    if (reason === undefined) return;
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  /** The partner asks it, as long as it is there. */
  leaveToPartner(slot: number, relationship: string): void {
    const slots = this.#partners.get(relationship);
    if (slots === undefined) this.#partners.set(relationship, [slot]);
    else slots.push(slot);
  }

  /** The relationships with partners that clients were left to. */
  partners(): Iterable<string> {
    return this.#partners.keys();
  }

  /** Begins anew with those that wait. @param found whether anybody could be asked this time @returns when; undefined: nobody waits */
  again(found: boolean, { monotonic }: Now): number | undefined {
    this.waiting = new Map();
    if (this.#later.length === 0) {
      this.#isThrough = true;
      return undefined;
    }
    this.#slots = this.#later.values();
    this.#later = [];
    const ms = found ? AGAIN_MS : this.#againMs;
    this.#againMs = Math.min(2 * ms, AGAIN_MAX_MS);
    const at = monotonic + ms;
    return monotonic < this.forPartnerAt ? Math.min(at, this.forPartnerAt) : at;
  }

  /** The partner is not heard any more: it has a while, then its clients are this box's. */
  partnerIsLost(relationship: string, { monotonic }: Now): void {
    for (const slot of this.#partners.get(relationship) ?? []) this.#later.push(slot);
    this.#partners.delete(relationship);
    this.#isThrough = false;
    this.#againMs = AGAIN_MS;
    this.forPartnerAt = monotonicMs(monotonic + PARTNER_MS);
  }
}

function* compared(formers: readonly Former[], after: ServerConfiguration): Generator<undefined, readonly (Concern | undefined)[]> {
  const concerns: (Concern | undefined)[] = [];
  for (const { configuration } of formers) concerns.push(configuration === undefined ? everybody : yield* concernOf(configuration, after));
  return concerns;
}

function everybody(): boolean {
  return true;
}
