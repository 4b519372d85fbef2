import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatAddress, formatDuid, formatHex, formatPrefix } from '../../../src/wire/index.ts';
import { NOW, move, realFile, refused, said, type Result } from './moved.ts';

const configured = async (text: string, ports: readonly string[] = []): Promise<Result> => await move('isc', { 'dhcpd6.conf': text }, ['dhcpd6.conf'], ports);
const SUBNET = 'subnet6 2001:db8:1::/64 { range6 2001:db8:1::1000 2001:db8:1::1fff; prefix6 2001:db8:100:: 2001:db8:1ff:ff00:: /56; }\n';
const leased = async (leases: string, now = NOW): Promise<Result> =>
  await move('isc', { 'dhcpd6.conf': SUBNET, 'dhcpd6.leases': leases }, ['dhcpd6.conf', 'dhcpd6.leases'], [], now);

describe('dhcpd6.conf', () => {
  it('becomes links with pools, lifetimes and options; a range of prefixes comes apart into pools', async () => {
    const { document, moved } = await configured(
      [
        'default-lease-time 3600; # an hour',
        'option dhcp6.name-servers 2001:db8::1, 2001:db8::2;',
        'option dhcp6.domain-search "example.com","lan.example.com";',
        'option dhcp6.info-refresh-time 3600;',
        'option dhcp6.mine code 200 = array of unsigned integer 16;',
        'option dhcp6.mine 1, 2;',
        'option domain-name "v4.example.com";',
        'ddns-update-style none; authoritative;',
        'subnet6 2001:db8:1::/64 {',
        '  range6 2001:db8:1::10 2001:db8:1::1f; range6 2001:db8:1:0:1::/80; range6 2001:db8:1:0:2::/80 temporary;',
        '  prefix6 2001:db8:100:: 2001:db8:100:300:: /56;',
        '  prefix6 2001:db8:200:100:: 2001:db8:200:300:: /56;',
        '  option dhcp6.name-servers 2001:db8::3; option dhcp6.preference 9;',
        '  default-lease-time 7200; preferred-lifetime 1800; option dhcp-renewal-time 600;',
        '}',
      ].join('\n'),
      ['eth7=2001:db8:1::/64'],
    );
    assert.deepEqual(document.appliances['box']?.links, { 'subnet-1': ['eth7'] });
    assert.deepEqual([document.lifetimes.valid, document.lifetimes.preferred], [3600, 2250]);
    assert.equal(document.server['information-refresh-time'], 3600);
    assert.deepEqual(document.options['dns-servers']?.map(formatAddress), ['2001:db8::1', '2001:db8::2']);
    assert.equal(document.options['domain-search']?.length, 2);
    assert.deepEqual(document.options.custom, [{ code: 200, type: 'uint16', value: [1, 2] }]);
    const link = document.links['subnet-1'];
    assert.deepEqual(link?.lifetimes, { preferred: 1800, valid: 7200, t1: 600 });
    assert.equal(link.preference, 9);
    assert.equal(link['address-pools'].length, 2);
    assert.deepEqual(
      link['prefix-pools'].map(({ prefix, 'delegated-length': length }) => [formatPrefix(prefix), length]),
      [['2001:db8:100::/54', 56], ['2001:db8:200:100::/56', 56], ['2001:db8:200:200::/55', 56]],
    );
    assert.deepEqual(said(moved), [
      'not-needed 7 option domain-name',
      'not-needed 8 ddns-update-style none',
      'not-needed 8 authoritative',
      'left-out 10 range6 2001:db8:1:0:2::/80 temporary',
    ]);
  });

  it('has for a preferred lifetime what is said nearest, in whatever order, and five eighths of the valid one where nothing is', async () => {
    const { document, moved } = await configured(
      [
        'subnet6 2001:db8:1::/64 { default-lease-time 1600; range6 2001:db8:1::10 2001:db8:1::1f;',
        ' pool6 { default-lease-time 800; range6 2001:db8:1::20 2001:db8:1::2f; } }',
        'subnet6 2001:db8:2::/64 { default-lease-time 1600; preferred-lifetime 900; pool6 { default-lease-time 3200; range6 2001:db8:2::20 2001:db8:2::2f; } }',
        'shared-network n { default-lease-time 3200; subnet6 2001:db8:3::/64 { default-lease-time 1600; range6 2001:db8:3::10 2001:db8:3::1f; pool6 { default-lease-time 800; range6 2001:db8:3::20 2001:db8:3::2f; } } }',
        'subnet6 2001:db8:4::/64 { default-lease-time 1600; option dhcp-renewal-time 1500; range6 2001:db8:4::10 2001:db8:4::1f; }',
      ].join('\n'),
    );
    const { 'subnet-1': one, 'subnet-2': two, n: shared, 'subnet-4': late } = document.links;
    const poolsOf = (link: typeof one): unknown => link?.['address-pools'].map(({ lifetimes }) => lifetimes && [lifetimes.valid, lifetimes.preferred]);
    assert.deepEqual([one?.lifetimes?.preferred, poolsOf(one)], [1000, [undefined, [800, 500]]]);
    assert.deepEqual([two?.lifetimes?.preferred, poolsOf(two)], [900, [[3200, undefined]]]);
    assert.deepEqual([shared?.lifetimes?.preferred, poolsOf(shared)], [2000, [[1600, 1000], [800, 500]]]);
    assert.deepEqual(late?.['address-pools'].length, 1, 'T1 behind the preferred lifetime is left out, and not the link');
    assert.ok(said(moved).some((line) => line.startsWith('left-out 5 ')), said(moved).join());
  });

  it('has hosts where their leases are, with the options of the group around them', async () => {
    const { document, moved } = await configured(
      [
        'group { option dhcp6.name-servers 2001:db8::9;',
        ' host a { host-identifier option dhcp6.client-id 00:01:00:01:0a:0b; fixed-address6 2001:db8:2::a; }',
        ' host b { hardware ethernet 02:00:00:00:00:01; fixed-prefix6 2001:db8:300::/56; option dhcp6.name-servers 2001:db8::8; } }',
        'host c { host-identifier v6relopt 1 dhcp6.remote-id 00:01; fixed-address6 2001:db8:1::c; }',
        'subnet6 2001:db8:1::/64 { prefix6 2001:db8:300:: 2001:db8:3ff:ff00:: /56; }',
        'subnet6 2001:db8:2::/64 { }',
      ].join('\n'),
    );
    const [b] = document.links['subnet-1']?.reservations ?? [];
    assert.deepEqual([formatHex(b?.['link-layer-address'] ?? new Uint8Array()), b?.options?.['dns-servers']?.map(formatAddress)], ['02:00:00:00:00:01', ['2001:db8::8']]);
    const [a] = document.links['subnet-2']?.reservations ?? [];
    assert.deepEqual([a?.duid && formatDuid(a.duid), a?.options?.['dns-servers']?.map(formatAddress)], ['00:01:00:01:0a:0b', ['2001:db8::9']]);
    assert.deepEqual(said(moved), [
      'left-out 4 host c: host-identifier v6relopt 1 dhcp6.remote-id 00:01',
      'left-out 4 host c',
      'changed 3 host b',
      'left-out 1 interfaces',
    ]);
  });

  it('has one link for a shared network, and does not open to all what was for a class', async () => {
    const { document, moved } = await configured(
      [
        'class "phones" { match if substring(option dhcp6.vendor-class, 0, 2) = "x"; }',
        'shared-network floor {',
        ' subnet6 2001:db8:1::/64 { range6 2001:db8:1::/80; default-lease-time 600;',
        '   pool6 { allow members of "phones"; range6 2001:db8:1:0:1::/80; } }',
        ' subnet6 2001:db8:2::/64 { pool6 { default-lease-time 900; range6 2001:db8:2::/80; } }',
        '}',
        'if option dhcp6.client-data = "x" { default-lease-time 1; }',
      ].join('\n'),
    );
    const link = document.links['floor'];
    assert.deepEqual(link?.prefixes.map(formatPrefix), ['2001:db8:1::/64', '2001:db8:2::/64']);
    assert.deepEqual(link['address-pools'].map(({ prefix, lifetimes }) => [prefix && formatPrefix(prefix), lifetimes?.valid, lifetimes?.preferred]), [
      ['2001:db8:1::/80', 600, 375],
      ['2001:db8:2::/80', 900, 562],
    ]);
    assert.deepEqual([document.lifetimes.valid, document.lifetimes.preferred], [43_200, 27_000]);
    assert.deepEqual(said(moved), [
      'left-out 1 class phones',
      'left-out 4 subnet6 2001:db8:1::/64: pool6 for some clients',
      'left-out 7 if option dhcp6.client-data = x',
      'left-out 1 interfaces',
    ]);
  });

  const refusals: readonly [what: string, text: string, says: string][] = [
    ['a brace that is not closed', 'subnet6 2001:db8:1::/64 {\n', 'dhcpd6.conf:2: the file ends before the statement "subnet6" of line 1 does'],
    ['a brace too many', '}', 'dhcpd6.conf:1: "}" closes nothing'],
    ['a missing semicolon', 'subnet6 2001:db8:1::/64 {\n range6 2001:db8:1::/80 }', 'dhcpd6.conf:2: ";" is missing behind "2001:db8:1::/80"'],
    ['a text without its end', 'option dhcp6.domain-search "x;\n', 'dhcpd6.conf:1: this text has no closing quote in its line'],
    ['a subnet that is none', 'subnet6 2001:db8:1::1 { }', 'dhcpd6.conf:1: "2001:db8:1::1" is not an IPv6 prefix'],
    ['a range outside of a subnet', 'range6 2001:db8:1::1 2001:db8:1::2;', 'dhcpd6.conf:1: range6 stands outside of a subnet6'],
    ['a lifetime that is none', 'default-lease-time soon;', 'dhcpd6.conf:1: "soon" is no number of seconds'],
    ['nesting that has no end', 'a {'.repeat(1000), 'dhcpd6.conf:1: the nesting is deeper than 32'],
    ['a file that includes itself', 'include "dhcpd6.conf";', 'dhcpd6.conf:1: files are included more than 16 deep'],
  ];
  for (const [what, text, message] of refusals) {
    it(`is refused for ${what}, and nothing is written`, async () => {
      assert.equal(await refused('isc', { 'dhcpd6.conf': text }, ['dhcpd6.conf']), message);
    });
  }
});

