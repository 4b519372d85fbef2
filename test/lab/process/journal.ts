// What something has told so far, and the wait for the next thing that it tells. Every wait of the lab is
// for an entry in a journal (a log line, a client's script call, a kernel event), never for time to pass.

import { PATIENCE_MS } from './patience.ts';

export interface Journal<Entry> {
  readonly entries: readonly Entry[];
  add(entry: Entry): void;
  /** No more will come: every wait ends with this reason. */
  close(reason: string): void;
  /** Calls `told` for each entry from now on. */
  listen(told: (entry: Entry) => void): void;
  /** The first entry at or after index `from` for which `match` finds something. */
  next<Found>(wanted: Wanted<Entry, Found>): Promise<Found>;
}

export interface Wanted<Entry, Found> {
  /** Completes the sentence "waited 10 s for ...". */
  readonly what: string;
  readonly match: (entry: Entry) => Found | undefined;
  /** Index of the first entry that counts; 0 (all that was told) when absent. */
  readonly from?: number;
  /** `PATIENCE_MS` when absent. */
  readonly withinMs?: number;
}

interface Waiter<Entry> {
  offer(entry: Entry): boolean;
  fail(reason: string): void;
}

const lastEntriesShown = 12;

export function createJournal<Entry>(name: string): Journal<Entry> {
  const entries: Entry[] = [];
  const waiters = new Set<Waiter<Entry>>();
  const listeners: ((entry: Entry) => void)[] = [];
  let closed: string | undefined;

  const complaint = (what: string, how: string): Error =>
    new Error(`${name}: ${how} ${what}; it last told:\n${entries.slice(-lastEntriesShown).map(shown).join('\n')}`);

  return {
    entries,
    add(entry) {
      entries.push(entry);
      for (const told of listeners) told(entry);
      for (const waiter of waiters) {
        if (waiter.offer(entry)) waiters.delete(waiter);
      }
    },
    close(reason) {
      closed ??= reason;
      for (const waiter of waiters) waiter.fail(reason);
      waiters.clear();
    },
    listen(told) {
      listeners.push(told);
    },
    next({ what, match, from = 0, withinMs = PATIENCE_MS }) {
      for (const entry of entries.slice(from)) {
        const found = match(entry);
        if (found !== undefined) return Promise.resolve(found);
      }
      if (closed !== undefined) return Promise.reject(complaint(what, `${closed} before`));
      return new Promise((resolve, reject) => {
        const waiter: Waiter<Entry> = {
          offer(entry) {
            const found = match(entry);
            if (found === undefined) return false;
            clearTimeout(timer);
            resolve(found);
            return true;
          },
          fail(reason) {
            clearTimeout(timer);
            reject(complaint(what, `${reason} before`));
          },
        };
        const timer = setTimeout(() => {
          waiters.delete(waiter);
          reject(complaint(what, `waited ${withinMs / 1000} s for`));
        }, withinMs);
        waiters.add(waiter);
      });
    },
  };
}

function shown(entry: unknown): string {
  return `  ${typeof entry === 'string' ? entry : JSON.stringify(entry)}`;
}
