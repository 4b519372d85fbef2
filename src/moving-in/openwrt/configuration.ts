/** OpenWrt's `/etc/config/dhcp`, as far as odhcpd serves DHCPv6 by it, with the prefixes of `/etc/config/network`. */
import { formatAddress, formatPrefix, parseHex, parsePrefix, prefixAfter, toAddress, type Address, type Prefix } from '../../wire/index.ts';
import { addLink, append, portsOf, put } from '../draft.ts';
import type { Draft, DraftLink, DraftReservation } from '../draft.ts';
import type { Findings } from '../findings.ts';
import { InputError, shown, type Placed } from '../place.ts';
import { networksOf, type Network } from './networks.ts';
import { parseUci, type UciSection } from './uci.ts';

/** What odhcpd gives addresses from: twelve bits of interface identifier, not the lowest 256. */
const POOL = { first: 0x100, last: 0xfff } as const;
/** odhcpd delegates no less than this. */
const DELEGATED_LENGTH = 62;
const LINK_LENGTH = 64;

const IGNORED_OF_POOLS = ['interface', 'start', 'limit', 'dhcpv4', 'force', 'dynamicdhcp', 'dhcp_option', 'dhcp_option_force', 'networkid', 'netmask', 'master'];

/** @throws InputError */
export function readOpenwrtConfiguration(files: { readonly dhcp: string; readonly network: string | undefined }, read: (file: string) => string, draft: Draft, findings: Findings): void {
  const sections = parseUci(read(files.dhcp), files.dhcp);
  const networks = networksOf(files.network === undefined ? [] : parseUci(read(files.network), files.network));
  const pools = sections.filter(({ type }) => type === 'dhcp');
  if (pools.length === 0) throw new InputError({ file: files.dhcp, line: 1 }, 'there is no section "config dhcp" in it: this is not /etc/config/dhcp');
  for (const pool of pools) readPool(pool, networks, files.network, draft, findings);
  for (const host of sections.filter(({ type }) => type === 'host')) readHost(host, Object.values(draft.document.links), draft, findings);
  for (const { type, name, place } of sections) {
    if (type === 'dhcp' || type === 'host') continue;
    const what = `config ${type}${name === '' ? '' : ` ${name}`}`;
    if (type === 'dnsmasq' || type === 'odhcpd') findings.notNeeded(place, what, 'it is how OpenWrt runs its own programs');
    else if (['domain', 'cname', 'srvhost', 'mxhost', 'hostrecord', 'relay', 'boot', 'ipset'].includes(type)) findings.notNeeded(place, what, 'it is DNS or DHCPv4 by dnsmasq, which goes on');
    else findings.leftOut(place, what, 'this section is not known to the importer', 'look whether clients depend on it');
  }
}

function readPool(pool: UciSection, networks: ReadonlyMap<string, Network>, networkFile: string | undefined, draft: Draft, findings: Findings): void {
  const { options, place } = pool;
  const networkName = options.get('interface')?.[0]?.value ?? pool.name;
  const what = `config dhcp ${networkName}`;
  if (options.get('ignore')?.[0]?.value === '1' || options.get('dhcpv6')?.[0]?.value === undefined || options.get('dhcpv6')?.[0]?.value === 'disabled') {
    findings.notNeeded(place, what, 'no DHCPv6 is served there');
    return;
  }
  const mode = options.get('dhcpv6')?.[0];
  if (mode !== undefined && mode.value !== 'server' && mode.value !== 'hybrid') {
    findings.leftOut(mode.place, `${what}: dhcpv6 ${mode.value}`, 'it passes DHCPv6 on to another server', 'serve the network by a link of its own');
    return;
  }
  const network = networks.get(networkName);
  const { name, link } = addLink(draft, networkName, place, what);
  const port = network?.port ?? networkName;
  append(draft, (portsOf(draft).links[name] ??= []), port, place, `${what}: device ${port}`);
  if (network === undefined) {
    findings.leftOut(place, `${what}: prefixes`, networkFile === undefined ? 'they stand in /etc/config/network, which was not given' : `there is no interface "${networkName}" in ${networkFile}`, 'give that file as well, or set "prefixes" and "address-pools" of the link');
  } else readPrefixes(pool, network, link, what, draft, findings);
  readOptions(pool, link, what, draft, findings);
}

