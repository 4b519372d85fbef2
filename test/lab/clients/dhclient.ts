// ISC dhclient (Debian: isc-dhcp-client), with its own script setting the addresses.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal } from '../process/journal.ts';
import { run } from '../process/run.ts';
import { startProgram } from '../process/program.ts';
import type { Machine } from '../network/lab.ts';
import { labClient, type ClientEvent, type LabClient, type Wish } from './client.ts';
import { installHook, kindOfReason } from './hook.ts';

/** @param name what it asks to be called in the DNS (RFC 4704); left out: nothing */
export const startDhclient = ({ namespace, directory }: Machine, wishes: readonly Wish[], name?: string): LabClient => {
  const events = createJournal<ClientEvent>('dhclient');
  const hook = join(directory, 'hook');
  installHook(hook, '/sbin/dhclient-script', (call) => {
    const kind = kindOfReason(call['reason']);
    if (kind === undefined) return;
    // It calls its script once for each address and prefix.
    const lease = kind === 'lost' ? 'old' : 'new';
    const address = call[`${lease}_ip6_address`];
    const prefix = call[`${lease}_ip6_prefix`];
    events.add({ kind, addresses: address === undefined ? [] : [address], prefixes: prefix === undefined ? [] : [prefix] });
  });

  // AppArmor keeps /sbin/dhclient to its usual files; it knows it by its path.
  const binary = join(directory, 'dhclient');
  copyFileSync('/sbin/dhclient', binary);
  // The machine's own resolv.conf is not the lab's to write: this is dhclient-script's way to be told so.
  const enterHooks = join(directory, 'enter-hooks.d');
  mkdirSync(enterHooks, { recursive: true });
  writeFileSync(join(enterHooks, 'keep-resolv-conf'), 'make_resolv_conf() { :; }\n');
  const configuration = join(directory, 'dhclient.conf');
  const fqdn = name === undefined ? '' : `also request dhcp6.fqdn;\nsend fqdn.fqdn "${name}";\nsend fqdn.server-update on;\n`;
  writeFileSync(configuration, `also request dhcp6.name-servers, dhcp6.domain-search;\n${fqdn}`);

  const command = [
    binary, '-6', ...wishes.map((wish) => (wish === 'address' ? '-N' : '-P')), '-cf', configuration,
    '-lf', join(directory, 'leases'), '-pf', join(directory, 'pid'), '-sf', hook,
  ];
  const replacements = [{ path: '/etc/dhcp/dhclient-enter-hooks.d', by: enterHooks }];
  const program = startProgram(
    'dhclient',
    namespace.inside([...command, '-d', '-v', 'eth0'], replacements),
    join(directory, 'log'),
  );
  return labClient(program, events, async () => {
    // A second dhclient sends the Release of what the first has noted in its lease file. It would end the first,
    // too, but that loses a signal which comes while it waits for its script.
    await program.end('SIGKILL');
    await run(namespace.inside([...command, '-r', 'eth0'], replacements));
  });
};
