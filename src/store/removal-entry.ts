import type { DnsRemovals, RemovedName } from '../dns/index.ts';
import { DUID_LENGTH_MAX, type Duid, isWholeName } from '../wire/index.ts';
import { removalAddressOf, removalKey } from './key.ts';
import { encodeRecord, SCHEMA_VERSION } from './record.ts';

/** The record of what is to be removed from the DNS: schema version, then name, DUID and AAAA (1) or not (0) of each. The address is in the key alone. */
const FIELDS = 3;

/** The value is valid until the next record is encoded. Undefined in its place: there is nothing (any more). */
export function removalEntry({ address, names }: DnsRemovals): { readonly key: Uint8Array; readonly value: Uint8Array | undefined } {
  const key = removalKey(address);
  const items = names.flatMap(({ name, duid, forward }) => [name, duid, forward ? 1 : 0]);
  return { key, value: names.length === 0 ? undefined : encodeRecord(key, [SCHEMA_VERSION, ...items]) };
}

/** Reads a record of the current schema version, without its check; undefined when it can't be one. */
export function decodeRemoval(key: Uint8Array, items: readonly unknown[]): DnsRemovals | undefined {
  const address = removalAddressOf(key);
  if (address === undefined || items.length < 1 + FIELDS || (items.length - 1) % FIELDS !== 0) return undefined;
  const names: RemovedName[] = [];
  for (let at = 1; at < items.length; at += FIELDS) {
    const [name, duid, forward] = items.slice(at, at + FIELDS);
    if (!isOctets(name) || !isWholeName(name) || !isOctets(duid) || duid.length > DUID_LENGTH_MAX || (forward !== 0 && forward !== 1)) return undefined;
    names.push({ name: Uint8Array.from(name), duid: Uint8Array.from(duid) as Duid, forward: forward === 1 });
  }
  return { address, names };
}

function isOctets(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}
