// Real daemons whose systems show 1970, in short versions of the scenarios: what they must come to know is asserted there.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { shortPace } from './pace.ts';
import { runScenario, type Outcome } from './run-scenario.ts';
import { scenarioNamed } from './scenarios/index.ts';
import { twinlease } from './subjects/twinlease.ts';

/** Two at a time: more make the clients' timers late. */
const names = [['both at 1970', 'clock at 1970'], ['alone at 1970', 'unconfirmed clock']] as const;

describe('[R-ST2] boxes that do not know what time it is, and their clients:', function () {
  this.timeout(300_000);
  const outcomes = new Map<string, Outcome>();

  before(async () => {
    for (const together of names) {
      const all = await Promise.all(together.map((name) => runScenario(twinlease, scenarioNamed(name), shortPace, () => undefined)));
      for (const outcome of all) outcomes.set(outcome.scenario, outcome);
    }
  });

  for (const name of names.flat()) {
    it(name, () => {
      const outcome = outcomes.get(name);
      assert.deepEqual(outcome?.faults, [], `its files are in ${outcome?.directory ?? 'nowhere'}`);
    });
  }
});
