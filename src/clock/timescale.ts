/**
 * Timescales: what times are counted in (R-ST2, rules 2 and 6). One follows the other, by their indices; between two of them the
 * clock was set, or the box was off for nobody knows how long.
 */
import { invariant } from '../wire/index.ts';

export interface Timescale {
  /** What stored records refer to it by; it grows from one timescale to the next. */
  readonly index: number;
  /** 8 random octets; two boxes that count in the same timescale have it by the same id. */
  readonly id: Uint8Array;
  /** Seconds to add for the true time; undefined as long as that is not known. */
  readonly correction: number | undefined;
  /**
   * How far its clock was ahead of that of the timescale before it, in seconds. That is exact where the clock was set; where the
   * box was off it is the most that it can be, as the clock before would have gone on meanwhile.
   */
  readonly ahead: number;
  readonly begins: 'start' | 'step';
}

/** How a time of some timescale reads in the present one. */
export interface Conversion {
  /** Seconds to add. */
  readonly by: number;
  /** Otherwise it is an upper bound: the time was not later than that. */
  readonly isExact: boolean;
}

const SAME: Conversion = { by: 0, isExact: true };

/**
 * From the timescale with this index to the last one of the chain. Where neither the clock that was set nor two corrections say
 * how the two differ, the correction of the next newer timescale that has one stands for the unknown one: a clock that starts at
 * the last saved time can only lag, and it lags more each time (rule 6).
 */
export function conversion(chain: readonly Timescale[], index: number): Conversion {
  const at = chain.findIndex((timescale) => timescale.index === index);
  const present = chain.at(-1);
  invariant(at >= 0 && present !== undefined, 'records refer to timescales that are known');
  let by = 0;
  let isStepped = true;
  let bound: number | undefined;
  for (let i = at; i < chain.length; i++) {
    const { ahead, begins, correction } = chain[i] as Timescale;
    if (i > at) {
      by += ahead;
      isStepped &&= begins === 'step';
    }
    if (correction !== undefined && present.correction !== undefined && isStepped) return { by: by + correction - present.correction, isExact: true };
    if (correction !== undefined) bound ??= by + correction;
  }
  if (isStepped) return at === chain.length - 1 ? SAME : { by, isExact: true };
  // The present clock lags behind the true time, or is right.
  return { by: bound === undefined ? by : bound - (present.correction ?? 0), isExact: false };
}

/** The chain without the timescales that nothing refers to, but for the last; the links that are left span the gaps. */
export function withoutUnused(chain: readonly Timescale[], used: ReadonlySet<number>): readonly Timescale[] {
  const kept: Timescale[] = [];
  let ahead = 0;
  let isStepped = true;
  for (const timescale of chain) {
    ahead += timescale.ahead;
    isStepped &&= timescale.begins === 'step';
    if (!used.has(timescale.index) && timescale !== chain.at(-1)) continue;
    kept.push({ ...timescale, ahead, begins: isStepped ? 'step' : 'start' });
    ahead = 0;
    isStepped = true;
  }
  return kept;
}
