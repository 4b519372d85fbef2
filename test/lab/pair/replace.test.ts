// A box is swapped while its clients live on: `pair replace` on the one that stays, a new key for both, an empty box in the old one's
// place. Then the old one is put back on its cables.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { figuresOf, type Figures } from '../fleet/figures.ts';
import { eventually } from '../process/eventually.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { shortPace } from './pace.ts';
import { disagreementsOf } from './run-scenario.ts';
import { now, openStage, type OpenStage } from './stage.ts';
import type { KnownLease } from './subjects/subject.ts';
import { askBox, keyed, newPairingKey } from './subjects/twinlease.ts';

interface Pairing {
  readonly stage: string;
  readonly key: string;
  readonly partnerCertificate: string;
  readonly ownCertificate: string;
}

describe('a box in the place of another one', function () {
  this.timeout(170_000);
  let open: OpenStage | undefined;
  let figures: Figures | undefined;
  let leasesAtSwap: readonly KnownLease[] = [];
  let leasesOnNewBox: readonly KnownLease[] = [];
  let disagreements = NaN;
  let old: Pairing | undefined;
  let pairings: readonly Pairing[] = [];
  let survivorAfterwards: Pairing | undefined;
  let refusals = 0;
  let whatItIsTold = '';
  let alarm = '';

  const pairingOf = async (box: OpenStage['stage']['east']): Promise<Pairing> => {
    const [pairing] = JSON.parse(await askBox(box.plan(), 'pair', 'status', '--json')) as readonly Pairing[];
    assert.ok(pairing !== undefined);
    return pairing;
  };

  before(async () => {
    open = await openStage(keyed, {}, shortPace, () => undefined);
    const opened = open;
    const { stage, fleet, lab, strikes } = opened;
    const { east, west, strike, hold, untilPaired } = stage;
    try {
      old = await pairingOf(east);
      await strike('east is taken away', () => east.powerOff());
      const putOldDiskBack = east.copyDisk();
      leasesAtSwap = await keyed.leases(west.plan());
      await hold(shortPace.shortFault);

      const { shared } = west.plan();
      await newPairingKey(shared, 2);
      west.newEdition();
      keyed.prepare(west.plan());
      await askBox(west.plan(), 'reload');
      await askBox(west.plan(), 'pair', 'replace', 'east-west', '--yes');
      east.wipeDisk();
      east.newEdition();
      await strike('another box is put in its place', () => east.powerOn());
      await untilPaired();
      await hold(shortPace.after);
      const until = now();
      await fleet.end();
      figures = figuresOf(fleet.events, { from: strikes[0]?.at ?? until, until, strikes: strikes.map(({ at }) => at) });
      leasesOnNewBox = await keyed.leases(east.plan());
      disagreements = await eventually('the last updates to be told', async () => ((await disagreementsOf(opened, keyed)) === 0 ? 0 : undefined))
        .catch(async () => await disagreementsOf(opened, keyed));
      pairings = await Promise.all([east, west].map(pairingOf));

      await east.powerOff();
      putOldDiskBack();
      await east.powerOn();
      refusals = await eventually('the old box to be refused', async () => {
        const counters = JSON.parse(await askBox(west.plan(), 'show', 'counters', '--json')) as Readonly<Record<string, number>>;
        const count = counters['partner-connections.former-partner'] ?? 0;
        return count > 0 ? count : undefined;
      });
      alarm = await askBox(west.plan(), 'show', 'status');
      // With all that an operator can say on it: it has the new file, and forgets its partner.
      await askBox(east.plan(), 'pair', 'replace', 'east-west', '--yes');
      whatItIsTold = await eventually('it to be told why', async () => /refuses to be paired: .*/.exec(await askBox(east.plan(), 'show', 'log'))?.[0]);
      survivorAfterwards = await pairingOf(west);
    } catch (error) {
      lab.keepFiles();
      throw error;
    }
  });
  closeAfterwards(() => open?.lab);

  it('[R-ID1] is paired by the new key, as another box than before', () => {
    const [atEast, atWest] = pairings;
    assert.deepEqual([atEast?.stage, atEast?.key, atWest?.stage, atWest?.key], ['paired', 'used', 'paired', 'used']);
    assert.equal(atWest?.partnerCertificate, atEast?.ownCertificate);
    assert.notEqual(atWest?.partnerCertificate, old?.ownCertificate);
  });

  it('gets every lease from its partner', () => {
    assert.ok(leasesAtSwap.length >= shortPace.residents, String(leasesAtSwap.length));
    assert.ok(leasesOnNewBox.length >= shortPace.residents, String(leasesOnNewBox.length));
    assert.equal(disagreements, 0);
  });

  it('is no harm to any client: the one that stays serves all the time', () => {
    assert.deepEqual([figures?.duplicates, figures?.changed, figures?.expired], [[], [], 0]);
    assert.ok(figures !== undefined && figures.probes.came > 0);
    assert.equal(figures.probes.unserved, 0);
  });

  it('[R-ID1] keeps the old one out, whatever is said on it', () => {
    assert.ok(refusals > 0);
    assert.match(alarm, /ALARM east-west former-partner\n/);
    assert.match(whatItIsTold, /its pairing key has been used/);
    assert.deepEqual(survivorAfterwards, pairings[1]);
  });
});
