/**
 * What a customer's edge router needs to carry IPv4 over an IPv6 network: MAP-E, MAP-T and Lightweight 4over6 (RFC 7598), and which
 * of them it is to prefer (RFC 8026).
 */
import { formatAddress, formatPrefix } from '../address-text.ts';
import { ADDRESS_LENGTH, type Address } from '../address.ts';
import { formatIpv4Address, formatIpv4Prefix, hasIpv4HostBits, IPV4_ADDRESS_LENGTH, type Ipv4Address, type Ipv4Prefix } from '../ipv4.ts';
import { u8, u16, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { hasHostBits, type Prefix } from '../prefix.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, type DecodedValue, option, shifted } from './codec.ts';
import { unsignedListShape, unsignedShape } from './integers.ts';
import { decodeSuboptions, encodeSuboptions, type Suboption, SUBOPTION_HEADER_LENGTH } from './suboptions.ts';

/** The options that only stand inside of those here (RFC 7598 4). */
const RULE = 89;
const BR = 90;
const DMR = 91;
const V4V6BIND = 92;
const PORTPARAMS = 93;

const FORWARDING = 0x01;
const PSID_BITS = 16;

/** RFC 7598 4.5: which ports of a shared IPv4 address are the client's. */
export interface PortParameters {
  /** Bits of a port in front of the PSID, 0..15. */
  readonly offset: number;
  /** 0..16; 0: the client makes its PSID from its prefix. */
  readonly psidLength: number;
  /** Less than 2 to the power of `psidLength`. */
  readonly psid: number;
}

/** RFC 7598 4.1 */
export interface MappingRule {
  /** The rule is for traffic between clients, too (FMR). */
  readonly forwarding: boolean;
  /** Bits of the client's prefix that are embedded (EA bits), 0..48. */
  readonly eaLength: number;
  readonly ipv4Prefix: Ipv4Prefix;
  readonly ipv6Prefix: Prefix;
  readonly portParameters: PortParameters | undefined;
}

/** RFC 7598 5.1; one rule and one border relay at least. */
export interface MapE {
  readonly rules: readonly MappingRule[];
  readonly borderRelays: readonly Address[];
}

/** RFC 7598 5.2; one rule at least. */
export interface MapT {
  readonly rules: readonly MappingRule[];
  /** Prefix that IPv4 destinations outside of the rules are embedded in. */
  readonly defaultMapping: Prefix;
}

/** RFC 7598 5.3; one border relay at least. */
export interface Lightweight4over6 {
  readonly binding:
    | {
        readonly ipv4Address: Ipv4Address;
        /** Of the tunnel's source. */
        readonly ipv6Prefix: Prefix;
        readonly portParameters: PortParameters | undefined;
      }
    | undefined;
  readonly borderRelays: readonly Address[];
}

/** A length and as many octets as it needs. */
function encodePrefix({ address, length }: Prefix): Uint8Array {
  return concatBytes([Uint8Array.of(length), view(address, 0, Math.ceil(length / 8))]);
}

/** The prefix at `at`, and where it ends. */
function decodePrefix(data: Uint8Array, at: number): DecodedValue<{ readonly prefix: Prefix; readonly end: number }> {
  if (at >= data.length) return failure('option-overrun', at);
  const length = u8(data, at);
  if (length > 8 * ADDRESS_LENGTH) return failure('bad-prefix-length', at);
  const end = at + 1 + Math.ceil(length / 8);
  if (end > data.length) return failure('option-overrun', at);
  const address = new Uint8Array(ADDRESS_LENGTH) as Address;
  address.set(view(data, at + 1, end));
  return hasHostBits(address, length) ? failure('bad-option-value', at + 1) : { value: { prefix: { address, length }, end } };
}

function encodePortParameters(parameters: PortParameters | undefined): Uint8Array {
  if (parameters === undefined) return new Uint8Array();
  const { offset, psidLength, psid } = parameters;
  const data = concatBytes([Uint8Array.of(offset, psidLength), unsignedShape(2).encode(psidLength === 0 ? 0 : psid << (PSID_BITS - psidLength))]);
  return encodeSuboptions([{ code: PORTPARAMS, data }]);
}

/** The port parameters among the options from `start` on; the others are skipped. */
function decodePortParameters(data: Uint8Array, start: number): DecodedValue<PortParameters | undefined> {
  return decodeEach<PortParameters | undefined>(data, start, undefined, (found, { code, data: octets }) => {
    if (code !== PORTPARAMS) return { value: found };
    if (octets.length !== 4 || u8(octets, 0) > 15 || u8(octets, 1) > PSID_BITS) return failure('bad-option-value', 0);
    const psidLength = u8(octets, 1);
    return { value: { offset: u8(octets, 0), psidLength, psid: psidLength === 0 ? 0 : u16(octets, 2) >> (PSID_BITS - psidLength) } };
  });
}

/** Goes through options; an error of one is seen from the start of `data`. */
function decodeEach<T>(data: Uint8Array, start: number, first: T, next: (before: T, one: Suboption) => DecodedValue<T>): DecodedValue<T> {
  const suboptions = decodeSuboptions(data, start);
  if (suboptions.error !== undefined) return suboptions;
  let value = first;
  let at = start;
  for (const suboption of suboptions.value) {
    const result = next(value, suboption);
    if (result.error !== undefined) return shifted(result, at + SUBOPTION_HEADER_LENGTH);
    ({ value } = result);
    at += SUBOPTION_HEADER_LENGTH + suboption.data.length;
  }
  return { value };
}

function encodeRule({ forwarding, eaLength, ipv4Prefix, ipv6Prefix, portParameters }: MappingRule): Suboption {
  const head = Uint8Array.of(forwarding ? FORWARDING : 0, eaLength, ipv4Prefix.length);
  return { code: RULE, data: concatBytes([head, ipv4Prefix.address, encodePrefix(ipv6Prefix), encodePortParameters(portParameters)]) };
}

const RULE_HEAD_LENGTH = 3 + IPV4_ADDRESS_LENGTH;

function decodeRule(data: Uint8Array): DecodedValue<MappingRule> {
  if (data.length < RULE_HEAD_LENGTH) return failure('option-overrun', 0);
  const [eaLength, length] = [u8(data, 1), u8(data, 2)];
  const address = view(data, 3, RULE_HEAD_LENGTH) as Ipv4Address;
  if (eaLength > 48) return failure('bad-option-value', 1);
  if (length > 32 || hasIpv4HostBits(address, length)) return failure('bad-option-value', 2);
  const ipv6 = decodePrefix(data, RULE_HEAD_LENGTH);
  if (ipv6.error !== undefined) return ipv6;
  const ports = decodePortParameters(data, ipv6.value.end);
  if (ports.error !== undefined) return ports;
  const forwarding = (u8(data, 0) & FORWARDING) !== 0;
  return { value: { forwarding, eaLength, ipv4Prefix: { address, length }, ipv6Prefix: ipv6.value.prefix, portParameters: ports.value } };
}

function encodeRelays(addresses: readonly Address[]): readonly Suboption[] {
  return addresses.map((data) => ({ code: BR, data }));
}

function decodeRelay(data: Uint8Array): DecodedValue<Address> {
  return data.length === ADDRESS_LENGTH ? { value: data as Address } : failure('bad-option-value', 0);
}

function withNext<T>(before: readonly T[], decoded: DecodedValue<T>): DecodedValue<readonly T[]> {
  return decoded.error === undefined ? { value: [...before, decoded.value] } : decoded;
}

/** RFC 7598 5.1: one instance for each domain. Options of other kinds inside are skipped. */
export const mapE = option<MapE>(OptionCode.S46_CONT_MAPE, 'S46_CONT_MAPE', {
  decode(data) {
    const found = decodeEach<MapE>(data, 0, { rules: [], borderRelays: [] }, (domain, { code, data: octets }) => {
      if (code === RULE) {
        const rules = withNext(domain.rules, decodeRule(octets));
        return rules.error === undefined ? { value: { ...domain, rules: rules.value } } : rules;
      }
      if (code !== BR) return { value: domain };
      const borderRelays = withNext(domain.borderRelays, decodeRelay(octets));
      return borderRelays.error === undefined ? { value: { ...domain, borderRelays: borderRelays.value } } : borderRelays;
    });
    if (found.error !== undefined) return found;
    return found.value.rules.length === 0 || found.value.borderRelays.length === 0 ? failure('bad-option-value', 0) : found;
  },
  encode: ({ rules, borderRelays }) => encodeSuboptions([...rules.map(encodeRule), ...encodeRelays(borderRelays)]),
  print: ({ rules, borderRelays }) => [counted(rules), ...rules.map(printRule), ...borderRelays.map(printRelay)].join('\n'),
});

/** RFC 7598 5.2 */
export const mapT = option<MapT>(OptionCode.S46_CONT_MAPT, 'S46_CONT_MAPT', {
  decode(data) {
    type Found = Pick<MapT, 'rules'> & { readonly defaultMapping: Prefix | undefined };
    const found = decodeEach<Found>(data, 0, { rules: [], defaultMapping: undefined }, (domain, { code, data: octets }) => {
      if (code === RULE) {
        const rules = withNext(domain.rules, decodeRule(octets));
        return rules.error === undefined ? { value: { ...domain, rules: rules.value } } : rules;
      }
      if (code !== DMR) return { value: domain };
      const mapping = decodePrefix(octets, 0);
      if (mapping.error !== undefined) return mapping;
      const isOne = domain.defaultMapping === undefined && mapping.value.end === octets.length;
      return isOne ? { value: { ...domain, defaultMapping: mapping.value.prefix } } : failure('bad-option-value', 0);
    });
    if (found.error !== undefined) return found;
    const { rules, defaultMapping } = found.value;
    return rules.length === 0 || defaultMapping === undefined ? failure('bad-option-value', 0) : { value: { rules, defaultMapping } };
  },
  encode: ({ rules, defaultMapping }) => encodeSuboptions([...rules.map(encodeRule), { code: DMR, data: encodePrefix(defaultMapping) }]),
  print: ({ rules, defaultMapping }) => [counted(rules), ...rules.map(printRule), `  default mapping ${formatPrefix(defaultMapping)}`].join('\n'),
});

/** RFC 7598 5.3 */
export const lightweight4over6 = option<Lightweight4over6>(OptionCode.S46_CONT_LW, 'S46_CONT_LW', {
  decode(data) {
    const found = decodeEach<Lightweight4over6>(data, 0, { binding: undefined, borderRelays: [] }, (domain, { code, data: octets }) => {
      if (code === V4V6BIND) {
        const binding = decodeBinding(octets);
        if (binding.error !== undefined) return binding;
        return domain.binding === undefined ? { value: { ...domain, binding: binding.value } } : failure('bad-option-value', 0);
      }
      if (code !== BR) return { value: domain };
      const borderRelays = withNext(domain.borderRelays, decodeRelay(octets));
      return borderRelays.error === undefined ? { value: { ...domain, borderRelays: borderRelays.value } } : borderRelays;
    });
    if (found.error !== undefined) return found;
    return found.value.borderRelays.length === 0 ? failure('bad-option-value', 0) : found;
  },
  encode: ({ binding, borderRelays }) => encodeSuboptions([...(binding === undefined ? [] : [encodeBinding(binding)]), ...encodeRelays(borderRelays)]),
  print: ({ binding, borderRelays }) => [binding === undefined ? 'no binding' : printBinding(binding), ...borderRelays.map(printRelay)].join('\n'),
});

type Binding = NonNullable<Lightweight4over6['binding']>;

function encodeBinding({ ipv4Address, ipv6Prefix, portParameters }: Binding): Suboption {
  return { code: V4V6BIND, data: concatBytes([ipv4Address, encodePrefix(ipv6Prefix), encodePortParameters(portParameters)]) };
}

function decodeBinding(data: Uint8Array): DecodedValue<Binding> {
  if (data.length < IPV4_ADDRESS_LENGTH) return failure('option-overrun', 0);
  const ipv6 = decodePrefix(data, IPV4_ADDRESS_LENGTH);
  if (ipv6.error !== undefined) return ipv6;
  const ports = decodePortParameters(data, ipv6.value.end);
  if (ports.error !== undefined) return ports;
  return { value: { ipv4Address: view(data, 0, IPV4_ADDRESS_LENGTH) as Ipv4Address, ipv6Prefix: ipv6.value.prefix, portParameters: ports.value } };
}

function counted(rules: readonly MappingRule[]): string {
  return rules.length === 1 ? '1 rule' : `${rules.length} rules`;
}

function printRule({ forwarding, eaLength, ipv4Prefix, ipv6Prefix, portParameters }: MappingRule): string {
  const flags = forwarding ? ' forwarding' : '';
  return `  rule ${formatIpv4Prefix(ipv4Prefix)} in ${formatPrefix(ipv6Prefix)} ea ${eaLength}${flags}${printPorts(portParameters)}`;
}

function printBinding({ ipv4Address, ipv6Prefix, portParameters }: Binding): string {
  return `binding ${formatIpv4Address(ipv4Address)} at ${formatPrefix(ipv6Prefix)}${printPorts(portParameters)}`;
}

function printPorts(ports: PortParameters | undefined): string {
  return ports === undefined ? '' : ` offset ${ports.offset} psid ${ports.psid}/${ports.psidLength}`;
}

function printRelay(address: Address): string {
  return `  border relay ${formatAddress(address)}`;
}

const codes = unsignedListShape(2);

/** RFC 8026 1.3: option codes that stand for mechanisms, the preferred one first; each once. */
export const priority = option<readonly number[]>(OptionCode.S46_PRIORITY, 'S46_PRIORITY', {
  ...codes,
  decode(data) {
    const listed = codes.decode(data);
    if (listed.error !== undefined) return listed;
    return listed.value.length === 0 || new Set(listed.value).size < listed.value.length ? failure('bad-option-value', 0) : listed;
  },
});
