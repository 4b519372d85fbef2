/**
 * Faults that belong together. Drawn one by one they hardly ever meet in the order in which they are dangerous: two boxes that are
 * apart, each with clients that hear no other one, and then one of them dies, forgets, or is believed to be dead.
 */
import type { Random } from '../world/random.ts';
import type { BoxName, ClientAction, ClientPlan, Fault, LinkName } from './schedule.ts';
import type { Shape, VariantName } from './variants.ts';

export interface Story {
  readonly name: StoryName;
  readonly variant: VariantName;
  readonly faults: readonly Fault[];
  /** So many faults that have nothing to do with it happen as well, at most. */
  readonly others: number;
  /** Beside those that have nothing to do with it; their numbers follow. */
  readonly clients: (firstNumber: number) => readonly ClientPlan[];
}

type StoryName = keyof typeof STORIES;

/** Two partners, who of them is to suffer, and when it begins. */
interface Stage {
  readonly victim: BoxName;
  readonly other: BoxName;
  /** A link that both serve. */
  readonly link: LinkName;
  readonly startMs: number;
  readonly random: Random;
}

interface Scenario {
  readonly faults: readonly Fault[];
  /** When clients come that were not there before. */
  readonly newcomersMs: readonly [from: number, to: number];
  /** When those that were there fall silent for a while, if they do. */
  readonly quietMs?: number;
  /** When clients leave that came a moment before. */
  readonly leaveMs?: readonly number[];
}

/** In that time a client has its leases. */
const STAY_MS = 1_700;

const SECOND_MS = 1_000;
/** By then the boxes are together for the first time. */
const TOGETHER_MS = 14 * SECOND_MS;

const STORIES = {
  'the survivor knows less': survivorKnowsLess,
  'one forgets what it did alone': forgetsWhatItDidAlone,
  'both serve as if alone': bothServeAsIfAlone,
  'a conflict is settled again and again': settledAgainAndAgain,
  'a recovery is disturbed': recoveryIsDisturbed,
  'both answer, then the clients are silent': bothAnswer,
  'clients change their minds': clientsChangeTheirMinds,
} as const satisfies Readonly<Record<string, (stage: Stage) => Scenario>>;

const VARIANTS: Readonly<Record<Exclude<Shape, 'single'>, readonly [VariantName, ...VariantName[]]>> = {
  pair: ['pair, scarce', 'pair, scarce', 'pair, ample', 'pair, auto-partner-down', 'pair, contacts'],
  trio: ['trio, scarce', 'trio, ample'],
};

export function tellStory(shape: Exclude<Shape, 'single'>, random: Random): Story {
  const name = random.pick(Object.keys(STORIES) as [StoryName, ...StoryName[]]);
  const variant = random.pick(VARIANTS[shape]);
  const primary = shape === 'pair' ? 'A' : random.pick(['A', 'B'] as const);
  const secondary = shape === 'pair' ? 'B' : 'C';
  const isPrimaryVictim = random.chance(500);
  const stage: Stage = {
    victim: isPrimaryVictim ? primary : secondary,
    other: isPrimaryVictim ? secondary : primary,
    link: shape === 'pair' ? random.pick<LinkName>(['lan', 'branch']) : primary === 'A' ? 'lan' : 'branch',
    startMs: random.between(30, 60) * SECOND_MS,
    random,
  };
  // The secondary answers whoever has no lease only while the primary is not there.
  const isDeafFirst = random.chance(600);
  const first = isDeafFirst ? secondaryFirst(primary, secondary) : [];
  const { faults, newcomersMs, quietMs, leaveMs = [] } = STORIES[name](stage);
  return {
    name,
    variant,
    faults: [...first, ...faults],
    others: random.pick([0, 1, 4, 12]),
    clients: (firstNumber) => [
      ...clientsBetween(firstNumber, random.between(4, 8), [3 * SECOND_MS, TOGETHER_MS], stage, quietMs),
      ...clientsBetween(firstNumber + 8, random.between(3, 8), newcomersMs, stage, undefined),
      ...leaveMs.map((atMs, i) => ({ ...clientOf(firstNumber + 16 + i, atMs - STAY_MS, stage, undefined), isHasty: true, actions: stayUntil(atMs) })),
    ],
  };
}

/** The first clients get their leases of the secondary. */
function secondaryFirst(primary: BoxName, secondary: BoxName): readonly Fault[] {
  return [
    ...apart(primary, secondary, 2 * SECOND_MS, TOGETHER_MS - 2 * SECOND_MS),
    ...(['lan', 'branch'] as const).map((link): Fault => ({ kind: 'cutLink', box: primary, link, atMs: 2 * SECOND_MS, forMs: TOGETHER_MS - 3 * SECOND_MS, direction: 'both' })),
  ];
}

