// dibbler-client (Debian: dibbler-client). Its paths are fixed: it gets directories of its own at each.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../process/eventually.ts';
import { createJournal } from '../process/journal.ts';
import { startProgram } from '../process/program.ts';
import { labClient, type ClientEvent, type StartClient } from './client.ts';
import { installHook, type HookCall } from './hook.ts';

const kinds: Readonly<Record<string, ClientEvent['kind']>> = {
  add: 'bound',
  update: 'renewed',
  delete: 'lost',
  expire: 'lost',
};

export const startDibbler: StartClient = ({ namespace, directory }, wishes) => {
  const events = createJournal<ClientEvent>('dibbler-client');
  const hook = join(directory, 'hook');
  let calls = 0;
  installHook(hook, undefined, (call) => {
    calls += 1;
    const kind = kinds[call['argument'] ?? ''];
    if (kind !== undefined) events.add({ kind, ...leasesOf(call) });
  });
  const files = { etc: join(directory, 'etc'), state: join(directory, 'state'), log: join(directory, 'dibbler-log') };
  for (const path of Object.values(files)) mkdirSync(path, { recursive: true });
  const resolv = join(directory, 'resolv.conf');
  writeFileSync(resolv, '');
  const associations = { address: 'ia', prefix: 'pd' };
  const lines = [
    'log-mode full', 'log-level 8', 'duid-type duid-ll', `script "${hook}"`,
    'iface "eth0" {', ...wishes.map((wish) => `  ${associations[wish]}`), '  option dns-server', '  option domain', '}',
  ];
  writeFileSync(join(files.etc, 'client.conf'), `${lines.join('\n')}\n`);

  const program = startProgram(
    'dibbler-client',
    namespace.inside(['dibbler-client', 'run'], [
      { path: '/etc/dibbler', by: files.etc },
      { path: '/var/lib/dibbler', by: files.state },
      { path: '/var/log/dibbler', by: files.log },
      { path: '/etc/resolv.conf', by: resolv },
    ]),
    join(directory, 'log'),
  );
  return labClient(program, events, async () => {
    // A signal that comes while it waits for its script leaves it stuck.
    await eventually("dibbler-client's script to end", () => {
      const ended = program.log.entries.filter((line) => line.includes('Script execution complete')).length;
      return ended >= calls ? true : undefined;
    });
    await program.end('SIGTERM');
  });
};

/** ADDR1=2001:db8::5; PREFIX1=2001:db8:100::, PREFIX1LEN=56 */
function leasesOf(call: HookCall): { addresses: string[]; prefixes: string[] } {
  const addresses: string[] = [];
  const prefixes: string[] = [];
  for (const [name, value = ''] of Object.entries(call)) {
    if (/^ADDR\d+$/.test(name)) addresses.push(value);
    if (/^PREFIX\d+$/.test(name)) prefixes.push(`${value}/${call[`${name}LEN`]}`);
  }
  return { addresses, prefixes };
}
