/** The running daemon as an operator reads it. */
import { BindingStatus, NO_SLOT, isFree } from '../lease/index.ts';
import type { InterfaceState } from '../net/index.ts';
import type { AddressPool, PrefixPool } from '../server/index.ts';
import { MessageType, formatDuid, formatPrefix, leasequeryStatusName, parseAddress, parseDuid } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import { reportClock } from './clock-report.ts';
import { dashed } from './dashed.ts';
import { countFailover } from './failover-counters.ts';
import { reportFailover, reportLinkHealth } from './failover-reports.ts';
import { formatMetrics } from './metrics-text.ts';
import { linkFinder, numberedPools } from '../server/index.ts';
import { reportLease, statusName } from './lease-report.ts';
import { describePool } from './pool-text.ts';
import type {
  CountersReport,
  InterfaceReport,
  LeasePage,
  LeaseQuery,
  LinkReport,
  LogReport,
  PoolReport,
  SharedLinkReport,
  StatusReport,
} from './protocol.ts';
import type { Subject } from './subject.ts';

export function reportStatus(subject: Subject): StatusReport {
  const { appliance } = subject;
  const lost = appliance.lostRecords;
  const { now, trusted, source } = reportClock(subject);
  return {
    appliance: subject.applianceName,
    version: subject.version,
    serverId: formatDuid(subject.serverId),
    startedAt: subject.stamps.date(subject.startedAt).toISOString(),
    now,
    clock: { trusted, source },
    leases: Object.fromEntries(
      Object.values(BindingStatus).map((status) => [statusName(status), appliance.leases.count(status)]),
    ),
    storage: {
      ...subject.storage(),
      lost: lost === 'none' ? 0 : lost === 'unknown' ? 'unknown' : lost.length,
    },
    configuration: {
      file: subject.provisioningFile,
      undoneIn: subject.undoneIn(),
      isUndoneShared: subject.isUndoneShared(),
      undecided: subject.undecidedCommit(),
    },
    failover: reportFailover(subject).map(({ name, role, state, since, partner, communications }) => ({
      name,
      role,
      state,
      since,
      partner: partner.name,
      partnerState: partner.state,
      communications,
    })),
    alarms: subject.alarms.list().map((alarm) => ({ ...alarm, since: alarm.since.toISOString() })),
    dnsDue: subject.dnsServers().length === 0 ? undefined : appliance.dnsReport()?.due,
    queued: appliance.queued,
    rssBytes: process.memoryUsage.rss(),
  };
}

export function reportLog(subject: Subject, lines: number): readonly LogReport[] {
  return subject.log.recent(lines).map(({ time, severity, text }) => ({ time: time.toISOString(), severity, text }));
}

export function reportLinks(subject: Subject): readonly LinkReport[] {
  const { links } = subject.configuration();
  const pools = numberedPools(links);
  return links.map((link) => ({
    name: link.name,
    prefixes: link.prefixes.map(formatPrefix),
    interfaces: link.interfaces.map((name) => reportInterface(subject, name)),
    pools: pools.flatMap(({ link: owner, pool }, number) =>
      owner === link ? [reportPool(subject, pool, number)] : [],
    ),
    reservations: link.reservations.length,
    health: sharedHealth(subject, link.name),
  }));
}

function sharedHealth({ appliance }: Subject, name: string): SharedLinkReport | undefined {
  for (const { links, partnerName } of appliance.failover.relationships) {
    const shared = links.find(({ link }) => link === name);
    if (shared !== undefined) return { partnerName, ...reportLinkHealth(shared) };
  }
  return undefined;
}

function reportInterface(subject: Subject, name: string): InterfaceReport {
  const serving = subject.ports.ports.get(name)?.isOpen() ?? false;
  const state = subject.interfaces.interfaces.get(name);
  return { name, serving, state: state === undefined ? 'missing' : describeInterface(state) };
}

function describeInterface({ enabled, carrier, linkLocal }: InterfaceState): string {
  if (!enabled) return 'switched off';
  if (!carrier) return 'no carrier';
  if (linkLocal === undefined) return 'no link-local address';
  if (linkLocal.state === 'duplicate') return 'its link-local address is in use by another device';
  return linkLocal.state === 'tentative' ? 'checking its link-local address' : 'up';
}

function reportPool(subject: Subject, pool: AddressPool | PrefixPool, number: number): PoolReport {
  const known = subject.appliance.leases.pools.pool(number);
  const counts = {
    size: known.space.size,
    active: known.count(BindingStatus.ACTIVE),
    abandoned: known.count(BindingStatus.ABANDONED),
  };
  return { ...describePool(pool), ...counts };
}

