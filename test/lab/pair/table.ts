// The outcomes of scenarios as one table.

import type { Waits } from '../fleet/figures.ts';
import type { Outcome } from './run-scenario.ts';

const header = [
  'scenario', 'new client', 'median', 'midway', 'patient', 'duplicate', 'changed', 'expired', 'without', 'left', 'differ', 'host', 'prefix', 'late', 'outcome',
] as const;

/** What the columns mean, for under the table. */
export const legend = [
  'new client, median: from the first Solicit to the Reply, of clients that came after the first fault and take an Advertise after 0.2 s: the longest, s',
  'midway: the same for those that a fault met between Solicit and Reply; patient: for new clients that collect Advertises for their first second',
  '  (without those whose server dies before its Reply: they send it ten Requests, RFC 8415 18.2.2, before they look for another)',
  'duplicate: leases that two clients held at once; changed, expired (or taken back): leases of the clients that were there before',
  'without: the longest that one of these was without a lease, s; left: the least of a valid lifetime that was left at a renewal, s',
  'host, prefix: the longest that traffic failed between a host on the LAN (its address; its delegated prefix) and an upstream router, s; 50 datagrams a second each',
  '  (the host knows its routers by the kernel\'s own reading of router advertisements, the upstream router by OSPF and BFD)',
  'late: how late the timers of the program that plays the clients were at most, ms; the figures are no more exact than that',
  'differ: leases that only one box knew in the end; > marks clients that were still waiting when the watch ended',
];

export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = [header, ...outcomes.map(cellsOf)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 || column === header.length - 1 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Of rows with one cell more than `cellsOf` gives: the number of the run that it is of, among those listed below the table. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  const rule = header.map((_, column) => (column === 0 || column === header.length - 1 ? '---' : '---:'));
  return [line([...header, 'run']), line([...rule, '---:']), ...rows.map(line)].join('\n');
}

export function cellsOf(outcome: Outcome): string[] {
  const { scenario, figures, disagreements, traffic, latestTimer, faults } = outcome;
  const verdict = faults.length === 0 ? 'passed' : `FAILED: ${faults.join('; ').replaceAll('\n', ' ').slice(0, 160)}`;
  if (figures === undefined) return [scenario, ...header.slice(2).map(() => '-'), verdict];
  const { probes, probesMidway, newcomers, duplicates, changed, expired, longestOutage, leastLeft } = figures;
  return [
    scenario,
    longest(probes),
    probes.median.toFixed(2),
    longest(probesMidway),
    longest(newcomers),
    String(duplicates.length),
    String(changed.length),
    String(expired),
    longestOutage.toFixed(1),
    leastLeft === Infinity ? '-' : leastLeft.toFixed(1),
    Number.isNaN(disagreements) ? '-' : String(disagreements),
    outage(traffic?.host),
    outage(traffic?.prefix),
    String(latestTimer),
    verdict,
  ];
}

function outage(seconds: number | undefined): string {
  if (seconds === undefined) return '-';
  return seconds === Infinity ? 'to the end' : seconds.toFixed(1);
}

function longest({ longest: seconds, unserved, came }: Waits): string {
  return came === 0 ? '-' : `${unserved > 0 ? '>' : ''}${seconds.toFixed(1)}`;
}
