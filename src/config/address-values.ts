/** Addresses, prefixes and ranges as they are written in the file (RFC 4291 sections 2.2 and 2.3). */
import {
  type Address,
  type Ipv4Address,
  type Ipv4Prefix,
  type Prefix,
  compareBytes,
  firstAddress,
  formatAddress,
  formatPrefix,
  formatIpv4Prefix,
  hasHostBits,
  parseAddress,
  parseIpv4Address,
  parseIpv4Prefix,
  parsePrefix,
} from '../wire/index.ts';
import { type Parsed, type TextFault, isFault, shifted } from './parsed.ts';

export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

/** An address of this box's own with the length of the prefix that is on-link with it. */
export interface InterfaceAddress {
  readonly address: Address;
  readonly prefixLength: number;
}

export function readAddress(text: string): Parsed<Address> {
  const value = parseAddress(text);
  return value === undefined ? explainAddress(text) : { value };
}

export function readPrefix(text: string): Parsed<Prefix> {
  const value = parsePrefix(text);
  if (value !== undefined) return { value };
  const parts = readAddressAndLength(text);
  if (isFault(parts)) return parts;
  const { address, prefixLength: length } = parts.value;
  if (!hasHostBits(address, length)) return { problem: 'this is not an IPv6 prefix' };
  const prefix = formatPrefix({ address: firstAddress(address, length), length });
  return { problem: `bits beyond the first ${length} are set`, allowed: `${prefix}, or a longer length` };
}

export function formatInterfaceAddress({ address, prefixLength }: InterfaceAddress): string {
  return `${formatAddress(address)}/${String(prefixLength)}`;
}

export function readInterfaceAddress(text: string): Parsed<InterfaceAddress> {
  return readAddressAndLength(text);
}

function readAddressAndLength(text: string): Parsed<InterfaceAddress> {
  const slash = text.indexOf('/');
  if (slash < 0) {
    const address = readAddress(text);
    return isFault(address) ? address : { problem: 'the prefix length is missing', at: text.length };
  }
  const address = readAddress(text.slice(0, slash));
  if (isFault(address)) return address;
  const digits = text.slice(slash + 1);
  const prefixLength = Number(digits);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || prefixLength > 128) {
    return { problem: 'the prefix length is wrong', allowed: '0 to 128 after the slash', at: slash + 1 };
  }
  return { value: { address: address.value, prefixLength } };
}

export function readRange(text: string): Parsed<AddressRange> {
  const parts = /^(\S+?)(\s*-\s*)(\S+)$/.exec(text);
  if (parts === null) return { problem: 'this is not two addresses with a "-" between them' };
  const [, firstText = '', separator = '', lastText = ''] = parts;
  const first = readAddress(firstText);
  if (isFault(first)) return first;
  const lastAt = firstText.length + separator.length;
  const last = readAddress(lastText);
  if (isFault(last)) return shifted(last, lastAt);
  if (compareBytes(first.value, last.value) > 0) {
    return {
      problem: 'the range ends before it begins',
      allowed: `${formatAddress(first.value)} or a higher address after the "-"`,
      at: lastAt,
    };
  }
  return { value: { first: first.value, last: last.value } };
}

export function readIpv4Address(text: string): Parsed<Ipv4Address> {
  const value = parseIpv4Address(text);
  return value === undefined ? { problem: 'this is not an IPv4 address' } : { value };
}

export function readIpv4Prefix(text: string): Parsed<Ipv4Prefix> {
  const value = parseIpv4Prefix(text);
  if (value !== undefined) return { value };
  const slash = text.indexOf('/');
  if (slash < 0) return { problem: 'the prefix length is missing', at: text.length };
  const address = parseIpv4Address(text.slice(0, slash));
  if (address === undefined) return { problem: 'this is not an IPv4 address' };
  const length = Number(text.slice(slash + 1));
  if (!/^(0|[1-9]\d?)$/.test(text.slice(slash + 1)) || length > 32) {
    return { problem: 'the prefix length is wrong', allowed: '0 to 32 after the slash', at: slash + 1 };
  }
  const kept = address.map((octet, i) => octet & (0xff00 >> Math.min(8, Math.max(0, length - 8 * i)))) as Ipv4Address;
  // The only fault that is left.
  return { problem: `bits beyond the first ${length} are set`, allowed: `${formatIpv4Prefix({ address: kept, length })}, or a longer length` };
}

/** Why a text is no IPv6 address; it is known that it is none. */
function explainAddress(text: string): TextFault {
  const slash = text.indexOf('/');
  if (slash >= 0) return { problem: 'a prefix length is not allowed here', at: slash };
  const zone = text.indexOf('%');
  if (zone >= 0) return { problem: 'a zone is not allowed here', at: zone };
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) return { problem: 'this is an IPv4 address' };
  const stray = /[^0-9a-f:.]/iu.exec(text);
  if (stray !== null) return { problem: `"${stray[0]}" does not belong in an IPv6 address`, at: stray.index };
  const longGroup = /[0-9a-f]{5,}/i.exec(text);
  if (longGroup !== null) return { problem: 'a group of an IPv6 address has at most four digits', at: longGroup.index };
  const firstGap = text.indexOf('::');
  const secondGap = firstGap < 0 ? -1 : text.indexOf('::', firstGap + 1);
  if (secondGap >= 0) return { problem: 'an IPv6 address has "::" at most once', at: secondGap };
  const groups = text.split(':').filter((group) => group !== '').length;
  if (firstGap >= 0) return { problem: `this is not an IPv6 address (${groups} groups besides the "::")` };
  return { problem: `this is not an IPv6 address (${groups} of 8 groups, and no "::")` };
}
