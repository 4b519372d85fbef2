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
  /** The connection is gone. */
  close(): void;
  /** The last words where the box ends it (RFC 5460 section 5.5). @param why for the requestor's log */
  terminate(why: string, now: EpochSeconds): Uint8Array;
}
