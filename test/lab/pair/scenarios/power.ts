// Boxes that die, and come back with what they had on their disks.

import { takeover, type Scenario } from '../scenario.ts';

const killPrimary: Scenario = {
  name: 'kill primary',
  what: 'kill -9 of the primary; it is started again later',
  newClientWithin: () => takeover,
  run: async ({ east, pace, strike, hold, untilPaired }) => {
    await strike('kill -9 east', () => east.kill());
    await hold(pace.fault);
    await strike('start east', () => east.start());
    await untilPaired();
  },
};

const stopPrimary: Scenario = {
  name: 'stop primary',
  what: 'SIGSTOP of the primary: its process and its host are there, and nothing is answered; SIGCONT later',
  // Five seconds of silence with a host that answers, and no sooner: a daemon may be slow.
  newClientWithin: () => 6,
  run: async ({ east, pace, strike, hold, untilPaired }) => {
    await strike('stop east', () => east.freeze());
    await hold(pace.fault);
    await strike('let it go on', () => east.thaw());
    await untilPaired();
  },
};

const killSecondary: Scenario = {
  name: 'kill secondary',
  what: 'kill -9 of the secondary; it is started again later',
  newClientWithin: () => takeover,
  run: async ({ west, pace, strike, hold, untilPaired }) => {
    await strike('kill -9 west', () => west.kill());
    await hold(pace.fault);
    await strike('start west', () => west.start());
    await untilPaired();
  },
};

const powerPrimary: Scenario = {
  name: 'power of primary',
  what: 'the primary loses its power, so that its connections are not closed; it comes back',
  newClientWithin: () => 3.5,
  run: async ({ east, pace, strike, hold, untilPaired }) => {
    await strike('east loses its power', () => east.powerOff());
    await hold(pace.fault);
    await strike('east has power', () => east.powerOn());
    await untilPaired();
  },
};

const powerBoth: Scenario = {
  name: 'power of both',
  what: 'both boxes lose their power at the same time, and have it back at the same time',
  // A Solicit that found nobody is repeated after twice the time of the last: that may be twice as late as the boxes were back,
  // three seconds after they have power.
  newClientWithin: (pace) => 2 * (pace.shortFault + 3),
  run: async ({ east, west, pace, strike, hold, untilPaired }) => {
    await strike('east and west lose their power', () => Promise.all([east.powerOff(), west.powerOff()]));
    await hold(pace.shortFault);
    await strike('east and west have power', () => Promise.all([east.powerOn(), west.powerOn()]));
    await untilPaired();
  },
};

const rollingRestart: Scenario = {
  name: 'rolling restart',
  what: 'one box after the other is stopped in order and started again',
  newClientWithin: () => takeover,
  run: async ({ east, west, pace, strike, hold, untilPaired }) => {
    for (const box of [west, east]) {
      await strike(`stop ${box.name}`, () => box.stop());
      await hold(pace.shortFault);
      await strike(`start ${box.name}`, () => box.start());
      await untilPaired();
      await hold(pace.shortFault);
    }
  },
};

const newConfiguration: Scenario = {
  name: 'new configuration',
  what: 'one box after the other is restarted with a new configuration (another DNS server)',
  newClientWithin: () => takeover,
  run: async ({ east, west, pace, strike, hold, untilPaired }) => {
    for (const box of [west, east]) {
      await strike(`stop ${box.name}`, () => box.stop());
      box.newEdition();
      await strike(`start ${box.name}`, () => box.start());
      await untilPaired();
      await hold(pace.shortFault);
    }
  },
};

const twoPrimaries: Scenario = {
  name: 'two primaries',
  what: 'one secondary has two primaries, each for a LAN of its own, and both are killed',
  needs: { secondPrimary: true },
  newClientWithin: () => takeover,
  run: async ({ east, north, pace, strike, hold, untilPaired }) => {
    await strike('kill -9 east', () => east.kill());
    await hold(pace.shortFault);
    await strike('kill -9 north', () => north.kill());
    await hold(pace.fault);
    await strike('start east and north', () => Promise.all([east.start(), north.start()]));
    await untilPaired();
  },
};

export const powerScenarios: readonly Scenario[] = [
  killPrimary,
  stopPrimary,
  killSecondary,
  powerPrimary,
  powerBoth,
  rollingRestart,
  newConfiguration,
  twoPrimaries,
];
