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

  /** Whether a partner has to know of the lease: it is of a shared pool, or of none and reserved on a link that is shared. */
  isShared(slot: number): boolean {
    const number = this.#records.pool(slot);
    const pools = this.#pools();
    return number === NO_POOL ? pools.relationshipOfStray(slot) !== undefined : pools.pool(number).share !== 'whole';
  }

  #freeTime(slot: number): EpochSeconds {
    if (!this.isShared(slot)) return this.#promisedUntil(slot);
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

  /** A lease of a former configuration, which no partner is told of any more, may have been promised to one. */
  #promisedUntil(slot: number): EpochSeconds {
    if (this.#records.pool(slot) !== NO_POOL) return 0 as EpochSeconds;
    const told = Math.max(this.#records.partnerLifetime(slot), this.#records.ackedPartnerLifetime(slot));
    return Math.max(told, this.#records.expirationTime(slot)) as EpochSeconds;
  }

  #partnerDown(slot: number): PartnerDown | undefined {
    const number = this.#records.pool(slot);
    const pools = this.#pools();
    return number === NO_POOL ? pools.strayPartnerDown.get(pools.relationshipOfStray(slot) ?? '') : pools.pool(number).partnerDown;
  }
}
