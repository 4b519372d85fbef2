// One process of `make simulate-bugs`: runs SEEDS schedules, and more, up to SEEDS_MAX, while none of them fails. Prints what came
// of it as JSON.

import { generateSchedule } from '../schedule/generate.ts';
import { simulate } from '../simulation.ts';

export interface Hunt {
  readonly seeds: number;
  /** How many of them failed. */
  readonly failing: number;
  /** The first that failed. */
  readonly first: number | undefined;
  /** What it broke, and the same in words. */
  readonly invariant: string | undefined;
  readonly message: string | undefined;
}

const first = Number(process.env['FIRST'] ?? 1);
const seedsMin = Number(process.env['SEEDS'] ?? 200);
const seedsMax = Number(process.env['SEEDS_MAX'] ?? seedsMin);
let hunt: Hunt = { seeds: 0, failing: 0, first: undefined, invariant: undefined, message: undefined };
while (hunt.seeds < seedsMin || (hunt.failing === 0 && hunt.seeds < seedsMax)) {
  const seed = first + hunt.seeds;
  const { violation } = simulate(generateSchedule(seed));
  hunt = { ...hunt, seeds: hunt.seeds + 1 };
  if (violation === undefined) continue;
  hunt = hunt.failing > 0 ? { ...hunt, failing: hunt.failing + 1 } : { ...hunt, failing: 1, first: seed, invariant: violation.invariant, message: violation.message };
}
console.log(JSON.stringify(hunt));
