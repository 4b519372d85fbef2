/**
 * Group commit. A changed lease is locked until stable storage has it; what waits for it (the Reply,
 * an operator's answer) is let go when the commit succeeded and dropped when it failed. One commit is
 * in flight at a time; all that changes meanwhile joins the next.
 */
import { invariant } from '../wire/index.ts';
import type { Binding, LeaseTable } from '../lease/index.ts';
import type { Effect } from './effect.ts';

/** Changes that wait for the commit in flight. Beyond it nothing that needs a commit is begun. */
const WAITING_MAX = 1_024;

interface Group {
  readonly revision: number;
  readonly slots: number[];
  /** Let go when the group is durable, in this order. */
  readonly held: Effect[];
}

export interface Commits {
  /** No more changes should be made before the commit in flight ended. */
  readonly isFull: boolean;
  readonly isIdle: boolean;
  /** Revision of the commit that a change made now will join. */
  readonly nextRevision: number;
  /** Locks the slots and holds the effect, if any, until they are durable. */
  add(slots: readonly number[], held: Effect | undefined): void;
  /** Begins the next commit where none is in flight. @returns whether it did */
  flush(effects: Effect[]): boolean;
  committed(revision: number, effects: Effect[]): void;
  /** @returns the effects that were held for it, which must not be carried out */
  failed(revision: number, found: readonly (Binding | undefined)[]): readonly Effect[];
}

export function createCommits(table: LeaseTable, firstRevision: number): Commits {
  let inFlight: Group | undefined;
  let next: Group = { revision: firstRevision, slots: [], held: [] };

  const end = (revision: number): Group => {
    invariant(inFlight?.revision === revision, 'only the commit in flight can end');
    const ended = inFlight;
    inFlight = undefined;
    return ended;
  };

  return {
    get isFull() {
      return next.slots.length >= WAITING_MAX;
    },
    get isIdle() {
      return inFlight === undefined && next.slots.length === 0;
    },
    get nextRevision() {
      return next.revision;
    },
    add(slots, held) {
      invariant(slots.length > 0, 'what is held waits for some change');
      for (const slot of slots) {
        table.lock(slot, next.revision);
        next.slots.push(slot);
      }
      if (held !== undefined) next.held.push(held);
    },
    flush(effects) {
      if (inFlight !== undefined || next.slots.length === 0) return false;
      inFlight = next;
      next = { revision: inFlight.revision + 1, slots: [], held: [] };
      effects.push({
        kind: 'commit',
        revision: inFlight.revision,
        bindings: inFlight.slots.map((slot) => table.read(slot)),
      });
      return true;
    },
    committed(revision, effects) {
      const group = end(revision);
      for (const slot of group.slots) table.unlock(slot, group.revision);
      for (const effect of group.held) effects.push(effect);
    },
    failed(revision, found) {
      const group = end(revision);
      invariant(found.length === group.slots.length, 'a failed commit tells of each of its bindings');
      group.slots.forEach((slot, i) => {
        table.unlock(slot, group.revision);
        const binding = found[i];
        if (binding === undefined) table.remove(slot);
        else table.put(binding);
      });
      return group.held;
    },
  };
}
