/** The times of an endpoint's record, each in its timescale (R-ST2). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { changedRecord, movedRecord } from '../../../src/failover/endpoint-record.ts';
import { EndpointState } from '../../../src/failover/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';
import { EPOCH, record } from '../../conformance/failover-endpoint/settings.ts';

const PLAIN = record('primary', EndpointState.PARTNER_DOWN);
/** Two of its times are of a former timescale. */
const LABELLED = record('primary', EndpointState.PARTNER_DOWN, { timescales: { startTimeOfState: 3, lastOperation: 4 } });

describe('the record of an endpoint', () => {
  it('[R-ST2] has what changed, and a time that changed is of the present timescale', () => {
    const later = epochSeconds(EPOCH + 1);
    assert.deepEqual(changedRecord(PLAIN, { lastOperation: later }), { ...PLAIN, lastOperation: later });
    assert.deepEqual(changedRecord(LABELLED, { lastOperation: later, mclt: PLAIN.mclt }), { ...LABELLED, lastOperation: later, timescales: { startTimeOfState: 3 } });
    assert.deepEqual(changedRecord(LABELLED, { lastOperation: LABELLED.lastOperation, restNeeded: true }), { ...LABELLED, restNeeded: true }, 'the same time is of the same timescale');
    const none = { ...PLAIN, timescales: {} };
    assert.deepEqual(changedRecord(none, { lastContact: later }), { ...none, lastContact: later });
  });

  it('[R-ST2] moves with its times, each as its own timescale does', () => {
    const moved = movedRecord(LABELLED, (label) => (label === 0 ? { by: 100, label: 9 } : label === 3 ? { by: -50, label: 0 } : { by: 0, label }));
    assert.deepEqual(moved, {
      ...LABELLED,
      startTimeOfState: EPOCH - 3_650,
      partnerStartTimeOfState: EPOCH - 3_500,
      lastContact: EPOCH + 40,
      timescales: { partnerStartTimeOfState: 9, partnerDownTime: 9, lastContact: 9, lastOperation: 4 },
    });
    assert.equal(moved.partnerDownTime, 0, 'none is none in every timescale');
  });
});
