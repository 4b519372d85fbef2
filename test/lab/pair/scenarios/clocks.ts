// Boxes whose clocks disagree. RFC 8156 5.3.4 wants both within five seconds.

import type { Box } from '../box.ts';
import { takeover, type Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

/** Comes back with another time of day, and is put right later. */
async function restartWithClock({ pace, strike, hold }: Stage, box: Box, seconds: number): Promise<void> {
  await strike(`stop ${box.name}`, () => box.stop());
  box.shiftClock(seconds);
  await strike(`start ${box.name}, ${seconds} s off`, () => box.start());
  await hold(pace.fault);
}

async function putRight({ strike, untilPaired }: Stage, box: Box): Promise<void> {
  await strike(`stop ${box.name}`, () => box.stop());
  box.shiftClock(0);
  await strike(`start ${box.name} with the right time`, () => box.start());
  await untilPaired();
}

const clockFourSecondsOff: Scenario = {
  name: 'clock 4 s off',
  what: "the secondary's clock is 4 s ahead, which both must bear; then the primary is killed",
  newClientWithin: () => takeover,
  run: async (stage) => {
    const { east, west, pace, strike, hold, untilPaired } = stage;
    await restartWithClock(stage, west, 4);
    await untilPaired();
    await strike('kill -9 east', () => east.kill());
    await hold(pace.fault);
    await strike('start east', () => east.start());
    await untilPaired();
  },
};

const clockAMinuteOff: Scenario = {
  name: 'clock 60 s off',
  what: "the secondary's clock is 60 s ahead, which no pair may bear; it is put right later",
  newClientWithin: () => takeover,
  run: async (stage) => {
    await restartWithClock(stage, stage.west, 60);
    await putRight(stage, stage.west);
  },
};

const clockAt1970: Scenario = {
  name: 'clock at 1970',
  what: 'the secondary restarts without a clock, at 1970; it is put right later',
  newClientWithin: () => Infinity,
  recordsOnly: 'a box without a clock: RFC 8156 takes for granted that both have one',
  run: async (stage) => {
    await restartWithClock(stage, stage.west, -Math.floor(Date.now() / 1_000) + 60);
    await putRight(stage, stage.west);
  },
};

export const clockScenarios: readonly Scenario[] = [
  clockFourSecondsOff,
  clockAMinuteOff,
  clockAt1970,
];
