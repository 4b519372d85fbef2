/**
 * How well a box reaches the hosts of a link, as bad as it was at its worst lately: for what hosts are told, who should not be sent to
 * and fro by a port that flaps (R-LH6).
 */
import { LinkVerdict } from '../wire/index.ts';
import type { MonotonicMs } from '../wire/index.ts';

/** 0: not at all. 1: that is in doubt. 2: well. */
export type LinkRank = 0 | 1 | 2;

/** A doubt that is shorter is none: the two boxes come to theirs at different moments. */
const DOUBT_MS = 1_000;
/** A link counts as better again when it has not been worse for so long. */
const HOLD_MS = 60_000;

export interface LastingRank {
  see(rank: LinkRank, now: MonotonicMs): LinkRank;
  /** When it may be another one though nothing new is seen; Infinity: never. */
  changesAt(): number;
}

/** @returns undefined where nobody has looked, or a newer version says what this one does not know */
export function linkRank(verdict: number): LinkRank | undefined {
  switch (verdict) {
    case LinkVerdict.UP:
      return 2;
    case LinkVerdict.SUSPECT:
      return 1;
    case LinkVerdict.LOST:
    case LinkVerdict.ADMIN_OFF:
      return 0;
    default:
      return undefined;
  }
}

export function createLastingRank(): LastingRank {
  let seen: LinkRank | undefined;
  let since = -Infinity;
  let lasting: LinkRank | undefined;
  /** A port that comes up at the start of its box has not been well before. */
  let wasWell = false;

  const changesAt = (): number => {
    if (seen === undefined || lasting === undefined || seen === lasting) return Infinity;
    if (seen > lasting) return since + HOLD_MS;
    return seen === 0 ? since : since + DOUBT_MS;
  };

  return {
    see(rank, now) {
      if (rank !== seen) since = now;
      seen = rank;
      if (!wasWell || now >= changesAt()) lasting = rank;
      wasWell ||= rank === 2;
      return lasting ?? rank;
    },
    changesAt,
  };
}