function readPrefixes(pool: UciSection, network: Network, link: DraftLink, what: string, draft: Draft, findings: Findings): void {
  const { options, place } = pool;
  const givesAddresses = options.get('dhcpv6_na')?.[0]?.value !== '0';
  const delegates = options.get('dhcpv6_pd')?.[0]?.value !== '0';
  const onLink = [...network.addresses, ...(network.assigned === undefined ? [] : [network.assigned])];
  for (const { value: prefix, place: from } of onLink) {
    const own = prefixOfLink(prefix);
    append(draft, link.prefixes, formatPrefix(own), from, `${what}: prefix ${formatPrefix(own)}`);
    if (givesAddresses && own.length === LINK_LENGTH) {
      append(draft, link['address-pools'], { range: `${inside(own.address, POOL.first)} - ${inside(own.address, POOL.last)}` }, place, `${what}: addresses of ${formatPrefix(own)}`);
    }
    if (!delegates || prefix.length >= LINK_LENGTH) continue;
    for (const part of delegable(prefix)) append(draft, link['prefix-pools'], { prefix: formatPrefix(part), 'delegated-length': DELEGATED_LENGTH }, from, `${what}: prefixes of ${formatPrefix(prefix)}`);
  }
  if (network.isDelegated) {
    findings.leftOut(place, `${what}: the prefix of the provider`, 'OpenWrt takes it from the upstream, where it may change; here the file says which prefixes there are', 'if the provider keeps it, add it to "prefixes", with an address pool, and a prefix pool for routers behind it');
  }
}

/** The first /64 is that of the network itself. */
function prefixOfLink({ address, length }: Prefix): Prefix {
  return { address, length: Math.max(length, LINK_LENGTH) };
}

/** What is left behind the first /62, as few prefixes as possible. */
function delegable({ address, length }: Prefix): readonly Prefix[] {
  const parts: Prefix[] = [];
  for (let part = length + 1; part <= DELEGATED_LENGTH; part++) {
    const next = prefixAfter(address, part, 1);
    if (next !== undefined) parts.push({ address: next, length: part });
  }
  return parts;
}

function inside(prefix: Address, id: number): string {
  const address = prefixAfter(prefix, 128, id);
  if (address === undefined) throw new Error('a prefix of 64 bits has room for its addresses');
  return formatAddress(address);
}

function readOptions({ options, place }: UciSection, link: DraftLink, what: string, draft: Draft, findings: Findings): void {
  for (const [key, values] of options) {
    const [first] = values;
    if (first === undefined || IGNORED_OF_POOLS.includes(key)) continue;
    switch (key) {
      case 'leasetime':
        takeLeaseTime(first, link, draft);
        break;
      case 'dns':
        put(draft, link.options, 'dns-servers', valuesOf(values), first.place, `${what}: dns`);
        break;
      case 'domain':
        put(draft, link.options, 'domain-search', valuesOf(values), first.place, `${what}: domain`);
        break;
      case 'ntp':
        findings.leftOut(first.place, `${what}: ntp`, 'it may be names and addresses', 'set "ntp-servers" under "options" of the link');
        break;
      case 'dhcpv6':
      case 'dhcpv6_na':
      case 'dhcpv6_pd':
      case 'ignore':
        break;
      case 'preferred_lifetime':
        put(draft, link.lifetimes, 'preferred', durationOf(first), first.place, 'preferred_lifetime');
        break;
      case 'captive_portal_uri':
        put(draft, link.options, 'captive-portal', first.value, first.place, `${what}: captive_portal_uri`);
        break;
      case 'ndp':
        findings.notNeeded(first.place, `${what}: ndp`, 'neighbours are proxied by odhcpd, which goes on');
        break;
      case 'ra':
      case 'ra_management':
      case 'ra_flags':
      case 'ra_slaac':
      case 'ra_default':
      case 'ra_lifetime':
      case 'ra_maxinterval':
      case 'ra_mininterval':
      case 'ra_mtu':
      case 'ra_preference':
      case 'ra_useleasetime':
        findings.notNeeded(first.place, `${what}: ${key}`, 'router advertisements go on as they are; "router-advertisements" of a link lets the boxes send them');
        break;
      default:
        findings.leftOut(first.place, `${what}: ${key}`, 'this option is not known to the importer', 'look whether clients depend on it');
    }
  }
  if (!options.has('dns')) findings.leftOut(place, `${what}: DNS servers`, 'OpenWrt names itself where nothing is said', 'set "dns-servers" under "options" of the link');
}

