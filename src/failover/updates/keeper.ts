/** Who is told of a lease, and what it may have promised of it without a record. */
import { type LeaseReader, NO_SLOT, saturatedExpirationTime } from '../../lease/index.ts';
import { type EpochSeconds, type Seconds, epochSeconds } from '../../wire/index.ts';
import type { Role } from '../endpoint-state.ts';
import { hasNoClient } from './compose.ts';

export interface Keeper {
  readonly role: Role;
  readonly mclt: Seconds;
  /** Its records may be older than what it told and agreed to. */
  isRebuilding(): boolean;
}

/**
 * Until when this box may have promised a lease, of which the partner knows `expirationTime` by its word; 0: its record says it. The
 * client was promised MCLT more at most (section 4.4), also where the partner itself promised something longer than what it was told.
 */
export function forgottenPromise(records: LeaseReader, slot: number, expirationTime: EpochSeconds, keeper: Keeper): EpochSeconds {
  const isForgotten = keeper.isRebuilding() || slot === NO_SLOT || hasNoClient(records, slot);
  return isForgotten ? saturatedExpirationTime(expirationTime, keeper.mclt) : epochSeconds(0);
}
