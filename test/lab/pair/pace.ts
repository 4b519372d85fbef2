// How long things take in a run of scenarios: the full run, and a short one for every test run.

import type { Lifetimes } from './subjects/subject.ts';

export interface Pace {
  readonly lifetimes: Lifetimes;
  readonly residents: number;
  /** A new client in a hurry this often on the LAN, its two halves by turns. */
  readonly probeEveryMs: number;
  /** A new client with the usual timers this often on each half of the LAN. */
  readonly newcomerEveryMs: number;
  /** Seconds of quiet before the first fault. */
  readonly settle: number;
  /** Seconds that a fault lasts: longer than T2, so that every client has had to go to the other server. */
  readonly fault: number;
  /** Seconds of a short fault, which no client's T2 falls into as a rule. */
  readonly shortFault: number;
  /** Seconds that are watched after the pair is whole again. */
  readonly after: number;
  /** Seconds that a new client may wait longer than a scenario allows, on a machine that is busy with other tests. */
  readonly slack: number;
  /** Whether a host's traffic through the boxes is watched as well. */
  readonly withTraffic: boolean;
}

/** The clients' times are those that both servers are compared with: T1 20, T2 32, preferred 40, valid 60 s. */
export const fullPace: Pace = {
  lifetimes: { t1: 20, t2: 32, preferred: 40, valid: 60, mclt: 30 },
  residents: 200,
  probeEveryMs: 100,
  newcomerEveryMs: 500,
  settle: 25,
  fault: 48,
  shortFault: 5,
  after: 25,
  slack: 0,
  withTraffic: true,
};

export const shortPace: Pace = {
  lifetimes: { t1: 5, t2: 9, preferred: 20, valid: 32, mclt: 30 },
  residents: 60,
  probeEveryMs: 100,
  newcomerEveryMs: 500,
  settle: 3,
  fault: 14,
  shortFault: 3,
  after: 4,
  slack: 4,
  withTraffic: false,
};