function takeLeaseTime(item: Placed<string>, link: DraftLink, draft: Draft): void {
  const valid = durationOf(item);
  put(draft, link.lifetimes, 'valid', valid, item.place, 'leasetime');
  // Where nothing else is said odhcpd has one lifetime.
  if (link.lifetimes.preferred === undefined) put(draft, link.lifetimes, 'preferred', valid, item.place, 'leasetime');
}

function durationOf({ value, place }: Placed<string>): string {
  if (!/^(infinite|\d{1,9}[smhdw]?)$/.test(value)) throw new InputError(place, `${shown(value)} is no lease time`);
  const weeks = /^(\d+)w$/.exec(value)?.[1];
  return weeks === undefined ? (/\d$/.test(value) ? `${value}s` : value) : `${String(Number(weeks) * 7)}d`;
}

function valuesOf(values: readonly Placed<string>[]): string[] {
  return values.flatMap(({ value }) => value.split(/\s+/)).filter((value) => value !== '');
}

function readHost({ options, place }: UciSection, links: readonly DraftLink[], draft: Draft, findings: Findings): void {
  const what = `config host ${options.get('name')?.[0]?.value ?? ''}`.trim();
  const duids = valuesOf(options.get('duid') ?? []).map((duid) => duid.replace(/%.*$/, ''));
  const addresses = valuesOf(options.get('mac') ?? []);
  const id = hostId(options);
  if (id === undefined) {
    findings.notNeeded(place, what, 'it has no hostid, and no IPv4 address that would stand for one: no IPv6 address is kept');
    return;
  }
  const names: readonly DraftReservation[] = duids.length > 0 ? duids.map((duid) => ({ duid })) : addresses.map((mac) => ({ 'link-layer-address': mac }));
  if (names.length === 0) findings.leftOut(place, what, 'it names its client by neither duid nor mac', 'find the DUID of the client ("twinlease show leases" has it), and reserve by that');
  if (names.length > 1) findings.changed(place, what, 'an address is kept for one client: the first one that is named gets it', 'add the other names with other addresses, if they are other clients');
  const [client] = names;
  if (client === undefined) return;
  for (const link of links) {
    const kept = link.prefixes.flatMap((prefix) => withId(prefix, id) ?? []);
    if (kept.length > 0) append(draft, link.reservations, { ...client, addresses: kept }, place, what);
  }
  if (links.every(({ prefixes }) => prefixes.length === 0)) findings.leftOut(place, what, 'no link has a prefix that its address would be in', 'set "prefixes" of the link first');
  if (options.has('name')) findings.notNeeded(place, `${what}: name`, 'it is DNS by dnsmasq, which goes on');
}

/** The address of a /64 with this interface identifier. */
function withId(prefix: string, id: Uint8Array): string | undefined {
  const found = parsePrefix(prefix);
  const address = found?.length === LINK_LENGTH ? toAddress(Uint8Array.of(...found.address.subarray(0, 8), ...id)) : undefined;
  return address && formatAddress(address);
}

/** The interface identifier: as it is said, or the last number of the IPv4 address with its decimal digits, as odhcpd does. */
function hostId(options: UciSection['options']): Uint8Array | undefined {
  const text = options.get('hostid')?.[0];
  if (text !== undefined) {
    const octets = parseHex(text.value.replace(/:/g, '').padStart(16, '0'));
    if (octets?.length !== 8) throw new InputError(text.place, `${shown(text.value)} is no hostid of up to 16 hexadecimal digits`);
    return octets;
  }
  const last = /^\d+\.\d+\.\d+\.(\d{1,3})$/.exec(options.get('ip')?.[0]?.value ?? '')?.[1];
  return last === undefined ? undefined : parseHex(last.padStart(16, '0'));
}
