/** An endpoint's record and what stable storage has of it (RFC 8156 sections 6.3, 8.1). */
import { monotonicMs } from '../wire/index.ts';
import type { MonotonicMs } from '../wire/index.ts';
import { changedRecord } from './endpoint-record.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import type { PendingChanges } from './pending-changes.ts';

/** After a failed write. */
const RETRY_MS = 1_000;

export interface DurableRecord {
  /** As decided. */
  readonly current: EndpointRecord;
  /** As stable storage has it; undefined before the first write of a new box. */
  readonly durable: EndpointRecord | undefined;
  isDurable(): boolean;
  /** The same in another timescale (R-ST2): nothing is decided by it. */
  move(how: (record: EndpointRecord) => EndpointRecord): void;
  /** Decides; `flush` asks stable storage for it. */
  update(changes: Partial<EndpointRecord>): void;
  /** One write is on its way at a time; what is decided meanwhile joins the next. `latest`: what is worth adding to a write. */
  flush(now: MonotonicMs, latest: () => Partial<EndpointRecord>): void;
  /** When to flush again after a failure. */
  retryAt(): MonotonicMs | undefined;
}

/** `onFailure` is told of each failed write. */
export function createDurableRecord(
  initial: EndpointRecord,
  isStored: boolean,
  changes: PendingChanges,
  onFailure: (reason: string) => void,
): DurableRecord {
  let isDirty = !isStored;
  let isWriting = false;
  let retryAt: MonotonicMs | undefined;

  const record: { -readonly [Field in keyof DurableRecord]: DurableRecord[Field] } = {
    current: initial,
    durable: isStored ? initial : undefined,
    isDurable: () => !isDirty && !isWriting,
    retryAt: () => (isDirty && !isWriting ? retryAt : undefined),
    move(how) {
      record.current = how(record.current);
      record.durable = record.durable && how(record.durable);
    },
    update(changed) {
      record.current = changedRecord(record.current, changed);
      isDirty = true;
    },
    flush(now, latest) {
      if (!isDirty || isWriting || (retryAt !== undefined && now < retryAt)) return;
      const written = changedRecord(record.current, latest());
      record.current = written;
      isDirty = false;
      isWriting = true;
      changes.request([], written, [], (failure) => {
        isWriting = false;
        if (failure === undefined) {
          record.durable = written;
          retryAt = undefined;
          return;
        }
        isDirty = true;
        retryAt = monotonicMs(now + RETRY_MS);
        onFailure(failure);
      });
    },
  };
  return record;
}
