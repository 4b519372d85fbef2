import type { Timescale } from '../clock/index.ts';
import type { DnsRemovals } from '../dns/index.ts';
import type { EndpointRecord } from '../failover/index.ts';
import type { Binding } from '../lease/index.ts';
import { epochSeconds, type EpochSeconds } from '../wire/index.ts';
import { decodeBinding, encodeBinding } from './binding-record.ts';
import { decodeEndpoint } from './endpoint-entry.ts';
import { bindingKey, Family, isSoundKey, leaseNameOf, numberedKey, numberOf, type LeaseName } from './key.ts';
import { upgradeItems, type Migration } from './migration.ts';
import { decodeRemoval } from './removal-entry.ts';
import { decodeRecord, encodeRecord, SCHEMA_VERSION } from './record.ts';

/** The time from one opening of the database to the next. */
export interface Generation {
  /** Counts the openings. */
  readonly ordinal: number;
  /** 8 random octets: no other opening of any database has them. */
  readonly id: Uint8Array;
  /** The counter of commits when it began, which is where the one before it ended. */
  readonly start: number;
}

/** When the last commit was, by the clock of the box. */
export interface SavedTime {
  readonly time: EpochSeconds;
  /** Index of the timescale that it is in. */
  readonly timescale: number;
}

/** What one key and value of the database say. `version` is the schema version that the record is of. */
export type Entry =
  | { readonly kind: 'state'; readonly version: number; readonly counter: number; readonly saved: SavedTime | undefined }
  | { readonly kind: 'generation'; readonly version: number; readonly generation: Generation }
  | { readonly kind: 'timescale'; readonly version: number; readonly timescale: Timescale }
  | { readonly kind: 'endpoint'; readonly version: number; readonly endpoint: EndpointRecord }
  | { readonly kind: 'binding'; readonly version: number; readonly binding: Binding }
  | { readonly kind: 'removal'; readonly version: number; readonly removal: DnsRemovals }
  /** The database as a whole was written by a later program. */
  | { readonly kind: 'newer'; readonly version: number }
  /** Its key, if at least that can be trusted, names the lease that it was about. */
  | { readonly kind: 'unreadable'; readonly lease: LeaseName | undefined; readonly why: string };

/** Key and value as LevelDB takes them. */
export interface KeyAndValue {
  readonly key: Uint8Array;
  /** Valid until the next record is encoded. */
  readonly value: Uint8Array;
}

const ID_LENGTH = 8;

/**
 * Reads an entry, whatever its schema version. Nothing in the result refers to `key` or `value`; but where a binding's octets are
 * borrowed they are valid until the next entry is read (at a start with very many that saves time).
 */
export function readEntry(key: Uint8Array, value: Uint8Array, migrations: readonly Migration[], octets: 'copied' | 'borrowed' = 'copied'): Entry {
  if (!isSoundKey(key)) return unreadable(undefined, 'its key is damaged');
  const lease = key[0] === Family.BINDING ? leaseNameOf(key) : undefined;
  const items = decodeRecord(key, value);
  if (typeof items === 'string') return unreadable(lease, items);
  const version = items[0] as number;
  if (key[0] === Family.STATE && version > SCHEMA_VERSION) return { kind: 'newer', version };
  const current = upgradeItems(key[0] as Family, items, migrations);
  if (typeof current === 'string') return unreadable(lease, current);
  if (lease !== undefined) {
    const binding = decodeBinding(lease, current, octets);
    return typeof binding === 'string' ? unreadable(lease, binding) : { kind: 'binding', version, binding };
  }
  return readOther(key, version, current) ?? unreadable(undefined, 'it holds something else than its key says');
}

function readOther(key: Uint8Array, version: number, items: readonly unknown[]): Entry | undefined {
  const [, first, second, third, fourth] = items;
  switch (key[0]) {
    case Family.STATE: {
      if (!isCount(first) || !isCount(second) || !isCount(third)) return undefined;
      return { kind: 'state', version, counter: first, saved: second === 0 ? undefined : { time: epochSeconds(second), timescale: third } };
    }
    case Family.GENERATION: {
      if (!isId(first) || !isCount(second)) return undefined;
      return { kind: 'generation', version, generation: { ordinal: numberOf(key), id: first.slice(), start: second } };
    }
    case Family.TIMESCALE: {
      if (!isId(first) || (second !== null && !isSafeInteger(second)) || !isSafeInteger(third) || (fourth !== 0 && fourth !== 1)) return undefined;
      const begins = fourth === 1 ? 'step' : 'start';
      return { kind: 'timescale', version, timescale: { index: numberOf(key), id: first.slice(), correction: second ?? undefined, ahead: third, begins } };
    }
    case Family.ENDPOINT: {
      const endpoint = decodeEndpoint(key, items);
      return endpoint && { kind: 'endpoint', version, endpoint };
    }
    case Family.DNS_REMOVAL: {
      const removal = decodeRemoval(key, items);
      return removal && { kind: 'removal', version, removal };
    }
    default:
      return undefined;
  }
}

/** What the last commit was, and when: every commit writes it, so a clock that begins there lags little (R-ST2). */
export function stateEntry(counter: number, saved: SavedTime | undefined): KeyAndValue {
  return { key: STATE_KEY, value: encodeRecord(STATE_KEY, [SCHEMA_VERSION, counter, saved?.time ?? 0, saved?.timescale ?? 0]) };
}
const STATE_KEY = numberedKey(Family.STATE, 0);

export function generationEntry({ ordinal, id, start }: Generation): KeyAndValue {
  const key = numberedKey(Family.GENERATION, ordinal);
  return { key, value: encodeRecord(key, [SCHEMA_VERSION, id, start]) };
}

export function timescaleEntry({ index, id, correction, ahead, begins }: Timescale): KeyAndValue {
  const key = numberedKey(Family.TIMESCALE, index);
  return { key, value: encodeRecord(key, [SCHEMA_VERSION, id, correction ?? null, ahead, begins === 'step' ? 1 : 0]) };
}

/** The lease as of the commit with this counter, whatever revision the binding itself says. */
export function bindingEntry(binding: Binding, counter: number): KeyAndValue {
  const key = bindingKey(binding.address, binding.prefixLength);
  return { key, value: encodeBinding(key, binding, counter) };
}

function unreadable(lease: LeaseName | undefined, why: string): Entry {
  return { kind: 'unreadable', lease, why };
}

function isId(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === ID_LENGTH;
}

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isCount(value: unknown): value is number {
  return isSafeInteger(value) && value >= 0;
}
