import type { EpochSeconds, Seconds } from '../wire/index.ts';
import { BindingStatus, hasEnded } from './binding.ts';
import type { LeaseRecords } from './lease-records.ts';
import { NEVER, saturatedExpirationTime } from './lifetimes.ts';
import { partnerDownReuseTime } from './partner-lifetimes.ts';
import type { PartnerDown } from './pool.ts';
import type { PoolSet } from './pool-set.ts';
import { NO_POOL } from './record.ts';

/**
 * So much longer this box waits for the end of a lease whose client last talked to the partner: the partner tells of it. Two
 * boxes that end the same lease do no harm, but twice the work.
 */
const PARTNER_TELLS_WITHIN = 60 as Seconds;

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
    if (status === BindingStatus.ACTIVE || status === BindingStatus.ABANDONED) return this.#endOfStatus(slot);
    return hasEnded(status) ? this.#freeTime(slot) : NEVER;
  }

  #endOfStatus(slot: number): EpochSeconds {
    const end = this.#records.stateExpirationTime(slot);
    if (end === NEVER || this.#records.partnerRawCltTime(slot) <= this.#records.clientLastTransactionTime(slot)) return end;
    const isPartnerThere = this.#isShared(slot) && this.#partnerDown(slot) === undefined;
    return isPartnerThere ? saturatedExpirationTime(end, PARTNER_TELLS_WITHIN) : end;
  }

  #freeTime(slot: number): EpochSeconds {
    if (!this.#isShared(slot)) return 0 as EpochSeconds;
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

  #isShared(slot: number): boolean {
    const number = this.#records.pool(slot);
    const pools = this.#pools();
    return number === NO_POOL ? pools.isShared : pools.pool(number).share !== 'whole';
  }

  #partnerDown(slot: number): PartnerDown | undefined {
    const number = this.#records.pool(slot);
    const pools = this.#pools();
    return number === NO_POOL ? pools.strayPartnerDown : pools.pool(number).partnerDown;
  }
}
