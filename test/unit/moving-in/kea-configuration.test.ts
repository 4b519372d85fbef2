import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatAddress, formatDuid, formatHex, formatPrefix } from '../../../src/wire/index.ts';
import { move, refused, said, type Result } from './moved.ts';

const dhcp6 = (...lines: readonly string[]): string => `{ "Dhcp6": {\n${lines.join('\n')}\n} }`;
const moved = async (...lines: readonly string[]): Promise<Result> => await move('kea', { 'kea.conf': dhcp6(...lines) }, ['kea.conf']);

const subnet = (inside: string): string => `"subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64", "interface": "eth1", ${inside} } ]`;

describe('kea-dhcp6.conf', () => {
  it('becomes links with their ports, pools and lifetimes', async () => {
    const { document, moved: result } = await moved(
      '"interfaces-config": { "interfaces": ["eth1", "eth2/2001:db8:ffff::1"] },',
      '"preferred-lifetime": 3000, "valid-lifetime": 4000, "renew-timer": 1000, "rebind-timer": 2000, "decline-probation-period": 600, "relay-supplied-options": ["65", "dns-servers"],',
      '"subnet6": [',
      ' { "id": 1, "subnet": "2001:db8:1::/64", "interface": "eth1", "rapid-commit": true, "valid-lifetime": 8000,',
      '   "pools": [{ "pool": "2001:db8:1::10 - 2001:db8:1::ff" }, { "pool": "2001:db8:1:0:1::/80" }],',
      '   "pd-pools": [{ "prefix": "2001:db8:100::", "prefix-len": 40, "delegated-len": 56, "excluded-prefix": "2001:db8:100:83::", "excluded-prefix-len": 64 }] },',
      ' { "id": 7, "subnet": "2001:db8:2::/64", "interface-id": "branch", "relay": { "ip-addresses": ["2001:db8:2::1", "2001:db8:9::1"] } } ]',
    );
    assert.deepEqual(document.appliances, { box: { ...document.appliances['box'], links: { eth1: ['eth1'] }, 'relay-interfaces': ['eth2'] } });
    assert.deepEqual(document.lifetimes, { preferred: 3000, valid: 4000, t1: 1000, t2: 2000 });
    assert.equal(document.server['declined-hold'], 600);
    assert.deepEqual(document.server['relay-supplied-options'], [65, 23]);
    const eth1 = document.links['eth1'];
    assert.ok(eth1 !== undefined);
    assert.equal(eth1['rapid-commit'], true);
    assert.deepEqual(eth1.lifetimes, { valid: 8000 });
    assert.equal(formatAddress(eth1['address-pools'][0]?.range?.last ?? assert.fail()), '2001:db8:1::ff');
    assert.equal(formatPrefix(eth1['address-pools'][1]?.prefix ?? assert.fail()), '2001:db8:1:0:1::/80');
    const pool = eth1['prefix-pools'][0];
    assert.deepEqual([formatPrefix(pool?.prefix ?? assert.fail()), pool?.['delegated-length'], pool?.exclude], ['2001:db8:100::/40', 56, { length: 64, 'subnet-id': 0x83 }]);
    const other = document.links['subnet-7'];
    assert.deepEqual(other?.prefixes.map(formatPrefix), ['2001:db8:2::/64', '2001:db8:9::1/128']);
    assert.deepEqual(other.relay?.['interface-ids']?.map((id) => formatHex(id)), [formatHex(Buffer.from('branch'))]);
    assert.deepEqual(said(result), ['changed 8 subnet 2001:db8:2::/64: relay 2001:db8:9::1', 'not-needed 2 interfaces: eth2/2001:db8:ffff::1']);
  });

  it('becomes one link for a shared network, the terms of each subnet with its pools', async () => {
    const { document } = await moved(
      '"shared-networks": [ { "name": "Floor 1", "interface": "eth1", "option-data": [{ "name": "dns-servers", "data": "2001:db8::1" }], "subnet6": [',
      ' { "id": 1, "subnet": "2001:db8:1::/64", "pools": [{ "pool": "2001:db8:1::10-2001:db8:1::ff" }], "valid-lifetime": 9000, "option-data": [{ "name": "dns-servers", "data": "2001:db8::2" }] },',
      ' { "id": 2, "subnet": "2001:db8:2::/64", "pools": [{ "pool": "2001:db8:2::10-2001:db8:2::ff" }] } ] } ]',
    );
    const link = document.links['Floor-1'];
    assert.deepEqual(link?.prefixes.map(formatPrefix), ['2001:db8:1::/64', '2001:db8:2::/64']);
    assert.deepEqual(link.options?.['dns-servers']?.map(formatAddress), ['2001:db8::1']);
    const [first, second] = link['address-pools'];
    assert.deepEqual(first?.options?.['dns-servers']?.map(formatAddress), ['2001:db8::2']);
    assert.deepEqual(first.lifetimes, { valid: 9000 });
    assert.deepEqual([second?.options, second?.lifetimes], [undefined, undefined]);
  });

  it('leaves out what is wrong with a subnet of a shared network, and not its pools', async () => {
    const { document, moved: result } = await moved(
      '"shared-networks": [ { "name": "a", "interface": "eth1", "subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64",',
      ' "option-data": [{ "name": "dns-servers", "data": "nowhere" }], "pools": [{ "pool": "2001:db8:1::/80" }, { "pool": "2001:db8:1:0:1::/80" }] } ] } ]',
    );
    assert.equal(document.links['a']?.['address-pools'].length, 2);
    assert.deepEqual(said(result), ['left-out 3 option dns-servers']);
  });

  it('has a preferred lifetime that is no longer than the valid one', async () => {
    const { document } = await moved('"valid-lifetime": 1800,', subnet('"pools": []'));
    assert.deepEqual([document.lifetimes.preferred, document.lifetimes.valid], [1800, 1800]);
  });

  it('has options by name, by code, of its own definition, and of vendors', async () => {
    const { document, moved: result } = await moved(
      '"option-def": [{ "name": "mine", "code": 200, "type": "uint16", "array": true }, { "name": "tag", "code": 5, "type": "string", "space": "vendor-32473" }],',
      '"option-data": [',
      '{ "name": "dns-servers", "data": "2001:db8::1, 2001:db8::2" },',
      '{ "name": "domain-search", "data": "example.com., lan.example.com" },',
      '{ "code": 42, "data": "Europe/Berlin" },',
      '{ "name": "new-posix-timezone", "data": "EST5EDT4\\\\,M3.2.0/02:00\\\\,M11.1.0/02:00" },',
      '{ "name": "mine", "data": "1, 0x10" },',
      '{ "code": 201, "csv-format": false, "data": "01 02 ff" },',
      '{ "name": "bootfile-param", "data": "a, bc" },',
      '{ "name": "information-refresh-time", "data": "3600" },',
      '{ "name": "preference", "data": "0xf0" },',
      '{ "name": "tag", "space": "vendor-32473", "data": "x" },',
      '{ "name": "vendor-opts", "data": "32473" },',
      '{ "name": "sip-server-addr", "data": "2001:db8::5" }, { "name": "aftr-name", "data": "aftr.example.com" }, { "name": "v6-captive-portal", "data": "https://portal.example.com/" },',
      '{ "name": "unicast", "data": "2001:db8::1" },',
      '{ "name": "nobody-knows", "data": "1" } ],',
      subnet('"option-data": [{ "name": "preference", "data": "7" }]'),
    );
    const { options } = document;
    assert.deepEqual(options['dns-servers']?.map(formatAddress), ['2001:db8::1', '2001:db8::2']);
    assert.equal(options['domain-search']?.length, 2);
    const custom = new Map(options.custom?.map(({ code, type, value }) => [code, [type, value instanceof Uint8Array ? formatHex(value) : value]]));
    assert.deepEqual(options.timezone, { name: 'Europe/Berlin', posix: 'EST5EDT4,M3.2.0/02:00,M11.1.0/02:00' });
    assert.deepEqual(custom.get(200), ['uint16', [1, 16]]);
    assert.deepEqual(custom.get(201), ['hex', '01:02:ff']);
    assert.equal(custom.size, 2);
    assert.deepEqual(options.vendor?.map(({ enterprise, options: own }) => [enterprise, own.map(({ code, value }) => [code, value])]), [[32473, [[5, 'x']]]]);
    assert.deepEqual(options['sip-servers']?.map(formatAddress), ['2001:db8::5']);
    assert.equal(options['captive-portal'], 'https://portal.example.com/');
    assert.ok(options.aftr !== undefined);
    assert.equal(document.server['information-refresh-time'], 3600);
    assert.equal(document.server.preference, 240);
    assert.equal(document.links['eth1']?.preference, 7);
    assert.equal(options['boot-files'], undefined);
    assert.deepEqual(said(result), ['left-out 16 option unicast', 'left-out 17 option nobody-knows', 'left-out 10 option bootfile-param']);
  });

  it('has reservations by DUID and link-layer address, those for all where their leases are', async () => {
    const { document, moved: result } = await moved(
      '"reservations": [ { "duid": "00:03:00:01:02:00:00:00:00:01", "ip-addresses": ["2001:db8:2::a"] },',
      '  { "duid": "00:03:00:01:02:00:00:00:00:02", "ip-addresses": ["2001:db8:77::a"] },',
      '  { "duid": "00:03:00:01:02:00:00:00:00:03", "option-data": [{ "name": "dns-servers", "data": "2001:db8::9" }] } ],',
      '"subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64", "pd-pools": [{ "prefix": "2001:db8:100::", "prefix-len": 40, "delegated-len": 56 }], "reservations": [',
      '  { "hw-address": "02:00:00:00:00:04", "ip-addresses": ["2001:db8:1::a"], "prefixes": ["2001:db8:100::/56"] },',
      '  { "flex-id": "\'x\'", "ip-addresses": ["2001:db8:1::b"] },',
      '  { "duid": "00:03:00:01:02:00:00:00:00:05", "ip-addresses": ["2001:db8:3::a"], "prefixes": ["2001:db8:100:100::/60"],',
      '    "hostname": "x.example.com", "client-classes": ["a"] } ] },',
      ' { "id": 2, "subnet": "2001:db8:2::/64" } ]',
    );
    const duids = (link: string): (string | undefined)[] => (document.links[link]?.reservations ?? []).map(({ duid }) => duid && formatDuid(duid));
    assert.deepEqual(duids('subnet-1'), ['00:03:00:01:02:00:00:00:00:03', undefined]);
    assert.deepEqual(duids('subnet-2'), ['00:03:00:01:02:00:00:00:00:01', '00:03:00:01:02:00:00:00:00:03']);
    assert.deepEqual(said(result).sort(), [
      'changed 6 reservation of 02:00:00:00:00:04',
      'left-out 1 interfaces',
      'left-out 3 reservation of 00:03:00:01:02:00:00:00:00:02',
      'left-out 7 reservation by flex-id',
      'left-out 8 reservation of 00:03:00:01:02:00:00:00:00:05',
      'left-out 8 reserved address 2001:db8:3::a',
      'left-out 8 reserved prefix 2001:db8:100:100::/60',
      'left-out 9 reservation of 00:03:00:01:02:00:00:00:00:05: client-classes',
      'left-out 9 reservation of 00:03:00:01:02:00:00:00:00:05: hostname',
    ]);
  });

  it('does not open to all what was for a class', async () => {
    const { document, moved: result } = await moved(
      subnet('"pools": [{ "pool": "2001:db8:1::/80" },\n { "pool": "2001:db8:1:0:1::/80",\n "client-class": "phones" }]') + ',',
      '"client-classes": [ { "name": "phones", "test": "member(\'ALL\')" } ]',
    );
    assert.equal(document.links['eth1']?.['address-pools'].length, 1);
    assert.deepEqual(said(result), ['left-out 5 client class phones', 'left-out 4 pool 2001:db8:1:0:1::/80, for a client class']);
  });

  it('leaves out what the provisioning file would refuse, with its line, and keeps the rest', async () => {
    const { document, moved: result } = await moved(
      subnet('"pools": [{ "pool": "2001:db8:1::10 - 2001:db8:1::20" },\n { "pool": "2001:db8:1::15 - 2001:db8:1::30" },\n { "pool": "2001:db8:5::/80" }, { "pool": "2001:db8:1::40 - 2001:db8:1::50" }]'),
    );
    assert.deepEqual(document.links['eth1']?.['address-pools'].map(({ range }) => range && formatAddress(range.first)), ['2001:db8:1::10', '2001:db8:1::40']);
    assert.deepEqual(said(result), ['left-out 3 pool 2001:db8:1::15 - 2001:db8:1::30', 'left-out 4 pool 2001:db8:5::/80']);
    assert.match(result.findings[0]?.why ?? '', /overlaps/);
  });

  it('knows the place of what it refuses when something before it was left out', async () => {
    const { document, moved: result } = await moved(
      subnet('"pools": [{ "pool": "2001:db8:1::20 - 2001:db8:1::10" },\n { "pool": "2001:db8:1::30 - 2001:db8:1::40" },\n { "pool": "2001:db8:1::35 - 2001:db8:1::50" }]'),
    );
    assert.deepEqual(document.links['eth1']?.['address-pools'].map(({ range }) => range && formatAddress(range.first)), ['2001:db8:1::30']);
    assert.deepEqual(said(result), ['left-out 2 pool 2001:db8:1::20 - 2001:db8:1::10', 'left-out 4 pool 2001:db8:1::35 - 2001:db8:1::50']);
  });

  it('names keys that nobody knows, and is quiet about those that nobody misses', async () => {
    const { moved: result, report } = await moved('"loggers": [{}], "brand-new": 1, "dhcp-ddns": { "enable-updates": false }, "ddns-send-updates": true,', subnet('"min-valid-lifetime": 5'));
    assert.deepEqual(said(result).sort(), ['left-out 2 brand-new', 'left-out 3 subnet 2001:db8:1::/64: min-valid-lifetime', 'not-needed 2 ddns-send-updates', 'not-needed 2 loggers']);
    assert.match(report, /kea\.conf:2: brand-new\n {4}this key is not known/);
  });

  it('takes what Kea itself writes for what is not set for nothing', async () => {
    const { document, moved: result } = await moved(
      '"dhcp4o6-port": 0, "client-classes": [], "hooks-libraries": [], "valid-lifetime": 7200, "min-valid-lifetime": 7200, "max-valid-lifetime": 7200,',
      subnet(
        '"relay": { "ip-addresses": [] }, "client-class": "", "pools": [{ "pool": "2001:db8:1::/80", "client-class": "", "option-data": [] }],' +
          ' "reservations": [{ "duid": "01:02:03:04", "ip-addresses": ["2001:db8:1::7"], "hostname": "", "client-classes": [] }]',
      ),
    );
    assert.deepEqual([document.links['eth1']?.['address-pools'].length, document.links['eth1']?.reservations.length], [1, 1]);
    assert.deepEqual(said(result), []);
  });

  it('has the DUID of the server where all of it is there', async () => {
    const { moved: result } = await moved('"server-id": { "type": "EN", "enterprise-id": 32473, "identifier": "0a0b" },', subnet('"pools": []'));
    assert.equal(result.serverDuid, '00:02:00:00:7e:d9:0a:0b');
  });

  const refusals: readonly [what: string, text: string | Uint8Array, says: string | RegExp][] = [
    ['that is of another program', '{ "Dhcp4": {} }', 'kea.conf:1: there is no "Dhcp6" in it: this is not the configuration of kea-dhcp6'],
    ['with a value of another type', dhcp6('"valid-lifetime": "long"'), 'kea.conf:2: "valid-lifetime" must be a whole number from 0 to 4294967295, and is "long"'],
    ['with a list in place of a map', dhcp6('"interfaces-config": []'), 'kea.conf:2: "interfaces-config" must be a map in { }, and is a list'],
    ['with a subnet that is none', dhcp6('"subnet6": [', '{ "subnet": "2001:db8::/129" } ]'), 'kea.conf:3: "2001:db8::/129" is not an IPv6 prefix'],
    ['with an octet 0', Buffer.from('{\n"Dhcp6\0": {} }'), 'kea.conf:2: there is an octet 0: this is no text'],
    ['that is too big', Buffer.alloc(17 * 1024 * 1024, 32), 'kea.conf:1: the file is too big (at most 16 MiB)'],
  ];
  for (const [what, text, message] of refusals) {
    it(`is refused as one ${what}, and nothing is written`, async () => {
      assert.equal(await refused('kea', { 'kea.conf': text }, ['kea.conf']), message);
    });
  }
});
