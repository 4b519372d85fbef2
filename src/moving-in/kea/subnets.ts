/** Kea's subnets and shared networks: each becomes a link. */
import { parseAddress, parsePrefix, samePrefix } from '../../wire/index.ts';
import { addLink, append, portsOf, put } from '../draft.ts';
import type { Draft, DraftAddressPool, DraftLifetimes, DraftLink, DraftOptions, DraftPrefixPool } from '../draft.ts';
import type { Findings } from '../findings.ts';
import { InputError, shown, type Placed } from '../place.ts';
import { excludeOf, prefixText } from '../prefix-text.ts';
import { guardOf, type ClassOf } from './classes.ts';
import { readLifetimes } from './lifetimes.ts';
import { nameLink, readNaming, type Naming } from './naming.ts';
import type { OptionReader } from './option-data.ts';
import { readReservations } from './reservations.ts';
import type { Section } from './section.ts';
import { listRest } from './unmapped.ts';

export interface SubnetReader {
  readonly draft: Draft;
  readonly findings: Findings;
  readonly options: OptionReader;
  /** The link of each port, so that no port is in two. */
  readonly ports: Map<string, string>;
  readonly classOf: ClassOf;
  readonly naming: Naming;
}

/** What the pools of a subnet have that the link has not. */
interface PoolLayer {
  readonly lifetimes: DraftLifetimes;
  readonly options: DraftOptions;
  /** For whom they are; undefined: for all. */
  readonly classes: readonly string[] | undefined;
}

export function readSharedNetwork(reader: SubnetReader, network: Section): void {
  const { draft, findings } = reader;
  const name = network.text('name')?.value ?? 'shared-network';
  const what = `shared network ${name}`;
  const guard = guardOf(network, what, reader.classOf, findings);
  if (guard === 'closed') return;
  const { name: linkName, link } = addLink(draft, name, network.place, what);
  link.lifetimes = readLifetimes(draft, network, draft.document.lifetimes, what, findings);
  readLinkSettings(reader, network, linkName, link, what);
  const naming = readNaming(network, reader.naming);
  nameLink(draft, link, naming, network.place, what, findings);
  for (const subnet of network.sections('subnet6')) {
    const subnetWhat = whatOf(subnet);
    const classes = within(reader, subnet, guard, subnetWhat);
    if (classes === 'closed') continue;
    const layer: PoolLayer = { classes, lifetimes: readLifetimes(draft, subnet, { ...draft.document.lifetimes, ...link.lifetimes }, subnetWhat, findings), options: {} };
    reader.options.read(subnet, layer.options, 'part');
    if (JSON.stringify(readNaming(subnet, naming)) !== JSON.stringify(naming)) findings.leftOut(subnet.place, `${subnetWhat}: names in the DNS`, 'they are the same for a whole shared network here', 'set "dns-updates" of the link');
    readLinkNames(reader, subnet, linkName, link, subnetWhat);
    readSubnet(reader, subnet, link, layer, subnetWhat);
  }
  network.skip('user-context', 'comment');
  listRest(network, what, findings);
}

export function readLoneSubnet(reader: SubnetReader, subnet: Section): void {
  const { draft, findings } = reader;
  const what = whatOf(subnet);
  const classes = guardOf(subnet, what, reader.classOf, findings);
  if (classes === 'closed') return;
  const id = subnet.whole('id')?.value;
  const port = subnet.text('interface')?.value;
  const { name, link } = addLink(draft, port ?? `subnet-${String(id ?? Object.keys(draft.document.links).length + 1)}`, subnet.place, what);
  link.lifetimes = readLifetimes(draft, subnet, draft.document.lifetimes, what, findings);
  readLinkSettings(reader, subnet, name, link, what);
  nameLink(draft, link, readNaming(subnet, reader.naming), subnet.place, what, findings);
  readSubnet(reader, subnet, link, classes && { classes, lifetimes: {}, options: {} }, what);
}

