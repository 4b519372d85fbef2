/** The two clocks that an event is stamped with; the shell reads them, the core never does. */
import type { EpochSeconds, MonotonicMs } from '../wire/index.ts';

export interface Now {
  /** Wall clock: what leases are measured in. It may step. */
  readonly epoch: EpochSeconds;
  /** Never steps: what queues, rates and waits are measured in. */
  readonly monotonic: MonotonicMs;
}
