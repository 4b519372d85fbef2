/** What became of the parts of a configuration that could not be taken over as they are. */
import type { Place } from './place.ts';

export interface Finding {
  /**
   * `left-out`: clients would miss it. `changed`: it is taken over in another way. `not-needed`: it has no counterpart, and
   * nobody misses it.
   */
  readonly kind: 'left-out' | 'changed' | 'not-needed';
  readonly place: Place;
  readonly what: string;
  readonly why: string;
  /** What to do; empty where there is nothing to do. */
  readonly instead: string;
}

export interface Findings {
  readonly all: readonly Finding[];
  leftOut(place: Place, what: string, why: string, instead?: string): void;
  changed(place: Place, what: string, why: string, instead?: string): void;
  notNeeded(place: Place, what: string, why: string): void;
}

export function createFindings(): Findings {
  const all: Finding[] = [];
  const said = new Set<string>();
  const add = (kind: Finding['kind']) => (place: Place, what: string, why: string, instead = '') => {
    // What went to several places is said once.
    const name = JSON.stringify([kind, place, what, why]);
    if (!said.has(name)) all.push({ kind, place, what, why, instead });
    said.add(name);
  };
  return { all, leftOut: add('left-out'), changed: add('changed'), notNeeded: add('not-needed') };
}
