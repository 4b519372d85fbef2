// Where a value is just right, and where it is one too far.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { diagnosticsOf, text, withLan1, withTop } from './refused.ts';

const repeated = (unit: string, count: number): string => unit.repeat(count);
const dns = (address: string): string => withTop(`options: { dns-servers: ["${address}"] }\n`);
const search = (name: string): string => withTop(`options: { domain-search: [${name}] }\n`);
const custom = (option: string): string => withTop(`options: { custom: [{ ${option} }] }\n`);
const lifetimes = (values: string): string => withTop(`lifetimes: { ${values} }\n`);
const server = (values: string): string => withTop(`server: { ${values} }\n`);
const ranges = (...written: readonly string[]): string =>
  withLan1(`address-pools: [${written.map((range) => `{ range: "${range}" }`).join(', ')}]\n`);
const reservation = (client: string): string =>
  withLan1(`reservations: [{ ${client}, addresses: ["2001:db8:1::1"] }]\n`);
const interfaceId = (id: string): string => withLan1(`relay: { interface-ids: [${id}] }\n`);
const relayInterface = (name: string): string =>
  `version: 1\nappliances: { east: { relay-interfaces: ["${name}"] } }\n`;
const management = (address: string): string =>
  text`
  version: 1
  appliances: { east: { management: { interface: eth0, address: ADDRESS }, relay-interfaces: [eth1] } }
`.replace('ADDRESS', `"${address}"`);
const exclude = (excluded: string): string =>
  withLan1(`reservations: [{ duid: "00:03:01", prefixes: [{ prefix: 2001:db8:100::/56, exclude: ${excluded} }] }]\n`);

type Limit = readonly [what: string, right: string, wrong: string, problem: RegExp];

