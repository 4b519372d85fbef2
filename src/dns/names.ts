/** What a lease is called (RFC 4704 section 6): from what its client asks for and what the provisioning file says of its link. */
import { FqdnBit, LeaseDnsBit, decodeLeaseDns, encodeLeaseDns } from '../lease/index.ts';
import type { LeaseDns } from '../lease/index.ts';
import { LABEL_LENGTH_MAX, NAME_LENGTH_MAX, isInZone, reverseName, sameBytes, u16, u8 } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import { readClientFqdn } from './client-fqdn.ts';
import type { AskedName } from './client-fqdn.ts';
import type { DnsConfiguration, LinkNaming } from './configuration.ts';
import { zoneOf } from './zones.ts';

/**
 * The names of a lease (`LeaseDns`) on a link; undefined: it gets none.
 * @param asked the data of the Client FQDN option; undefined: the client sent none
 * @param before what the lease has by now, of the same client
 */
export function namesOf(
  configuration: DnsConfiguration,
  link: string,
  asked: Uint8Array | undefined,
  address: Address,
  before: Uint8Array | undefined,
): Uint8Array | undefined {
  const naming = namingOn(configuration, link);
  // Who says nothing of a name keeps the one that it has.
  if (naming === undefined || (asked === undefined && before !== undefined)) return before;
  const wish = asked === undefined ? undefined : readClientFqdn(asked);
  const chosen = chooseName(naming, wish, address);
  if (chosen === undefined) return before;
  const fqdnFlags = answeredFlags(configuration, naming, wish, chosen.name, address);
  const known = before === undefined ? undefined : decodeLeaseDns(before);
  if (known !== undefined && sameBytes(known.wanted, chosen.name)) {
    return known.fqdnFlags === fqdnFlags ? before : encodeLeaseDns({ ...known, fqdnFlags, bits: known.bits | LeaseDnsBit.OWN });
  }
  return encodeLeaseDns({ bits: chosen.bit | LeaseDnsBit.OWN, fqdnFlags, name: chosen.name, wanted: chosen.name });
}

/** Undefined: leases of that link get no names. */
export function namingOn({ links }: DnsConfiguration, link: string): LinkNaming | undefined {
  return Object.hasOwn(links, link) ? links[link] : undefined;
}

/** The data of the Client FQDN option in an answer (RFC 4704 section 6). */
export function answeredFqdn(dns: Uint8Array): Uint8Array | undefined {
  const names = decodeLeaseDns(dns);
  return names && Uint8Array.of(names.fqdnFlags, ...names.name);
}

interface ChosenName {
  readonly name: Uint8Array;
  /** Where it comes from. */
  readonly bit: number;
}

function chooseName(naming: LinkNaming, wish: AskedName | undefined, address: Address): ChosenName | undefined {
  const asked = wish === undefined || !naming.clientNames ? undefined : nameBelow(naming.domain, wish);
  if (asked !== undefined) return { name: asked, bit: LeaseDnsBit.USING_REQUESTED };
  const mayGenerate = naming.generated === 'always' || (naming.generated === 'asked' && wish !== undefined);
  const made = mayGenerate ? joined([madeOf(address, naming.generatedPrefix)], naming.domain) : undefined;
  return made && { name: made, bit: LeaseDnsBit.SYNTHESIZED };
}

/**
 * A whole name that lies below the domain stays as it is; of any other the first label is taken, so that a client gets no name outside
 * of the domain, whatever it says.
 */
function nameBelow(domain: Uint8Array, { labels, isWhole }: AskedName): Uint8Array | undefined {
  const [host] = labels;
  if (host === undefined) return undefined;
  const whole = isWhole || labels.length > 1 ? joined(labels, ROOT) : undefined;
  if (whole !== undefined && whole.length > domain.length && isInZone(whole, domain)) return whole;
  return joined([host], domain);
}

const ROOT = Uint8Array.of(0);

function joined(labels: readonly string[], domain: Uint8Array): Uint8Array | undefined {
  const octets: number[] = [];
  for (const label of labels) octets.push(label.length, ...Array.from(label, (letter) => letter.charCodeAt(0)));
  const name = Uint8Array.of(...octets, ...domain);
  return name.length > NAME_LENGTH_MAX ? undefined : name;
}

/** `host-2001-db8-0-0-0-0-0-1`: no two addresses have the same, and none ends in a hyphen. */
function madeOf(address: Address, prefix: string): string {
  const groups = Array.from({ length: 8 }, (_, i) => u16(address, 2 * i).toString(16));
  return `${prefix}-${groups.join('-')}`;
}

/** Who adds what, as the client is told (RFC 4704 sections 4.1 and 6.1). */
function answeredFlags(configuration: DnsConfiguration, naming: LinkNaming, wish: AskedName | undefined, name: Uint8Array, address: Address): number {
  const wantsNothing = wish?.noUpdates === true && !naming.overrideClient;
  if (wantsNothing) return FqdnBit.N;
  const canForward = zoneOf(configuration.zones, name) !== undefined;
  const canReverse = naming.reverse && zoneOf(configuration.zones, reverseName(address)) !== undefined;
  const asksServer = wish === undefined || wish.serverUpdates;
  const forward = canForward && (asksServer || naming.overrideClient);
  const isOverridden = wish !== undefined && forward !== wish.serverUpdates;
  return (forward ? FqdnBit.S : 0) | (isOverridden ? FqdnBit.O : 0) | (forward || canReverse ? 0 : FqdnBit.N);
}

/** The name with a number behind its first label: `printer-2`. Undefined: there is no room for it. */
export function numberedName({ wanted }: LeaseDns, number: number): Uint8Array | undefined {
  const length = u8(wanted, 0);
  const suffix = Array.from(`-${number}`, (letter) => letter.charCodeAt(0));
  const label = [...wanted.subarray(1, 1 + Math.min(length, LABEL_LENGTH_MAX - suffix.length)), ...suffix];
  const name = Uint8Array.of(label.length, ...label, ...wanted.subarray(1 + length));
  return name.length > NAME_LENGTH_MAX ? undefined : name;
}

/** For people. */
export function nameText(name: Uint8Array): string {
  const labels: string[] = [];
  for (let at = 0; at < name.length && u8(name, at) > 0; at += 1 + u8(name, at)) {
    labels.push(String.fromCharCode(...name.subarray(at + 1, at + 1 + u8(name, at))).replaceAll(/[^!-~]/g, '?'));
  }
  return labels.join('.');
}
