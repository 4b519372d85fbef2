// Beacons between two boxes when one of them is started again: over the management link, and without it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { eventually } from '../process/eventually.ts';
import { makeBox, type Box } from './box.ts';
import { cablesOf, type Cables } from './cables.ts';
import { openPairLab, type PairLab } from './lab.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { shortPace } from './pace.ts';
import { askBox, twinlease } from './subjects/twinlease.ts';

interface Shown {
  readonly partner: { readonly heardOn: readonly string[]; readonly silentOn: readonly string[] };
}

describe('two boxes that hear each other on a LAN [R-LH1]', function () {
  this.timeout(60_000);
  let lab: PairLab | undefined;
  let cables: Cables;
  let east: Box;
  let west: Box;

  const shown = async (box: Box): Promise<Shown['partner']> => {
    const [relationship] = JSON.parse(await askBox(box.plan(), 'show', 'failover', '--json')) as readonly Shown[];
    assert.ok(relationship !== undefined);
    return relationship.partner;
  };
  const untilPaired = async (): Promise<void> => {
    await eventually('the boxes to work together', async () => {
      const paired = await Promise.all([east, west].map((box) => twinlease.isPaired(box.plan()).catch(() => false)));
      return paired.every(Boolean) ? true : undefined;
    }, 30_000);
  };
  const untilHeard = async (box: Box): Promise<void> => {
    await eventually(`the partner of ${box.name} to be heard`, async () => ((await shown(box)).heardOn.join() === 'lan' ? true : undefined), 10_000);
  };
  const logs = (): string => ['east', 'west'].map((name) => readFileSync(join(lab?.directory ?? '', `${name}.log`), 'utf8')).join('');

  before(async () => {
    const open = (lab = await openPairLab());
    cables = cablesOf(open);
    const shared = open.addDirectory('shared');
    await twinlease.furnish(shared, ['east', 'west']);
    const make = (name: 'east' | 'west'): Box => {
      const namespace = open.boxes[name];
      assert.ok(namespace !== undefined);
      return makeBox({
        lab: open, cables, subject: twinlease, lifetimes: shortPace.lifetimes, name, namespace, disk: open.addDirectory(name), shared, isRouter: false,
      });
    };
    east = make('east');
    west = make('west');
    await Promise.all([east.start(), west.start()]);
    await untilPaired();
    await Promise.all([east, west].map(untilHeard));
  });
  closeAfterwards(() => lab);

  it('do so again when one was killed and started, and neither calls the link anything but UP meanwhile', async () => {
    for (const box of [west, east]) {
      const from = logs().length;
      await box.kill();
      await box.start();
      await untilPaired();
      await Promise.all([east, west].map(untilHeard));
      assert.doesNotMatch(logs().slice(from), /does not reach its clients|SUSPECT|LOST/);
    }
  });

  for (const name of ['west', 'east'] as const) {
    it(`do so again when ${name} was killed and started while the management link was cut: neither takes the other for dead`, async () => {
      await cables.cut('east', 'management', 'pulled');
      const box = name === 'west' ? west : east;
      await box.kill();
      await eventually('the other one to notice', async () => ((await shown(box === west ? east : west)).silentOn.join() === 'lan' ? true : undefined), 15_000);
      await box.start();
      await Promise.all([east, west].map(untilHeard));
      assert.match(await askBox(east.plan(), 'show', 'failover'), /west is ALIVE: it is heard on lan/);
      await cables.mend('east', 'management');
      await untilPaired();
      await Promise.all([east, west].map(untilHeard));
    });
  }
});
