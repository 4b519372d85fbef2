// dhcp6c of WIDE (Debian: wide-dhcpv6-client). It tells its script nothing of leases; its log has them.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJournal } from '../process/journal.ts';
import { startProgram } from '../process/program.ts';
import { labClient, type ClientEvent, type StartClient } from './client.ts';

export const startWide: StartClient = ({ namespace, directory }, wishes) => {
  const state = join(directory, 'state');
  mkdirSync(state, { recursive: true });
  const configuration = join(directory, 'dhcp6c.conf');
  const associations = { address: ['ia-na 1', 'id-assoc na 1 { };'], prefix: ['ia-pd 2', 'id-assoc pd 2 { };'] } as const;
  const sends = wishes.map((wish) => `send ${associations[wish][0]};`).join(' ');
  const lines = [
    `interface eth0 { ${sends} request domain-name-servers; request domain-name; };`,
    ...wishes.map((wish) => associations[wish][1]),
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);

  const program = startProgram(
    'dhcp6c',
    namespace.inside(
      ['dhcp6c', '-f', '-D', '-c', configuration, '-p', join(directory, 'pid'), 'eth0'],
      [{ path: '/var/lib/dhcpv6', by: state }],
    ),
    join(directory, 'log'),
  );
  const events = createJournal<ClientEvent>('dhcp6c');
  program.log.listen((line) => {
    const event = eventOf(line);
    if (event !== undefined) events.add(event);
  });
  return labClient(program, events, () => program.end('SIGTERM'));
};

/** `update_address: create an address 2001:db8::5 pltime=20, vltime=40`, `update_prefix: update a prefix ...` */
function eventOf(line: string): ClientEvent | undefined {
  const [, verb, noun, lease = ''] = line.match(/update_\w+: (create|update) an? (address|prefix) (\S+) pltime/) ?? [];
  if (verb === undefined) return undefined;
  const kind = verb === 'create' ? 'bound' : 'renewed';
  return noun === 'address' ? { kind, addresses: [lease], prefixes: [] } : { kind, addresses: [], prefixes: [lease] };
}
