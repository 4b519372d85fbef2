/** Active leasequery (RFC 7653 sections 8.4 and 9.3): what changes from now on, and, for who was away, what changed before. */
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
import { BUSY, WAITING } from './stream.ts';
import type { LeasequeryStream, StreamStep } from './stream.ts';

/** More leases than these do not wait for a requestor that reads too slowly: it is sent away, and comes back for all of them. */
const WAITING_MAX = 16_384;
/** Leases that one step looks at. */
const WORK_MAX = 64;
/** A step writes so many octets, or one message more. */
const OCTETS_MAX = 16_384;

export interface ActiveRequest {
  readonly asked: Asked;
  /** Undefined: all leases. */
  readonly resolved: ResolvedQuery | undefined;
  /** What changed before; `missing`: more than is known; undefined: that is not asked for. */
  readonly before: readonly number[] | 'missing' | undefined;
  /** Something has changed, where `next` had nothing to say. */
  readonly onChange: () => void;
  readonly onClose: (stream: ActiveAnswer) => void;
}

export class ActiveAnswer implements LeasequeryStream {
  readonly kind = 'active';
  told = 0;
  readonly #scope: LeasequeryScope;
  readonly #request: ActiveRequest;
  readonly #selected: Selection;
  readonly #frames: ReplyFrames;
  /** Still to be told, in the order of the changes: only what a lease is at the end counts (RFC 7653 section 7). */
  readonly #changed = new Set<number>();
  /** They wait for another commit, and change with it. */
  readonly #locked: number[] = [];
  /** From before; undefined: all of it was told. */
  #before: number[] | undefined;

  constructor(scope: LeasequeryScope, request: ActiveRequest) {
    this.#scope = scope;
    this.#request = request;
    this.#selected = selection(scope, request.resolved);
    this.#frames = new ReplyFrames(scope, request.asked);
    if (request.before !== undefined && request.before !== 'missing') this.#before = [...request.before].reverse();
  }

  /** Leases that wait to be told. */
  get behind(): number {
    return this.#changed.size + this.#locked.length + (this.#before?.length ?? 0);
  }

  /** These leases are on stable storage as they are now. */
  note(slots: readonly number[]): void {
    if (this.#changed.size > WAITING_MAX) return;
    for (const slot of slots) this.#changed.add(slot);
    for (const slot of this.#locked) this.#changed.add(slot);
    this.#locked.length = 0;
    this.#request.onChange();
  }

  next(now: EpochSeconds): StreamStep {
    const why = this.#whyOver();
    if (why !== undefined) return { kind: 'done', octets: this.terminate(why, now), closes: true };
    if (!this.#frames.hasReplied) this.#reply(now);
    for (let work = 0; work < WORK_MAX && this.#frames.length < OCTETS_MAX; work += 1) {
      const slot = this.#take(now);
      if (slot === undefined) return this.#frames.length > 0 ? this.#piece() : WAITING;
      this.#tell(slot, now);
    }
    return this.#frames.length > 0 ? this.#piece() : BUSY;
  }

  /** So that the requestor knows that the connection lives (RFC 7653 section 8.4). */
  idle(now: EpochSeconds): Uint8Array | undefined {
    if (this.#whyOver() !== undefined) return undefined;
    this.#frames.write({}, now);
    return this.#frames.take();
  }

  terminate(text: string, now: EpochSeconds): Uint8Array {
    this.#frames.writeEnd({ code: LeasequeryStatusCode.QueryTerminated, text }, now, true);
    return this.#frames.take();
  }

  close(): void {
    this.#request.onClose(this);
  }

  #whyOver(): string | undefined {
    return whyOver(this.#scope, this.#request.resolved?.link) ?? (this.#changed.size > WAITING_MAX ? 'more changes than this requestor reads' : undefined);
  }

  #piece(): StreamStep {
    return { kind: 'octets', octets: this.#frames.take() };
  }

  #reply(now: EpochSeconds): void {
    if (this.#request.before !== 'missing') this.#frames.write({}, now);
    else this.#frames.write({ status: { code: LeasequeryStatusCode.DataMissing, text: 'not all that changed since then is known: ask by bulk leasequery' } }, now, true);
  }

  /** The next lease to be told of; says on the way that all from before was. */
  #take(now: EpochSeconds): number | undefined {
    if (this.#before !== undefined) {
      const slot = this.#before.pop();
      if (slot !== undefined) return slot;
      this.#before = undefined;
      this.#frames.write({ status: { code: LeasequeryStatusCode.CatchUpComplete, text: '' } }, now);
    }
    for (const slot of this.#changed) {
      this.#changed.delete(slot);
      return slot;
    }
    return undefined;
  }

  /** The client with all that it has on the link; what it has no more has no lifetime left. */
  #tell(slot: number, now: EpochSeconds): void {
    const { table } = this.#scope;
    const { records } = table;
    // It holds no lease any more, or never had a client.
    if ((records.status(slot) as number) === 0 || !this.#selected.matches(slot)) return;
    const slots = leasesBeside(this.#scope, slot);
    if (slots === undefined) return;
    if (isAnyLocked(table, slots)) {
      this.#locked.push(slot);
      return;
    }
    const isNews = (one: number): boolean => one === slot || this.#changed.has(one);
    const client = queriedClient(table, slots, this.#request.asked.requested, now, isNews);
    for (const one of slots) this.#changed.delete(one);
    if (client === undefined) return;
    this.#frames.write({ client }, now);
    this.told += 1;
  }
}