function whatOf(subnet: Section): string {
  return `subnet ${subnet.text('subnet')?.value ?? '?'}`;
}

/** For whom a part is of what is for some: of two classes one is enough here, and Kea wants both. */
function within({ classOf, findings }: SubnetReader, section: Section, around: readonly string[] | undefined, what: string): readonly string[] | 'closed' | undefined {
  const own = guardOf(section, what, classOf, findings);
  if (own === undefined || own === 'closed') return own ?? around;
  if (around === undefined || own.join() === around.join()) return own;
  findings.leftOut(section.place, `${what}, for a client class`, 'it is for clients that are in two classes at once, and a pool is for those that are in one of its classes here', 'add it by hand, with a class that tests both');
  return 'closed';
}

function readLinkSettings(reader: SubnetReader, section: Section, name: string, link: DraftLink, what: string): void {
  const { draft, options } = reader;
  options.read(section, link.options, { ofLink: link });
  const rapidCommit = section.boolean('rapid-commit');
  if (rapidCommit !== undefined) put(draft, link, 'rapid-commit', rapidCommit.value, rapidCommit.place, 'rapid-commit');
  readLinkNames(reader, section, name, link, what);
}

/** By which port or relay a link is known. */
function readLinkNames({ draft, findings, ports }: SubnetReader, section: Section, name: string, link: DraftLink, what: string): void {
  const port = section.text('interface');
  if (port !== undefined && port.value !== '') {
    const other = ports.get(port.value);
    if (other === undefined) {
      ports.set(port.value, name);
      const { links } = portsOf(draft);
      append(draft, (links[name] ??= []), port.value, port.place, `${what}: interface ${port.value}`);
    } else if (other !== name) {
      findings.leftOut(port.place, `${what}: interface ${port.value}`, `the interface is that of ${other} already`, 'if both are on one LAN, make one link of the two');
    }
  }
  const interfaceId = section.text('interface-id');
  if (interfaceId !== undefined) {
    const ids = ((link.relay ??= {})['interface-ids'] ??= []);
    append(draft, ids, opaqueText(interfaceId.value), interfaceId.place, `interface-id ${interfaceId.value}`);
  }
  const relay = section.section('relay');
  const single = relay?.text('ip-address');
  const relays = [...(relay?.texts('ip-addresses') ?? []), ...(single === undefined ? [] : [single])];
  for (const address of relays) readRelay(draft, findings, address, section, link, what);
}

/** A relay names a link by an address in one of its prefixes: one from elsewhere becomes a prefix of its own. */
function readRelay(draft: Draft, findings: Findings, { value, place }: Placed<string>, section: Section, link: DraftLink, what: string): void {
  const address = parseAddress(value);
  if (address === undefined) throw new InputError(place, `${shown(value)} is not an IPv6 address`);
  const own = parsePrefix(section.text('subnet')?.value ?? '');
  if (own !== undefined && samePrefix(own.address, address, own.length)) return;
  const prefix = `${value}/128`;
  if (!link.prefixes.includes(prefix)) append(draft, link.prefixes, prefix, place, `${what}: relay ${value}`);
  findings.changed(place, `${what}: relay ${value}`, 'a relay is known by a link-address in a prefix of the link: it became the prefix /128', 'look whether the relay puts that into link-address, or give it an Interface-Id');
}

/** A text that begins with 0x would be taken for octets. */
function opaqueText(text: string): string {
  return /^0x/i.test(text) || !/^[\x20-\x7e]+$/.test(text) ? `0x${Buffer.from(text, 'latin1').toString('hex')}` : text;
}

