// All scenarios, in the order of the table.

import type { Scenario } from '../scenario.ts';
import { cableScenarios } from './cables.ts';
import { clockScenarios } from './clocks.ts';
import { powerScenarios } from './power.ts';
import { storageScenarios } from './storage.ts';

export const scenarios: readonly Scenario[] = [...powerScenarios, ...cableScenarios, ...storageScenarios, ...clockScenarios];

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new Error(`there is no scenario '${name}'; there are: ${scenarios.map((each) => each.name).join(', ')}`);
}
