// The table on the terminal and test/bench/RESULTS.md.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isMet, ratioOf, type Finding } from './finding.ts';
import type { PartResult } from './part-result.ts';
import { median } from './statistics.ts';

const resultsFile = new URL('RESULTS.md', import.meta.url).pathname;
/** From this heading on the file is written by hand, and a run leaves it as it is. */
const handWritten = '## Where the time goes';

function number(value: number): string {
  if (Number.isNaN(value)) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Median of the rounds, with the smallest and the largest. */
function spread(values: readonly number[] | undefined): string {
  if (values === undefined || values.length === 0) return '-';
  const middle = number(median(values));
  return values.length === 1 ? middle : `${middle} (${number(Math.min(...values))} to ${number(Math.max(...values))})`;
}

function target(finding: Finding): string {
  if (finding.target === undefined) return '-';
  const { of, comparison, limit } = finding.target;
  return `${of === 'ratio' ? 'ratio' : 'Twinlease'} ${comparison} ${String(limit)}`;
}

function verdict(finding: Finding): string {
  const met = isMet(finding);
  return met === undefined ? '-' : met ? 'met' : 'NOT met';
}

function cells(finding: Finding): string[] {
  const own = finding.responder === undefined ? spread(finding.twinlease) : `${spread(finding.responder)} (responder)`;
  return [
    `${finding.figure} (${finding.unit})`,
    own,
    spread(finding.kea),
    number(ratioOf(finding)),
    target(finding),
    verdict(finding),
  ];
}

const header = ['figure', 'Twinlease', 'Kea', 'ratio', 'target', 'result'];

function markdownTable(rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [line(header), line(['---', '---:', '---:', '---:', '---', '---']), ...rows.map(line)].join('\n');
}

/** The rows of some parts, for the terminal. */
export function textTable(results: readonly PartResult[]): string {
  const rows = [header, ...results.flatMap((result) => result.findings.map(cells))];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 || column > 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function machine(result: PartResult): string {
  const { environment } = result;
  return [
    `- CPU: ${environment.cpu}, ${String(environment.cores)} cores; memory ${environment.memory}`,
    `- ${environment.system}, kernel ${environment.kernel}; leases on ${environment.disk}`,
    `- Twinlease ${environment.twinlease} on Node.js ${environment.node}; kea-dhcp6 ${environment.kea} and perfdhcp ${environment.perfdhcp} as Debian packages them`,
  ].join('\n');
}

function handWrittenPart(): string {
  const old = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8') : '';
  const start = old.indexOf(handWritten);
  return start < 0 ? `${handWritten}\n\nNot yet written: \`make profile\` shows it.\n` : old.slice(start);
}

/** Write RESULTS.md anew from the last results of every part. */
export function writeResults(results: readonly PartResult[]): void {
  const latest = results.toSorted((a, b) => a.date.localeCompare(b.date)).at(-1);
  if (latest === undefined) return;
  const how = results.map(
    (result) =>
      `- **${result.part}** (${result.date.slice(0, 16).replace('T', ' ')} UTC, ${String(result.rounds)} rounds, ${result.seconds.toFixed(0)} s, ` +
      `other load ${(100 * result.backgroundLoad).toFixed(0)} %, ${result.environment.twinlease}): ${result.method}.`,
  );
  const text = `# Twinlease beside kea-dhcp6

Written by \`make bench\`; the last section by hand. Each figure is the median of the rounds, with the smallest and the largest in
parentheses; the ratio is the median of the rounds' ratios, Twinlease to Kea.

${markdownTable(results.flatMap((result) => result.findings.map(cells)))}

## On what

${machine(latest)}

## How

Two network namespaces joined by a veth pair: the server on core 0, the load on core 1. One server runs at a time, and the two take
turns: the one that was first in a round is second in the next. Each starts without leases and gives out 20 000 before a measurement of
rate, CPU time, latency or overload. Every exchange is of a client that was not seen before (Solicit, Advertise, Request, Reply; one
address). Twinlease syncs every binding to the disk before its Reply; Kea (memfile, persistent) writes each to its file and
does not sync. Kea runs one thread, its default, since it has one core; look-ups of reservations and statistics samples are off, logs are warnings only.
CPU time is the process's own, user and system, all threads; what the kernel does for it elsewhere (disk, softirq of the
sender's core) is in neither.

${how.join('\n')}

${handWrittenPart()}`;
  writeFileSync(resultsFile, text);
}
