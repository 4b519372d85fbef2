/** What the classes that a client is in mean for it: which pools it may use, for how long, with which options. */
import type { OptionLayer } from '../encoded-option.ts';
import type { Lifetimes } from '../lifetimes.ts';
import { optionLayer } from '../option-layers.ts';
import type { Query } from '../query.ts';
import { mayBeInClass } from './chance.ts';
import type { ClientClass, PoolClasses } from './client-class.ts';
import { evidenceOfMessage } from './evidence.ts';
import { classOrder, verdictsOn } from './verdicts.ts';

export interface Membership {
  /** Options of the classes with any, those of the first class first. */
  readonly layers: readonly OptionLayer[];
  /** Instead of those of pools and links, where a class says so. */
  readonly lifetimes: Lifetimes | undefined;
  mayUse(pool: PoolClasses): boolean;
}

/** Of a client where there are no classes. */
const NO_MEMBERSHIP: Membership = { layers: [], lifetimes: undefined, mayUse: () => true };

/** Of one that is in none of those that there are, as most are. */
const IN_NO_CLASS: Membership = { layers: [], lifetimes: undefined, mayUse: ({ only }) => only.length === 0 };

/** @returns what finds out about a client; it costs nothing where there are no classes */
export function memberships(classes: readonly ClientClass[]): (query: Query) => Membership {
  if (classes.length === 0) return () => NO_MEMBERSHIP;
  const order = classOrder(classes);
  const layers = new Map(classes.map(({ name, options }) => [name, optionLayer(options)]));
  return (query) => {
    if (!mayBeInClass(classes, query)) return IN_NO_CLASS;
    const verdicts = verdictsOn(order, evidenceOfMessage(query));
    const isIn = (name: string): boolean => verdicts.get(name) === 'yes';
    const own = classes.filter(({ name }) => isIn(name));
    if (own.length === 0) return IN_NO_CLASS;
    return {
      layers: own.flatMap(({ name }) => layers.get(name) ?? []).filter((layer) => layer.size > 0),
      lifetimes: own.find(({ lifetimes }) => lifetimes !== undefined)?.lifetimes,
      mayUse: ({ only, not }) => (only.length === 0 || only.some(isIn)) && !not.some(isIn),
    };
  };
}
