/** What goes wrong with clocks: boxes that come back at 1970, one or both, and time servers that lie. */
import type { Random } from '../world/random.ts';
import type { BoxName, Fault } from './schedule.ts';

const DAY_MS = 86_400_000;
/** The last of them is longer than any schedule: then nobody tells the box what time it is before everything is put right. */
const FOUND_MS = [1_000, 20_000, 90_000, 3_600_000] as const;

/** The same faults, of boxes that have no battery for their clocks, and more. */
export function withClockFaults(faults: readonly Fault[], boxes: readonly BoxName[], activeMs: number, random: Random): readonly Fault[] {
  const withoutBattery = faults.map((fault): Fault => {
    if (fault.kind !== 'crash' || !random.chance(700)) return fault;
    return { ...fault, clock: 'shows 1970', timeFoundMs: random.pick(FOUND_MS) };
  });
  const more = [...(random.chance(600) ? powerCut(boxes, activeMs, random) : []), ...(random.chance(300) ? [lie(boxes, activeMs, random)] : [])];
  return [...withoutBattery, ...more].sort((a, b) => a.atMs - b.atMs);
}

/** The same, where in half of the cases it is an operator who says what time it is, and NTP is found by nobody. */
export function withOperatorsClock(faults: readonly Fault[], random: Random): readonly Fault[] {
  return faults.map((fault): Fault => (fault.kind === 'crash' && fault.clock === 'shows 1970' && random.chance(500) ? { ...fault, timeFoundBy: 'operator' } : fault));
}

/** All boxes lose power together, and have it again at about the same time. */
function powerCut(boxes: readonly BoxName[], activeMs: number, random: Random): readonly Fault[] {
  const atMs = random.between(activeMs / 4, activeMs);
  const downMs = random.pick([1_000, 10_000, 60_000]);
  return boxes.map((box): Fault => ({
    kind: 'crash', box, atMs: atMs + random.below(500), effects: 0, downMs: downMs + random.below(5_000), power: 'without power', disk: 'as it was',
    clock: 'shows 1970', timeFoundMs: random.pick(FOUND_MS),
  }));
}

/** By more than a day: no box believes that by itself. */
function lie(boxes: readonly BoxName[], activeMs: number, random: Random): Fault {
  const box = random.pick(boxes as readonly [BoxName, ...BoxName[]]);
  return { kind: 'clockJump', box, atMs: random.below(activeMs), byMs: random.pick([-1, 1]) * random.pick([2, 30, 400]) * DAY_MS };
}
