// For what tells nobody when it changes: looks again and again until it is as wanted. Who waits has all the time that a busy machine may
// need: what has to come soon is measured, and not waited for.

import { setTimeout as wait } from 'node:timers/promises';

const betweenLooksMs = 20;

/** Resolves to the first look that is not undefined; rejects if there is none in time. */
export async function eventually<Found>(
  what: string,
  look: () => Found | undefined | Promise<Found | undefined>,
  withinMs = 20_000,
): Promise<Found> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs / 1000} s for ${what}`);
    await wait(betweenLooksMs);
  }
}
