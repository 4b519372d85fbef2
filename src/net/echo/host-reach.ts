/** What the echoes to one host, and the port that they leave by, say about it. No socket and no clock is here. */
import type { PartnerReach } from '../../failover/index.ts';

/** One lost echo means nothing, nor do two. */
const MISSES_MAX = 3;
/** An answer may take longer than the next request. */
const SEQUENCES_REMEMBERED = 8;

export interface HostReach {
  /** Echoes are wanted now. */
  readonly isAsked: boolean;
  /** Somebody wants to know from now on: what was known is forgotten. */
  ask(): void;
  rest(): void;
  /** An echo is about to leave; the one before should have been answered. @returns its sequence number */
  next(): number;
  /** It did not leave: that says nothing about the host. */
  notSent(): void;
  answered(sequence: number): void;
  carrier(isThere: boolean): void;
}

/** @param onReach called when the answer to "is it there?" changes */
export function createHostReach(onReach: (reach: PartnerReach) => void): HostReach {
  let wanted = false;
  let reach: PartnerReach | undefined;
  let hasCarrier = true;
  /** After a carrier came back somebody still believes that there is none. */
  let owed = false;
  let sequence = 0;
  let outstanding = false;
  let misses = 0;

  const become = (next: PartnerReach): void => {
    owed = false;
    if (reach === next) return;
    reach = next;
    onReach(next);
  };

  const forget = (): void => {
    outstanding = false;
    misses = 0;
  };

  return {
    get isAsked() {
      return hasCarrier && (wanted || owed);
    },
    ask() {
      if (wanted) return;
      wanted = true;
      forget();
      if (hasCarrier) reach = undefined;
    },
    rest() {
      wanted = false;
    },
    next() {
      if (outstanding) misses++;
      if (misses >= MISSES_MAX) become('silent');
      outstanding = true;
      return ++sequence & 0xffff;
    },
    notSent() {
      outstanding = false;
    },
    answered(number) {
      if (!hasCarrier || ((sequence - number) & 0xffff) >= SEQUENCES_REMEMBERED) return;
      forget();
      become('answers');
    },
    carrier(isThere) {
      if (isThere === hasCarrier) return;
      hasCarrier = isThere;
      forget();
      if (isThere) owed = true;
      else become('no-carrier');
    },
  };
}
