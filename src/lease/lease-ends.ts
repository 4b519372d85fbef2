import type { EpochSeconds } from '../wire/index.ts';
import { BindingStatus, hasEnded } from './binding.ts';
import type { LeaseRecords } from './lease-records.ts';
import { NEVER } from './lifetimes.ts';
import { partnerDownReuseTime } from './partner-lifetimes.ts';
import type { PartnerDown } from './pool.ts';
import type { PoolSet } from './pool-set.ts';
import { NO_POOL } from './record.ts';

/** When something is to be done about a lease, by itself. */
export class LeaseEnds {
  readonly #records: LeaseRecords;
  readonly #pools: () => PoolSet;

  constructor(records: LeaseRecords, pools: () => PoolSet) {
    this.#records = records;
    this.#pools = pools;
  }

  /**
   * When an ACTIVE lease runs out, an ABANDONED one was set aside for long enough, or one that ended is free: at once where
   * nobody else has to know; never where the partner has to, unless the partner is down. NEVER for all others.
   */
  dueTime(slot: number): EpochSeconds {
    const status = this.#records.status(slot);
    if (status === BindingStatus.ACTIVE) return this.#records.heldUntil(slot);
    if (status === BindingStatus.ABANDONED) return this.#records.stateExpirationTime(slot);
    return hasEnded(status) ? this.#freeTime(slot) : NEVER;
  }

  /** Whether a partner has to know of the lease: it is of a shared pool, or of none, as reserved ones may be, where any is shared. */
  isShared(slot: number): boolean {
    const number = this.#records.pool(slot);
    const pools = this.#pools();
    return number === NO_POOL ? pools.isShared : pools.pool(number).share !== 'whole';
  }

  #freeTime(slot: number): EpochSeconds {
    if (!this.isShared(slot)) return 0 as EpochSeconds;
    const partnerDown = this.#partnerDown(slot);
    if (partnerDown === undefined) return NEVER;
    const promised = {
      partnerLifetime: this.#records.partnerLifetime(slot),
      ackedPartnerLifetime: this.#records.ackedPartnerLifetime(slot),
      expirationTime: this.#records.expirationTime(slot),
      // Later than the end that the client was told, or the client gave it up then.
      clientExpirationTime: this.#records.startTimeOfState(slot),
    };
    return partnerDownReuseTime(promised, partnerDown.entry, partnerDown.mclt);
  }

  #partnerDown(slot: number): PartnerDown | undefined {
    const number = this.#records.pool(slot);
    const pools = this.#pools();
    return number === NO_POOL ? pools.strayPartnerDown : pools.pool(number).partnerDown;
  }
}
