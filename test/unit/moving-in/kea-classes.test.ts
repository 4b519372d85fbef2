import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { matchOf } from '../../../src/moving-in/kea/class-test.ts';
import { formatHexPattern, formatPattern } from '../../../src/server/index.ts';
import { move, said, type Result } from './moved.ts';

const moved = async (...lines: readonly string[]): Promise<Result> => await move('kea', { 'kea.conf': `{ "Dhcp6": {\n${lines.join('\n')}\n} }` }, ['kea.conf']);
const known = (name: string): string | undefined => ({ a: 'A', b: 'B' })[name];

describe("the test of one of Kea's classes", () => {
  const says: readonly (readonly [test: string, match: object])[] = [
    ["member('a')", { classes: ['A'] }],
    ["member('a') or member('b')", { classes: ['A', 'B'] }],
    ["not member('a') and not member('b')", { 'not-classes': ['A', 'B'] }],
    ['option[1].hex == 0x0003000102005e000001', { duids: ['00:03:00:01:02:00:5e:00:00:01'] }],
    ['substring(option[1].hex, 0, 4) == 0x00030001', { duids: ['00:03:00:01:*'] }],
    ['substring(option[1].hex,4,3) == 0x02005e', { duids: ['??:??:??:??:02:00:5e:*'] }],
    ['substring(option[1].hex, 4, all) == 0x02005e000001', { duids: ['??:??:??:??:02:00:5e:00:00:01'] }],
    ['0x0007 == option[client-arch-type].hex', { architectures: [7] }],
    ['option[61].hex == 0x0007 or option[61].hex == 0x0009', { architectures: [7, 9] }],
    ["substring(option[16].hex, 6, 5) == 'phone'", { 'vendor-classes': [{ data: 'phone*' }] }],
    ["vendor-class[32473].data[0] == 'phone*'", { 'vendor-classes': [{ enterprise: 32473, data: 'phone\\*' }] }],
    ["vendor-class[32473].exists and substring(vendor-class[*].data, 0, 2) == 'ph'", { 'vendor-classes': [{ enterprise: 32473, data: 'ph*' }] }],
    ['vendor-class.enterprise == 32473', { 'vendor-classes': [{ enterprise: 32473 }] }],
    ["substring(option[15].hex, 2, 4) == 'iPXE'", { 'user-classes': ['iPXE*'] }],
    ['option[user-class].hex == 0x000469505845', { 'user-classes': ['iPXE'] }],
    ['option[15].exists', { 'user-classes': ['*'] }],
    ["relay6[0].option[18].hex == 'port-7'", { 'interface-ids': ['port-7'] }],
    ['relay6[-1].option[interface-id].hex == 0x0a1b', { 'interface-ids': ['0x0a1b'] }],
    ["substring(relay6[0].option[38].hex, 0, 5) == 'gold-'", { 'subscriber-ids': ['gold-*'] }],
    ['relay6[0].option[37].hex == 0x00007ed9676f6c64', { 'remote-ids': [{ enterprise: 32473, id: 'gold' }] }],
    ["substring(relay6[0].option[37].hex, 4, 4) == 'gold'", { 'remote-ids': [{ id: 'gold*' }] }],
    ['relay6[0].option[79].hex == 0x000102005e000001', { 'link-layer-addresses': ['02:00:5e:00:00:01'] }],
    ["(member('a')) and (option[61].hex == 0x0007 and not member('b'))", { classes: ['A'], architectures: [7], 'not-classes': ['B'] }],
  ];
  for (const [test, match] of says) {
    it(`is said here: ${test}`, () => {
      assert.deepEqual(matchOf(test, known), match);
    });
  }

  const cant: readonly (readonly [test: string, why: RegExp])[] = [
    ["member('ALL')", /"ALL" has no counterpart/],
    ["member('a') and member('b')", /two of "classes" at once/],
    ["member('a') or option[61].hex == 0x0007", /one of two different tests/],
    ['not option[61].hex == 0x0007', /wants that a test fails/],
    ["not member('a') or not member('b')", /one of two different tests/],
    ['pkt6.msgtype == 1', /"pkt6"/],
    ["option[59].hex == 'x'", /option "59"/],
    ['substring(option[1].hex, 0, 3) == 0x0003', /two lengths/],
    ['substring(option[15].hex, 0, 1) == 0x00', /option "15"/],
    ["option[15].hex == ''", /compares with nothing/],
    ['option[61].hex == 7', /option "61"/],
    ["'a' == 'a'", /compares nothing of a client/],
    ["member('a') member('b')", /not an expression/],
    ["member('a", /not an expression/],
    ['', /"nothing"/],
    [`${'('.repeat(40)}member('a')${')'.repeat(40)}`, /nested too deep/],
    [`${'substring('.repeat(40)}option[1].hex`, /nested too deep/],
    ['option[1].hex == 0xzz', /not an expression|compares with nothing/],
    ["vendor-class[-1].data == 'x'", /no number of an enterprise/],
  ];
  for (const [test, why] of cant) {
    it(`has no counterpart: ${test === '' ? 'none' : test.slice(0, 60)}`, () => {
      assert.throws(() => matchOf(test, known), (error: Error) => why.test(error.message) || assert.fail(error.message));
    });
  }
});

