/** What makes boxes ask clients by Reconfigure: files that change, and operators. And requestors of leasequery. */
import type { Random } from '../world/random.ts';
import type { BoxName, ClientPlan, Fault } from './schedule.ts';

const ACCEPTS_PERMILLE = 850;

export function withReloads(faults: readonly Fault[], boxes: readonly BoxName[], clients: number, activeMs: number, random: Random): readonly Fault[] {
  const reloads = Array.from({ length: random.between(2, 5) }, (_, i): Fault => ({ kind: 'reload', atMs: random.below(activeMs), file: i % 2 === 0 ? 'second' : 'first', secondBoxMs: random.pick([0, 200, 5_000, 40_000]) }));
  const asked = Array.from({ length: random.between(3, 12) }, (): Fault => ({ kind: 'askClient', box: random.pick(boxes as readonly [BoxName, ...BoxName[]]), atMs: random.below(activeMs), client: random.between(1, clients), message: random.pick(['usual', 'usual', 'rebind'] as const) }));
  return [...faults, ...reloads, ...asked].sort((a, b) => a.atMs - b.atMs);
}

export function withQueries(faults: readonly Fault[], boxes: readonly BoxName[], clients: number, activeMs: number, random: Random): readonly Fault[] {
  const queries = Array.from({ length: random.between(10, 40) }, (): Fault => ({ kind: 'leasequery', box: random.pick(boxes as readonly [BoxName, ...BoxName[]]), atMs: random.below(activeMs), client: random.between(1, clients), by: random.pick(['client', 'lease'] as const) }));
  return [...faults, ...queries].sort((a, b) => a.atMs - b.atMs);
}

export function whoAccepts(clients: readonly ClientPlan[], random: Random): readonly ClientPlan[] {
  return clients.map((client) => ({ ...client, acceptsReconfigure: random.chance(ACCEPTS_PERMILLE) }));
}
