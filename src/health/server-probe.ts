/** Whether the partner answers clients on a link, as the box that stands by asks there like one of them (R-LH4). */
import type { MonotonicMs } from '../wire/index.ts';

const EVERY_MS = 1_000;
/** Of 100 packets one may be lost anywhere. */
const MISSES_MIN = 3;
/** An answer takes a moment: a partner that was not heard of so long behind the question may just have done nothing. */
const ANSWERED_MS = 500;

export interface ServerProbe {
  /** The last questions, three or more, were not answered, and there was no excuse for it. */
  readonly isUnanswered: boolean;
  /** To be called now and then. @returns whether to ask now */
  look(circumstances: ProbeCircumstances, now: MonotonicMs): boolean;
  answered(): void;
  /** What was asked could not be sent, or nothing is to be asked any more. */
  forget(): void;
}

export interface ProbeCircumstances {
  /** When the partner's program was heard last, by another way. */
  readonly aliveAt: MonotonicMs;
  /** So much is said on the links that a box may come to nothing else: silence proves nothing. */
  readonly isCrowded: boolean;
}

export function createServerProbe(): ServerProbe {
  let nextAt = -Infinity;
  /** When what is not answered yet was asked. */
  let askedAt: MonotonicMs | undefined;
  let misses = 0;
  const probe: { -readonly [Field in keyof ServerProbe]: ServerProbe[Field] } = {
    isUnanswered: false,
    look({ aliveAt, isCrowded }, now) {
      if (now < nextAt) return false;
      if (askedAt !== undefined && !isCrowded && aliveAt - askedAt >= ANSWERED_MS) misses++;
      askedAt = now;
      nextAt = now + EVERY_MS;
      probe.isUnanswered = misses >= MISSES_MIN;
      return true;
    },
    answered() {
      askedAt = undefined;
      misses = 0;
      probe.isUnanswered = false;
    },
    forget() {
      askedAt = undefined;
      misses = 0;
      probe.isUnanswered = false;
    },
  };
  return probe;
}
