// What the last full run of each scenario gave with each subject, kept beside the scenarios, and the page made of it. Scenarios may be
// run by themselves: each row says of which program it is.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { Environment } from '../../bench/environment.ts';
import { fullPace } from './pace.ts';
import type { Outcome } from './run-scenario.ts';
import { scenarios } from './scenarios/index.ts';
import type { SubjectName } from './subjects/subject.ts';
import { cellsOf, legend, markdownTable } from './table.ts';

interface StoredRow {
  readonly scenario: string;
  /** When it ended. */
  readonly date: string;
  readonly environment: Environment;
  /** Processes that ran or waited to run in the last five minutes, on average: other work on the machine spoils the figures. */
  readonly load: number;
  /** What else ran on the machine, as far as whoever started it knows; empty: nothing. */
  readonly beside: string;
  /** The table's row. */
  readonly cells: readonly string[];
}

const folder = new URL('results/', import.meta.url).pathname;
const page = new URL('RESULTS.md', import.meta.url).pathname;
const titles: Readonly<Record<SubjectName, string>> = {
  twinlease: 'Two Twinlease boxes',
  kea: 'Two boxes with kea-dhcp6 and its HA hook, in hot-standby',
  full: 'Twinlease with classes, names in the DNS, Reconfigure and leasequery',
  balanced: 'Two Twinlease boxes that divide the clients between them',
  plain: 'Two Twinlease boxes that speak plain RFC 8156, and are relay agents of each other',
  unpaired: 'Two Twinlease boxes that know nothing of each other',
};

/** Keeps what a scenario gave, in the place of what it gave before, and writes the page anew. `environment` is that of its beginning. */
export function saveOutcome(subject: SubjectName, environment: Environment, beside: string, outcome: Outcome): void {
  mkdirSync(folder, { recursive: true });
  const row: StoredRow = {
    scenario: outcome.scenario, date: new Date().toISOString(), environment, load: loadavg()[1] ?? 0, beside, cells: cellsOf(outcome),
  };
  const others = storedRows(subject).filter(({ scenario }) => scenario !== row.scenario);
  writeFileSync(fileOf(subject), `${JSON.stringify([...others, row], undefined, 1)}\n`);
  writeFileSync(page, pageOf());
}

const fileOf = (subject: SubjectName): string => `${folder}${subject}.json`;

/** In the order of the scenarios; those of scenarios that are no more are left out. */
function storedRows(subject: SubjectName): readonly StoredRow[] {
  if (!existsSync(fileOf(subject))) return [];
  const rows = JSON.parse(readFileSync(fileOf(subject), 'utf8')) as readonly StoredRow[];
  return scenarios.flatMap(({ name }) => rows.filter(({ scenario }) => scenario === name));
}

function pageOf(): string {
  const { lifetimes, residents, fault } = fullPace;
  const sections = (Object.keys(titles) as SubjectName[]).flatMap((subject) => {
    const rows = storedRows(subject);
    return rows.length === 0 ? [] : [sectionOf(subject, rows)];
  });
  return `# What clients feel when boxes, disks, clocks and cables fail

Written by \`make scenarios\` and \`make scenarios PEER=kea\`. ${residents} clients (an address and a prefix each; T1 ${lifetimes.t1}, T2 ${lifetimes.t2},
preferred ${lifetimes.preferred}, valid ${lifetimes.valid} s; MCLT ${lifetimes.mclt} s) on both halves of a LAN and behind a relay, and new ones all the time. A fault
lasts ${fault} s as a rule.

${legend.map((line) => `- ${line.trim()}`).join('\n')}

${sections.join('\n')}
Of the traffic: where the primary's LAN is lost in silence it waits until clients have shown which box is deaf. In a LAN that is in two halves it
fails until that is whole, for the hosts whose router is on the other side: the upstream router sends all of the LAN by one box, and neither
box can tell which host is on which half.

## The scenarios

${scenarios.map(({ name, what }) => `- **${name}**: ${what}`).join('\n')}
`;
}

function sectionOf(subject: SubjectName, rows: readonly StoredRow[]): string {
  const runs = [...new Set(rows.map((row) => runOf(subject, row)))];
  const numbered = rows.map((row) => [...row.cells, String(runs.indexOf(runOf(subject, row)) + 1)]);
  return `## ${titles[subject]}

${markdownTable(numbered)}

${runs.map((run, i) => `${i + 1}. ${run}; ${whenAndLoad(rows.filter((row) => runOf(subject, row) === run))}.`).join('\n')}
`;
}

/** All but the time and the load. */
function runOf(subject: SubjectName, { environment, beside }: StoredRow): string {
  const version = subject === 'kea' ? `kea-dhcp6 ${environment.kea}` : `Twinlease ${environment.twinlease} on Node.js ${environment.node}`;
  const where = `${environment.cpu}, ${environment.cores} cores; kernel ${environment.kernel}`;
  return `${version}; ${where}${beside === '' ? '' : `; beside it: ${beside}`}`;
}

function whenAndLoad(rows: readonly StoredRow[]): string {
  const dates = rows.map(({ date }) => date.slice(0, 16).replace('T', ' ')).sort();
  const [first = '', last = ''] = [dates[0], dates.at(-1)];
  const loads = rows.map(({ load }) => load);
  return `${first === last ? first : `${first} to ${last}`} UTC, load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
}
