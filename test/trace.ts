// `npm run trace`: says which rows of test/conformance/rows/ no test covers, which titles name a row that
// is not there, and which excuses in test/conformance/excused.txt are stale. Exits 1 if there is any.
// The titles are mocha's own, from a dry run, so generated titles count and commented-out tests do not.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { parseExcuses, parseRows, trace } from './trace/trace.ts';

const rowsFolder = 'test/conformance/rows';
const excusesFile = 'test/conformance/excused.txt';
const titlesFile = '.cache/titles.json';

mkdirSync('.cache', { recursive: true });
execFileSync(
  process.execPath,
  ['node_modules/mocha/bin/mocha.js', '--dry-run', '--reporter=json', `--reporter-option=output=${titlesFile}`, 'test/**/*.test.ts'],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
const report = JSON.parse(readFileSync(titlesFile, 'utf8')) as { tests: { fullTitle: string }[] };

const rows = readdirSync(rowsFolder).flatMap((name) => parseRows(readFileSync(`${rowsFolder}/${name}`, 'utf8')));
const excuses = parseExcuses(readFileSync(excusesFile, 'utf8'));
const { covered, excused, findings } = trace(rows, excuses, report.tests.map((test) => test.fullTitle));
for (const finding of findings) console.log(finding);
console.log(`${rows.length} rows: ${covered} with a test, ${excused} excused, ${findings.length} findings`);
if (findings.length > 0) process.exitCode = 1;
