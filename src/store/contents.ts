import type { Timescale } from '../clock/index.ts';
import type { DnsRemovals } from '../dns/index.ts';
import type { EndpointRecord } from '../failover/index.ts';
import type { Binding } from '../lease/index.ts';
import { formatAddress, formatHex } from '../wire/index.ts';
import { readEntry, type Entry, type Generation, type SavedTime } from './entry.ts';
import type { LeaseName } from './key.ts';
import { readEntries } from './leveldb/entries.ts';
import type { Migration } from './migration.ts';
import { SCHEMA_VERSION } from './record.ts';

/** A record about a lease that can't be read: what the lease is now is not known. */
export interface UnreadableRecord {
  readonly lease: LeaseName;
  readonly why: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What a database holds besides the bindings, and what is wrong with it. */
export interface Contents {
  counter: number | undefined;
  /** In their order. */
  readonly generations: Generation[];
  /** When the last commit was. */
  saved: SavedTime | undefined;
  readonly timescales: Timescale[];
  /** Those that records are in. */
  readonly usedTimescales: Set<number>;
  readonly endpoints: EndpointRecord[];
  readonly removals: DnsRemovals[];
  bindings: number;
  /** Records of an older schema version. */
  outdated: number;
  /** Set when the database was written by a later program; nothing else was read then. */
  newerVersion: number | undefined;
  readonly unreadable: UnreadableRecord[];
  /** Why more than the unreadable records is in doubt; none when nothing is. */
  readonly findings: string[];
}

/** With more unreadable records than this, the database as a whole is not believed. */
const UNREADABLE_MAX = 64;
const FINDINGS_MAX = 8;

/**
 * Reads a sound database that nobody has open, and gives every binding in it, in the order of their addresses. What it gives is valid
 * during the call.
 */
export async function readContents(
  folder: string,
  migrations: readonly Migration[],
  onBinding: (binding: Binding) => void,
): Promise<Contents> {
  const contents: Contents = {
    counter: undefined,
    generations: [],
    saved: undefined,
    timescales: [],
    usedTimescales: new Set(),
    endpoints: [],
    removals: [],
    bindings: 0,
    outdated: 0,
    newerVersion: undefined,
    unreadable: [],
    findings: [],
  };
  await readEntries(folder, (key, value) => {
    if (contents.newerVersion !== undefined) return;
    const entry = readEntry(key, value, migrations, 'borrowed');
    const why = entry.kind === 'unreadable' ? entry.why : contradictionOf(entry, contents);
    if (why === undefined) take(entry, contents, onBinding);
    else takeUnreadable(entry, why, contents, key, value);
  });
  if (contents.newerVersion === undefined && contents.counter === undefined) {
    find(contents, 'the record of the last commit is missing');
  }
  const known = new Set(contents.timescales.map(({ index }) => index));
  for (const index of contents.usedTimescales.difference(known)) find(contents, `what timescale ${index} is, which bindings refer to, is not known`);
  return contents;
}

/** The families are in such an order that what a binding refers to was read before it. */
function contradictionOf(entry: Entry, { counter }: Contents): string | undefined {
  if (entry.kind !== 'binding' || counter === undefined || entry.binding.revision <= counter) return undefined;
  return `it is of commit ${entry.binding.revision}, but the last one was ${counter}`;
}

function take(entry: Entry, contents: Contents, onBinding: (binding: Binding) => void): void {
  switch (entry.kind) {
    case 'binding':
      contents.bindings++;
      contents.usedTimescales.add(entry.binding.timescale);
      onBinding(entry.binding);
      break;
    case 'state':
      contents.counter = entry.counter;
      contents.saved = entry.saved;
      if (entry.saved !== undefined) contents.usedTimescales.add(entry.saved.timescale);
      break;
    case 'generation':
      contents.generations.push(entry.generation);
      break;
    case 'timescale':
      contents.timescales.push(entry.timescale);
      break;
    case 'endpoint':
      contents.endpoints.push(entry.endpoint);
      for (const timescale of Object.values(entry.endpoint.timescales ?? {})) contents.usedTimescales.add(timescale);
      break;
    case 'removal':
      contents.removals.push(entry.removal);
      break;
    case 'newer':
      contents.newerVersion = entry.version;
      return;
    case 'unreadable':
      return;
  }
  if (entry.version < SCHEMA_VERSION) contents.outdated++;
}

function takeUnreadable(entry: Entry, why: string, contents: Contents, key: Uint8Array, value: Uint8Array): void {
  const lease = leaseOf(entry);
  if (lease === undefined) {
    find(contents, `the record with the key ${formatHex(key, '')} can not be read: ${why}`);
  } else if (contents.unreadable.length < UNREADABLE_MAX) {
    contents.unreadable.push({ lease, why, key: new Uint8Array(key), value: new Uint8Array(value) });
  } else {
    find(contents, `the record of ${formatAddress(lease.address)} can not be read either: ${why}`);
  }
}

function leaseOf(entry: Entry): LeaseName | undefined {
  if (entry.kind === 'unreadable') return entry.lease;
  return entry.kind === 'binding' ? entry.binding : undefined;
}

function find(contents: Contents, finding: string): void {
  if (contents.findings.length < FINDINGS_MAX) contents.findings.push(finding);
}
