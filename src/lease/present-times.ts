import { type EpochSeconds, epochSeconds } from '../wire/index.ts';
import { type Binding, PRESENT_TIMESCALE } from './binding.ts';

/**
 * A record as it is written anew, whole in the present timescale (R-ST2, rule 4). Where its times are upper bounds (not `isExact`) its end
 * stays and keeps the lease; what the partner agreed to may be over, and allows nothing any more (rule 7); and nothing that was is later
 * than now.
 */
export function inPresentTimescale(binding: Binding, isExact: boolean, now: EpochSeconds): Binding {
  if (isExact) return binding.timescale === PRESENT_TIMESCALE ? binding : { ...binding, timescale: PRESENT_TIMESCALE };
  const past = (time: EpochSeconds): EpochSeconds => epochSeconds(Math.min(time, now));
  return {
    ...binding,
    timescale: PRESENT_TIMESCALE,
    clientLastTransactionTime: past(binding.clientLastTransactionTime),
    startTimeOfState: past(binding.startTimeOfState),
    partnerRawCltTime: past(binding.partnerRawCltTime),
    ackedPartnerLifetime: epochSeconds(0),
  };
}