const entry = (octets: string, inside: string, kind = 'ia-na'): string => `${kind} "${octets}" {\n cltt 0 2026/11/29 21:03:28;\n ${inside}\n}\n`;
const address = (text: string, state = 'active', ends = '0 2026/11/29 22:00:00'): string =>
  `iaaddr ${text} { binding state ${state}; preferred-life 60; max-life 90; ends ${ends}; }`;
const A = '\\001\\000\\000\\000\\000\\003\\000\\001\\002\\000\\000\\000\\000A';
const B = '\\002\\000\\000\\000\\000\\003\\000\\001\\002\\000\\000\\000\\000B';

describe('dhcpd6.leases', () => {
  it('of a real dhcpd becomes leases with the clients, times and lengths that it had', async () => {
    const { leases, moved } = await leased(realFile('dhcpd6.leases'));
    assert.deepEqual(
      leases.map(({ address: text, prefixLength, status, duid, iaid }) => [text, prefixLength, status, duid, iaid]),
      [
        ['2001:db8:1::1447', 128, 'ABANDONED', '', 0],
        ['2001:db8:1::16b2', 128, 'ACTIVE', '00:01:00:01:32:9f:4f:a1:02:00:00:00:00:05', 5],
        ['2001:db8:2::1aac', 128, 'ACTIVE', '00:01:00:01:32:9f:4f:a3:02:00:00:00:00:06', 6],
        ['2001:db8:1ff:ff00::', 56, 'ACTIVE', '00:01:00:01:32:9f:4f:a1:02:00:00:00:00:05', 5],
        ['2001:db8:2ff:ff00::', 56, 'ACTIVE', '00:01:00:01:32:9f:4f:a3:02:00:00:00:00:06', 6],
      ],
    );
    const { preferredLifetime, validLifetime, clientLastTransactionTime, stateExpirationTime } = leases[1] ?? {};
    // 2026-11-29 21:05:01, and 90 s before that
    assert.deepEqual([preferredLifetime, validLifetime, clientLastTransactionTime, stateExpirationTime], [60, 90, 1795986211, 1795986301]);
    assert.equal(moved.serverDuid, '00:01:00:01:32:9f:4f:9e:ca:09:8c:3f:b3:9a');
    assert.deepEqual(moved.leaseCounts, { addresses: 2, prefixes: 2, declined: 1, ended: 1 });
  });

  it('sets a declined address aside for a day, and not for ever', async () => {
    const { leases } = await leased(realFile('dhcpd6.leases'));
    assert.equal(leases[0]?.['stateExpirationTime'], NOW + 86_400);
  });

  it('has the last entry of each association, and of each address', async () => {
    const { leases } = await leased(
      entry(A, address('2001:db8:1::1000')) + entry(B, address('2001:db8:1::1001')) +
        // A has another address now, and B what A had.
        entry(A, address('2001:db8:1::1002')) + entry(B, address('2001:db8:1::1000')) + entry(A, address('2001:db8:1::1003')),
    );
    assert.deepEqual(leases.map(({ address: text, iaid }) => [text, iaid]), [['2001:db8:1::1000', 2], ['2001:db8:1::1003', 1]]);
  });

  it('lets nobody end what another client has since', async () => {
    const { leases } = await leased(entry(A, address('2001:db8:1::1000')) + entry(B, address('2001:db8:1::1000')) + entry(A, address('2001:db8:1::1001')));
    assert.deepEqual(leases.map(({ address: text, iaid }) => [text, iaid]), [['2001:db8:1::1000', 2], ['2001:db8:1::1001', 1]]);
  });

  it('leaves out what expired or was released, keeps what never ends, and knows both ways to write a time', async () => {
    const { leases } = await leased(
      entry(A, `${address('2001:db8:1::1000', 'expired')} ${address('2001:db8:1::1001', 'released')} ${address('2001:db8:1::1002', 'active', 'never')}`) +
        entry(B, `${address('2001:db8:1::1003', 'active', `epoch ${String(NOW + 1)}`)} ${address('2001:db8:1::1004', 'active', `epoch ${String(NOW)}`)}`),
    );
    assert.deepEqual(leases.map(({ address: text, stateExpirationTime }) => [text, stateExpirationTime]), [['2001:db8:1::1002', 0xffff_ffff], ['2001:db8:1::1003', NOW + 1]]);
  });

  it('has IAIDs in the octet order of the machine that wrote it', async () => {
    const { leases } = await leased(`authoring-byte-order big-endian;\n${entry(A, address('2001:db8:1::1000'))}`);
    assert.equal(leases[0]?.['iaid'], 0x0100_0000);
  });

  it('may end in the midst of an entry, which is said and left out', async () => {
    const { leases, moved } = await leased(entry(A, address('2001:db8:1::1000')) + entry(B, address('2001:db8:1::1001')).slice(0, 80));
    assert.equal(leases.length, 1);
    assert.ok(said(moved).some((text) => /^left-out \d+ lease$/.test(text)));
  });

  const refusals: readonly [what: string, text: string, says: string][] = [
    ['leases of DHCPv4', 'lease 192.0.2.1 { }', 'dhcpd6.leases:1: these are leases of DHCPv4; those of DHCPv6 are usually in dhcpd6.leases'],
    ['another file', '\nhello world;', 'dhcpd6.leases:2: "hello" does not belong in dhcpd6.leases'],
    ['an association without a DUID', entry('\\001', ''), 'dhcpd6.leases:1: this is not named by an IAID and a DUID'],
    ['a state that nobody knows', entry(A, address('2001:db8:1::1', 'happy')), 'dhcpd6.leases:3: there is no binding state "happy"'],
    ['a time that is none', entry(A, address('2001:db8:1::1', 'active', 'tomorrow')), 'dhcpd6.leases:3: "tomorrow  " is no time that the lease ends at'],
    ['a prefix that is none', entry(A, 'iaprefix 2001:db8:: { ends never; }', 'ia-pd'), 'dhcpd6.leases:3: "2001:db8::" is no prefix'],
    ['an octet 0', `${entry(A, '')}\0\n`, 'dhcpd6.leases:5: there is an octet 0: this is no text'],
    ['a statement without an end', 'a\n'.repeat(300_001), 'dhcpd6.leases:300001: the statement of line 1 does not end'],
  ];
  for (const [what, text, message] of refusals) {
    it(`is refused for ${what}, and nothing is written`, async () => {
      assert.equal(await refused('isc', { 'dhcpd6.conf': SUBNET, 'dhcpd6.leases': text }, ['dhcpd6.conf', 'dhcpd6.leases']), message);
    });
  }
});
