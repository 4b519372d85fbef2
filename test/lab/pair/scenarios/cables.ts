// Boxes that live but can't reach each other, or their clients.

import { takeover, type Scenario } from '../scenario.ts';

/** The partner passes on what clients say: from the first message on where the kernel sees the cable, else from the second. */
const relayed = { pulled: 1, silent: 1.5 };

/**
 * Seconds. A port that sees its cable gone lets go of its routes at once, and its partner tells hosts. Where all is lost in silence the
 * primary has to find out by clients that it is the one: hosts and the upstream router leave it then. In one direction what is not
 * multicast goes on.
 */
const traffic = { pulled: 2, silent: 10, oneWay: 2 };

const managementCut: Scenario = {
  name: 'management cut',
  what: 'the management link loses its carrier, and both boxes serve the same LAN without knowing of each other',
  newClientWithin: () => takeover,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike('pull the management cable', () => cables.cut('east', 'management', 'pulled'));
    await hold(pace.fault);
    await strike('plug it in', () => cables.mend('east', 'management'));
    await untilPaired();
  },
};

const managementSilent: Scenario = {
  name: 'management silent',
  what: 'the management link loses every frame, with carrier',
  newClientWithin: () => takeover,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike('the management link falls silent', () => cables.cut('east', 'management', 'silent'));
    await hold(pace.fault);
    await strike('it carries again', () => cables.mend('east', 'management'));
    await untilPaired();
  },
};

const primaryCutOff: Scenario = {
  name: 'primary cut off',
  what: "the primary's LAN, relay and management cables are pulled at once",
  newClientWithin: () => 3.5,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    const all = ['lan', 'transit', 'management'] as const;
    await strike("pull all of east's cables", () => Promise.all(all.map((cable) => cables.cut('east', cable, 'pulled'))));
    await hold(pace.fault);
    await strike('plug them in', () => Promise.all(all.map((cable) => cables.mend('east', cable))));
    await untilPaired();
  },
};

const partition: Scenario = {
  name: 'partition',
  what: 'LAN, relay and management link fall in two, silently, with clients on both sides; then all is whole again',
  newClientWithin: () => 3.5,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike('the network falls in two', () =>
      Promise.all([cables.splitLan(), cables.cut('west', 'transit', 'silent'), cables.cut('west', 'management', 'silent')]));
    await hold(pace.fault);
    await strike('the network is whole', () =>
      Promise.all([cables.joinLan(), cables.mend('west', 'transit'), cables.mend('west', 'management')]));
    await untilPaired();
  },
};

const onSlowManagement: Scenario = {
  name: 'slow management',
  what: 'the management link delays by 100 ms and loses 3 % of its frames; on it the primary is killed and comes back',
  newClientWithin: () => 3.5,
  run: async ({ east, pace, strike, hold, untilPaired, slowManagement }) => {
    let mend = (): Promise<void> => Promise.resolve();
    await strike('the management link turns bad', async () => {
      mend = await slowManagement({ delayMs: 100, lossPercent: 3 });
    });
    await hold(pace.shortFault);
    await untilPaired();
    await hold(pace.shortFault);
    await strike('kill -9 east', () => east.kill());
    await hold(pace.fault);
    await strike('start east', () => east.start());
    await untilPaired();
    await strike('the management link is good again', () => mend());
    await hold(pace.shortFault);
    await untilPaired();
  },
};

const lanPrimary: Scenario = {
  name: 'LAN of primary',
  what: "the primary's LAN cable is pulled, its management link works",
  newClientWithin: () => relayed.pulled,
  trafficWithin: traffic.pulled,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike("pull east's LAN cable", () => cables.cut('east', 'lan', 'pulled'));
    await hold(pace.fault);
    await strike('plug it in', () => cables.mend('east', 'lan'));
    await untilPaired();
  },
};

