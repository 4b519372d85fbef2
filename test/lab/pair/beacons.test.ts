// Beacons between two boxes when one of them is started again: over the management link, and without it.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { eventually } from '../process/eventually.ts';
import type { Box } from './box.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { askBox } from './subjects/twinlease.ts';
import { openTwoBoxes, type TwoBoxes } from './two-boxes.ts';

describe('two boxes that hear each other on a LAN [R-LH1]', function () {
  this.timeout(60_000);
  let open: TwoBoxes | undefined;
  let east: Box;
  let west: Box;

  const boxes = (): TwoBoxes => {
    assert.ok(open !== undefined);
    return open;
  };
  const untilHeard = async (box: Box): Promise<void> => {
    const hears = async (): Promise<true | undefined> => ((await boxes().shown(box)).partner.heardOn.join() === 'lan' ? true : undefined);
    await eventually(`the partner of ${box.name} to be heard`, hears, 10_000);
  };
  const logs = (): string => [east, west].map((box) => boxes().log(box)).join('');

  before(async () => {
    open = await openTwoBoxes();
    ({ east, west } = open);
    await Promise.all([east, west].map(untilHeard));
  });
  closeAfterwards(() => open?.lab);

  it('have no alarm at their start, nor had one: all is well', async () => {
    for (const box of [east, west]) {
      const { alarms } = JSON.parse(await askBox(box.plan(), 'show', 'status', '--json')) as { readonly alarms: readonly { readonly id: string }[] };
      assert.deepEqual(alarms, [], box.name);
    }
    assert.doesNotMatch(logs(), /does not reach its clients/);
  });

  it('do so again when one was killed and started, and neither calls the link anything but UP meanwhile', async () => {
    for (const box of [west, east]) {
      const from = logs().length;
      await box.kill();
      await box.start();
      await boxes().untilPaired();
      await Promise.all([east, west].map(untilHeard));
      assert.doesNotMatch(logs().slice(from), /does not reach its clients|SUSPECT|LOST/);
    }
  });

  for (const name of ['west', 'east'] as const) {
    it(`do so again when ${name} was killed and started while the management link was cut: neither takes the other for dead`, async () => {
      const { cables } = boxes();
      const [box, other] = name === 'west' ? [west, east] : [east, west];
      await cables.cut('east', 'management', 'pulled');
      await box.kill();
      await eventually('the other one to notice', async () => ((await boxes().shown(other)).partner.silentOn.join() === 'lan' ? true : undefined), 15_000);
      await box.start();
      await Promise.all([east, west].map(untilHeard));
      assert.match(await askBox(east.plan(), 'show', 'failover'), /west is ALIVE: it is heard on lan/);
      await cables.mend('east', 'management');
      await boxes().untilPaired();
      await Promise.all([east, west].map(untilHeard));
    });
  }
});