/** They lose each other at once. */
function apart(a: BoxName, b: BoxName, atMs: number, forMs: number): readonly Fault[] {
  const between = [a, b] as const;
  return [
    { kind: 'cutManagement', between, atMs, forMs, direction: 'both' },
    { kind: 'resetConnections', between, atMs },
  ];
}

function crashOf(box: BoxName, atMs: number, downMs: number, disk: (Fault & { kind: 'crash' })['disk'], random: Random): Fault {
  const power = random.pick(['killed', 'without power'] as const);
  return { kind: 'crash', box, atMs, effects: random.below(6), downMs, power, disk, clock: 'keeps time' };
}

/** One gives and extends leases of which the other hears nothing, and dies; the other serves alone, and should be careful. */
function survivorKnowsLess({ victim, other, startMs, random }: Stage): Scenario {
  const diesMs = startMs + random.between(20, 80) * SECOND_MS;
  const declaredMs = diesMs + random.between(1, 10) * SECOND_MS;
  const downMs = random.between(80, 160) * SECOND_MS;
  return {
    faults: [
      ...apart(victim, other, startMs, diesMs - startMs + 5 * SECOND_MS),
      { kind: 'divide', between: [other, victim], atMs: startMs, forMs: diesMs - startMs + downMs, swaps: false },
      crashOf(victim, diesMs, downMs, 'as it was', random),
      { kind: 'partnerDown', box: other, atMs: declaredMs },
    ],
    newcomersMs: random.pick([[startMs, diesMs], [declaredMs, declaredMs + 30 * SECOND_MS], [declaredMs, declaredMs + downMs]] as const),
  };
}

/** One gives leases of which nobody else knows, and comes back to its partner without its disk, or with an old one. */
function forgetsWhatItDidAlone({ victim, other, startMs, random }: Stage): Scenario {
  const apartMs = random.between(15, 50) * SECOND_MS;
  const diesMs = startMs + apartMs - random.between(500, 5_000);
  const disk = random.pick(['empty', 'empty', 'old copy', 'unreadable record'] as const);
  return {
    faults: [
      { kind: 'copyDisk', box: victim, atMs: random.between(TOGETHER_MS, startMs + apartMs / 2) },
      ...apart(victim, other, startMs, apartMs),
      { kind: 'divide', between: [other, victim], atMs: startMs, forMs: apartMs + random.between(0, 20) * SECOND_MS, swaps: false },
      crashOf(victim, diesMs, random.pick([50, 1_000, 6_000]), disk, random),
    ],
    newcomersMs: [startMs, startMs + apartMs + 30 * SECOND_MS],
    quietMs: diesMs,
  };
}

/** An operator declares each to be alone while both are well, and the clients hear now the one and now the other. */
function bothServeAsIfAlone({ victim, other, startMs, random }: Stage): Scenario {
  const apartMs = random.between(40, 150) * SECOND_MS;
  const declared = (box: BoxName): Fault => ({ kind: 'partnerDown', box, atMs: startMs + random.between(1, 20) * SECOND_MS });
  return {
    faults: [
      ...apart(victim, other, startMs, apartMs),
      { kind: 'divide', between: [other, victim], atMs: startMs, forMs: apartMs, swaps: random.chance(800) },
      declared(other),
      ...(random.chance(800) ? [declared(victim)] : []),
    ],
    newcomersMs: [startMs, startMs + apartMs],
  };
}

/** The same, and they lose each other again in the middle of settling it. */
function settledAgainAndAgain(stage: Stage): Scenario {
  const { victim, other, random } = stage;
  const { faults, newcomersMs } = bothServeAsIfAlone(stage);
  const togetherMs = newcomersMs[1];
  const disturbances: Fault[] = [];
  for (let left = random.between(1, 4), atMs = togetherMs; left > 0; left--) {
    atMs += random.pick([random.below(300), random.below(3_000), random.below(10_000)]);
    disturbances.push(disturbance(victim, other, atMs, random));
  }
  return { faults: [...faults, { kind: 'slowManagement', atMs: togetherMs - SECOND_MS, forMs: 20 * SECOND_MS, delayMs: { low: 50, high: 300 } }, ...disturbances], newcomersMs };
}

/** One lost its disk, or was declared to be down, and its recovery meets what is in the way. */
function recoveryIsDisturbed({ victim, other, startMs, random }: Stage): Scenario {
  const downMs = random.pick([1_000, 20_000, 60_000]);
  const backMs = startMs + downMs;
  const disk = random.pick(['as it was', 'empty', 'empty', 'old copy'] as const);
  const faults: Fault[] = [
    { kind: 'copyDisk', box: victim, atMs: startMs - 12 * SECOND_MS },
    crashOf(victim, startMs, downMs, disk, random),
    { kind: 'slowManagement', atMs: startMs, forMs: downMs + 30 * SECOND_MS, delayMs: { low: 50, high: 300 } },
  ];
  if (disk === 'as it was' || random.chance(500)) faults.push({ kind: 'partnerDown', box: other, atMs: startMs + Math.min(downMs, 10_000) });
  for (let left = random.between(1, 4), atMs = backMs; left > 0; left--) {
    atMs += random.pick([random.below(1_000), random.below(5_000), random.below(40_000)]);
    faults.push(disturbance(victim, other, atMs, random));
  }
  return { faults, newcomersMs: [backMs, backMs + 60 * SECOND_MS] };
}

