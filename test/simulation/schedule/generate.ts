/** From a seed to a schedule. */
import type { IaKind } from '../client/lease.ts';
import { randomStream } from '../world/random.ts';
import type { Random } from '../world/random.ts';
import { generateFaults, generateNoise, supplementFaults } from './generate-faults.ts';
import type { BoxName, BoxPlan, ClientAction, ClientPlan, LinkName, Schedule } from './schedule.ts';
import { endOfFault } from './schedule.ts';
import { withClockFaults, withOperatorsClock } from './clock-faults.ts';
import { FIRST_SEED_WITHOUT_BATTERIES, FIRST_SEED_WITH_LOAD_BALANCING, FIRST_SEED_WITH_MORE_LOAD_BALANCING, FIRST_SEED_WITH_ALL, FIRST_SEED_WITH_OPERATORS_CLOCK, FIRST_SEED_WITH_RECONFIGURE, FIRST_SEED_WITH_STORIES } from './seed-ranges.ts';
import { whoAccepts, withQueries, withReloads } from './reloads.ts';
import { tellStory } from './stories.ts';
import type { Story } from './stories.ts';
import { LOAD_BALANCING_VARIANTS, MORE_LOAD_BALANCING_VARIANTS, RECONFIGURE_VARIANTS, VARIANTS_WITH_ALL, boxesOf, variantOf, variantsOf } from './variants.ts';
import type { Shape, VariantName } from './variants.ts';

const MINUTE_MS = 60_000;
/** Every fault is over by then, and all leases that were given before, too. */
const SETTLE_MS: Readonly<Record<Shape, number>> = { single: 160_000, pair: 420_000, trio: 420_000 };
const CALM_MARGIN_MS = 30_000;
const TO_THE_END_PERMILLE = 125;
/** Of a thousand that may have a story. */
const STORY_PERMILLE = 700;
/** Two boxes by themselves are what this is about most. */
const SHAPES = ['pair', 'pair', 'pair', 'single', 'trio'] as const satisfies readonly Shape[];

export function generateSchedule(seed: number): Schedule {
  const random = randomStream(seed, 'schedule');
  const asks = seed >= FIRST_SEED_WITH_RECONFIGURE;
  const hasAll = seed >= FIRST_SEED_WITH_ALL;
  const asksAlone = asks && !hasAll;
  const isBalanced = seed >= FIRST_SEED_WITH_LOAD_BALANCING && !asksAlone;
  const picked = random.pick(SHAPES);
  const more = seed < FIRST_SEED_WITH_MORE_LOAD_BALANCING ? undefined : randomStream(seed, 'how the clients are divided');
  const shapeDivided = isBalanced ? more?.pick(['pair', 'pair', 'pair', 'trio'] as const) ?? 'pair' : picked;
  const shape = asksAlone ? 'pair' : shapeDivided;
  const activeMs = random.between(2, 6) * MINUTE_MS;
  const boxes = boxesOf(shape).map((name) => generateBox(name, random));
  const drawn = random.pick(variantsOf(shape) as readonly [VariantName, ...VariantName[]]);
  const scattered = generateFaults(shape, activeMs, random);
  const clients = generateClients(activeMs, random);
  const noise = generateNoise(random);
  const story = storyOf(seed, shape);
  const wanted = story === undefined ? scattered : [...scattered.slice(0, story.others), ...story.faults].sort((a, b) => a.atMs - b.atMs);
  const haveBatteries = seed < FIRST_SEED_WITHOUT_BATTERIES || asksAlone || (isBalanced && more?.chance(500) !== true);
  const withNtp = haveBatteries ? wanted : withClockFaults(wanted, boxesOf(shape), activeMs, randomStream(seed, 'clocks'));
  const withClocks = haveBatteries || seed < FIRST_SEED_WITH_OPERATORS_CLOCK ? withNtp : withOperatorsClock(withNtp, randomStream(seed, 'who tells the time'));
  const supplemented = supplementFaults(withClocks, boxes, shape, activeMs, randomStream(seed, 'more faults'));
  const reloaded = asks ? withReloads(supplemented, boxesOf(shape), clients.length, activeMs, randomStream(seed, 'reloads')) : supplemented;
  const faults = hasAll ? withQueries(reloaded, boxesOf(shape), clients.length, activeMs, randomStream(seed, 'queries')) : reloaded;
  const balanced: readonly [VariantName, ...VariantName[]] = more === undefined ? LOAD_BALANCING_VARIANTS : MORE_LOAD_BALANCING_VARIANTS[shape === 'trio' ? 'trio' : 'pair'];
  const dividing = isBalanced ? randomStream(seed, 'who divides the clients').pick(balanced) : (story?.variant ?? drawn);
  const asking = asksAlone ? randomStream(seed, 'who asks').pick(RECONFIGURE_VARIANTS) : dividing;
  const variant = hasAll ? randomStream(seed, 'who has it all').pick<VariantName>(VARIANTS_WITH_ALL[shape === 'trio' ? 'trio' : 'pair']) : asking;
  const told = [...clients, ...(story?.clients(clients.length + 1) ?? [])];
  const allClients = asks ? whoAccepts(told, randomStream(seed, 'who accepts')) : told;
  return {
    seed,
    variant,
    ...(story === undefined ? {} : { story: story.name }),
    boxes,
    clients: variantOf(variant).reservesByLinkLayer ? allClients.map((client) => ({ ...client, tellsLinkLayerAddress: true })) : allClients,
    noise,
    faults,
    healMs: Math.max(activeMs, ...faults.map(endOfFault)) + 5_000,
    settleMs: SETTLE_MS[shape],
    calmMs: calmOf(variant, randomStream(seed, 'calm')),
  };
}

