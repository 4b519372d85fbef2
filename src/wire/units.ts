/**
 * Numbers that carry their unit and their origin in the type, so that a duration is never taken for a date.
 */
declare const unit: unique symbol;

/** A duration in whole seconds, 0..0xffffffff; 0xffffffff means "for ever" (RFC 9915 7.7). */
export type Seconds = number & { readonly [unit]: 'Seconds' };

/** A point in time in seconds since 1970-01-01T00:00:00Z. */
export type EpochSeconds = number & { readonly [unit]: 'EpochSeconds' };

/** A point on the monotonic clock in milliseconds; its origin is unknown, only differences mean something. */
export type MonotonicMs = number & { readonly [unit]: 'MonotonicMs' };

/** Infinity, for lifetimes and T1/T2 (RFC 9915 7.7). */
export const INFINITY_SECONDS = 0xffffffff as Seconds;

/** Takes a plain number for a duration in seconds. */
export function seconds(value: number): Seconds {
  return value as Seconds;
}

/** Takes a plain number for seconds since the Unix epoch. */
export function epochSeconds(value: number): EpochSeconds {
  return value as EpochSeconds;
}

/** Takes a plain number for milliseconds of the monotonic clock. */
export function monotonicMs(value: number): MonotonicMs {
  return value as MonotonicMs;
}

/** The two clocks that an event is stamped with; the shell reads them, the core never does. */
export interface Now {
  /** Wall clock: what leases are measured in. It may step. */
  readonly epoch: EpochSeconds;
  /** Never steps: what queues, rates and waits are measured in. */
  readonly monotonic: MonotonicMs;
}
