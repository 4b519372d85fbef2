// Boxes that live on with another disk than they had, or one with no room.

import type { Box } from '../box.ts';
import { takeover, type Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

/** Dies, stays away, and comes back with what `change` has made of its disk. */
async function comesBackWith({ pace, strike, hold, untilPaired }: Stage, box: Box, change: () => void): Promise<void> {
  await strike(`kill -9 ${box.name}`, () => box.kill());
  await hold(pace.shortFault);
  change();
  await strike(`start ${box.name}`, () => box.start());
  await untilPaired();
  await hold(pace.shortFault);
}

/** Restarts a box in order, keeps a copy of its disk as it was meanwhile, and lets clients live on until much of it is out of date. */
async function copyAndLiveOn({ pace, strike, hold, untilPaired }: Stage, box: Box): Promise<() => void> {
  await strike(`stop ${box.name}`, () => box.stop());
  const putBack = box.copyDisk();
  await strike(`start ${box.name}`, () => box.start());
  await untilPaired();
  await hold(pace.fault);
  return putBack;
}

const diskWipedSecondary: Scenario = {
  name: 'disk of secondary wiped',
  what: 'the secondary is killed and comes back with an empty disk',
  newClientWithin: () => takeover,
  run: (stage) => comesBackWith(stage, stage.west, () => stage.west.wipeDisk()),
};

const diskWipedPrimary: Scenario = {
  name: 'disk of primary wiped',
  what: 'the primary is killed and comes back with an empty disk',
  newClientWithin: () => takeover,
  run: (stage) => comesBackWith(stage, stage.east, () => stage.east.wipeDisk()),
};

const oldDiskSecondary: Scenario = {
  name: 'old disk of secondary',
  what: 'the secondary is killed and comes back with an old copy of its disk',
  newClientWithin: () => takeover,
  run: async (stage) => {
    const putBack = await copyAndLiveOn(stage, stage.west);
    await comesBackWith(stage, stage.west, putBack);
  },
};

const oldDiskPrimary: Scenario = {
  name: 'old disk of primary',
  what: 'the primary is killed and comes back with an old copy of its disk',
  newClientWithin: () => takeover,
  run: async (stage) => {
    const putBack = await copyAndLiveOn(stage, stage.east);
    await comesBackWith(stage, stage.east, putBack);
  },
};

const diskFullPrimary: Scenario = {
  name: 'disk of primary full',
  what: "the primary's disk has no room left; it has some again later",
  needs: { smallDisks: true },
  newClientWithin: () => takeover,
  run: async ({ east, pace, strike, hold, untilPaired }) => {
    let free = (): void => undefined;
    await strike("fill east's disk", () => {
      free = east.fillDisk();
    });
    await hold(pace.fault);
    await strike('make room on it', () => free());
    await hold(pace.shortFault);
    await untilPaired();
  },
};

export const storageScenarios: readonly Scenario[] = [
  diskWipedSecondary,
  diskWipedPrimary,
  oldDiskSecondary,
  oldDiskPrimary,
  diskFullPrimary,
];
