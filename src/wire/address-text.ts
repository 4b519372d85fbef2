import { ADDRESS_LENGTH, type Address } from './address.ts';
import { parseIpv4Address } from './ipv4.ts';
import { u8, u16 } from './octets.ts';
import { hasHostBits, type Prefix } from './prefix.ts';

const GROUPS = ADDRESS_LENGTH / 2;

/**
 * Reads an address in any form of RFC 4291 2.2, with an IPv4 tail as well, without a zone. Undefined when it is none.
 */
export function parseAddress(text: string): Address | undefined {
  const [before = '', after, ...others] = text.split('::');
  if (others.length > 0) return undefined;
  const isWhole = after === undefined;
  const head = parseGroups(before, isWhole);
  const tail = isWhole ? [] : parseGroups(after, true);
  if (head === undefined || tail === undefined) return undefined;
  const count = head.length + tail.length;
  if (isWhole ? count !== GROUPS : count >= GROUPS) return undefined;
  const address = new Uint8Array(ADDRESS_LENGTH) as Address;
  writeGroups(address, 0, head);
  writeGroups(address, ADDRESS_LENGTH - 2 * tail.length, tail);
  return address;
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const ipv4 = mayEndInIpv4 && i === parts.length - 1 ? parseIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(...ipv4);
  }
  return groups;
}

/** The two groups that "192.0.2.1" stands for. */
function parseIpv4(text: string): [number, number] | undefined {
  const octets = parseIpv4Address(text);
  return octets === undefined ? undefined : [u16(octets, 0), u16(octets, 2)];
}

function writeGroups(address: Address, at: number, groups: readonly number[]): void {
  for (const [i, group] of groups.entries()) {
    address[at + 2 * i] = group >> 8;
    address[at + 2 * i + 1] = group & 0xff;
  }
}

/** The canonical text of RFC 5952; an IPv4-mapped address ends in dotted decimal (RFC 5952 5). */
export function formatAddress(address: Address): string {
  const groups = Array.from({ length: GROUPS }, (_, i) => u16(address, 2 * i));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${u8(address, 12)}.${u8(address, 13)}.${u8(address, 14)}.${u8(address, 15)}`;
  }
  const zeros = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (zeros.length < 2) return hex.join(':');
  return `${hex.slice(0, zeros.start).join(':')}::${hex.slice(zeros.start + zeros.length).join(':')}`;
}

/** The longest run of zero groups, the first of those that are equally long (RFC 5952 4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [i, group] of groups.entries()) {
    if (group !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best;
}

/** Reads "2001:db8::/32". Undefined when it is no prefix, or when bits beyond its length are set. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const digits = text.slice(slash + 1);
  if (slash < 0 || !/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const length = Number(digits);
  const address = parseAddress(text.slice(0, slash));
  if (address === undefined || length > ADDRESS_LENGTH * 8 || hasHostBits(address, length)) return undefined;
  return { address, length };
}

/** A leased address, or a delegated prefix. */
export function formatLease({ address, prefixLength }: { readonly address: Address; readonly prefixLength: number }): string {
  return prefixLength === ADDRESS_LENGTH * 8 ? formatAddress(address) : formatPrefix({ address, length: prefixLength });
}

/** "2001:db8::/32" */
export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}
