/** What a requestor is told over its connection, piece by piece, as fast as it reads. */
import type { EpochSeconds } from '../../wire/index.ts';

export type StreamStep =
  /** Send this; there may be more at once. */
  | { readonly kind: 'octets'; readonly octets: Uint8Array }
  /** There was much to look through: go on at the next opportunity. */
  | { readonly kind: 'busy' }
  /** What is next waits for a commit, or has not happened yet. */
  | { readonly kind: 'waiting' }
  /** That was all. `closes`: the connection is to be closed (RFC 5460 section 7.4). */
  | { readonly kind: 'done'; readonly octets: Uint8Array; readonly closes: boolean };

/** Work of one step, counted in looks at a lease: it takes one or two tenths of a millisecond, and a small box ten times as long. */
export const WORK_MAX = 512;
/** Leases that are looked at in one go. */
export const LOOK = 128;
/** What it takes to tell of a client. */
export const TELLING_COST = 16;
/** A step writes so many octets, or one message more. */
export const OCTETS_MAX = 16_384;

export const BUSY: StreamStep = { kind: 'busy' };
export const WAITING: StreamStep = { kind: 'waiting' };

export interface LeasequeryStream {
  readonly kind: 'bulk' | 'active';
  /** Clients that were told. */
  readonly told: number;
  /** Does a bounded amount of work. */
  next(now: EpochSeconds): StreamStep;
  /** Leases that wait to be told; of a bulk leasequery nobody counts them. */
  readonly behind: number;
  /** What is said where nothing was for a while; undefined: `next` has something to say. */
  idle(now: EpochSeconds): Uint8Array | undefined;
  /** The connection is gone, or it was all. */
  close(now: EpochSeconds): void;
  /** The last words where the box ends it (RFC 5460 section 5.5). @param why for the requestor's log */
  terminate(why: string, now: EpochSeconds): Uint8Array;
}
