/** The canonical form of lifetimes. */
import { type CanonicalMap, maybe, present } from './canonical-value.ts';
import { formatDuration } from './duration.ts';
import type { LifetimeSection } from './schema.ts';

export function canonicalLifetimes({ preferred, valid, t1, t2 }: LifetimeSection): CanonicalMap {
  return present({
    preferred: maybe(preferred, formatDuration),
    valid: maybe(valid, formatDuration),
    t1: maybe(t1, (timer) => (timer === 'auto' ? timer : formatDuration(timer))),
    t2: maybe(t2, (timer) => (timer === 'auto' ? timer : formatDuration(timer))),
  });
}