describe("Kea's classes of clients", () => {
  const subnet = (...inside: readonly string[]): string => `"subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64", "interface": "eth1",\n${inside.join('\n')} } ],`;

  it('become classes, with options and lifetimes, and pools are for them', async () => {
    const { document, moved: result } = await moved(
      '"valid-lifetime": 4000, "preferred-lifetime": 3000,',
      subnet(
        '"pools": [ { "pool": "2001:db8:1::10 - 2001:db8:1::1f", "client-class": "phones" },',
        ' { "pool": "2001:db8:1::20 - 2001:db8:1::2f", "client-classes": ["phones", "booting UEFI"] }, { "pool": "2001:db8:1::30 - 2001:db8:1::3f" } ],',
        '"pd-pools": [{ "prefix": "2001:db8:100::", "prefix-len": 40, "delegated-len": 56, "client-class": "phones" }]',
      ),
      '"client-classes": [',
      `{ "name": "phones", "test": "vendor-class[32473].exists", "valid-lifetime": 600, "option-data": [{ "name": "sip-server-addr", "data": "2001:db8::5060" }] },`,
      `{ "name": "booting UEFI", "test": "option[61].hex == 0x0007 and not member('phones')", "option-data": [{ "name": "bootfile-param", "data": "quiet, ro" }, { "name": "bootfile-url", "data": "http://boot.example.com/x64" }] } ]`,
    );
    const [phones, booting] = document.classes ?? [];
    assert.deepEqual([phones?.name, phones?.match['vendor-classes'], phones?.lifetimes?.preferred, phones?.lifetimes?.valid], ['phones', [{ enterprise: 32473 }], 600, 600]);
    assert.deepEqual([booting?.name, booting?.match.architectures, booting?.match['not-classes']], ['booting-UEFI', [7], ['phones']]);
    assert.deepEqual(booting?.options?.['boot-files'], [{ url: 'http://boot.example.com/x64', parameters: ['quiet', 'ro'] }]);
    const { 'address-pools': pools, 'prefix-pools': prefixPools } = document.links['eth1'] ?? assert.fail();
    assert.deepEqual([...pools, ...prefixPools].map(({ classes }) => classes), [['phones'], ['phones', 'booting-UEFI'], undefined, ['phones']]);
    assert.deepEqual(said(result).sort(), ['changed 8 client class phones: option-data', 'changed 9 client class booting UEFI: option-data']);
  });

  it('guard all pools of a subnet; a pool that is for another class as well is left out', async () => {
    const { document, moved: result } = await moved(
      subnet('"client-class": "a",', '"pools": [ { "pool": "2001:db8:1::10 - 2001:db8:1::1f" },', '{ "pool": "2001:db8:1::20 - 2001:db8:1::2f", "client-class": "b" } ]'),
      `"client-classes": [ { "name": "a", "test": "option[15].exists" }, { "name": "b", "test": "option[1].hex == 0x0003000102" } ]`,
    );
    assert.deepEqual(document.links['eth1']?.['address-pools'].map(({ classes }) => classes), [['a']]);
    assert.deepEqual(said(result), ['left-out 5 pool 2001:db8:1::20 - 2001:db8:1::2f, for a client class']);
  });

  it('that can not be said take their pools and other classes with them, each with its line', async () => {
    const { document, moved: result } = await moved(
      subnet('"pools": [ { "pool": "2001:db8:1::10 - 2001:db8:1::1f",', '"client-class": "second" } ]'),
      '"client-classes": [',
      '{ "name": "first", "test": "pkt6.msgtype == 1" },',
      `{ "name": "second", "test": "member('first')" },`,
      '{ "name": "DROP", "test": "option[15].exists" },',
      '{ "name": "hooked" },',
      '{ "name": "late", "test": "option[15].exists", "only-if-required": true },',
      '{ "name": "duid", "test": "option[1].hex == 0x03" } ]',
    );
    assert.deepEqual([document.classes, document.links['eth1']?.['address-pools']], [undefined, []]);
    assert.deepEqual(said(result).sort(), [
      'left-out 10 client class late',
      'left-out 11 client class duid',
      'left-out 4 pool 2001:db8:1::10 - 2001:db8:1::1f, for a client class',
      'left-out 6 client class first',
      'left-out 7 client class second',
      'left-out 8 client class DROP',
      'left-out 9 client class hooked',
    ]);
  });

  it('have patterns that the file reads as they are meant', async () => {
    const { document } = await moved(
      subnet('"pools": []'),
      `"client-classes": [ { "name": "a", "test": "substring(relay6[0].option[18].hex, 1, 3) == '*?0'" }, { "name": "b", "test": "substring(relay6[0].option[18].hex, 1, 2) == 0x00ff" } ]`,
    );
    assert.deepEqual((document.classes ?? []).map(({ match }) => (match['interface-ids'] ?? []).map(formatPattern)), [['?\\*\\?0*'], ['0x??00ff*']]);
    assert.equal(formatHexPattern([0]), '00');
  });
});

