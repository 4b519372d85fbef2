/**
 * Timescales: what times are counted in (R-ST2, rules 2 and 6). One follows the other, by their indices; between two of them the
 * clock was set, or the box was off for nobody knows how long.
 */
import { invariant, sameBytes } from '../wire/index.ts';

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
 * the last saved time can only lag, and it lags more each time (rule 6). A box that was off and then took its partner's clock once more
 * counts in the timescale that it had before: what lies between does not matter.
 */
export function conversion(chain: readonly Timescale[], index: number): Conversion {
  const at = chain.findIndex((timescale) => timescale.index === index);
  const present = chain.at(-1);
  invariant(at >= 0 && present !== undefined, 'records refer to timescales that are known');
  let by = 0;
  let isStepped = true;
  let bound: number | undefined;
  let here = lastOfSame(chain, at);
  for (;;) {
    const { correction } = chain[here] as Timescale;
    if (correction !== undefined && present.correction !== undefined && isStepped) return { by: by + correction - present.correction, isExact: true };
    if (correction !== undefined) bound ??= by + correction;
    const next = chain[here + 1];
    if (next === undefined) break;
    by += next.ahead;
    isStepped &&= next.begins === 'step';
    here = lastOfSame(chain, here + 1);
  }
  if (isStepped) return by === 0 ? SAME : { by, isExact: true };
  // The present clock lags behind the true time, or is right.
  return { by: bound === undefined ? by : bound - (present.correction ?? 0), isExact: false };
}

/** Where this timescale is met for the last time behind a start. What steps alone lead to was measured at each of them, and moved along. */
function lastOfSame(chain: readonly Timescale[], at: number): number {
  const { id } = chain[at] as Timescale;
  const start = chain.findIndex(({ begins }, i) => i > at && begins === 'start');
  return start < 0 ? at : Math.max(at, chain.findLastIndex((other, i) => i > start && sameBytes(other.id, id)));
}

/**
 * The last time that was saved, as a true one: what a clock that nobody confirmed since showed is counted back, to where it began at one
 * that was true, so that it can only lag. Undefined: nobody ever confirmed one.
 * @returns that time, and the index of the timescale that was true
 */
export function lastTrueTime(chain: readonly Timescale[], saved: { readonly time: number; readonly timescale: number }): { readonly time: number; readonly index: number } | undefined {
  let { time } = saved;
  for (let i = chain.findIndex(({ index }) => index === saved.timescale); i >= 0; i--) {
    const { index, correction, ahead } = chain[i] as Timescale;
    if (correction !== undefined) return { time: time + correction, index };
    time -= ahead;
  }
  return undefined;
}

/**
 * The chain without the timescales that nothing refers to, but for the last, and the last that was true: behind that no clock goes back by itself.
 * The links that are left span the gaps.
 */
export function withoutUnused(chain: readonly Timescale[], used: ReadonlySet<number>): readonly Timescale[] {
  const kept: Timescale[] = [];
  const needed = new Set(used).add(chain.at(-1)?.index ?? 0).add(chain.findLast(({ correction }) => correction !== undefined)?.index ?? 0);
  let ahead = 0;
  let isStepped = true;
  for (const timescale of chain) {
    ahead += timescale.ahead;
    isStepped &&= timescale.begins === 'step';
    if (!needed.has(timescale.index)) continue;
    kept.push({ ...timescale, ahead, begins: isStepped ? 'step' : 'start' });
    ahead = 0;
    isStepped = true;
  }
  return kept;
}
