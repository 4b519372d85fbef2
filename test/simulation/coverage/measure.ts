// `make simulate-coverage`: which rows of the table of states and which cells of the table of conflicts are exercised by the scenes
// of rare rows and by SEEDS schedules from FIRST on. Fails unless all are that can be, and no other.

import { play } from '../scenes/play.ts';
import { RARE_CELLS } from '../scenes/rare-cells.ts';
import { RARE_ROWS } from '../scenes/rare-rows.ts';
import { generateSchedule } from '../schedule/generate.ts';
import { simulate } from '../simulation.ts';
import { exercised } from './exercised.ts';
import { allCells, allSteps } from './names.ts';
import { UNREACHABLE } from './unreachable.ts';

const first = Number(process.env['FIRST'] ?? 1_000_001);
const count = Number(process.env['SEEDS'] ?? 300);
for (const script of Object.values({ ...RARE_ROWS, ...RARE_CELLS })) play(script);
for (let seed = first; seed < first + count; seed++) simulate(generateSchedule(seed));

const found = exercised();
const steps = allSteps();
const cells = allCells();
for (const [title, names] of [['rows of the table of states', steps], ['cells of the table of conflicts', cells]] as const) {
  const met = names.filter((name) => found.has(name));
  console.log(`${title}, by state, trigger and partner's state, or by verdict: ${String(met.length)} of ${String(names.length)} exercised`);
  if (process.env['VERBOSE'] === '1') for (const name of met) console.log(`  ${String(found.get(name)).padStart(8)}  ${name}`);
}
const wrong = [
  ...[...steps, ...cells].filter((name) => !found.has(name) && !(name in UNREACHABLE)).map((name) => `never exercised: ${name}`),
  ...Object.keys(UNREACHABLE).filter((name) => found.has(name)).map((name) => `exercised though it can't be: ${name}`),
  ...[...found.keys(), ...Object.keys(UNREACHABLE)].filter((name) => !steps.includes(name) && !cells.includes(name)).map((name) => `no row and no cell: ${name}`),
];
for (const [name, reason] of Object.entries(UNREACHABLE)) console.log(`can't be exercised: ${name} (${reason})`);
for (const text of wrong) console.log(text);
if (wrong.length > 0) process.exitCode = 1;
