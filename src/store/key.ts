import { ADDRESS_LENGTH, u8, type Address } from '../wire/index.ts';
import { crc32c } from './leveldb/crc32c.ts';

/** The first octet of a key: the families of records, in the order in which a scan meets them. */
export const Family = {
  /** One record: what the last commit was. */
  STATE: 0x01,
  /** One record for each opening of the database. */
  GENERATION: 0x02,
  /** One record for each timescale that the times of bindings are counted in. */
  TIMESCALE: 0x03,
  /** One record for each failover relationship that this box is, or was, in. */
  ENDPOINT: 0x04,
  /** One record for each address that has names to be removed from the DNS. */
  DNS_REMOVAL: 0x05,
  /** One record for each lease, in the order of their addresses. */
  BINDING: 0x10,
} as const;
export type Family = (typeof Family)[keyof typeof Family];

/** What names a lease: its address, or its prefix with the length. */
export interface LeaseName {
  readonly address: Address;
  /** 128 for an address. */
  readonly prefixLength: number;
}

/** The octets at the end of a key that show whether the rest of it is what was written. */
const CHECK = 2;
const BINDING_KEY = 1 + ADDRESS_LENGTH + 1 + CHECK;

/** Family, address, prefix length: binary order is the order of the addresses, so a pool is a range. */
export function bindingKey(address: Address, prefixLength: number): Uint8Array {
  const key = new Uint8Array(BINDING_KEY);
  key[0] = Family.BINDING;
  key.set(address, 1);
  key[1 + ADDRESS_LENGTH] = prefixLength;
  return seal(key);
}

/** The key of what is to be removed from the DNS of an address. */
export function removalKey(address: Address): Uint8Array {
  const key = new Uint8Array(1 + ADDRESS_LENGTH + CHECK);
  key[0] = Family.DNS_REMOVAL;
  key.set(address, 1);
  return seal(key);
}

/** The address that a sound key of that family names (a copy). */
export function removalAddressOf(key: Uint8Array): Address | undefined {
  return key.length === 1 + ADDRESS_LENGTH + CHECK ? (Uint8Array.from(key.subarray(1, 1 + ADDRESS_LENGTH)) as Address) : undefined;
}

/** The key of a record that is numbered within its family. */
export function numberedKey(family: Family, number: number): Uint8Array {
  const key = new Uint8Array(1 + 4 + CHECK);
  key[0] = family;
  new DataView(key.buffer).setUint32(1, number);
  return seal(key);
}

/** The key of a record that has a name within its family. */
export function namedKey(family: Family, name: string): Uint8Array {
  const octets = new TextEncoder().encode(name);
  const key = new Uint8Array(1 + octets.length + CHECK);
  key[0] = family;
  key.set(octets, 1);
  return seal(key);
}

/** Whether a key is as it was written: a damaged key must not be taken for the name of another lease. */
export function isSoundKey(key: Uint8Array): boolean {
  const end = key.length - CHECK;
  if (end < 1) return false;
  const check = crc32c(key, 0, end);
  return u8(key, end) === ((check >>> 8) & 0xff) && u8(key, end + 1) === (check & 0xff);
}

/** The lease that a sound key of the binding family names (a copy). */
export function leaseNameOf(key: Uint8Array): LeaseName | undefined {
  if (key.length !== BINDING_KEY) return undefined;
  const address = new Uint8Array(ADDRESS_LENGTH);
  for (let i = 0; i < ADDRESS_LENGTH; i++) address[i] = u8(key, 1 + i);
  return { address: address as Address, prefixLength: u8(key, 1 + ADDRESS_LENGTH) };
}

/** The number that a sound key of another family holds. */
export function numberOf(key: Uint8Array): number {
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(1);
}

/** The name that a sound key of such a family holds. */
export function nameOf(key: Uint8Array): string {
  return new TextDecoder().decode(key.subarray(1, key.length - CHECK));
}

function seal(key: Uint8Array): Uint8Array {
  const end = key.length - CHECK;
  const check = crc32c(key, 0, end);
  key[end] = check >>> 8;
  key[end + 1] = check;
  return key;
}