const limits: readonly Limit[] = [
  ['preferred lifetime, 5 s', lifetimes('preferred: 5, t1: 1, t2: 2'), lifetimes('preferred: 4'), /too short/],
  ['valid lifetime, 10 s', lifetimes('preferred: 10, valid: 10'), lifetimes('preferred: 9, valid: 9'), /too short/],
  ['finite lifetime, below infinity', lifetimes('valid: 4294967294'), lifetimes('valid: 4294967295'), /too long/],
  ['lifetime in days, below infinity', lifetimes('valid: 49710d'), lifetimes('valid: 49711d'), /too long/],
  [
    't1 before an automatic t2, rounded down',
    lifetimes('preferred: 9, t1: 7'),
    lifetimes('preferred: 9, t1: 8'),
    /t1 is longer than t2/,
  ],
  [
    't2 after an automatic t1, rounded down',
    lifetimes('preferred: 9, t2: 4'),
    lifetimes('preferred: 9, t2: 3'),
    /t1 .* is longer than t2/,
  ],
  [
    'preferred as long as valid',
    lifetimes('preferred: 2h'),
    lifetimes('preferred: 7201'),
    /preferred is longer than valid/,
  ],
  [
    'refresh time, 600 s',
    server('information-refresh-time: 600'),
    server('information-refresh-time: 599'),
    /too short/,
  ],
  ['SOL_MAX_RT, 60 s', server('sol-max-rt: 60'), server('sol-max-rt: 59'), /too short/],
  ['SOL_MAX_RT, 86400 s', server('sol-max-rt: 86400'), server('sol-max-rt: 86401'), /too long/],
  ['INF_MAX_RT, 60 s', server('inf-max-rt: 60'), server('inf-max-rt: 59'), /too short/],
  ['INF_MAX_RT, 86400 s', server('inf-max-rt: 1d'), server('inf-max-rt: infinite'), /too long/],
  ['number that fits', server('preference: 255'), server('preference: 99999999999999999999'), /too large/],
  ['DUID of 3 octets', reservation('duid: "00:03:01"'), reservation('duid: "00:03"'), /a DUID cannot have 2 octets/],
  [
    'DUID of 130 octets',
    reservation(`duid: "${repeated('00', 130)}"`),
    reservation(`duid: "${repeated('00', 131)}"`),
    /a DUID cannot have 131 octets/,
  ],
  [
    'link-layer address of 6 octets',
    reservation('link-layer-address: "02:00:5e:10:00:01"'),
    reservation('link-layer-address: "02:00:5e:10:00"'),
    /cannot have 5 octets/,
  ],
  [
    'link-layer address of 20 octets',
    reservation(`link-layer-address: "${repeated('02', 20)}"`),
    reservation(`link-layer-address: "${repeated('02', 21)}"`),
    /cannot have 21 octets/,
  ],
  [
    'identifier of 255 octets',
    interfaceId(repeated('x', 255)),
    interfaceId(repeated('x', 256)),
    /cannot have 256 octets/,
  ],
  [
    'identifier of 255 octets in UTF-8',
    interfaceId(`x${repeated('é', 127)}`),
    interfaceId(repeated('é', 128)),
    /cannot have 256 octets/,
  ],
  [
    'interface name of 15 characters',
    relayInterface('interface-00001'),
    relayInterface('interface-000001'),
    /not the name of an interface/,
  ],
  [
    'name of 32 characters',
    withTop(`  ${repeated('x', 32)}: {}\n`),
    withTop(`  ${repeated('x', 33)}: {}\n`),
    /is not a name/,
  ],
  ['label of 63 characters', search(repeated('x', 63)), search(repeated('x', 64)), /at most 63 characters/],
  [
    'domain name of 253 characters',
    search(`${repeated('abcd.', 50)}abc`),
    search(`${repeated('abcd.', 50)}abcd`),
    /the domain name is too long/,
  ],
  [
    'option of 1024 octets',
    custom(`code: 200, type: string, value: ${repeated('x', 1024)}`),
    custom(`code: 200, type: string, value: ${repeated('x', 1025)}`),
    /the option is too long/,
  ],
  [
    'list of 64 DNS servers',
    withTop(`options: { dns-servers: [${repeated('2001:db8::53, ', 64)}] }\n`),
    withTop(`options: { dns-servers: [${repeated('2001:db8::53, ', 65)}] }\n`),
    /the option is too long/,
  ],
  [
    'type of a known option, or hex',
    custom('code: 22, type: hex, value: "00"'),
    custom('code: 22, type: uint8, value: 0'),
    /of another type/,
  ],
  [
    'pools side by side',
    ranges('2001:db8:1::10 - 2001:db8:1::1f', '2001:db8:1::20 - 2001:db8:1::2f'),
    ranges('2001:db8:1::10 - 2001:db8:1::20', '2001:db8:1::20 - 2001:db8:1::2f'),
    /overlaps another one/,
  ],
  [
    'pool between reserved interface identifiers',
    ranges('2001:db8:1:: - 2001:db8:1:0:fdff:ffff:ffff:ffff'),
    ranges('2001:db8:1:0:fdff:ffff:ffff:ff80 - 2001:db8:1:0:fdff:ffff:ffff:ffff'),
    /only addresses that no host may have/,
  ],
  [
    'excluded prefix one bit longer',
    exclude('2001:db8:100::/57'),
    exclude('2001:db8:100::/56'),
    /not a part of the delegated one/,
  ],
  [
    'unicast on-link prefix',
    withLan1('', 'prefixes: [2001:db8:2::/64]\n'),
    withLan1('', 'prefixes: ["::/64"]\n'),
    /not one of unicast addresses/,
  ],
  [
    'link-local management address',
    management('fe80::1/64'),
    management('::/64'),
    /no interface can have this address/,
  ],
  [
    'management address in a /128',
    management('fd00::1/128'),
    management('::1/128'),
    /no interface can have this address/,
  ],
  ['link-local DNS server', dns('fe80::53'), dns('::1'), /no server can have this address/],
];

describe('a value in a provisioning file is right up to its limit:', () => {
  for (const [what, right, wrong, problem] of limits) {
    it(what, () => {
      assert.equal(diagnosticsOf(right), 'accepted');
      assert.match(diagnosticsOf(wrong), problem);
    });
  }
});
