/** Active leasequery (RFC 7653 sections 8.4 and 9.3): what changes from now on, and, for who was away, what changed before. */
import { LeasequeryStatusCode } from '../../wire/index.ts';
import type { EpochSeconds } from '../../wire/index.ts';
import { ReplyFrames } from './asked.ts';
import type { Asked } from './asked.ts';
import type { ChangeJournal } from './change-journal.ts';
import { FormerSelection } from './former-selection.ts';
import { isAnyLocked, leasesBeside, queriedClient } from './leases-of-client.ts';
import { LOOKED, PendingChanges } from './pending-changes.ts';
import type { ResolvedQuery } from './resolve-query.ts';
import { whyOver } from './scope.ts';
import type { LeasequeryScope } from './scope.ts';
import { selection } from './selection.ts';
import { BUSY, LOOK, OCTETS_MAX, TELLING_COST, WAITING, WORK_MAX } from './stream.ts';
import type { LeasequeryStream, StreamStep } from './stream.ts';

export interface ActiveRequest {
  readonly asked: Asked;
  /** Undefined: all leases. */
  readonly resolved: ResolvedQuery | undefined;
  /** What changed then or later is told, too; `missing`: more than is known; undefined: that is not asked for. */
  readonly since: EpochSeconds | 'missing' | undefined;
  readonly journal: ChangeJournal;
  /** Something has changed, where `next` had nothing to say. */
  readonly onChange: () => void;
  readonly onClose: (stream: ActiveAnswer) => void;
}

export class ActiveAnswer implements LeasequeryStream {
  readonly kind = 'active';
  told = 0;
  readonly #scope: LeasequeryScope;
  readonly #request: ActiveRequest;
  readonly #former: FormerSelection;
  readonly #frames: ReplyFrames;
  readonly #pending: PendingChanges;
  #isClosed = false;

  constructor(scope: LeasequeryScope, request: ActiveRequest) {
    this.#scope = scope;
    this.#request = request;
    this.#former = new FormerSelection(scope.table, selection(scope, request.resolved));
    this.#frames = new ReplyFrames(scope, request.asked);
    this.#pending = new PendingChanges(scope.table, request.journal, request.since === 'missing' ? undefined : request.since);
  }

  /** Leases that wait to be told. */
  get behind(): number {
    return this.#pending.length;
  }

  /** These leases are on stable storage as they are now, and the journal has them. */
  note(slots: readonly number[], now: EpochSeconds): void {
    this.#former.note(slots);
    this.#pending.note(slots, now);
    this.look();
  }

  /** There may be a reason to end. */
  look(): void {
    this.#request.onChange();
  }

  next(now: EpochSeconds): StreamStep {
    const why = this.#whyOver();
    if (why !== undefined) return { kind: 'done', octets: this.terminate(why, now), closes: true };
    if (!this.#frames.hasReplied) this.#reply(now);
    for (let work = 0; work < WORK_MAX && this.#frames.length < OCTETS_MAX; ) {
      if (this.#former.learns()) {
        work += LOOK * this.#former.cost;
        continue;
      }
      const slot = this.#pending.take();
      if (this.#pending.isCaughtUp()) this.#frames.write({ status: { code: LeasequeryStatusCode.CatchUpComplete, text: '' } }, now);
      if (slot === undefined) return this.#frames.length > 0 ? this.#piece() : WAITING;
      work += slot === LOOKED ? LOOK : this.#tell(slot, now);
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

  close(now: EpochSeconds): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pending.close(now);
    this.#request.onClose(this);
  }

  #whyOver(): string | undefined {
    return whyOver(this.#scope, this.#request.resolved?.link);
  }

  #piece(): StreamStep {
    return { kind: 'octets', octets: this.#frames.take() };
  }

  #reply(now: EpochSeconds): void {
    if (this.#request.since !== 'missing') this.#frames.write({}, now);
    else this.#frames.write({ status: { code: LeasequeryStatusCode.DataMissing, text: 'not all that changed since then is known: ask by bulk leasequery' } }, now, true);
  }

  /** The client with all that it has on the link; what it has no more has no lifetime left. @returns what it cost */
  #tell(slot: number, now: EpochSeconds): number {
    const { table } = this.#scope;
    const { records } = table;
    const isTold = (records.status(slot) as number) !== 0 && this.#former.isOrWasSelected(slot);
    // It holds no lease any more, or never had a client.
    const slots = isTold ? (leasesBeside(this.#scope, slot) ?? []) : [];
    if (isAnyLocked(table, slots)) {
      this.#pending.hold(slot, now);
      return slots.length;
    }
    this.#former.told(slot);
    const isNews = (one: number): boolean => one === slot || this.#pending.has(one);
    const client = queriedClient(this.#scope, slots, this.#request.asked.requested, now, isNews);
    if (client === undefined) {
      this.#pending.dropped(slot);
      return 1 + slots.length;
    }
    for (const one of slots) {
      if (!isNews(one)) continue;
      this.#pending.told(one, now);
      this.#former.told(one);
    }
    this.#frames.write({ client }, now);
    this.told += 1;
    return TELLING_COST + slots.length;
  }
}
