import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatAddress, formatDuid, formatHex, formatPrefix } from '../../../src/wire/index.ts';
import { move, refused, said, type Result } from './moved.ts';

const NETWORK = `
config globals 'globals'
	option ula_prefix 'fd12:3456:789a::/48'

config interface 'lan'
	option device 'br-lan'
	option ip6assign '60'

config interface guest
	option device "br-guest"
	option ip6assign 64
	option ip6hint '5'

config interface 'office'
	option device 'eth2'
	list ip6addr '2001:db8:5::1/64'
`;

const DHCP = `
config dnsmasq
	option domainneeded '1'

config dhcp 'lan'
	option interface 'lan'
	option start '100'
	option leasetime '12h'
	option dhcpv6 'server'
	option ra 'server'
	list dns '2001:db8::1'
	list dns '2001:db8::2'
	list domain 'lan.example.com'

config dhcp 'guest'
	option dhcpv6 'server'
	option dhcpv6_pd '0'

config dhcp office
	option interface office
	option dhcpv6 server
	option dhcpv6_na '0'

config dhcp 'wan'
	option interface 'wan'
	option ignore '1'

config host
	option name 'printer' # in the hall
	option duid '00030001020000000001'
	option mac '02:00:00:00:00:01'
	option hostid '1f'

config host
	option name 'nas'
	option mac '02:00:00:00:00:02 02:00:00:00:00:03'
	option ip '192.168.1.25'

config host
	option name 'phone'
	option mac '02:00:00:00:00:04'

config odhcpd 'odhcpd'
	option maindhcp '0'
`;

const moved = async (dhcp: string, network?: string): Promise<Result> =>
  network === undefined ? await move('openwrt', { dhcp }, ['dhcp']) : await move('openwrt', { dhcp, network }, ['dhcp', 'network']);

