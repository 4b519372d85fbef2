/** Bulk leasequery (RFC 5460 sections 5.2 and 7.2): what is leased now, or changed in a span of time (RFC 7653 section 6.3). */
import { BindingStatus, NO_SLOT } from '../../lease/index.ts';
import { LeasequeryStatusCode } from '../../wire/index.ts';
import type { EpochSeconds } from '../../wire/index.ts';
import { ReplyFrames } from './asked.ts';
import type { Asked } from './asked.ts';
import { isAnyLocked, leasesBeside, queriedClient } from './leases-of-client.ts';
import type { ResolvedQuery } from './resolve-query.ts';
import { whyOver } from './scope.ts';
import type { LeasequeryScope } from './scope.ts';
import { selection } from './selection.ts';
import type { Selection } from './selection.ts';
import { SlotSet } from './slot-set.ts';
import { BUSY, LOOK, OCTETS_MAX, TELLING_COST, WAITING, WORK_MAX } from './stream.ts';
import type { LeasequeryStream, StreamStep } from './stream.ts';

export class BulkAnswer implements LeasequeryStream {
  readonly kind = 'bulk';
  readonly behind = 0;
  told = 0;
  readonly #scope: LeasequeryScope;
  readonly #asked: Asked;
  readonly #resolved: ResolvedQuery;
  readonly #isAsked: ((slot: number) => boolean) | undefined;
  readonly #selected: Selection;
  readonly #frames: ReplyFrames;
  /** Told with another lease of their client. */
  readonly #isTold = new SlotSet();
  /** Found, and not told yet; the last is the next. */
  #found: number[] = [];
  /** They wait for a commit. */
  #locked: number[] = [];
  /** How far the table was looked through. */
  #after = NO_SLOT;
  #isLookedThrough: boolean;

  /** @param isAsked for what changed in a span of time, whether a lease did; undefined: for what is leased now */
  constructor(scope: LeasequeryScope, asked: Asked, resolved: ResolvedQuery, isAsked?: (slot: number) => boolean) {
    this.#scope = scope;
    this.#asked = asked;
    this.#resolved = resolved;
    this.#isAsked = isAsked;
    this.#frames = new ReplyFrames(scope, asked);
    this.#selected = selection(scope, resolved);
    this.#isLookedThrough = this.#selected.slots !== undefined;
    if (this.#selected.slots !== undefined) this.#found = [...this.#selected.slots];
  }

  next(now: EpochSeconds): StreamStep {
    const why = whyOver(this.#scope, this.#resolved.link);
    if (why !== undefined) return { kind: 'done', octets: this.terminate(why, now), closes: true };
    // What waited may be durable by now.
    if (this.#locked.length > 0 && this.#found.length === 0 && this.#isLookedThrough) [this.#found, this.#locked] = [this.#locked, []];
    for (let work = 0; work < WORK_MAX && this.#frames.length < OCTETS_MAX; ) {
      const slot = this.#found.pop();
      if (slot !== undefined) work += this.#tell(slot, now);
      else if (!this.#isLookedThrough) work += this.#look();
      else if (this.#locked.length === 0) return this.#end(now);
      else return this.#frames.length > 0 ? this.#piece() : WAITING;
    }
    return this.#frames.length > 0 ? this.#piece() : BUSY;
  }

  idle(): undefined {
    return undefined;
  }

  close(): void {
    this.#found = [];
  }

  terminate(text: string, now: EpochSeconds): Uint8Array {
    this.#frames.writeEnd({ code: LeasequeryStatusCode.QueryTerminated, text }, now);
    return this.#frames.take();
  }

  #piece(): StreamStep {
    return { kind: 'octets', octets: this.#frames.take() };
  }

  #end(now: EpochSeconds): StreamStep {
    this.#frames.writeEnd(undefined, now);
    return { kind: 'done', octets: this.#frames.take(), closes: false };
  }

  #look(): number {
    this.#after = this.#scope.table.slotsFrom(this.#after, LOOK, (slot) => this.#isMeant(slot), this.#found);
    this.#isLookedThrough = this.#after === NO_SLOT;
    return LOOK * this.#selected.cost;
  }

  /** A lock is looked at later: behind it the lease may be one that is asked for. */
  #isMeant(slot: number): boolean {
    const { records } = this.#scope.table;
    const isLeased = this.#isAsked === undefined ? records.status(slot) === BindingStatus.ACTIVE : this.#isAsked(slot);
    return (isLeased || records.lock(slot) !== 0) && !this.#isTold.has(slot) && this.#selected.matches(slot);
  }

  /** All of its client on its link, once. */
  #tell(slot: number, now: EpochSeconds): number {
    const { table } = this.#scope;
    if (!this.#isMeant(slot)) return 1;
    const slots = leasesBeside(this.#scope, slot);
    if (slots === undefined) return 1;
    if (isAnyLocked(table, slots)) {
      this.#locked.push(slot);
      return slots.length;
    }
    const client = queriedClient(this.#scope, slots, this.#asked.requested, now, this.#isAsked);
    for (const one of slots) this.#isTold.add(one);
    if (client !== undefined) {
      this.#frames.write({ client }, now);
      this.told += 1;
    }
    return TELLING_COST + slots.length;
  }
}
