/** What is due of one address: names to be removed, then what its lease is called now. */
import type { Address, Duid } from '../wire/index.ts';
import type { RemovedName } from './removals.ts';

/** One step of it, in one zone. */
export type Step =
  | { readonly kind: 'add-forward' | 'add-reverse'; readonly name: Uint8Array; readonly duid: Duid }
  | { readonly kind: 'remove-forward' | 'remove-reverse'; readonly removed: RemovedName };

export interface Work {
  readonly address: Address;
  /** Where it is now: it waits for a zone, or for an answer; for its time; for what failover allows. */
  place: 'nowhere' | 'zone' | 'asking' | 'later' | 'held';
  /** The lease that these are about: of another name, or of another client, nothing of it counts. */
  lease: { readonly wanted: Uint8Array; readonly duid: Duid } | undefined;
  /** `LeaseDnsBit` of what was done, and is not noted with the lease yet. */
  bits: number;
  /** What it is called, where the name that it was to have is somebody else's. */
  instead: Uint8Array | undefined;
  number: number;
  isTaken: boolean;
  /** Tries that failed, of this one alone. */
  failures: number;
  /** Of this name the AAAA is gone. */
  forwardRemoved: RemovedName | undefined;
}

export function newWork(address: Address): Work {
  return { address, place: 'nowhere', lease: undefined, bits: 0, instead: undefined, number: 1, isTaken: false, failures: 0, forwardRemoved: undefined };
}
