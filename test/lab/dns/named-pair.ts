// Two boxes whose leases have names, and the DNS servers that are told of them, in a place of their own behind the boxes.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../process/eventually.ts';
import type { Box } from '../pair/box.ts';
import { askBox, twinlease } from '../pair/subjects/twinlease.ts';
import type { Subject } from '../pair/subjects/subject.ts';
import { openTwoBoxes, type TwoBoxes } from '../pair/two-boxes.ts';
import { parseAddress } from '../../../src/wire/index.ts';
import { bind, knot, newSecret, zones, type DnsServer } from './servers.ts';

export interface NamedPair extends TwoBoxes {
  /** Has the forward zone. */
  readonly bind: DnsServer;
  /** Has the reverse zone. */
  readonly knot: DnsServer;
  /** ACTIVE leases by what this box knows. */
  readonly leases: (box: Box) => Promise<readonly NamedLease[]>;
  /** Until the zones hold what the leases of the box are called, and nothing else. */
  readonly untilZonesAre: (box: Box) => Promise<readonly NamedLease[]>;
}

export interface NamedLease {
  readonly lease: string;
  readonly name: string;
}

const places = { bind: '2001:db8:ffff::53', knot: '2001:db8:ffff::54' } as const;

/** Forward zone on BIND, reverse zone on Knot. */
const dnsUpdates = (secret: string): string =>
  [
    'dns-updates:',
    `  keys: { twinlease: { secret: "${secret}" } }`,
    '  zones:',
    `    - { name: ${zones.forward}, servers: ["${places.bind}"], key: twinlease }`,
    `    - { prefix: "2001:db8:1::/48", servers: ["${places.knot}"], key: twinlease }`,
    '',
  ].join('\n');

function named(secret: string): Subject {
  return {
    ...twinlease,
    prepare(plan) {
      const launch = twinlease.prepare(plan);
      const file = `${plan.runtime}/provisioning.yaml`;
      const text = readFileSync(file, 'utf8');
      const withNames = text.replace(/^ {2}lan:\n(?= {4}prefixes)/m, `  lan:\n    dns-updates: { domain: ${zones.forward} }\n`);
      assert.notEqual(withNames, text);
      writeFileSync(file, withNames + dnsUpdates(secret));
      return launch;
    },
  };
}

export async function openNamedPair(): Promise<NamedPair> {
  const secret = await newSecret();
  const two = await openTwoBoxes(named(secret));
  const { router, directory } = two.lab;
  await router.ip(Object.values(places).map((address) => `address add ${address}/64 dev wan`));
  const server = { namespace: router, secret };
  const pair: NamedPair = {
    ...two,
    bind: bind({ ...server, address: places.bind, directory: join(directory, 'bind') }),
    knot: knot({ ...server, address: places.knot, directory: join(directory, 'knot') }),
    async leases(box) {
      const leases = JSON.parse(await askBox(box.plan(), 'show', 'leases', '--active', '--link', 'lan', '--json')) as readonly ShownLease[];
      return leases.flatMap(({ lease, dns }) => (dns === undefined ? [] : [{ lease, name: dns.name }]));
    },
    async untilZonesAre(box) {
      let difference = '';
      return await eventually('the zones to be as the leases are', async () => {
        const leases = await pair.leases(box);
        const [forward, reverse] = await Promise.all([pair.bind.records(zones.forward), pair.knot.records(zones.reverse)]);
        const wanted = leases.flatMap(({ lease, name }) => [`${name} AAAA ${lease}`, `${reverseName(lease)} PTR ${name}`]).sort();
        const found = [...forward.filter((line) => line.includes(' AAAA ')), ...reverse].sort();
        const owners = new Set(forward.map((line) => line.split(' ')[0]));
        difference = `${JSON.stringify(wanted)} are wanted, and there are ${JSON.stringify(found)}`;
        const isSame = JSON.stringify(wanted) === JSON.stringify(found) && owners.size === new Set(leases.map(({ name }) => name)).size;
        return isSame ? leases : undefined;
      }, 45_000).catch((error: unknown) => assert.fail(`${String(error)}: ${difference}`));
    },
  };
  await Promise.all([pair.bind.start(), pair.knot.start()]);
  return pair;
}

/** Nibbles, the last one first (RFC 3596 section 2.5). */
function reverseName(address: string): string {
  const octets = parseAddress(address) ?? assert.fail(`${address} is no address`);
  return `${Array.from(Buffer.from(octets).toString('hex')).reverse().join('.')}.ip6.arpa`;
}

interface ShownLease {
  readonly lease: string;
  readonly dns?: { readonly name: string };
}
