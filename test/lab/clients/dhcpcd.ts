// dhcpcd (Debian: dhcpcd-base).

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal } from '../process/journal.ts';
import { startProgram, type Program } from '../process/program.ts';
import { labClient, type ClientEvent, type StartClient } from './client.ts';
import { installHook, kindOfReason, type HookCall } from './hook.ts';

export const startDhcpcd: StartClient = ({ namespace, directory }, wishes) => {
  const events = createJournal<ClientEvent>('dhcpcd');
  const hook = join(directory, 'hook');
  installHook(hook, undefined, (call) => {
    const kind = kindOfReason(call['reason']);
    if (kind !== undefined) events.add({ kind, ...leasesOf(call) });
  });
  const configuration = join(directory, 'dhcpcd.conf');
  const associations = { address: 'ia_na 1', prefix: 'ia_pd 2' };
  const lines = [
    'ipv6only', 'noipv6rs', 'nodev', 'duid', 'release', `script ${hook}`,
    'option dhcp6_name_servers, dhcp6_domain_search, dhcp6_reconfigure_accept',
    'interface eth0', ...wishes.map((wish) => `  ${associations[wish]}`),
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  const files = { state: join(directory, 'state'), run: join(directory, 'run') };
  for (const path of Object.values(files)) mkdirSync(path, { recursive: true });

  const program = startProgram(
    'dhcpcd',
    namespace.inside(['dhcpcd', '-B', '-d', '-f', configuration, 'eth0'], [
      { path: '/var/lib/dhcpcd', by: files.state },
      { path: '/run', by: files.run },
    ]),
    join(directory, 'log'),
  );
  return labClient(program, events, () => terminate(program));
};

/** It sends Release when it ends, because its configuration says `release`. */
async function terminate(program: Program): Promise<void> {
  const heard = program.log.next({
    what: 'dhcpcd to take note of SIGTERM',
    match: (line) => (line.includes('received SIGTERM') ? true : undefined),
  });
  // It loses a signal that comes while it waits for its privileged half.
  const again = setInterval(() => program.signal('SIGTERM'), 250);
  program.signal('SIGTERM');
  try {
    await heard;
  } finally {
    clearInterval(again);
  }
}

/** new_dhcp6_ia_na1_ia_addr1=2001:db8::5; new_dhcp6_ia_pd1_prefix1=2001:db8:1::, ..._prefix1_length=56 */
function leasesOf(call: HookCall): { addresses: string[]; prefixes: string[] } {
  const addresses: string[] = [];
  const prefixes: string[] = [];
  for (const [name, value = ''] of Object.entries(call)) {
    if (/^new_dhcp6_ia_na\d+_ia_addr\d+$/.test(name)) addresses.push(value);
    if (/^new_dhcp6_ia_pd\d+_prefix\d+$/.test(name)) prefixes.push(`${value}/${call[`${name}_length`]}`);
  }
  return { addresses, prefixes };
}
