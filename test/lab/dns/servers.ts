// Real DNS servers that take updates: BIND and Knot, from Debian. Both ask for the same TSIG key.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Namespace } from '../network/namespace.ts';
import { startProgram, type Program } from '../process/program.ts';
import { run } from '../process/run.ts';

export const zones = { forward: 'lan.example.com', reverse: '1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa' } as const;

export interface DnsServer {
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Of a zone what updates may have made: `printer.lan.example.com AAAA 2001:db8:1::1`, in order; the data of a DHCID as it is printed. */
  records(zone: string): Promise<readonly string[]>;
}

export interface DnsServerParts {
  readonly namespace: Namespace;
  /** An address of the namespace. */
  readonly address: string;
  readonly directory: string;
  /** Base64. */
  readonly secret: string;
}

/** A secret for hmac-sha256. */
export async function newSecret(): Promise<string> {
  const text = await run(['tsig-keygen', '-a', 'hmac-sha256', 'twinlease']);
  return /secret "([^"]+)"/.exec(text)?.[1] ?? '';
}

const zoneText = (zone: string): string =>
  [`$ORIGIN ${zone}.`, '$TTL 60', '@ SOA ns root 1 60 60 600 60', '@ NS ns', 'ns AAAA 2001:db8:ffff::53', ''].join('\n');

function writeZones(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const zone of Object.values(zones)) writeFileSync(join(directory, `${zone}.zone`), zoneText(zone));
}

export function bind({ namespace, address, directory, secret }: DnsServerParts): DnsServer {
  writeZones(directory);
  const configuration = join(directory, 'named.conf');
  writeFileSync(
    configuration,
    [
      `key "twinlease" { algorithm hmac-sha256; secret "${secret}"; };`,
      `options { directory "${directory}"; pid-file none; session-keyfile none; listen-on { none; }; listen-on-v6 { ${address}; }; recursion no; allow-transfer { any; }; dnssec-validation no; };`,
      'controls {};',
      ...Object.values(zones).map((zone) => `zone "${zone}" { type primary; file "${zone}.zone"; allow-update { key twinlease; }; };`),
      '',
    ].join('\n'),
  );
  // AppArmor keeps /usr/sbin/named to its usual files; it knows it by its path.
  const binary = join(directory, 'named');
  copyFileSync('/usr/sbin/named', binary);
  return server('BIND', namespace, address, [binary, '-g', '-c', configuration], join(directory, 'log'), /\brunning$/);
}

export function knot({ namespace, address, directory, secret }: DnsServerParts): DnsServer {
  writeZones(directory);
  const configuration = join(directory, 'knot.conf');
  writeFileSync(
    configuration,
    [
      'server:',
      `    listen: [ "${address}@53" ]`,
      `    rundir: "${directory}"`,
      'database:',
      `    storage: "${directory}"`,
      'log:',
      '  - target: stderr',
      '    any: info',
      'key:',
      '  - id: twinlease',
      '    algorithm: hmac-sha256',
      `    secret: ${secret}`,
      'acl:',
      '  - id: updates',
      '    action: update',
      '    key: twinlease',
      '  - id: looks',
      '    action: transfer',
      'zone:',
      ...Object.values(zones).flatMap((zone) => [`  - domain: ${zone}.`, `    storage: "${directory}"`, `    file: "${zone}.zone"`, '    acl: [ updates, looks ]']),
      '',
    ].join('\n'),
  );
  return server('Knot', namespace, address, ['knotd', '-c', configuration], join(directory, 'log'), /server started/);
}

function server(name: string, namespace: Namespace, address: string, command: readonly string[], logFile: string, serving: RegExp): DnsServer {
  let program: Program | undefined;
  return {
    async start() {
      const started = startProgram(name, namespace.inside(command), logFile);
      program = started;
      await started.log.next({ what: `${name} to serve`, withinMs: 15_000, match: (line) => (serving.test(line) ? true : undefined) });
    },
    async kill() {
      await program?.end('SIGKILL');
    },
    async records(zone) {
      const text = await namespace.run(['dig', `@${address}`, zone, 'AXFR', '+noall', '+answer', '+onesoa']);
      return text
        .split('\n')
        .map((line) => line.split(/\s+/))
        .filter(([owner, , , type]) => ['AAAA', 'PTR', 'DHCID'].includes(type ?? '') && owner !== `ns.${zone}.`)
        .map(([owner = '', , , type = '', ...data]) => `${owner.replace(/\.$/, '')} ${type} ${data.join('').replace(/\.$/, '')}`)
        .sort();
    },
  };
}
