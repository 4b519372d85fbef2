// kea-dhcp6 (Debian: kea-dhcp6-server) on the lab's box, with files of its own.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { place, type Lab } from '../network/lab.ts';
import { startProgram, type Program } from '../process/program.ts';

export interface OtherServer {
  readonly program: Program;
  readonly configuration: string;
  readonly leases: string;
}

// As people write it: comments, a part in a file of its own, and things that Twinlease has not.
const configuration = (directory: string): string => `# The DHCPv6 server of the lab
{ "Dhcp6": {
  "interfaces-config": { "interfaces": ["lan1", "uplink/${place.boxOnUplink}"] },
  "lease-database": { "type": "memfile", "persist": true, "name": "${directory}/kea-leases6.csv", "lfc-interval": 0 },
  "data-directory": "${directory}",
  // Short, so that clients renew while somebody watches.
  "preferred-lifetime": 60, "valid-lifetime": 90, "renew-timer": 3, "rebind-timer": 50,
  "option-data": [{ "name": "dns-servers", "data": "2001:db8::53" }, { "name": "domain-search", "data": "example.com" }],
  "client-classes": [{ "name": "all of them", "test": "substring(option[1].hex, 0, 1) == 0x00", "option-data": [{ "name": "bootfile-url", "data": "http://boot.example.com/x64" }] }],
  <?include "kea-subnets.json"?>
  "loggers": [{ "name": "kea-dhcp6", "severity": "INFO", "output_options": [{ "output": "stderr" }] }]
} }
`;

const subnets = `"subnet6": [
  { "id": 1, "subnet": "2001:db8:1::/64", "interface": "lan1",
    "pools": [{ "pool": "2001:db8:1::1000 - 2001:db8:1::1fff", "client-class": "all of them" }],
    "pd-pools": [{ "prefix": "2001:db8:100::", "prefix-len": 40, "delegated-len": 56 }],
    "reservations": [{ "hw-address": "02:00:00:00:00:ff", "ip-addresses": ["2001:db8:1::a"] }] },
  /* Behind the relay. */
  { "id": 2, "subnet": "2001:db8:2::/64",
    "pools": [{ "pool": "2001:db8:2::1000 - 2001:db8:2::1fff" }],
    "pd-pools": [{ "prefix": "2001:db8:200::", "prefix-len": 40, "delegated-len": 56 }] }
],
`;

/** Resolves when it serves. */
export async function startKea(lab: Lab): Promise<OtherServer> {
  const data = join(lab.directory, 'kea');
  mkdirSync(data);
  const file = join(data, 'kea-dhcp6.conf');
  const leases = join(data, 'kea-leases6.csv');
  writeFileSync(file, configuration(data));
  writeFileSync(join(data, 'kea-subnets.json'), subnets);
  const command = ['env', `KEA_PIDFILE_DIR=${data}`, `KEA_LOCKFILE_DIR=${data}`, 'sh', '-c', `cd '${data}' && exec kea-dhcp6 -c '${file}'`];
  const program = startProgram('kea-dhcp6', lab.box.inside(command), join(lab.directory, 'kea.log'));
  await program.log.next({ what: 'Kea to serve', withinMs: 15_000, match: (line) => (line.includes('DHCP6_STARTED') ? true : undefined) });
  return { program, configuration: file, leases };
}
