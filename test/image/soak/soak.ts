// `make soak`: what takes too long for every run of the tests. PARTS=figures,cycles,... takes some; each prints rows of a table, which
// belongs into test/bench/RESULTS.md. Ends with a status other than 0 where something was lost.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figures } from './figures.ts';
import { lostWrites } from './lost-writes.ts';
import { powerCycles } from './power-cycles.ts';
import type { Part, Row } from './row.ts';
import { watchdogBites } from './watchdog-bites.ts';

const parts: Readonly<Record<string, Part>> = { figures, watchdog: watchdogBites, cycles: powerCycles, cuts: lostWrites };

const wanted = process.env['PARTS']?.split(',') ?? Object.keys(parts);
const rows: Row[] = [];
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined) throw new Error(`there is no part "${name}"; there are: ${Object.keys(parts).join(', ')}`);
  console.log(`\n== ${name}`);
  const directory = mkdtempSync(join(tmpdir(), 'twinlease-soak-'));
  try {
    rows.push(...(await part(directory)));
    rmSync(directory, { recursive: true });
  } catch (error) {
    rows.push({ what: name, result: 'FAILED', isMet: false });
    console.error(error);
    console.log(`its disks, logs of writes and serial lines are in ${directory}`);
  }
}

console.log('\n| what | result |\n| --- | --- |');
for (const { what, result, isMet = true } of rows) console.log(`| ${what} | ${result}${isMet ? '' : ', **NOT met**'} |`);
if (rows.some(({ isMet }) => isMet === false)) process.exitCode = 1;
