/** An endpoint's record and stable storage (RFC 8156 sections 6.3, 8.1). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createDurableRecord } from '../../../src/failover/durable-record.ts';
import type { DurableRecord } from '../../../src/failover/durable-record.ts';
import type { FailoverEffect } from '../../../src/failover/index.ts';
import { EndpointState } from '../../../src/failover/index.ts';
import { createPendingChanges } from '../../../src/failover/pending-changes.ts';
import type { PendingChanges } from '../../../src/failover/pending-changes.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import { EPOCH, record as recordOf } from '../../conformance/failover-endpoint/settings.ts';

type Change = FailoverEffect & { readonly kind: 'change' };

interface Stored {
  readonly record: DurableRecord;
  readonly changes: PendingChanges;
  /** What stable storage was asked for, and has not answered. */
  readonly asked: Change[];
  readonly failures: string[];
  readonly flush: (at: number, lastOperation?: number) => void;
  /** Answers the oldest. */
  readonly answer: (failure?: string) => void;
}

const INITIAL = recordOf('primary', EndpointState.NORMAL);
const { PARTNER_DOWN, COMMUNICATIONS_INTERRUPTED } = EndpointState;

function stored(isStored = true): Stored {
  const asked: Change[] = [];
  const failures: string[] = [];
  const changes = createPendingChanges((effect) => {
    if (effect.kind === 'change') asked.push(effect);
  });
  const record = createDurableRecord(INITIAL, isStored, changes, (reason) => void failures.push(reason));
  return {
    record,
    changes,
    asked,
    failures,
    flush: (at, lastOperation = INITIAL.lastOperation) => record.flush(monotonicMs(at), () => ({ lastOperation: epochSeconds(lastOperation) })),
    answer(failure) {
      const change = asked.shift() ?? assert.fail('something was asked for');
      assert.equal(changes.end(change.token, failure), true);
    },
  };
}

describe('the record of an endpoint', () => {
  it('of a box that was there before is durable; of a new one it has to be written', () => {
    const before = stored();
    before.flush(0);
    assert.deepEqual([before.record.isDurable(), before.record.durable, before.asked], [true, INITIAL, []]);
    const first = stored(false);
    assert.deepEqual([first.record.isDurable(), first.record.durable], [false, undefined]);
    first.flush(0);
    first.answer();
    assert.deepEqual([first.record.isDurable(), first.record.durable], [true, INITIAL]);
  });

  it('[F-CON-32] is durable when stable storage says so, with what is worth adding to a write', () => {
    const { record, asked, flush, answer } = stored();
    record.update({ state: PARTNER_DOWN });
    assert.deepEqual([record.isDurable(), record.current.state, record.durable?.state], [false, PARTNER_DOWN, EndpointState.NORMAL]);
    flush(0, EPOCH + 9);
    assert.deepEqual(asked.map(({ bindings, endpoint, then }) => [bindings, endpoint, then]), [[[], { ...INITIAL, state: PARTNER_DOWN, lastOperation: EPOCH + 9 }, []]]);
    assert.equal(record.isDurable(), false);
    answer();
    assert.deepEqual([record.isDurable(), record.durable], [true, record.current]);
    assert.equal(record.current.lastOperation, EPOCH + 9);
  });

  it('[F-CON-32] what is decided while a write is on its way joins the next', () => {
    const { record, asked, flush, answer } = stored();
    record.update({ state: PARTNER_DOWN });
    flush(0);
    record.update({ state: COMMUNICATIONS_INTERRUPTED });
    flush(1);
    assert.equal(asked.length, 1);
    answer();
    assert.deepEqual([record.isDurable(), record.durable?.state], [false, PARTNER_DOWN]);
    flush(2);
    answer();
    assert.deepEqual([record.isDurable(), record.durable?.state], [true, COMMUNICATIONS_INTERRUPTED]);
    flush(3);
    assert.deepEqual(asked, [], 'and that was all');
  });

  it('[F-CON-32] is tried again a second after it failed, and whoever has to know is told', () => {
    const { record, asked, failures, flush, answer } = stored();
    record.update({ state: PARTNER_DOWN });
    assert.equal(record.retryAt(), undefined);
    flush(100);
    answer('no room');
    assert.deepEqual([failures, record.isDurable(), record.durable?.state], [['no room'], false, EndpointState.NORMAL]);
    assert.equal(record.retryAt(), 1_100);
    flush(1_099);
    assert.deepEqual(asked, []);
    flush(1_100);
    assert.equal(record.retryAt(), undefined, 'a write is on its way');
    answer();
    record.update({ state: COMMUNICATIONS_INTERRUPTED });
    assert.equal(record.retryAt(), undefined);
    flush(1_101);
    assert.equal(asked.length, 1, 'at once, as storage works');
  });

  it('[R-ST2] is the same in another timescale, as decided and as stored', () => {
    const { record, asked, flush } = stored();
    const moved = epochSeconds(EPOCH + 77);
    record.move((each) => ({ ...each, startTimeOfState: moved }));
    assert.deepEqual([record.current.startTimeOfState, record.durable?.startTimeOfState], [moved, moved]);
    flush(0);
    assert.deepEqual(asked, [], 'nothing was decided by that');
    const first = stored(false);
    first.record.move((each) => ({ ...each, startTimeOfState: moved }));
    assert.deepEqual([first.record.current.startTimeOfState, first.record.durable], [moved, undefined]);
  });
});

describe('changes that stable storage was asked for', () => {
  it('end once, whether anybody waits for that or not', () => {
    const { changes, asked } = stored();
    changes.request([], INITIAL, []);
    changes.request([], INITIAL, []);
    const [one, two] = asked;
    assert.ok(one !== undefined && two !== undefined && one.token !== two.token);
    assert.equal(changes.end(two.token, 'failed'), true);
    assert.deepEqual([changes.end(two.token, undefined), changes.end(99, undefined), changes.end(one.token, undefined)], [false, false, true]);
  });
});