/** @returns a page, or why the query can't be answered */
export function reportLeases(subject: Subject, query: LeaseQuery): LeasePage | string {
  const { leases } = subject.appliance;
  const { records } = leases;
  const { links } = subject.configuration();
  const find = linkFinder(leases, links);
  const linkOf = (slot: number): string | undefined => find(slot)?.name;
  const after = query.after === undefined ? undefined : parseLease(query.after);
  if (query.after !== undefined && after === undefined) return `"${query.after}" is no address or prefix`;
  const duid = query.duid === undefined ? undefined : parseDuid(query.duid);
  if (query.duid !== undefined && duid === undefined) return `"${query.duid}" is no DUID`;
  const name = query.name === undefined ? undefined : parseLease(query.name);
  if (query.name !== undefined && name === undefined) return `"${query.name}" is no address or prefix`;
  if (name !== undefined) {
    const slot = leases.find(name.address, 0, name.prefixLength);
    return { leases: slot === NO_SLOT ? [] : [reportLease(leases, slot, linkOf(slot))], more: false };
  }
  if (query.link !== undefined && links.every((link) => link.name !== query.link)) {
    return `there is no link "${query.link}", only: ${links.map((link) => link.name).join(', ')}`;
  }
  const accept = (slot: number): boolean =>
    (query.all === true || records.duidLength(slot) > 0 || !isFree(records.status(slot))) &&
    (query.active !== true || records.status(slot) === BindingStatus.ACTIVE) &&
    (duid === undefined || records.isClient(slot, duid, 0, duid.length)) &&
    (query.link === undefined || linkOf(slot) === query.link);
  const slots = leases.page(after, query.limit + 1, accept);
  return {
    leases: slots.slice(0, query.limit).map((slot) => reportLease(leases, slot, linkOf(slot))),
    more: slots.length > query.limit,
  };
}

/** `2001:db8::1` or `2001:db8:100::/56`. */
export function parseLease(text: string): { readonly address: Address; readonly prefixLength: number } | undefined {
  const [addressText = '', lengthText, ...more] = text.split('/');
  const address = parseAddress(addressText);
  if (address === undefined || more.length > 0) return undefined;
  if (lengthText === undefined) return { address, prefixLength: 128 };
  return /^\d{1,3}$/.test(lengthText) && Number(lengthText) <= 128 ? { address, prefixLength: Number(lengthText) } : undefined;
}

export function reportCounters(subject: Subject): CountersReport {
  const { counters, shed, leases } = subject.appliance;
  const report: Record<string, number> = {};
  for (const [name, type] of Object.entries(MessageType)) {
    const label = name.toLowerCase().replaceAll('_', '-');
    report[`received.${label}`] = counters.received[type] ?? 0;
    report[`sent.${label}`] = counters.sent[type] ?? 0;
  }
  for (const [reason, count] of Object.entries(counters.discarded)) report[`discarded.${reason}`] = count;
  for (const [code, count] of counters.malformed) report[`malformed.${code}`] = count;
  report['leasequery.answered'] = counters.leasequery.answered;
  for (const [code, count] of counters.leasequery.refused) report[`leasequery.refused.${statusLabel(code)}`] = count;
  for (const [name, count] of Object.entries(subject.leasequeryTcp()?.counters ?? {})) report[`leasequery.tcp.${dashed(name)}`] = count;
  for (const [name, count] of Object.entries(shed)) report[`shed.${dashed(name)}`] = count;
  for (const [name, count] of Object.entries(counters)) {
    if (typeof count === 'number') report[dashed(name)] = count;
  }
  for (const [name, count] of Object.entries({ ...subject.appliance.dnsReport()?.counters, ...subject.dnsSender })) report[`dns.${dashed(name)}`] = count;
  for (const [name, count] of Object.entries({ ...subject.appliance.reconfigures?.counters })) report[`reconfigure.${name}`] = count;
  report['leases'] = leases.size;
  for (const view of subject.appliance.failover.relationships) countFailover(view, report);
  for (const [name, count] of Object.entries(subject.partnerConnections())) report[`partner-connections.${dashed(name)}`] = count;
  for (const [name, port] of subject.ports.ports) {
    const { received, kernelDrops, sent, sendErrors } = port.counters();
    report[`interface.${name}.received`] = received;
    report[`interface.${name}.kernel-drops`] = kernelDrops;
    report[`interface.${name}.sent`] = sent;
    for (const [code, count] of sendErrors) report[`interface.${name}.send-errors.${code}`] = count;
  }
  return report;
}

/** `not-allowed` of NotAllowed. */
function statusLabel(code: number): string {
  return dashed(leasequeryStatusName(code).replace(/^./, (first) => first.toLowerCase()));
}

/** In the text format of Prometheus. */
export function subjectMetrics(subject: Subject): string {
  return formatMetrics(reportStatus(subject), reportLinks(subject), reportCounters(subject));
}
