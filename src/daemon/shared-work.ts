/**
 * Whether this box could do the work of both. Where two boxes divide the clients each has to be able to take all of them (RFC 7031
 * section 4.3; R-LB5), and nobody notices that it can't before the other one fails. Of a box with several partners it is asked whether it
 * could do the work of all of them at once, by its smallest part: the process does not know for which of them it was busy.
 */
import type { Appliance } from '../appliance/index.ts';
import type { Alarms } from '../control/index.ts';
import type { Severity } from '../failover/index.ts';
import { HASH_BUCKETS } from '../wire/index.ts';

/** So many looks make a minute: a burst passes. */
const LOOKS = 6;
/** So much less than it takes to raise the alarm, of all that the box can do. */
const CLEARED_BELOW = 0.1;
const ID = 'capacity-shared';

/** What the process did since it began, in milliseconds. */
interface Work {
  readonly busy: number;
  readonly elapsed: number;
}

/** @returns to be called every ten seconds */
export function watchSharedWork(
  failover: Appliance['failover'],
  alarms: Pick<Alarms, 'raise' | 'clear'>,
  report: (severity: Severity, text: string) => void,
  read: () => Work = workOfProcess,
): () => void {
  const past: Work[] = [];
  let isRaised = false;
  return () => {
    const now = read();
    const before = past.length < LOOKS ? undefined : past.shift();
    past.push(now);
    const share = before === undefined ? 0 : (now.busy - before.busy) / (now.elapsed - before.elapsed);
    const divided = failover.relationships.filter(({ split }) => split?.buckets !== undefined);
    const sharing = divided.filter(({ responsiveness }) => responsiveness.share !== undefined);
    // Where the partner is gone it shows now what was feared.
    if (isRaised && divided.length > sharing.length) return;
    // With a part of the clients a box may do that part of what it can.
    const most = Math.min(...sharing.map(({ split }) => (split?.buckets ?? 0) / HASH_BUCKETS));
    const isTooMuch = sharing.length > 0 && share >= (isRaised ? most - CLEARED_BELOW : most);
    if (isTooMuch === isRaised) return;
    isRaised = isTooMuch;
    if (!isTooMuch) {
      alarms.clear(ID);
      report('info', 'over: this box had more to do than it could do beside the work of its partner');
      return;
    }
    const text = `this box was busy for ${String(Math.round(share * 100))}% of the last minute with its part of the clients: it can't carry those of ${sharing.map(({ partnerName }) => partnerName).join(', ')} as well`;
    alarms.raise(ID, text, {
      severity: 'warning',
      advice: 'Longer lifetimes make less work, and so does a faster box: what both do together has to be less than one can.',
    });
    report('warning', text);
  };
}

function workOfProcess(): Work {
  const { active, idle } = performance.eventLoopUtilization();
  return { busy: active, elapsed: active + idle };
}
