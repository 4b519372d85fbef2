// ISC dhcpd (Debian: isc-dhcp-server) on the lab's box, with files of its own.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../network/lab.ts';
import { startProgram } from '../process/program.ts';
import type { OtherServer } from './kea.ts';

const configuration = `# The DHCPv6 server of the lab; short leases, so that clients renew while somebody watches.
default-lease-time 90;
preferred-lifetime 60;
option dhcp-renewal-time 3;
option dhcp-rebinding-time 50;
option dhcp6.name-servers 2001:db8::53;
option dhcp6.domain-search "example.com";
update-conflict-detection false;

subnet6 2001:db8:1::/64 {
  range6 2001:db8:1::1000 2001:db8:1::1fff;
  prefix6 2001:db8:100:: 2001:db8:1ff:ff00:: /56;
}
subnet6 2001:db8:2::/64 {
  range6 2001:db8:2::1000 2001:db8:2::1fff;
  prefix6 2001:db8:200:: 2001:db8:2ff:ff00:: /56;
}
# Where the relay is heard.
subnet6 2001:db8:ffff::/64 { }
`;

/** Resolves when it serves. */
export async function startDhcpd(lab: Lab): Promise<OtherServer> {
  const data = join(lab.directory, 'isc');
  mkdirSync(data);
  const file = join(data, 'dhcpd6.conf');
  const leases = join(data, 'dhcpd6.leases');
  writeFileSync(file, configuration);
  writeFileSync(leases, '');
  const command = ['dhcpd', '-6', '-f', '-cf', file, '-lf', leases, '-pf', join(data, 'pid'), 'lan1', 'uplink'];
  const program = startProgram('dhcpd', lab.box.inside(command), join(lab.directory, 'dhcpd.log'));
  await program.log.next({ what: 'dhcpd to serve', withinMs: 15_000, match: (line) => (/^Sending on .*\/lan1\//.test(line) ? true : undefined) });
  return { program, configuration: file, leases };
}
