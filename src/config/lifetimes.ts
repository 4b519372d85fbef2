/** Lifetimes from layer to layer: each value with the place in the file that it comes from. */
import type { Lifetimes } from '../server/index.ts';
import { INFINITY_SECONDS, type Seconds, seconds } from '../wire/index.ts';
import type { KeyPath } from './key-path.ts';
import type { LifetimeSection, ProvisioningDocument } from './schema.ts';

interface Sourced<T> {
  readonly value: T;
  /** For a default it leads to nothing in the file. */
  readonly path: KeyPath;
}

export interface LayeredLifetimes {
  readonly preferred: Sourced<Seconds>;
  readonly valid: Sourced<Seconds>;
  readonly t1: Sourced<Seconds | 'auto'>;
  readonly t2: Sourced<Seconds | 'auto'>;
}

/** The file's own lifetimes, defaults included. */
export function fileLifetimes({ lifetimes }: ProvisioningDocument): LayeredLifetimes {
  const { preferred, valid, t1, t2 } = lifetimes;
  return {
    preferred: { value: preferred, path: ['lifetimes', 'preferred'] },
    valid: { value: valid, path: ['lifetimes', 'valid'] },
    t1: { value: t1, path: ['lifetimes', 't1'] },
    t2: { value: t2, path: ['lifetimes', 't2'] },
  };
}

/** What holds in a link or a pool: its own values, and the surrounding layer's for the others. */
export function within(outer: LayeredLifetimes, own: LifetimeSection | undefined, path: KeyPath): LayeredLifetimes {
  if (own === undefined) return outer;
  const { preferred, valid, t1, t2 } = own;
  const at = (key: string): KeyPath => [...path, 'lifetimes', key];
  return {
    preferred: preferred === undefined ? outer.preferred : { value: preferred, path: at('preferred') },
    valid: valid === undefined ? outer.valid : { value: valid, path: at('valid') },
    t1: t1 === undefined ? outer.t1 : { value: t1, path: at('t1') },
    t2: t2 === undefined ? outer.t2 : { value: t2, path: at('t2') },
  };
}

export function plainLifetimes({ preferred, valid, t1, t2 }: LayeredLifetimes): Lifetimes {
  return { preferred: preferred.value, valid: valid.value, t1: t1.value, t2: t2.value };
}

/** The part of the preferred lifetime after which a client renews and rebinds (RFC 9915 section 21.4). */
export function automaticTimer(preferred: Seconds, part: 0.5 | 0.8): Seconds {
  return preferred === INFINITY_SECONDS ? preferred : seconds(Math.floor(preferred * part));
}
