// Two boxes in the lab that know each other by certificates, and nobody else: for what they make of each other.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../process/eventually.ts';
import { makeBox, type Box } from './box.ts';
import { cablesOf, type Cables } from './cables.ts';
import { openPairLab, type PairLab } from './lab.ts';
import { shortPace } from './pace.ts';
import type { Subject } from './subjects/subject.ts';
import { askBox, twinlease } from './subjects/twinlease.ts';

interface Verdict {
  readonly verdict: string;
  readonly evidence: string;
}

interface ShownRelationship {
  readonly partner: { readonly heardOn: readonly string[]; readonly silentOn: readonly string[] };
  readonly linkHealth: readonly { readonly link: string; readonly own?: Verdict }[];
}

export interface TwoBoxes {
  readonly lab: PairLab;
  readonly cables: Cables;
  readonly east: Box;
  readonly west: Box;
  readonly untilPaired: () => Promise<void>;
  /** What `show failover` says there of the partner. */
  shown(box: Box): Promise<ShownRelationship>;
  /** Resolves when the box says so of its LAN. */
  untilLanIs(box: Box, verdict: string): Promise<Verdict>;
  log(box: Box): string;
}

/** Resolves when they work together. */
export async function openTwoBoxes(subject: Subject = twinlease, lifetimes = shortPace.lifetimes): Promise<TwoBoxes> {
  const lab = await openPairLab();
  const cables = cablesOf(lab);
  const shared = lab.addDirectory('shared');
  await subject.furnish(shared, ['east', 'west']);
  const make = (name: 'east' | 'west'): Box => {
    const namespace = lab.boxes[name];
    assert.ok(namespace !== undefined);
    return makeBox({ lab, cables, subject, lifetimes, name, namespace, disk: lab.addDirectory(name), shared, isRouter: false });
  };
  const two: TwoBoxes = {
    lab,
    cables,
    east: make('east'),
    west: make('west'),
    async untilPaired() {
      await eventually('the boxes to work together', async () => {
        const paired = await Promise.all([two.east, two.west].map((box) => subject.isPaired(box.plan()).catch(() => false)));
        return paired.every(Boolean) ? true : undefined;
      }, 60_000);
    },
    async shown(box) {
      const [relationship] = JSON.parse(await askBox(box.plan(), 'show', 'failover', '--json')) as readonly ShownRelationship[];
      assert.ok(relationship !== undefined);
      return relationship;
    },
    untilLanIs: (box, verdict) =>
      eventually(`the LAN to be ${verdict} for ${box.name}`, async () => {
        const own = (await two.shown(box)).linkHealth.find(({ link }) => link === 'lan')?.own;
        return own?.verdict === verdict ? own : undefined;
      }, 15_000),
    log: (box) => readFileSync(join(lab.directory, `${box.name}.log`), 'utf8'),
  };
  await Promise.all([two.east.start(), two.west.start()]);
  await two.untilPaired();
  return two;
}
