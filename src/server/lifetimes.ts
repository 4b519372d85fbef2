/** How long leases last, and when clients renew them. */
import type { Seconds } from '../wire/index.ts';

/** Lifetimes for what a pool gives out (RFC 9915 section 21.6, 21.22) and the IA's timers (21.4, 21.21). */
export interface Lifetimes {
  readonly preferred: Seconds;
  readonly valid: Seconds;
  /** `auto`: half of the IA's shortest preferred lifetime (RFC 9915 section 21.4). */
  readonly t1: Seconds | 'auto';
  /** `auto`: 0.8 of the IA's shortest preferred lifetime (RFC 9915 section 21.4). */
  readonly t2: Seconds | 'auto';
}
