/**
 * The state changes that RFC 8156 section 8 (figure 6 and the text) has, written down apart from the product's table: an
 * endpoint that goes another way breaks the protocol. What one event brings may be several steps in a row.
 */
import { EndpointState } from '../../../src/failover/index.ts';
import type { EndpointState as State } from '../../../src/failover/index.ts';

const S = EndpointState;

const STEPS: ReadonlyMap<State, readonly State[]> = new Map<State, readonly State[]>([
  // 8.3.2: back to the state before, as step 2 changes it; RECOVER, POTENTIAL-CONFLICT; PARTNER-DOWN for the first box alone.
  [S.STARTUP, [S.COMMUNICATIONS_INTERRUPTED, S.PARTNER_DOWN, S.RESOLUTION_INTERRUPTED, S.RECOVER, S.RECOVER_WAIT, S.RECOVER_DONE, S.CONFLICT_DONE, S.POTENTIAL_CONFLICT]],
  [S.NORMAL, [S.COMMUNICATIONS_INTERRUPTED, S.PARTNER_DOWN, S.RECOVER]], // 8.8.2; RECOVER: storage found to be old
  [S.COMMUNICATIONS_INTERRUPTED, [S.NORMAL, S.PARTNER_DOWN, S.POTENTIAL_CONFLICT, S.RECOVER]], // 8.9.2
  [S.PARTNER_DOWN, [S.NORMAL, S.POTENTIAL_CONFLICT]], // 8.4.2
  [S.RECOVER, [S.RECOVER_WAIT, S.POTENTIAL_CONFLICT, S.PARTNER_DOWN]], // 8.5.2; PARTNER-DOWN by force
  [S.RECOVER_WAIT, [S.RECOVER_DONE, S.PARTNER_DOWN, S.RECOVER, S.POTENTIAL_CONFLICT]], // 8.6.2
  [S.RECOVER_DONE, [S.NORMAL, S.COMMUNICATIONS_INTERRUPTED, S.POTENTIAL_CONFLICT, S.PARTNER_DOWN, S.RECOVER]], // 8.7.2
  [S.POTENTIAL_CONFLICT, [S.CONFLICT_DONE, S.NORMAL, S.RESOLUTION_INTERRUPTED, S.PARTNER_DOWN, S.RECOVER]], // 8.10.2
  [S.RESOLUTION_INTERRUPTED, [S.POTENTIAL_CONFLICT, S.PARTNER_DOWN, S.RECOVER]], // 8.11.2
  [S.CONFLICT_DONE, [S.NORMAL, S.POTENTIAL_CONFLICT, S.PARTNER_DOWN, S.RECOVER]], // 8.12.2
]);

/** More steps at once no event brings: out of STARTUP, to what the partner's state makes of it, and on. */
const STEPS_MAX = 3;

export function isReachable(from: State, to: State): boolean {
  let reached: readonly State[] = [from];
  for (let step = 0; step < STEPS_MAX; step++) {
    reached = reached.flatMap((state) => STEPS.get(state) ?? []);
    if (reached.includes(to)) return true;
  }
  return false;
}
