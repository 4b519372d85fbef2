import type { Timescale } from '../clock/index.ts';
import type { DnsRemovals } from '../dns/index.ts';
import type { EndpointRecord } from '../failover/index.ts';
import type { Binding } from '../lease/index.ts';
import type { Duid, EpochSeconds } from '../wire/index.ts';
import type { StoreAlarm } from './alarm.ts';
import type { Generation, SavedTime } from './entry.ts';
import type { Identity } from './identity.ts';
import type { Migration } from './migration.ts';
import type { Store } from './store.ts';

/** What opening the store needs. */
export interface StoreOptions {
  /** Made if it is missing. Everything of the store is in it. */
  readonly directory: string;
  /** The DUID of a server that is new here, and takes the place of another one; left out: it makes one of its own. */
  readonly serverDuid?: Duid | undefined;
  /** Of cryptographic quality. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly now: () => EpochSeconds;
  /**
   * Called once for each binding that can be read, in the order of their addresses, before the opening ends. The binding's octets are
   * valid during the call.
   */
  readonly onBinding: (binding: Binding) => void;
  readonly onAlarm: (alarm: StoreAlarm) => void;
  /** The steps from older schema versions; those that were released unless a test says otherwise. */
  readonly migrations?: readonly Migration[];
}

/** A store that is open. */
export interface OpenedStore {
  readonly store: Store;
  readonly identity: Identity;
  /**
   * `fresh`: there was neither identity nor database, both are new. `opened`: all is as it was left. `lost`: something is
   * missing from stable storage and nobody has accepted that yet (`Store.loss`).
   */
  readonly outcome: 'fresh' | 'opened' | 'lost';
  /** What was found, in plain words, a sentence each. */
  readonly findings: readonly string[];
  /** It was damaged, and made anew of what could be read; as it was, it is kept aside. */
  readonly isRebuilt: boolean;
  /** How many bindings were read. */
  readonly bindings: number;
  /** The number of the last commit; the next one must be higher. */
  readonly counter: number;
  /** Every opening that is still known, oldest first; the last one is this. */
  readonly generations: readonly Generation[];
  /** Those that are of use, oldest first. */
  readonly timescales: readonly Timescale[];
  /** When the last commit was, by the clock of the box; undefined: not known. */
  readonly saved: SavedTime | undefined;
  /** What was last stored of each failover relationship, those that are not configured any more included. */
  readonly endpoints: readonly EndpointRecord[];
  /** What is to be removed from the DNS. */
  readonly removals: readonly DnsRemovals[];
}

/** Why a store can't be opened, and what to do. Nothing was changed. */
export interface StoreError {
  readonly code: 'in-use' | 'identity-unreadable' | 'identity-missing' | 'schema-newer' | 'disk';
  readonly text: string;
}

export type StoreOpening = OpenedStore | { readonly error: StoreError };