describe("interfaces that are none", () => {
  it('are left out with their lines, by Kea and by OpenWrt', async () => {
    const { document, moved: kea } = await moved('"interfaces-config": { "interfaces": ["eth1", "http:"] },', '"subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64",', '"interface": "no port" } ]');
    assert.deepEqual(document.appliances['box']?.['relay-interfaces'], ['eth1']);
    assert.deepEqual(said(kea).sort(), ['left-out 2 interfaces: http:', 'left-out 4 subnet 2001:db8:1::/64: interface no port']);
    const files = { dhcp: "config dhcp 'lan'\n\toption dhcpv6 'server'\nconfig dhcp 'guest'\n\toption dhcpv6 'server'\n", network: "config interface 'lan'\n\toption device 'br lan'\nconfig interface 'guest'\n\toption device 'br-guest'\n" };
    const { document: ofOpenwrt, moved: openwrt } = await move('openwrt', files, ['dhcp', 'network']);
    assert.deepEqual(ofOpenwrt.appliances['box']?.links, { guest: ['br-guest'] });
    assert.ok(said(openwrt).includes('left-out 1 config dhcp lan: device br lan'), said(openwrt).join('\n'));
  });
});

describe("Kea's updates of the DNS", () => {
  const ON = '"dhcp-ddns": { "enable-updates": true },';
  const D2 = `{ "DhcpDdns": { "ip-address": "127.0.0.1", "port": 53001,
  "tsig-keys": [ { "name": "twinlease.", "algorithm": "HMAC-SHA256", "secret": "LSWXnfkKZjdPJI5QxlpnfQ==" } ],
  "forward-ddns": { "ddns-domains": [ { "name": "lan.example.com.", "key-name": "twinlease.", "dns-servers": [ { "ip-address": "2001:db8::53" }, { "ip-address": "2001:db8::54", "port": 5353 } ] } ] },
  "reverse-ddns": { "ddns-domains": [ { "name": "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", "dns-servers": [ { "ip-address": "2001:db8::53", "key-name": "twinlease." } ] },
    { "name": "2.0.192.in-addr.arpa.", "dns-servers": [ { "ip-address": "192.0.2.53" } ] },
    { "name": "elsewhere.ip6.arpa.", "dns-servers": [ { "ip-address": "2001:db8::53" } ] } ] } } }`;

  it('are zones and keys of the file beside it, and names of links', async () => {
    const { document, moved: result } = await move(
      'kea',
      {
        'kea.conf': `{ "Dhcp6": {\n${ON}\n"ddns-qualifying-suffix": "lan.example.com.", "ddns-override-client-update": true, "ddns-replace-client-name": "when-not-present", "hostname-char-set": "x",\n"subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64", "interface": "eth1" },\n{ "id": 2, "subnet": "2001:db8:2::/64", "ddns-send-updates": false } ] } }`,
        'kea-dhcp-ddns.conf': D2,
      },
      ['kea.conf'],
    );
    const { keys, zones } = document['dns-updates'] ?? assert.fail('it has zones');
    assert.deepEqual(keys, { twinlease: { algorithm: 'hmac-sha256', secret: 'LSWXnfkKZjdPJI5QxlpnfQ==' } });
    assert.deepEqual(zones.map(({ name, servers, key }) => [name, servers.map(({ address, port }) => `${address} ${String(port)}`), key]), [
      ['lan.example.com', ['2001:db8::53 53', '2001:db8::54 5353'], 'twinlease'],
      [undefined, ['2001:db8::53 53'], 'twinlease'],
    ]);
    assert.equal(zones[1]?.prefix?.length, 48);
    const naming = document.links['eth1']?.['dns-updates'];
    assert.deepEqual([naming?.domain, naming?.['client-names'], naming?.['generated-names'], naming?.['generated-prefix'], naming?.['override-client']], ['lan.example.com', true, 'always', 'myhost', true]);
    assert.equal(document.links['subnet-2']?.['dns-updates'], undefined);
    assert.deepEqual(said(result).sort(), ['left-out 6 zone elsewhere.ip6.arpa', 'not-needed 1 DhcpDdns: ip-address', 'not-needed 1 DhcpDdns: port', 'not-needed 5 zone 2.0.192.in-addr.arpa']);
  });

  it('are told of where there is no such file, no suffix, or a key that is of no use', async () => {
    const subnet = '"subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64", "interface": "eth1" } ]';
    const { moved: result } = await moved(ON, subnet);
    assert.deepEqual(said(result), ['left-out 2 dhcp-ddns', 'left-out 3 subnet 2001:db8:1::/64: names in the DNS']);
    const { document, moved: bad } = await move('kea', { 'kea.conf': `{ "Dhcp6": {\n${ON}\n"ddns-qualifying-suffix": "lan.example.com",\n${subnet} } }`, 'kea-dhcp-ddns.conf': D2.replace('LSWX', '!!!!') }, ['kea.conf']);
    assert.equal(document['dns-updates']?.zones.length ?? 0, 0);
    assert.ok(said(bad).includes('left-out 2 TSIG key twinlease.'), said(bad).join('\n'));
  });
});
