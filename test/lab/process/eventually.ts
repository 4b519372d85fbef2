// For what tells nobody when it changes: looks again and again until it is as wanted.

import { setTimeout as wait } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.ts';

const betweenLooksMs = 20;

/** Resolves to the first look that is not undefined; rejects if there is none in time. */
export async function eventually<Found>(
  what: string,
  look: () => Found | undefined | Promise<Found | undefined>,
  withinMs = PATIENCE_MS,
): Promise<Found> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1000} s for ${what}`);
    await wait(betweenLooksMs);
  }
}
