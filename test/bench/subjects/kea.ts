import { writeFileSync } from 'node:fs';
import { linkPrefix, poolPrefix, serverInterface } from '../lab.ts';
import type { Subject } from './subject.ts';

/**
 * kea-dhcp6 as Debian packages it, with what its manual recommends for speed (Kea ARM, "Fine-tuning DHCPv6 Host
 * Reservation" and "Statistics"): memfile, no look-ups for reservations, no statistics samples, warnings only. Leases are
 * persistent (memfile writes each to its file and does not sync). One thread, its default in 2.2: it has one core here, and
 * its multi-threading is for several. The clean-up of its lease file (LFC) keeps its default of an hour: none falls into a run.
 */
export function keaConfiguration(directory: string, port: string, serverId: string): { readonly Dhcp6: object } {
  return {
    Dhcp6: {
      'interfaces-config': { interfaces: [port] },
      'lease-database': { type: 'memfile', persist: true, name: `${directory}/leases.csv` },
      'server-id': { type: 'EN', 'enterprise-id': 32473, identifier: `01020304050607${serverId}`, persist: false },
      'multi-threading': { 'enable-multi-threading': false },
      'preferred-lifetime': 43200,
      'valid-lifetime': 86400,
      'renew-timer': 21600,
      'rebind-timer': 34560,
      'host-reservation-identifiers': ['duid'],
      'reservations-global': false,
      'reservations-in-subnet': false,
      'statistic-default-sample-count': 0,
      'option-data': [
        { name: 'dns-servers', data: '2001:db8::53' },
        { name: 'domain-search', data: 'example.com' },
      ],
      subnet6: [{ id: 1, subnet: linkPrefix, interface: port, pools: [{ pool: poolPrefix }] }],
      loggers: [{ name: 'kea-dhcp6', severity: 'WARN', output_options: [{ output: 'stderr' }] }],
    },
  };
}

export const kea: Subject = {
  name: 'kea',
  prepare(directory) {
    writeFileSync(`${directory}/kea.json`, JSON.stringify(keaConfiguration(directory, serverInterface, '08'), undefined, 2));
    return {
      command: ['kea-dhcp6', '-c', `${directory}/kea.json`],
      environment: { KEA_PIDFILE_DIR: directory, KEA_LOCKFILE_DIR: directory },
    };
  },
};
