// The sessions of a pair on plain TCP, recorded on the management link and read by tshark: first contact, work together, the
// return after an interruption, the recovery of a box that has lost its disk.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { badFailoverFrames, readFailoverMessages, type ReadFailoverMessage } from '../capture/failover-messages.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { shortPace } from './pace.ts';
import { openStage, type OpenStage } from './stage.ts';
import { insecure } from './subjects/twinlease.ts';

describe('what two boxes tell each other', function () {
  this.timeout(150_000);
  let open: OpenStage | undefined;
  let recording = '';
  let read: readonly ReadFailoverMessage[] = [];

  before(async () => {
    open = await openStage(insecure, { capture: true }, shortPace, () => undefined);
    const { stage, capture, lab } = open;
    const { west, cables, hold, untilPaired } = stage;
    try {
      await cables.cut('east', 'management', 'pulled');
      await hold(shortPace.shortFault);
      await cables.mend('east', 'management');
      await untilPaired();
      await west.stop();
      west.wipeDisk();
      await west.start();
      await untilPaired();
      recording = (await capture?.stop()) ?? '';
      read = await readFailoverMessages(recording);
    } catch (error) {
      lab.keepFiles();
      throw error;
    }
  });
  closeAfterwards(() => open?.lab);

  it('is nothing that tshark calls malformed', async () => {
    assert.ok(read.length > 100);
    assert.deepEqual(await badFailoverFrames(recording), []);
  });

  for (const type of [
    'CONNECT', 'CONNECTREPLY', 'STATE', 'CONTACT', 'BNDUPD', 'BNDREPLY', 'UPDREQ', 'UPDREQALL', 'UPDDONE', 'POOLREQ', 'POOLRESP', 'DISCONNECT',
  ]) {
    it(`has a ${type} in it`, () => assert.ok(read.some((message) => message.type === type)));
  }

  it('has options only that tshark knows by name', () => {
    const options = new Set(read.flatMap((message) => message.options));
    assert.ok(options.size > 10);
    for (const option of options) assert.doesNotMatch(option, /unknown/i);
  });

  it('tells of leases with what RFC 8156 7.4 wants with each', () => {
    const update = read.find(({ type, options }) => type === 'BNDUPD' && options.includes('IA Address (5)'));
    for (const option of [
      'Leasequery Client Data (45)', 'Client Identifier (1)', 'LQ Server Base Time (100)', 'Failover Binding Status (114)',
      'Failover Start Time of State (133)', 'Failover State Expiration Time (134)', 'Failover Partner Lifetime (123)',
      'Failover Expiration Time (120)', 'Client Last Transaction Time (46)',
    ]) assert.ok(update?.options.includes(option) === true, option);
  });
});
