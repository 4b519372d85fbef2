// `make simulate-bugs`: in how many of SEEDS schedules does the simulation find each planted bug? Where none of them does it goes on
// up to SEEDS_MAX. BUG=name tries only those whose name has it. The product without a bug goes through as many seeds at last.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BUGS } from './bugs.ts';
import type { Hunt } from './hunt.ts';

const SEEDS = Number(process.env['SEEDS'] ?? 200);
const SEEDS_MAX = Math.max(SEEDS, Number(process.env['SEEDS_MAX'] ?? 3_000));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Without a name: the product as it is. */
function hunt(bug: string | undefined, seeds: number, seedsMax: number, from?: number): Hunt {
  const child = spawnSync(process.execPath, ['--import', here('plant.ts'), here('hunt.ts')], {
    encoding: 'utf8',
    env: { ...process.env, ...(from === undefined ? {} : { FIRST: String(from) }), SEEDS: String(seeds), SEEDS_MAX: String(seedsMax), BUG: bug },
  });
  if (child.status !== 0) throw new Error(`with the bug "${bug ?? ''}" the simulation does not run: ${child.stderr}`);
  return JSON.parse(child.stdout) as Hunt;
}

function describe({ seeds, failing, first, invariant }: Hunt): string {
  if (invariant === undefined) return `| NOT FOUND in ${String(seeds)} seeds | | |`;
  return `| ${String(failing)} of ${String(seeds)} | ${String(first)} | ${invariant} |`;
}

console.log('| bug | found in seeds | the first | what it breaks there |\n| --- | --- | --- | --- |');
let missed = 0;
let mostSeeds = SEEDS;
for (const { name, from } of BUGS.filter((bug) => bug.name.includes(process.env['BUG'] ?? ''))) {
  const result = hunt(name, SEEDS, SEEDS_MAX, from);
  if (result.failing === 0) missed++;
  mostSeeds = Math.max(mostSeeds, result.seeds);
  console.log(`| ${name} ${describe(result)}`);
}
const clean = hunt(undefined, mostSeeds, mostSeeds);
console.log(`| the product as it is ${clean.failing === 0 ? `| none of ${String(clean.seeds)} | | |` : describe(clean)}`);
console.log(missed === 0 ? '\nEvery bug is found.' : `\n${String(missed)} bugs are not found.`);
if (missed > 0 || clean.failing > 0) process.exitCode = 1;
