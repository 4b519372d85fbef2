// The last full run of each subject, kept beside the scenarios, and the page made of them.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Environment } from '../../bench/environment.ts';
import { fullPace } from './pace.ts';
import type { Outcome } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';
import type { SubjectName } from './subjects/subject.ts';
import { cellsOf, legend, markdownTable } from './table.ts';

interface StoredRun {
  readonly subject: SubjectName;
  readonly date: string;
  readonly environment: Environment;
  /** Processes that ran or waited to run in the last quarter of an hour, on average: other work on the machine spoils the figures. */
  readonly load: number;
  /** The table's rows. */
  readonly rows: readonly (readonly string[])[];
}

const folder = new URL('results/', import.meta.url).pathname;
const page = new URL('RESULTS.md', import.meta.url).pathname;
const titles: Readonly<Record<SubjectName, string>> = {
  twinlease: 'Two Twinlease boxes',
  kea: 'Two boxes with kea-dhcp6 and its HA hook, in hot-standby',
  balanced: 'Two Twinlease boxes that divide the clients between them',
  unpaired: 'Two Twinlease boxes that know nothing of each other',
};

/** Keeps the run, and writes the page anew with it. `environment` is that of its beginning. */
export function saveOutcomes(subject: SubjectName, environment: Environment, outcomes: readonly Outcome[]): void {
  mkdirSync(folder, { recursive: true });
  const run: StoredRun = {
    subject,
    date: new Date().toISOString(),
    environment,
    load: loadavg()[2] ?? 0,
    rows: outcomes.map(cellsOf),
  };
  writeFileSync(`${folder}${subject}.json`, `${JSON.stringify(run, undefined, 1)}\n`);
  const runs = (Object.keys(titles) as SubjectName[]).flatMap((name) => {
    const file = `${folder}${name}.json`;
    return existsSync(file) ? [JSON.parse(readFileSync(file, 'utf8')) as StoredRun] : [];
  });
  writeFileSync(page, pageOf(runs));
}

function pageOf(runs: readonly StoredRun[]): string {
  const { lifetimes, residents, fault } = fullPace;
  return `# What clients feel when boxes, disks, clocks and cables fail

Written by \`make scenarios\` and \`make scenarios PEER=kea\`. ${residents} clients (an address and a prefix each; T1 ${lifetimes.t1}, T2 ${lifetimes.t2},
preferred ${lifetimes.preferred}, valid ${lifetimes.valid} s; MCLT ${lifetimes.mclt} s) on both halves of a LAN and behind a relay, and new ones all the time. A fault
lasts ${fault} s as a rule.

${legend.map((line) => `- ${line.trim()}`).join('\n')}

${runs.map(sectionOf).join('\n')}
## The scenarios

${scenarios.map(({ name, what }) => `- **${name}**: ${what}`).join('\n')}
`;
}

function sectionOf({ subject, date, environment, load, rows }: StoredRun): string {
  const version = subject === 'kea' ? `kea-dhcp6 ${environment.kea}` : `Twinlease ${environment.twinlease} on Node.js ${environment.node}`;
  return `## ${titles[subject]}

${markdownTable(rows)}

${date.slice(0, 16).replace('T', ' ')} UTC; ${version}; ${environment.cpu}, ${environment.cores} cores; kernel ${environment.kernel}; load
${load.toFixed(1)}.
`;
}
