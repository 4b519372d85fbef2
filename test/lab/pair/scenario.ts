// What a scenario is: faults in their order, and what must be true of the clients afterwards.

import type { Pace } from './pace.ts';
import type { Stage, StageNeeds } from './stage.ts';

export interface Scenario {
  readonly name: string;
  /** For the table's reader: what happens. */
  readonly what: string;
  readonly needs?: StageNeeds;
  /** How long a new client may have to wait, in seconds, with faults of this pace. */
  readonly newClientWithin: (pace: Pace) => number;
  /** How long a host's traffic may fail, in seconds; undefined: that is only written down. */
  readonly trafficWithin?: number;
  readonly run: (stage: Stage) => Promise<void>;
}

/** The wait of a new client when one of the boxes can serve it all the time. */
export const takeover = 1.5;
