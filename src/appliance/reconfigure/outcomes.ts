/** What came of clients that were asked, for whoever wants to know. */
import { LatestEntries } from '../../bounded/index.ts';
import type { ReconfigureType } from '../../server/index.ts';

/** What became of the last Reconfigure to a client. */
export interface ReconfigureProgress {
  /** `ended`: it has no lease any more, or another box is to ask it now. */
  readonly state: 'asked' | 'answered' | 'unanswered' | 'ended';
  readonly type: ReconfigureType;
  /** How many it was sent. */
  readonly attempts: number;
  /** From the first of them on until that was known; so far while it is `asked`. */
  readonly tookMs: number;
}

/** Those that came last. */
const OUTCOMES_MAX = 1_024;

export class Outcomes extends LatestEntries<string, ReconfigureProgress> {
  constructor() {
    super(OUTCOMES_MAX);
  }
}
