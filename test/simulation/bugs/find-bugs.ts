// `make simulate-bugs`: in how many seeds does the simulation find each planted bug? BUG=name tries only those whose name has it.
// The product without a bug goes through as many seeds first.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BUGS } from './bugs.ts';

interface Hunt {
  readonly seeds: number;
  readonly invariant?: string;
  readonly message?: string;
}

const SEEDS_MAX = Number(process.env['SEEDS'] ?? 1_500);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Without a name: the product as it is. */
function hunt(bug: string | undefined, seeds: number): Hunt {
  const child = spawnSync(process.execPath, ['--import', here('plant.ts'), here('hunt.ts')], {
    encoding: 'utf8',
    env: { ...process.env, SEEDS: String(seeds), BUG: bug },
  });
  if (child.status !== 0) return { seeds: 0, invariant: 'the program does not run', message: child.stderr.trim().split('\n').slice(0, 6).join(' ') };
  return JSON.parse(child.stdout) as Hunt;
}

let missed = 0;
let mostSeeds = 0;
for (const { name } of BUGS.filter((bug) => bug.name.includes(process.env['BUG'] ?? ''))) {
  const { seeds, invariant, message } = hunt(name, SEEDS_MAX);
  if (invariant === undefined || seeds === 0) missed++;
  mostSeeds = Math.max(mostSeeds, seeds);
  const what = invariant === undefined ? `NOT FOUND in ${String(seeds)} seeds` : `${String(seeds).padStart(5)} seeds  ${invariant}`;
  console.log(`${name.padEnd(56)} ${what}${seeds === 0 ? `: ${message ?? ''}` : ''}`);
}
const clean = hunt(undefined, mostSeeds);
console.log(`${'the product as it is'.padEnd(56)} ${clean.invariant === undefined ? `${String(clean.seeds).padStart(5)} seeds  nothing` : `${String(clean.seeds)} seeds  ${clean.message ?? ''}`}`);
console.log(missed === 0 ? 'every bug is found' : `${String(missed)} bugs are not found`);
if (missed > 0 || clean.invariant !== undefined) process.exitCode = 1;
