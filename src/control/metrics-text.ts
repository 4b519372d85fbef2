/** What the daemon counts, in the text format of Prometheus (version 0.0.4). */
import type { CountersReport, LinkReport, StatusReport } from './protocol.ts';

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function formatMetrics(status: StatusReport, links: readonly LinkReport[], counters: CountersReport): string {
  const pools = links.flatMap(({ name, pools: own }) => own.map((pool) => ({ labels: { link: name, pool: pool.pool }, pool })));
  const { failover, alarms, leases, rssBytes, startedAt, clock, dnsDue } = status;
  return [
    ...metric('twinlease_start_time_seconds', 'gauge', 'When the daemon started.', [{ labels: {}, value: Date.parse(startedAt) / 1_000 }]),
    ...metric('twinlease_clock_trusted', 'gauge', '1 where somebody has confirmed what time it is.', [{ labels: {}, value: clock.trusted ? 1 : 0 }]),
    ...metric('twinlease_resident_memory_bytes', 'gauge', 'Memory of the daemon.', [{ labels: {}, value: rssBytes }]),
    ...metric('twinlease_leases', 'gauge', 'Leases by status.', Object.entries(leases).map(([label, value]) => ({ labels: { status: label }, value }))),
    ...metric('twinlease_pool_size', 'gauge', 'Leases that a pool can give.', pools.map(({ labels, pool }) => ({ labels, value: pool.size }))),
    ...metric('twinlease_pool_active', 'gauge', 'Leases of a pool that clients hold.', pools.map(({ labels, pool }) => ({ labels, value: pool.active }))),
    ...metric('twinlease_alarms', 'gauge', 'Alarms that last.', [{ labels: {}, value: alarms.length }]),
    ...metric('twinlease_dns_due', 'gauge', 'Addresses that something is to be done about in the DNS.', dnsDue === undefined ? [] : [{ labels: {}, value: dnsDue }]),
    ...metric('twinlease_failover_state', 'gauge', '1 for the state that a relationship is in (RFC 8156).', failover.map(({ name, role, state }) => ({ labels: { relationship: name, role, state }, value: 1 }))),
    ...metric('twinlease_failover_connected', 'gauge', '1 while the partner is heard.', failover.map(({ name, communications }) => ({ labels: { relationship: name }, value: communications === 'ok' ? 1 : 0 }))),
    ...metric('twinlease_events_total', 'counter', 'What was counted since the daemon started, by the names of "show counters".',
      Object.entries(counters).filter(([name]) => name !== 'leases').map(([name, value]) => ({ labels: { name }, value }))),
    '',
  ].join('\n');
}

function metric(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): readonly string[] {
  if (samples.length === 0) return [];
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map(({ labels, value }) => `${name}${formatLabels(labels)} ${String(value)}`)];
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const written = Object.entries(labels).map(([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`);
  return written.length === 0 ? '' : `{${written.join(',')}}`;
}