describe("OpenWrt's /etc/config/dhcp", () => {
  it('becomes links with the prefixes that the networks have, as netifd assigns them', async () => {
    const { document } = await moved(DHCP, NETWORK);
    const { links, appliances } = document;
    assert.deepEqual(appliances['box']?.links, { guest: ['br-guest'], lan: ['br-lan'], office: ['eth2'] });
    const prefixes = (name: string): unknown => links[name]?.prefixes.map(formatPrefix);
    // What asks for a certain number comes first; the /60 is the first one that has not got it.
    assert.deepEqual([prefixes('guest'), prefixes('lan'), prefixes('office')], [['fd12:3456:789a:5::/64'], ['fd12:3456:789a:10::/64'], ['2001:db8:5::/64']]);
    const pool = links['lan']?.['address-pools'][0]?.range;
    assert.deepEqual([pool?.first, pool?.last].map((address) => address && formatAddress(address)), ['fd12:3456:789a:10::100', 'fd12:3456:789a:10::fff']);
    assert.deepEqual(
      links['lan']?.['prefix-pools'].map(({ prefix, 'delegated-length': length }) => [formatPrefix(prefix), length]),
      [['fd12:3456:789a:18::/61', 62], ['fd12:3456:789a:14::/62', 62]],
    );
    assert.deepEqual([links['guest']?.['prefix-pools'].length, links['office']?.['address-pools'].length], [0, 0]);
  });

  it('has lease times, DNS servers and search lists', async () => {
    const lan = (await moved(DHCP, NETWORK)).document.links['lan'];
    assert.deepEqual(lan?.lifetimes, { preferred: 43_200, valid: 43_200 });
    assert.deepEqual(lan.options?.['dns-servers']?.map(formatAddress), ['2001:db8::1', '2001:db8::2']);
    assert.equal(lan.options['domain-search']?.length, 1);
  });

  it('has static leases by hostid, or by the last number of the IPv4 address as odhcpd takes it', async () => {
    const reservations = (await moved(DHCP, NETWORK)).document.links['lan']?.reservations ?? [];
    const shown = reservations.map(({ duid, 'link-layer-address': mac, addresses }) => [duid === undefined ? formatHex(mac ?? new Uint8Array()) : formatDuid(duid), addresses?.map(formatAddress)]);
    assert.deepEqual(shown, [
      ['00:03:00:01:02:00:00:00:00:01', ['fd12:3456:789a:10::1f']],
      ['02:00:00:00:00:02', ['fd12:3456:789a:10::25']],
    ]);
  });

  it('lists what is dynamic, what has no counterpart, and what nobody misses', async () => {
    const { moved: result } = await moved(DHCP, NETWORK);
    assert.deepEqual(said(result).filter((text) => text.startsWith('left-out')), [
      'left-out 5 config dhcp lan: the prefix of the provider',
      'left-out 15 config dhcp guest: the prefix of the provider',
      'left-out 15 config dhcp guest: DNS servers',
      'left-out 19 config dhcp office: DNS servers',
    ]);
    assert.ok(said(result).includes('not-needed 24 config dhcp wan'));
    assert.ok(said(result).includes('not-needed 39 config host phone'));
  });

  it('without /etc/config/network says that prefixes are missing', async () => {
    const { document, moved: result } = await moved(DHCP);
    assert.deepEqual(document.links['lan']?.prefixes, []);
    assert.ok(said(result).includes('left-out 5 config dhcp lan: prefixes'));
  });

  const refusals: readonly [what: string, text: string, says: string][] = [
    ['a quote that is not closed', "config dhcp 'lan\n", 'dhcp:1: this text has no closing quote in its line'],
    ['an option before any section', "option a 'b'\n", 'dhcp:1: "a" stands before the first section'],
    ['an option without a value', 'config dhcp\n option a\n', 'dhcp:2: "a" has no value'],
    ['a word that is none of UCI', 'config dhcp\nhello world\n', 'dhcp:2: a line begins with config, option or list, and has a name: "hello world"'],
    ['more than a value', "config dhcp\n option a 'b' 'c'\n", 'dhcp:2: there is more than a name and a value: "c"'],
    ['another file', NETWORK, 'dhcp:1: there is no section "config dhcp" in it: this is not /etc/config/dhcp'],
    ['a lease time that is none', "config dhcp lan\n option dhcpv6 server\n option leasetime 'soon'\n", 'dhcp:3: "soon" is no lease time'],
    ['a hostid that is none', "config dhcp lan\n option dhcpv6 server\nconfig host\n option hostid 'xyz'\n", 'dhcp:4: "xyz" is no hostid of up to 16 hexadecimal digits'],
  ];
  for (const [what, text, message] of refusals) {
    it(`is refused for ${what}, and nothing is written`, async () => {
      assert.equal(await refused('openwrt', { dhcp: text }, ['dhcp']), message);
    });
  }

  it('has a preferred lifetime of its own, and a captive portal; what is of router advertisements is not missed', async () => {
    const lan = "config dhcp 'lan'\n\toption dhcpv6 'server'\n\toption preferred_lifetime '6h'\n\toption leasetime '12h'\n\toption captive_portal_uri 'https://portal.example.com/api'\n\tlist dns '2001:db8::1'\n";
    const { document, moved: result } = await moved(`${lan}\toption ra_preference 'high'\n\toption ndp 'relay'\n\toption dhcpv6_hostidlength '64'\n`, NETWORK);
    const link = document.links['lan'];
    assert.deepEqual([link?.lifetimes?.preferred, link?.lifetimes?.valid, link?.options?.['captive-portal']], [21_600, 43_200, 'https://portal.example.com/api']);
    assert.deepEqual(said(result).filter((line) => !line.includes('provider')), ['not-needed 7 config dhcp lan: ra_preference', 'not-needed 8 config dhcp lan: ndp', 'left-out 9 config dhcp lan: dhcpv6_hostidlength']);
  });
});
