/** Simulated time: what is to happen, in the order in which it happens. Nothing here knows a real clock. */
import { Violation } from '../oracle/violation.ts';

export interface EventQueue {
  /** Milliseconds since the world began. */
  readonly nowMs: number;
  /** What is due at one time happens in the order in which it was entered. A time that is over means now. */
  at(timeMs: number, happen: () => void): void;
  after(delayMs: number, happen: () => void): void;
  /** Lets everything happen that is due until then, and time pass until then. */
  runUntil(timeMs: number): void;
}

interface Entry {
  readonly timeMs: number;
  readonly order: number;
  readonly happen: () => void;
}

/** Guards against a world that stands still because its inhabitants answer each other without end. */
const ENTRIES_AT_ONE_TIME_MAX = 20_000;

export function createEventQueue(): EventQueue {
  const heap: Entry[] = [];
  let order = 0;
  let atSameTime = 0;

  const isBefore = (a: Entry, b: Entry): boolean => a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);

  const push = (entry: Entry): void => {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  };

  const popFirst = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let smaller = heap[child];
      const right = heap[child + 1];
      if (smaller === undefined) break;
      if (right !== undefined && isBefore(right, smaller)) {
        smaller = right;
        child++;
      }
      if (isBefore(last, smaller)) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = last;
  };

  const at = (timeMs: number, happen: () => void): void => {
    push({ timeMs: timeMs > queue.nowMs ? timeMs : queue.nowMs, order: order++, happen });
  };

  // A field and no getter: an object literal with a getter is a dictionary, and everybody asks for the time.
  const queue = {
    nowMs: 0,
    at,
    after: (delayMs: number, happen: () => void): void => {
      at(queue.nowMs + delayMs, happen);
    },
    runUntil(timeMs: number): void {
      for (let first = heap[0]; first !== undefined && first.timeMs <= timeMs; first = heap[0]) {
        popFirst();
        atSameTime = first.timeMs > queue.nowMs ? 0 : atSameTime + 1;
        if (atSameTime > ENTRIES_AT_ONE_TIME_MAX) throw new Violation('stands-still', `the boxes keep each other busy for ever at ${String(queue.nowMs)} ms`);
        queue.nowMs = first.timeMs;
        first.happen();
      }
      queue.nowMs = Math.max(queue.nowMs, timeMs);
    },
  };
  return queue;
}