const lanPrimarySilent: Scenario = {
  name: 'LAN of primary silent',
  what: "the primary's LAN loses every frame, with carrier; its management link works",
  newClientWithin: () => relayed.silent,
  trafficWithin: traffic.silent,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike("east's LAN falls silent", () => cables.cut('east', 'lan', 'silent'));
    await hold(pace.fault);
    await strike('it carries again', () => cables.mend('east', 'lan'));
    await untilPaired();
  },
};

/** One direction of the primary's LAN, or all of it, as the clients' own switch may lose it. */
const lanPrimaryOneWay = (how: 'deaf' | 'mute'): Scenario => ({
  name: `LAN of primary ${how}`,
  what: how === 'deaf' ? "nothing reaches the primary's LAN port, with carrier; what it says goes out" : "nothing that the primary says on its LAN goes out, with carrier; it hears all",
  newClientWithin: () => relayed.silent,
  trafficWithin: traffic.oneWay,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike(`east's LAN turns ${how}`, () => cables.cut('east', 'lan', how));
    await hold(pace.fault);
    await strike('it works both ways', () => cables.mend('east', 'lan'));
    await untilPaired();
  },
});

const lanSplit: Scenario = {
  name: 'LAN split',
  what: 'the LAN falls in two, silently, a box and clients on either side; the management link works',
  newClientWithin: () => relayed.silent,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike('the LAN falls in two', () => cables.splitLan());
    await hold(pace.fault);
    await strike('it is whole', () => cables.joinLan());
    await untilPaired();
  },
};

const relayReachesSecondary: Scenario = {
  name: 'relay reaches secondary',
  what: "the primary's way to the relay agent loses every frame: only the secondary hears it; the management link works",
  newClientWithin: () => relayed.silent,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike("east's way to the relay falls silent", () => cables.cut('east', 'transit', 'silent'));
    await hold(pace.fault);
    await strike('it carries again', () => cables.mend('east', 'transit'));
    await untilPaired();
  },
};

/** With nobody else on the link, whose messages would show which box is deaf. */
const alone = (scenario: Scenario): Scenario => ({
  ...scenario,
  name: `${scenario.name} alone`,
  what: `the same with one client at a time, on the secondary's side: ${scenario.what}`,
  needs: { ...scenario.needs, singleClient: true },
});

const lanSecondary: Scenario = {
  name: 'LAN of secondary',
  what: "the secondary's LAN cable is pulled, its management link works",
  newClientWithin: () => takeover,
  trafficWithin: traffic.pulled,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike("pull west's LAN cable", () => cables.cut('west', 'lan', 'pulled'));
    await hold(pace.fault);
    await strike('plug it in', () => cables.mend('west', 'lan'));
    await untilPaired();
  },
};

const lanBoth: Scenario = {
  name: 'LAN of both',
  what: 'the LAN cables of both boxes are pulled for a short time, the management link works',
  // Solicits that found nobody are repeated after 1, 2 and 4 s.
  newClientWithin: (pace) => 2 * pace.shortFault + 3,
  run: async ({ cables, pace, strike, hold, untilPaired }) => {
    await strike('pull both LAN cables', () => Promise.all([cables.cut('east', 'lan', 'pulled'), cables.cut('west', 'lan', 'pulled')]));
    await hold(pace.shortFault);
    await strike('plug them in', () => Promise.all([cables.mend('east', 'lan'), cables.mend('west', 'lan')]));
    await untilPaired();
  },
};

export const cableScenarios: readonly Scenario[] = [
  managementCut,
  managementSilent,
  primaryCutOff,
  partition,
  onSlowManagement,
  lanPrimary,
  lanPrimarySilent,
  lanPrimaryOneWay('deaf'),
  lanPrimaryOneWay('mute'),
  lanSplit,
  relayReachesSecondary,
  alone(lanPrimary),
  alone(lanPrimarySilent),
  alone(lanPrimaryOneWay('deaf')),
  alone(lanPrimaryOneWay('mute')),
  alone(lanSplit),
  lanSecondary,
  lanBoth,
];
