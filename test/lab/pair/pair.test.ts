// Short versions of some scenarios, side by side; `make scenarios` runs all of them at full length.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { shortPace } from './pace.ts';
import { runScenario, type Outcome } from './run-scenario.ts';
import { scenarioNamed } from './scenarios/index.ts';
import { twinlease } from './subjects/twinlease.ts';

const names = ['kill primary', 'management cut', 'partition'] as const;

describe('two boxes and their clients, through faults:', function () {
  this.timeout(150_000);
  const outcomes = new Map<string, Outcome>();

  before(async () => {
    const all = await Promise.all(names.map((name) => runScenario(twinlease, scenarioNamed(name), shortPace, () => undefined)));
    for (const outcome of all) outcomes.set(outcome.scenario, outcome);
  });

  for (const name of names) {
    it(name, () => {
      const outcome = outcomes.get(name);
      assert.deepEqual(outcome?.faults, [], `its files are in ${outcome?.directory ?? 'nowhere'}`);
    });
  }
});