function disturbance(victim: BoxName, other: BoxName, atMs: number, random: Random): Fault {
  const box = random.pick([victim, other]);
  const between = [victim, other] as const;
  switch (random.pick(['reset', 'reset', 'cut', 'crash', 'forget', 'down', 'force', 'resync'] as const)) {
    case 'reset':
      return { kind: 'resetConnections', between, atMs };
    case 'cut':
      return { kind: 'cutManagement', between, atMs, forMs: random.pick([5_000, 20_000, 50_000]), direction: random.pick(['both', 'one way'] as const) };
    case 'crash':
      return crashOf(box, atMs, random.pick([50, 1_000, 8_000]), 'as it was', random);
    case 'forget':
      return crashOf(box, atMs, random.pick([50, 1_000, 8_000]), random.pick(['empty', 'old copy'] as const), random);
    case 'down':
      return { kind: 'partnerDown', box, atMs };
    case 'force':
      return { kind: 'forcePartnerDown', box, atMs };
    case 'resync':
      return { kind: 'resync', box, atMs, command: random.pick(['resync', 'resync-all'] as const) };
  }
}

/** Both hear the same clients and promise them different things, and nobody asks again before the shorter promise is over. */
function bothAnswer({ victim, other, startMs, random }: Stage): Scenario {
  const apartMs = random.between(10, 60) * SECOND_MS;
  const quietMs = startMs + random.between(1, 5) * SECOND_MS;
  return { faults: apart(victim, other, startMs, apartMs), newcomersMs: [startMs + apartMs, startMs + apartMs + 60 * SECOND_MS], quietMs };
}

/** What was told to the partner is out of date before it answers, and what was told behind it may get lost. */
function clientsChangeTheirMinds({ victim, other, startMs, random }: Stage): Scenario {
  const forMs = random.between(60, 150) * SECOND_MS;
  const leaveMs = Array.from({ length: random.between(4, 10) }, () => startMs + SECOND_MS * 2 + random.below(forMs));
  const resets = leaveMs.map((atMs): Fault => ({ kind: 'resetConnections', between: [victim, other], atMs: atMs + random.between(200, 800) }));
  return {
    faults: [{ kind: 'slowManagement', atMs: startMs, forMs, delayMs: { low: 400, high: 900 } }, ...resets],
    newcomersMs: [startMs, startMs + forMs],
    quietMs: startMs + forMs / 2,
    leaveMs,
  };
}

function clientsBetween(firstNumber: number, count: number, [from, to]: readonly [number, number], stage: Stage, quietMs: number | undefined): readonly ClientPlan[] {
  return Array.from({ length: count }, (_, i) => clientOf(firstNumber + i, stage.random.between(from, to), stage, quietMs));
}

function stayUntil(atMs: number): readonly ClientAction[] {
  return [{ kind: 'start', atMs: atMs - STAY_MS }, { kind: 'release', atMs }];
}

function clientOf(number: number, startMs: number, { link, random }: Stage, quietMs: number | undefined): ClientPlan {
  const actions: ClientAction[] = [{ kind: 'start', atMs: startMs }];
  if (quietMs !== undefined) {
    // It asks once, when it is back, and then is away for longer than a short promise lasts.
    actions.push({ kind: 'reboot', atMs: quietMs, offMs: 500 }, { kind: 'reboot', atMs: quietMs + 3 * SECOND_MS, offMs: random.pick([40_000, 130_000]) });
  }
  const changesItsMind = random.chance(quietMs === undefined ? 250 : 500);
  if (changesItsMind) {
    const atMs = startMs + random.pick([random.between(1_000, 3_000), random.between(3_000, 60_000)]);
    actions.push({ kind: random.pick(['release', 'vanish'] as const), atMs }, { kind: 'start', atMs: atMs + random.pick([3_000, 20_000]) });
  }
  return {
    number,
    link,
    ias: random.pick<readonly (3 | 25)[]>([[3], [25], [3, 25], [3, 25]]).map((kind, i) => ({ kind, iaid: i + 1 })),
    rapidCommit: random.chance(200),
    isHasty: random.chance(700),
    declinePermille: random.pick([0, 0, 0, 200]),
    actions: actions.sort((a, b) => a.atMs - b.atMs),
  };
}
