/** What goes wrong in a schedule, and when. */
import type { Random } from '../world/random.ts';
import { CRASH_WAIT_MS } from './schedule.ts';
import type { BoxName, BoxPlan, DiskAtRestart, Fault, LinkName, Noise } from './schedule.ts';
import { boxesOf } from './variants.ts';
import type { Shape } from './variants.ts';

/** Each schedule has at least so many faults that certainly do something. */
const FAULTS_MIN = 5;

/** Most schedules leave these out: they make much of what is checked meaningless. */
interface Allowed {
  readonly clocks: boolean;
  readonly disks: boolean;
  readonly operator: boolean;
}

const NOTHING_MORE: Allowed = { clocks: false, disks: false, operator: false };

/** The others only make sense where something else happens as well: they are for stories. */
type Kind = Exclude<Fault['kind'], 'divide' | 'forcePartnerDown' | 'reload' | 'askClient' | 'leasequery'>;

const USUAL: readonly Kind[] = ['crash', 'crash', 'crash', 'stall', 'commitsFail', 'commitsFail', 'slowDisk', 'cutLink', 'noise', 'leaseCommand'];
const PAIRED: readonly Kind[] = ['crash', 'cutManagement', 'cutManagement', 'cutManagement', 'resetConnections', 'slowManagement', 'hold', 'resync'];

export function generateFaults(shape: Shape, activeMs: number, random: Random): readonly Fault[] {
  const allowed: Allowed = { clocks: random.chance(100), disks: random.chance(300), operator: random.chance(250) };
  const boxes = boxesOf(shape) as readonly [BoxName, ...BoxName[]];
  const kinds = [...USUAL, ...(shape === 'single' ? [] : PAIRED)] as [Kind, ...Kind[]];
  if (allowed.clocks) kinds.push('clockJump', 'clockJump');
  if (allowed.disks) kinds.push('copyDisk', 'crash', 'crash');
  if (allowed.operator && shape !== 'single') kinds.push('partnerDown', 'partnerDown');
  const faults: Fault[] = [];
  for (let left = FAULTS_MIN + random.below(8); left > 0; left--) {
    faults.push(generateFault(random.pick(kinds), random.pick(boxes), shape, random.below(activeMs), allowed, random));
  }
  return faults.sort((a, b) => a.atMs - b.atMs);
}

/** Faults that strike whatever a box is doing, as many as are missing where too few of the others are certain to do something. */
export function supplementFaults(faults: readonly Fault[], boxes: readonly BoxPlan[], shape: Shape, activeMs: number, random: Random): readonly Fault[] {
  const missing = FAULTS_MIN - certain(faults, boxes);
  if (missing <= 0) return faults;
  const kinds: readonly [Kind, ...Kind[]] = shape === 'single' ? ['cutLink', 'noise'] : ['cutLink', 'noise', 'cutManagement', 'resetConnections', 'slowManagement'];
  const names = boxesOf(shape) as readonly [BoxName, ...BoxName[]];
  const more = Array.from({ length: missing }, () => generateFault(random.pick(kinds), random.pick(names), shape, random.below(activeMs), NOTHING_MORE, random));
  return [...faults, ...more].sort((a, b) => a.atMs - b.atMs);
}

/** How many are no copy of a disk, no command about a lease that nobody may hold, and no trouble of a box that is down. */
function certain(faults: readonly Fault[], boxes: readonly BoxPlan[]): number {
  const upFrom = new Map(boxes.map(({ name, startMs }) => [name, startMs]));
  let count = 0;
  for (const fault of faults) {
    if (fault.kind === 'copyDisk' || fault.kind === 'leaseCommand') continue;
    if ('box' in fault && fault.kind !== 'cutLink') {
      const downUntil = upFrom.get(fault.box) ?? 0;
      if (fault.kind === 'crash') upFrom.set(fault.box, Math.max(downUntil, fault.atMs + CRASH_WAIT_MS + fault.downMs));
      if (fault.atMs <= downUntil) continue;
    }
    count++;
  }
  return count;
}

export function generateNoise(random: Random): Noise {
  const low = random.between(0, 5);
  return {
    lossPermille: random.pick([0, 0, 10, 100]),
    duplicatePermille: random.pick([0, 0, 20, 200]),
    delayMs: { low, high: low + random.pick([1, 5, 50, 400]) },
  };
}

function generateFault(kind: Kind, box: BoxName, shape: Shape, atMs: number, allowed: Allowed, random: Random): Fault {
  const forMs = random.pick([500, 2_000, 10_000, 40_000, 90_000]);
  switch (kind) {
    case 'crash':
      return {
        kind,
        box,
        atMs,
        effects: random.below(12),
        downMs: random.pick([50, 1_000, 5_000, 30_000, 100_000]),
        power: random.pick(['killed', 'without power'] as const),
        disk: allowed.disks && random.chance(400) ? random.pick<DiskAtRestart>(['unreadable record', 'unreadable record', 'empty', 'old copy']) : 'as it was',
        clock: allowed.clocks && random.chance(400) ? 'shows 1970' : 'keeps time',
      };
    case 'stall':
      return { kind, box, atMs, forMs: random.pick([100, 1_000, 1_000, 6_000]) };
    case 'clockJump':
      return { kind, box, atMs, byMs: random.pick([-1, 1]) * random.pick([900, 4_000, 60_000, 3_600_000, 86_400_000]) };
    case 'commitsFail':
      return { kind, box, atMs, forMs, permille: random.pick([100, 500, 1_000]), writtenPermille: random.pick([0, 300, 1_000]) };
    case 'slowDisk':
      return { kind, box, atMs, forMs, commitMs: random.pick([100, 800, 3_000]) };
    case 'copyDisk':
      return { kind, box, atMs };
    case 'cutLink':
      return { kind, box, atMs, forMs, link: random.pick<LinkName>(['lan', 'branch']), direction: random.pick(['to box', 'from box', 'both'] as const) };
    case 'noise':
      return { kind, atMs, forMs, noise: generateNoise(random) };
    case 'cutManagement':
      return { kind, between: pairOf(box, shape, random), atMs, forMs, direction: random.pick(['one way', 'both', 'both'] as const) };
    case 'resetConnections':
      return { kind, between: pairOf(box, shape, random), atMs };
    case 'slowManagement': {
      const low = random.pick([5, 100, 400]);
      return { kind, atMs, forMs, delayMs: { low, high: 2 * low } };
    }
    case 'partnerDown':
      return { kind, box, atMs };
    case 'hold':
      return { kind, box, atMs, forMs, command: random.pick(['pause', 'handover'] as const) };
    case 'resync':
      return { kind, box, atMs, command: random.pick(['resync', 'resync-all'] as const) };
    case 'leaseCommand':
      return { kind, box, atMs, action: random.pick(['release', 'reset'] as const) };
  }
}

/** Two partners, in either order. */
function pairOf(box: BoxName, shape: Shape, random: Random): readonly [BoxName, BoxName] {
  if (shape === 'pair') return box === 'A' ? ['A', 'B'] : ['B', 'A'];
  const primary = box === 'C' ? random.pick(['A', 'B'] as const) : box;
  return random.chance(500) ? [primary, 'C'] : ['C', primary];
}
