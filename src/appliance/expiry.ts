/** Leases whose time is over: they become free as soon as stable storage says so. */
import { BindingStatus, NEVER, behindEnd, expired, freed, freedToOwner, hasEnded, isForgotten, reset } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { epochSeconds } from '../wire/index.ts';
import type { Commits } from './commits.ts';
import type { Counters } from './counters.ts';
import type { Now } from '../wire/index.ts';

/** A step frees at most so many: clients wait no longer for it than for one another. */
const FREED_PER_STEP_MAX = 128;
/**
 * Clocks count whole seconds, and a Reply waits for its commit: by its own count a client may hold a lease so much longer than
 * was written.
 */
const GRACE_SECONDS = 3;
/** The wall clock may step; it is looked at again after this long at the latest. */
const LOOK_AGAIN_MS = 60_000;
/** When stable storage takes nothing now. */
const RETRY_SECONDS = 2;

const due: number[] = [];

/** @returns true where more are due */
export function freeExpiredLeases(
  table: LeaseTable,
  commits: Commits,
  counters: Counters,
  writable: boolean,
  now: Now,
): boolean {
  if (!writable || commits.isFull()) return false;
  due.length = 0;
  const more = table.takeExpired(epochSeconds(now.epoch - GRACE_SECONDS), FREED_PER_STEP_MAX, due);
  if (due.length === 0) return more;
  const revision = commits.nextRevision();
  for (const slot of due) end(table, slot, revision, now);
  counters.expired += due.length;
  commits.add(due, undefined, 'expiry', now.monotonic);
  return more;
}

function end(table: LeaseTable, slot: number, revision: number, now: Now): void {
  const binding = table.read(slot);
  if (hasEnded(binding.status)) {
    // The partner is down, or is none any more.
    table.put(table.isShared(slot) ? freedToOwner(binding, now.epoch, revision) : freed(binding, now.epoch, revision));
    return;
  }
  const isAbandoned = binding.status === BindingStatus.ABANDONED;
  const ended = isAbandoned ? reset(binding, now.epoch, revision) : expired(binding, now.epoch, revision);
  table.put(behindEnd(table, slot, ended, now.epoch, revision));
}

/** Of what hosts registered, and have no more, stable storage has no record any more (`isForgotten`). */
export function forgetEndedRegistrations(table: LeaseTable, slots: readonly number[]): void {
  const { records } = table;
  for (const slot of slots) {
    if (isForgotten(records.kind(slot), records.status(slot)) && records.lock(slot) === 0) table.remove(slot);
  }
}

export function nextLookAtExpiry(table: LeaseTable, writable: boolean, now: Now): number {
  const next = table.nextExpiry;
  const earliest = epochSeconds(now.epoch + (writable ? 0 : RETRY_SECONDS));
  const seconds = next === NEVER ? Infinity : Math.max(next + GRACE_SECONDS, earliest) - now.epoch;
  return now.monotonic + Math.min(seconds * 1_000, LOOK_AGAIN_MS);
}
