/** DNS updates of the daemon: what the core begins with, and whom its requests go to. */
import { createHash } from 'node:crypto';
import type { DnsStart } from '../appliance/index.ts';
import type { ApplianceConfiguration } from '../config/index.ts';
import type { DnsOutcome, DnsRemovals } from '../dns/index.ts';
import { createDnsSender } from '../net/index.ts';
import type { DnsSender, ZoneServers } from '../net/index.ts';

export interface KeptDns extends Pick<DnsSender, 'close' | 'counters'> {
  readonly send: (request: Parameters<DnsSender['send']>[0]) => void;
  readonly start: DnsStart;
  configure(configuration: Pick<ApplianceConfiguration, 'dns'>): void;
  /** Whom requests go to. */
  readonly servers: () => readonly ZoneServers[];
}

/** @param onAnswer for each request that is sent */
export function keepDns(
  { dns: initial }: ApplianceConfiguration,
  removals: readonly DnsRemovals[],
  now: () => number,
  onAnswer: (event: { readonly kind: 'dnsAnswered'; readonly id: number; readonly outcome: DnsOutcome }) => void,
): KeptDns {
  const sender = createDnsSender({ now, onAnswer: (id, outcome) => onAnswer({ kind: 'dnsAnswered', id, outcome }) });
  let servers: readonly ZoneServers[] = [];
  const configure: KeptDns['configure'] = ({ dns }) => {
    servers = dns?.servers ?? [];
    sender.configure(servers);
  };
  configure({ dns: initial });
  return {
    start: { configuration: initial?.updates, removals, sha256: (octets) => createHash('sha256').update(octets).digest() },
    configure,
    servers: () => servers,
    send: (request) => sender.send(request),
    close: () => sender.close(),
    counters: sender.counters,
  };
}
