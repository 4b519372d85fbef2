/** A box that begins anew without all of its leases, by the operator's word, and asks for what is left (R-ST1; F-GAP-18). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import { LOST, OPENED_THRICE, partnerSaw } from './databases.ts';
import { record } from './settings.ts';
import { createSolo, inState, nameOf, say, starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, POTENTIAL_CONFLICT, CONFLICT_DONE, RECOVER, RECOVER_WAIT, RECOVER_DONE } = EndpointState;

const stored = (solo: Solo) => solo.box.stored.get('east-west');

describe('A box that begins anew by force (R-ST1)', () => {
  it('[R-ST1] lost, and begun anew by force: asks whoever comes for all that it has left, until it was told', () => {
    const solo = createSolo('secondary', undefined, { database: LOST });
    solo.box.advance(10_000);
    assert.equal(say(solo, 'force-partner-down'), undefined);
    for (const [partner, expected] of [[RECOVER, 'PARTNER-DOWN'], [RECOVER_WAIT, 'PARTNER-DOWN'], [RECOVER_DONE, 'NORMAL']] as const) {
      const again = createSolo('secondary', stored(solo));
      again.connect();
      again.saysState(RECOVER);
      assert.equal(again.sentNames().at(-1), 'UPDREQALL');
      again.breaks();
      again.connect();
      again.saysState(partner);
      assert.equal(again.sentNames().at(-1), 'UPDREQALL', 'once more, as the answer did not come');
      assert.equal(nameOf(again), expected);
      again.saysUpdatesDone();
      again.breaks();
      again.connect();
      again.saysState(RECOVER);
      assert.ok(!again.sentNames().includes('UPDREQALL'));
    }
    const whole = inState('primary', PARTNER_DOWN);
    whole.connect();
    whole.saysState(RECOVER);
    assert.ok(!whole.sentNames().includes('UPDREQALL'), 'nor one that knows its partner');
  });
  it('[F-GAP-18] who serves alone asks a partner that recovers for all where it never was in step with it, or lacks something; else for nothing', () => {
    for (const [changes, asks] of [
      [{ hasCommunicated: false }, true],
      [{ restNeeded: true }, true],
      [{}, false],
    ] as const) {
      for (const partner of [RECOVER, RECOVER_DONE]) {
        const solo = createSolo('secondary', record('secondary', PARTNER_DOWN, changes));
        solo.connect();
        solo.saysState(partner);
        assert.equal(solo.sentNames().includes('UPDREQALL'), asks, `${JSON.stringify(changes)} ${endpointStateName(partner)}`);
        if (!asks) continue;
        solo.saysUpdatesDone();
        solo.breaks();
        solo.connect();
        solo.saysState(RECOVER);
        assert.ok(!solo.sentNames().includes('UPDREQALL'), 'once it was told all');
      }
    }
  });
  it('[R-ST1, F-UP-3] whose UPDDONE was lost with the connection, as it went to NORMAL: asks once more when the two meet again, also after a restart, until it was told', () => {
    for (const changes of [{ restNeeded: true }, { hasCommunicated: false }]) {
      for (const restarts of [false, true]) {
        for (const partner of [NORMAL, COMMUNICATIONS_INTERRUPTED, RECOVER_DONE]) {
          const solo = createSolo('primary', record('primary', PARTNER_DOWN, changes));
          solo.connect();
          solo.saysState(RECOVER_DONE);
          assert.deepEqual([nameOf(solo), solo.sentNames().at(-1)], ['NORMAL', 'UPDREQALL']);
          solo.breaks();
          assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
          const again = restarts ? createSolo('primary', stored(solo)) : solo;
          again.connect();
          again.saysState(partner);
          assert.deepEqual([nameOf(again), again.sentNames().at(-1)], ['NORMAL', 'UPDREQALL'], `${JSON.stringify(changes)} ${endpointStateName(partner)}`);
          again.saysUpdatesDone();
          assert.equal(stored(again)?.restNeeded, false);
          again.breaks();
          again.connect();
          again.saysState(partner);
          assert.equal(nameOf(again), 'NORMAL');
          assert.ok(!again.sentNames().includes('UPDREQALL'), 'once it was told all');
        }
      }
    }
  });
  it('[F-GAP-18] by force a box that lost nothing lacks nothing', () => {
    for (const before of [RECOVER, RECOVER_WAIT]) {
      const solo = inState('primary', before);
      assert.equal(say(solo, 'force-partner-down'), undefined);
      assert.deepEqual([stored(solo)?.state, stored(solo)?.restNeeded, stored(solo)?.updateAllNeeded], [PARTNER_DOWN, false, false]);
    }
  });
  it('[R-ST1, F-SM-93] lost, and begun anew by force while the partner is away: a secondary that finds it serving as well still waits for the primary', () => {
    const solo = createSolo('secondary', undefined, { database: LOST });
    solo.box.advance(10_000);
    assert.equal(say(solo, 'force-partner-down'), undefined);
    solo.connect();
    solo.saysState(PARTNER_DOWN);
    assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT');
    assert.ok(!solo.sentNames().includes('UPDREQALL'));
    solo.saysState(CONFLICT_DONE);
    assert.equal(solo.sentNames().at(-1), 'UPDREQALL');
  });
  it('[R-ST1, F-GAP-18] an old one, and begun anew by force in the middle of a conflict: asks for all when that is settled, also after a restart', () => {
    const solo = starting('secondary', NORMAL, { database: OPENED_THRICE });
    partnerSaw(solo, 4, 1, POTENTIAL_CONFLICT);
    assert.equal(nameOf(solo), 'POTENTIAL-CONFLICT');
    assert.equal(say(solo, 'force-partner-down'), undefined);
    const again = createSolo('secondary', stored(solo), { database: OPENED_THRICE });
    again.connect();
    again.saysState(POTENTIAL_CONFLICT);
    again.saysState(CONFLICT_DONE);
    assert.equal(again.sentNames().at(-1), 'UPDREQALL');
    assert.equal(again.box.flow.disowned, 0, 'it has given prefixes since: it goes by its own records');
    again.saysUpdatesDone();
    assert.equal(nameOf(again), 'NORMAL');
    assert.equal(stored(again)?.restNeeded, false);
  });
});