/**
 * When boxes have been in step for longer than any lease and MCLT nothing is left of what went wrong: most schedules end there. The
 * others show that a long quiet time changes nothing.
 */
function calmOf(variant: VariantName, random: Random): number | undefined {
  const { validSeconds, mcltSeconds } = variantOf(variant);
  return random.chance(TO_THE_END_PERMILLE) ? undefined : (validSeconds + mcltSeconds) * 1_000 + CALM_MARGIN_MS;
}

/** From a stream of its own: whoever has none is not changed by that. */
function storyOf(seed: number, shape: Shape): Story | undefined {
  if (seed < FIRST_SEED_WITH_STORIES || shape === 'single') return undefined;
  const random = randomStream(seed, 'story');
  return random.chance(STORY_PERMILLE) ? tellStory(shape, random) : undefined;
}

function generateBox(name: BoxName, random: Random): BoxPlan {
  const low = random.between(0, 3);
  return {
    name,
    startMs: random.chance(100) ? random.below(60_000) : random.below(2_000),
    driftPpm: random.between(-100, 100),
    clockErrorMs: random.pick([0, random.between(-500, 500), random.between(-1_800, 1_800)]),
    commitMs: { low, high: low + random.pick([2, 10, 40]) },
  };
}

function generateClients(activeMs: number, random: Random): readonly ClientPlan[] {
  const count = random.chance(30) ? random.between(80, 120) : random.chance(150) ? random.between(20, 50) : random.between(3, 14);
  return Array.from({ length: count }, (_, i) => generateClient(i + 1, activeMs, random));
}

function generateClient(number: number, activeMs: number, random: Random): ClientPlan {
  const kinds = random.pick<readonly IaKind[]>([[3], [3], [25], [3, 25], [3, 25], [3, 3, 25]]);
  const startMs = random.chance(300) ? random.below(activeMs) : random.below(20_000);
  const actions: ClientAction[] = [{ kind: 'start', atMs: startMs }];
  for (let left = random.pick([0, 0, 1, 2, 4]); left > 0; left--) {
    actions.push(generateAction(random.between(startMs, activeMs), random));
    if (random.chance(500)) actions.push({ kind: 'start', atMs: random.between(startMs, activeMs) });
  }
  return {
    number,
    link: random.pick<LinkName>(['lan', 'lan', 'branch']),
    ias: kinds.map((kind, i) => ({ kind, iaid: i + 1 })),
    rapidCommit: random.chance(300),
    isHasty: random.chance(500),
    declinePermille: random.pick([0, 0, 0, 50, 300]),
    actions: actions.sort((a, b) => a.atMs - b.atMs),
  };
}

function generateAction(atMs: number, random: Random): ClientAction {
  switch (random.pick(['vanish', 'release', 'reboot', 'roam'] as const)) {
    case 'vanish':
      return { kind: 'vanish', atMs };
    case 'release':
      return { kind: 'release', atMs };
    case 'reboot':
      return { kind: 'reboot', atMs, offMs: random.pick([500, 5_000, 40_000, 130_000]) };
    case 'roam':
      return { kind: 'roam', atMs, to: random.pick<LinkName>(['lan', 'branch']) };
  }
}