function readSubnet(reader: SubnetReader, subnet: Section, link: DraftLink, layer: PoolLayer | undefined, what: string): void {
  const { draft, findings, options } = reader;
  const prefix = subnet.text('subnet');
  if (prefix === undefined) throw new InputError(subnet.place, 'the subnet has no prefix ("subnet")');
  append(draft, link.prefixes, prefixText(prefix), prefix.place, what);
  for (const pool of subnet.sections('pools')) {
    const range = pool.text('pool');
    if (range === undefined) throw new InputError(pool.place, 'the pool has no range ("pool")');
    const poolWhat = `pool ${range.value}`;
    const classes = within(reader, pool, layer?.classes, poolWhat);
    if (classes === 'closed') continue;
    const found: DraftAddressPool = range.value.includes('/') ? { prefix: prefixText(range) } : { range: range.value.replace(/\s*-\s*/, ' - ') };
    finishPool(reader, pool, found, layer, classes, poolWhat);
    append(draft, link['address-pools'], found, pool.place, poolWhat);
  }
  for (const pool of subnet.sections('pd-pools')) {
    const found = prefixPool(reader, pool, layer);
    if (found !== undefined) append(draft, link['prefix-pools'], found, pool.place, `pd-pool ${found.prefix}`);
  }
  readReservations(draft, subnet, () => [link], options, findings);
  if (layer !== undefined && subnet.has('reservations') && Object.keys(layer.options).length > 0) {
    findings.changed(subnet.placeOf('reservations'), `${what}: reservations`, 'the options of this subnet of a shared network went to its pools; reserved leases outside of them do not get them', 'give the reservations these options, where clients need them');
  }
  const rapidCommit = subnet.boolean('rapid-commit');
  if (layer !== undefined && rapidCommit !== undefined && rapidCommit.value !== (link['rapid-commit'] ?? false)) {
    findings.leftOut(rapidCommit.place, `${what}: rapid-commit`, 'it is the same for a whole shared network here', 'set "rapid-commit" of the link');
  }
  subnet.skip('id', 'user-context', 'comment');
  listRest(subnet, what, findings);
}

function prefixPool(reader: SubnetReader, pool: Section, layer: PoolLayer | undefined): DraftPrefixPool | undefined {
  const prefix = pool.text('prefix');
  const length = pool.whole('prefix-len');
  const delegated = pool.whole('delegated-len');
  if (prefix === undefined || length === undefined || delegated === undefined) throw new InputError(pool.place, 'a pd-pool has a prefix, a prefix-len and a delegated-len');
  const whole = prefixText({ value: `${prefix.value}/${String(length.value)}`, place: prefix.place });
  const what = `pd-pool ${whole}`;
  const classes = within(reader, pool, layer?.classes, what);
  if (classes === 'closed') return undefined;
  const found: DraftPrefixPool = { prefix: whole, 'delegated-length': delegated.value };
  const excluded = pool.text('excluded-prefix');
  const excludedLength = pool.whole('excluded-prefix-len');
  if (excluded !== undefined && excludedLength !== undefined && excludedLength.value > 0) {
    const address = parseAddress(excluded.value);
    const exclude = address === undefined ? undefined : excludeOf(address, delegated.value, excludedLength.value);
    if (exclude === undefined) reader.findings.leftOut(excluded.place, `${what}: excluded-prefix`, 'it is no part of a delegated prefix, or one with too high a number', 'set "exclude" of the prefix pool');
    else put(reader.draft, found, 'exclude', exclude, excluded.place, `${what}: excluded-prefix`);
  }
  finishPool(reader, pool, found, layer, classes, what);
  return found;
}

function finishPool({ draft, findings, options }: SubnetReader, pool: Section, found: DraftAddressPool | DraftPrefixPool, layer: PoolLayer | undefined, classes: readonly string[] | undefined, what: string): void {
  const own = draft.copyOf(layer?.options ?? {});
  options.read(pool, own, 'part');
  const lifetimes = draft.copyOf(layer?.lifetimes ?? {});
  if (classes !== undefined) found.classes = [...classes];
  if (Object.keys(own).length > 0) found.options = own;
  if (Object.keys(lifetimes).length > 0) found.lifetimes = lifetimes;
  pool.skip('user-context', 'comment', 'pool-id');
  listRest(pool, what, findings);
}
