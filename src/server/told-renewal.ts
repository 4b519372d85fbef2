/** T1 and T2 as a client is told them (RFC 9915 sections 18.3.2, 18.3.4, 21.4), and as its leases keep them for a partner. */
import { BindingStatus, renewalTimes } from '../lease/index.ts';
import type { RenewalSetting, RenewalTimes } from '../lease/index.ts';
import { seconds } from '../wire/index.ts';
import type { Seconds } from '../wire/index.ts';
import type { Context } from './context.ts';
import type { IaResult } from './ia-result.ts';

/**
 * T1 and T2 are the same in all IAs of a Reply and come from the leases that are extended in it
 * (section 18.3.2), or will be. Where none is, the longest that is left is the end of it (section 18.3.4).
 */
export function sharedTimes(ias: readonly IaResult[]): RenewalTimes {
  let shortestPreferred: Seconds | undefined;
  let longestLeft = seconds(0);
  let t1: RenewalSetting = 'auto';
  let t2: RenewalSetting = 'auto';
  for (const { leases } of ias) {
    for (const { preferred, valid, terms, isToAskAgain } of leases) {
      if (terms === undefined && isToAskAgain !== true) {
        if (valid > longestLeft) longestLeft = valid;
        continue;
      }
      const lasting = isToAskAgain === true && preferred === 0 ? valid : preferred;
      if (shortestPreferred === undefined || lasting < shortestPreferred) shortestPreferred = lasting;
      if (terms === undefined) continue;
      t1 = earlier(t1, terms.lifetimes.t1);
      t2 = earlier(t2, terms.lifetimes.t2);
    }
  }
  if (shortestPreferred === undefined) return { t1: longestLeft, t2: longestLeft };
  return renewalTimes(shortestPreferred, t1, t2);
}

/** The leases that were given or extended keep what their client is told: the partner is to be told the same (RFC 8156 section 7.4). */
export function noteTold({ changed, link, server: { table } }: Context, told: RenewalTimes): void {
  for (const slot of changed) {
    if (table.records.status(slot) === BindingStatus.ACTIVE && link.isReplicated(table.records.pool(slot))) table.told.noteRenewal(slot, told);
  }
}

function earlier(a: RenewalSetting, b: RenewalSetting): RenewalSetting {
  if (a === 'auto') return b;
  return b === 'auto' ? a : seconds(Math.min(a, b));
}
