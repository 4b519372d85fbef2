import type { DnsStatusReport } from './dns-protocol.ts';
import type { Subject } from './subject.ts';

/** @returns what is due in the DNS, or why nothing is */
export function reportDns({ appliance, dnsServers, stamps }: Subject): DnsStatusReport | string {
  const report = appliance.dnsReport();
  const servers = dnsServers();
  if (report === undefined || (servers.length === 0 && report.due + report.removals === 0)) return 'no zone is updated: there is no "dns-updates" in the provisioning file';
  const { due, held, later, removals, taken } = report;
  const zones = report.zones.map(({ zone, waiting, asking, lastError, trouble }) => {
    const known = servers.find((one) => one.zone === zone);
    return {
      zone,
      servers: (known?.servers ?? []).map(({ address, port }) => (port === 53 ? address : `${address} port ${port}`)),
      key: known?.key?.name,
      state: trouble !== undefined ? ('failing' as const) : waiting + asking > 0 ? ('working' as const) : ('idle' as const),
      waiting,
      asking,
      failingSince: trouble && stamps.date(trouble.since).toISOString(),
      nextTry: trouble && stamps.date(trouble.retryAt).toISOString(),
      lastError,
    };
  });
  return { zones, due, held, later, removals, taken };
}
