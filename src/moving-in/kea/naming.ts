/** What leases are called in the DNS by Kea: `ddns-...` of a link, and the zones and keys of kea-dhcp-ddns (D2). */
import { append, put } from '../draft.ts';
import type { Draft, DraftDnsUpdates, DraftLink, DraftNaming, DraftZone } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { Place } from '../place.ts';
import type { Section } from './section.ts';
import { listRest } from './unmapped.ts';

/** What holds where a section says nothing. */
export interface Naming {
  /** Undefined: Kea sends nothing, and what is said of names means nothing. */
  readonly place: Place | undefined;
  readonly isOn: boolean;
  readonly suffix: string;
  readonly replaces: string;
  readonly prefix: string;
  readonly overrides: boolean;
}

/** Kea's own settings. @param place undefined: updates are off */
export function usualNaming(place: Place | undefined): Naming {
  return { place, isOn: true, suffix: '', replaces: 'never', prefix: 'myhost', overrides: false };
}

export function readNaming(section: Section, around: Naming): Naming {
  // Left for the list of what is not taken over.
  if (around.place === undefined) return around;
  section.skip('ddns-update-on-renew', 'ddns-use-conflict-resolution', 'ddns-conflict-resolution-mode', 'ddns-ttl', 'ddns-ttl-percent', 'hostname-char-set', 'hostname-char-replacement');
  const flags = [section.boolean('ddns-override-client-update'), section.boolean('ddns-override-no-update')].flatMap((flag) => flag?.value ?? []);
  return {
    place: around.place,
    isOn: section.boolean('ddns-send-updates')?.value ?? around.isOn,
    suffix: section.text('ddns-qualifying-suffix')?.value ?? around.suffix,
    replaces: section.text('ddns-replace-client-name')?.value ?? around.replaces,
    prefix: section.text('ddns-generated-prefix')?.value ?? around.prefix,
    overrides: flags.length === 0 ? around.overrides : flags.includes(true),
  };
}

export function nameLink(draft: Draft, link: DraftLink, { place, isOn, suffix, replaces, prefix, overrides }: Naming, at: Place, what: string, findings: Findings): void {
  if (place === undefined || !isOn) return;
  const domain = withoutLastDot(suffix);
  if (domain === '') {
    findings.leftOut(at, `${what}: names in the DNS`, 'Kea was told no suffix, and names end in the domain of their link here', 'say "dns-updates" of the link, with its domain');
    return;
  }
  const naming: DraftNaming = { domain };
  if (replaces === 'always' || replaces === 'when-present') naming['client-names'] = false;
  if (replaces === 'always' || replaces === 'when-not-present') naming['generated-names'] = 'always';
  if (prefix !== 'host') naming['generated-prefix'] = prefix;
  if (overrides) naming['override-client'] = true;
  put(draft, link, 'dns-updates', naming, at, `${what}: names in the DNS`);
}

/** @param ddns the section DhcpDdns */
export function readZones(draft: Draft, ddns: Section, findings: Findings): void {
  const what = 'zones and keys of kea-dhcp-ddns';
  const found: DraftDnsUpdates = { keys: {}, zones: [] };
  put(draft, draft.document, 'dns-updates', found, ddns.place, what);
  for (const key of ddns.sections('tsig-keys')) {
    const name = key.text('name');
    const algorithm = key.text('algorithm')?.value.toLowerCase();
    const secret = key.text('secret');
    key.skip('user-context', 'comment');
    listRest(key, 'tsig-key', findings);
    if (name === undefined || secret === undefined) findings.leftOut(key.place, `TSIG key ${name?.value ?? ''}`.trim(), 'it has no name, or its secret is in another file', 'add it to "keys" under "dns-updates"');
    else put(draft, found.keys, withoutLastDot(name.value), { ...(algorithm === undefined ? {} : { algorithm }), secret: secret.value }, key.place, `TSIG key ${name.value}`);
  }
  for (const side of ['forward-ddns', 'reverse-ddns']) {
    const section = ddns.section(side);
    for (const domain of section?.sections('ddns-domains') ?? []) readZone(draft, domain, found.zones, findings);
    if (section !== undefined) listRest(section, side, findings);
  }
  for (const { key, place } of ddns.rest()) findings.notNeeded(place, `DhcpDdns: ${key}`, 'changes of the DNS are sent by the daemon itself');
}

function readZone(draft: Draft, domain: Section, zones: DraftZone[], findings: Findings): void {
  const name = withoutLastDot(domain.text('name')?.value ?? '');
  const what = `zone ${name}`;
  const ofZone = domain.text('key-name')?.value;
  const servers: DraftZone['servers'] = [];
  const keys = new Set<string>(ofZone === undefined || ofZone === '' ? [] : [ofZone]);
  for (const server of domain.sections('dns-servers')) {
    const address = server.text('ip-address')?.value;
    const port = server.whole('port')?.value ?? 53;
    const own = server.text('key-name')?.value;
    if (own !== undefined && own !== '') keys.add(own);
    if (address !== undefined && address !== '') servers.push(port === 53 ? address : { address, port });
    server.skip('hostname', 'user-context', 'comment');
    listRest(server, what, findings);
  }
  domain.skip('user-context', 'comment');
  listRest(domain, what, findings);
  if (/\.in-addr\.arpa$/i.test(name)) {
    findings.notNeeded(domain.place, what, 'it is of IPv4');
    return;
  }
  if (keys.size > 1) findings.changed(domain.place, what, 'its servers have several keys, and a zone has one here: the first is taken', 'look whether all of them know it');
  const [key] = keys;
  const whose = /\.ip6\.arpa$/i.test(name) ? prefixOf(name) : { name };
  if (whose === undefined) {
    findings.leftOut(domain.place, what, 'it is the reverse zone of no prefix', 'add it to "zones" under "dns-updates"');
    return;
  }
  append(draft, zones, { ...whose, servers, ...(key === undefined ? {} : { key: withoutLastDot(key) }) }, domain.place, what);
}

/** Nibbles, the last one first (RFC 3596 section 2.5). */
function prefixOf(name: string): { prefix: string } | undefined {
  const nibbles = name.replace(/\.?ip6\.arpa$/i, '').split('.');
  if (nibbles.length > 32 || !nibbles.every((nibble) => /^[0-9a-f]$/i.test(nibble))) return undefined;
  const digits = nibbles.toReversed().join('').padEnd(32, '0');
  const groups = digits.match(/.{4}/g) ?? [];
  return { prefix: `${groups.join(':')}/${String(4 * nibbles.length)}` };
}

/** Kea writes names with it or without. */
function withoutLastDot(name: string): string {
  return name.replace(/\.$/, '');
}
