import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import type { Timescale } from '../../../src/clock/index.ts';
import { EndpointState, type EndpointRecord } from '../../../src/failover/index.ts';
import { Family, namedKey } from '../../../src/store/key.ts';
import { encodeRecord, SCHEMA_VERSION } from '../../../src/store/record.ts';
import { epochSeconds, InvariantError, seconds } from '../../../src/wire/index.ts';
import { bindingsOf } from './bindings.ts';
import { damage, fileOf, readRaw, writeRaw } from './database-files.ts';
import { inDirectory, open } from './opened-store.ts';

function endpoint(relationship: string, changes: Partial<EndpointRecord> = {}): EndpointRecord {
  return {
    relationship,
    role: 'secondary',
    state: EndpointState.NORMAL,
    previousState: EndpointState.RECOVER_DONE,
    startTimeOfState: epochSeconds(1_790_000_001),
    partnerState: EndpointState.PARTNER_DOWN,
    partnerStartTimeOfState: epochSeconds(1_790_000_002),
    partnerDownTime: epochSeconds(1_790_000_003),
    lastContact: epochSeconds(1_790_000_004),
    lastOperation: epochSeconds(1_790_000_005),
    hasCommunicated: true,
    mclt: seconds(3_600),
    partnerGeneration: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    partnerCounter: 2 ** 40,
    updateAllNeeded: false,
    restNeeded: false,
    acksVoidThrough: 0,
    timescales: { startTimeOfState: 0, partnerStartTimeOfState: 0, partnerDownTime: 0, lastContact: 0, lastOperation: 0 },
    ...changes,
  };
}

const VIRGIN = endpoint('östlich/west', {
  role: 'primary',
  state: EndpointState.RECOVER,
  previousState: EndpointState.STARTUP,
  partnerState: 0,
  partnerStartTimeOfState: epochSeconds(0),
  partnerDownTime: epochSeconds(0),
  lastContact: epochSeconds(0),
  hasCommunicated: false,
  partnerGeneration: new Uint8Array(0),
  partnerCounter: 0,
  updateAllNeeded: true,
  restNeeded: true,
  acksVoidThrough: 2 ** 40 + 1,
});

describe('endpoints in the store', function () {
  this.timeout(30_000);

  it('[F-CON-32] are as durable as the bindings of their commit, field by field; the last one of a relationship counts', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      assert.deepEqual(first.endpoints, []);
      await first.store.commit(1, bindingsOf(0, 2), [], [endpoint('a', { state: EndpointState.STARTUP }), VIRGIN]);
      await first.store.commit(2, [], [], [endpoint('a')]);
      await first.store.commit(3, bindingsOf(2, 3), []);
      await first.store.close();
      const second = await open(directory);
      assert.equal(second.outcome, 'opened');
      assert.equal(second.read.length, 3);
      assert.deepEqual(second.endpoints, [endpoint('a'), VIRGIN]);
      await second.store.close();
    }));

  it('are refused where they could not be read again', () =>
    inDirectory(async (directory) => {
      for (const changes of [
        { lastContact: epochSeconds(0.5) },
        { partnerCounter: -1 },
        { partnerGeneration: Uint8Array.of(1) },
        { state: 11 as EndpointState },
        { previousState: 0 as EndpointState },
        { partnerState: 12 as EndpointState },
        { role: 'third' as 'primary' },
        { relationship: '' },
      ]) {
        const { store } = await open(directory);
        await assert.rejects(store.commit(1, [], [], [endpoint('a', changes)]), InvariantError, JSON.stringify(changes));
        await store.close();
      }
    }));

  it('[R-ST2] (2) say of each time which timescale it is in, and keep that from being forgotten', () =>
    inDirectory(async (directory) => {
      const of = (index: number): Timescale => ({ index, id: new Uint8Array(8), correction: undefined, ahead: 0, begins: 'start' });
      const timescales = { startTimeOfState: 1, partnerStartTimeOfState: 2, partnerDownTime: 3, lastContact: 4, lastOperation: 70_000 };
      const first = await open(directory);
      const clock = { time: epochSeconds(1_790_000_000), timescale: 70_001, timescales: [1, 2, 3, 4, 5, 70_000, 70_001].map(of) };
      await first.store.commit(1, [], [], [endpoint('a', { timescales })], clock);
      await first.store.close();
      const second = await open(directory);
      assert.deepEqual([second.outcome, second.endpoints], ['opened', [endpoint('a', { timescales })]]);
      // 0 is the last that was true: nothing refers to it, but no clock goes back behind it.
      assert.deepEqual(second.timescales.map(({ index }) => index), [0, 1, 2, 3, 4, 70_000, 70_001]);
      await second.store.close();
    }));

  it('[R-ST1] make the storage lost where one can not be read: which state the box was in is not known', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.commit(1, bindingsOf(0, 2), [], [endpoint('a'), VIRGIN]);
      await first.store.close();
      const key = namedKey(Family.ENDPOINT, 'a');
      await writeRaw(directory, [[key, encodeRecord(key, [SCHEMA_VERSION, 1, 2]).slice()]]);
      const second = await open(directory);
      assert.equal(second.outcome, 'lost');
      assert.ok(second.store.loss.mark !== undefined);
      assert.match(second.findings[0] ?? '', /^the record with the key 0461.* can not be read: it holds something else than its key says$/);
      assert.equal(second.read.length, 2);
      assert.deepEqual(second.endpoints, [VIRGIN], 'what can be read is kept');
      await second.store.close();
      const names = (await readRaw(directory)).filter(([found]) => found[0] === Family.ENDPOINT).length;
      assert.equal(names, 1);
    }));

  it('are carried over when the files of the database had to be rebuilt', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.commit(1, bindingsOf(0, 500), [], [endpoint('a')]);
      await first.store.close();
      await (await open(directory)).store.close();
      await damage(await fileOf(directory, 'table'), 0.99);
      const second = await open(directory);
      assert.equal(second.outcome, 'lost');
      assert.deepEqual(second.endpoints, [endpoint('a')]);
      await second.store.close();
    }));
});
