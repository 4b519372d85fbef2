/** Reports of the daemon as text for a person. */
import type { CountersReport, LeasePage, LinkReport, LogReport, PoolReport, StatusReport } from '../control/index.ts';
import { formatTrust } from './clock-text.ts';
import { formatRelationshipStatus } from './failover-text.ts';
import { formatLinkHealth } from './link-health-text.ts';
import { formatSize, poolLines } from './pool-lines.ts';
import { formatTable } from './table.ts';
import { formatSpan, spanUntil } from './time-span.ts';
import { wrap } from './wrap.ts';

/** Room for a pool's name beside its numbers: any prefix pool, and ranges of short addresses. */
const POOL_NAME_WIDTH = 49;

const ALARM_TITLES = { error: 'ALARM', warning: 'WARNING', info: 'NOTE' } as const;

export function formatStatus(report: StatusReport): string {
  const uptime = (Date.parse(report.now) - Date.parse(report.startedAt)) / 1_000;
  const { lost, revision, directory } = report.storage;
  const held = Object.entries(report.leases).filter(([, count]) => count > 0);
  const lines = [
    wrap('appliance  ', `${report.appliance}, twinlease ${report.version}, up ${formatSpan(uptime)}`),
    wrap('server     ', report.serverId),
    wrap('leases     ', held.length === 0 ? 'none' : held.map(([status, count]) => `${String(count)} ${status}`).join(', ')),
    wrap('storage    ', `${directory}, ${String(revision)} commits${lost === 0 ? '' : `, LOST RECORDS: ${String(lost)}`}`),
    wrap('waiting    ', `${String(report.queued.intake)} to be handled, ${String(report.queued.waiting)} for storage`),
    wrap('clock      ', formatTrust(report)),
    wrap('memory     ', `${String(Math.round(report.rssBytes / 1_048_576))} MiB`),
    ...report.failover.map((relationship) => wrap('failover   ', formatRelationshipStatus(relationship))),
  ];
  if (report.alarms.length === 0) lines.push('alarms     none');
  for (const { id, since, severity, text, advice } of report.alarms) {
    lines.push('', wrap(`${ALARM_TITLES[severity]} `, id), wrap('  ', `since ${since.slice(0, 19)}Z: ${text}`));
    if (advice !== undefined) lines.push(wrap('  to do: ', advice));
  }
  return lines.join('\n');
}

export function formatLeases({ leases, more }: LeasePage, now: number): string {
  if (leases.length === 0) return 'no leases';
  const rows = leases.map((lease) => [
    lease.lease,
    lease.status,
    spanUntil(lease.expires, now),
    lease.link ?? '-',
    lease.duid,
  ]);
  const table = formatTable(
    [
      { title: 'LEASE' },
      { title: 'STATUS' },
      { title: 'ENDS IN' },
      { title: 'LINK', least: 4 },
      { title: 'CLIENT', least: 8, cut: 'front' },
    ],
    rows,
  );
  return more ? `${table}\nmore: --after ${leases.at(-1)?.lease ?? ''}` : table;
}

export function formatLinks(links: readonly LinkReport[]): string {
  return links
    .map((link) => {
      const interfaces = link.interfaces.map(
        ({ name, serving, state }) => wrap(`  interface ${name}: `, `${serving ? 'serving' : 'NOT SERVING'}, ${state}`),
      );
      const rows = link.pools.flatMap(poolRows);
      return [
        wrap(`${link.name}: `, link.prefixes.join(', ')),
        ...(interfaces.length === 0 ? ['  no interface of this box: its clients come through relays'] : interfaces),
        ...healthLines(link),
        ...(link.reservations === 0 ? [] : [`  ${String(link.reservations)} reservations`]),
        ...(rows.length === 0
          ? ['  no pools']
          : [
              formatTable(
                [
                  { title: '  POOL' },
                  { title: 'ACTIVE', align: 'right' },
                  { title: 'SET ASIDE', align: 'right' },
                  { title: 'SIZE', align: 'right' },
                ],
                rows,
              ),
            ]),
      ].join('\n');
    })
    .join('\n\n');
}

function healthLines({ health }: LinkReport): readonly string[] {
  const text = health === undefined ? undefined : formatLinkHealth(health, health.partnerName);
  return text === undefined ? [] : [wrap('  ', text)];
}

function poolRows({ pool, size, active, abandoned }: PoolReport): readonly (readonly string[])[] {
  return poolLines(pool, [String(active), String(abandoned), formatSize(size)], POOL_NAME_WIDTH);
}

export function formatCounters(counters: CountersReport, which: 'all' | 'counted'): string {
  const rows = Object.entries(counters)
    .filter(([, count]) => which === 'all' || count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => [name, String(count)]);
  if (rows.length === 0) return 'nothing was counted yet';
  return formatTable([{ title: 'COUNTER' }, { title: 'COUNT', align: 'right' }], rows);
}

/** As the daemon writes it to its own log. @param isRead by a person, on a screen */
export function formatLog(lines: readonly LogReport[], isRead: boolean): string {
  return lines
    .map(({ time, severity, text }) => {
      const head = `${time.slice(0, 19)}Z ${severity.padEnd(7)} `;
      return isRead ? wrap(head, text) : head + text;
    })
    .join('\n');
}
