/** Makes a schedule that fails as short as it can be while it still breaks the same invariant. */
import { simulate } from '../simulation.ts';
import { endOfFault } from './schedule.ts';
import type { Noise, Schedule } from './schedule.ts';

/** Patience of whoever waits for it. */
const TIME_MAX_MS = 20_000;

const QUIET: Noise = { lossPermille: 0, duplicatePermille: 0, delayMs: { low: 1, high: 1 } };

export function shrink(failing: Schedule): Schedule {
  const first = simulate(failing);
  if (first.violation === undefined) throw new Error('only a schedule that fails can be made shorter');
  const { invariant } = first.violation;
  const started = performance.now();
  let best = failing;
  const isLate = (): boolean => performance.now() - started > TIME_MAX_MS;

  const accept = (candidate: Schedule): boolean => {
    if (isLate()) return false;
    if (simulate(candidate).violation?.invariant !== invariant) return false;
    best = candidate;
    return true;
  };

  /** Leaves out parts of a list: halves first, then ever smaller ones. */
  const thin = <T>(read: (schedule: Schedule) => readonly T[], write: (schedule: Schedule, items: readonly T[]) => Schedule): boolean => {
    let changed = false;
    for (let size = Math.ceil(read(best).length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < read(best).length; ) {
        const items = read(best);
        if (accept(write(best, [...items.slice(0, at), ...items.slice(at + size)]))) changed = true;
        else at += size;
      }
    }
    return changed;
  };

  for (let changed = true; changed && !isLate(); ) {
    changed = thin((schedule) => schedule.faults, (schedule, faults) => ({ ...schedule, faults }));
    changed = thin((schedule) => schedule.clients, (schedule, clients) => ({ ...schedule, clients })) || changed;
    for (const { number } of best.clients) {
      const changedClient = thin(
        (schedule) => schedule.clients.find((client) => client.number === number)?.actions ?? [],
        (schedule, actions) => ({ ...schedule, clients: schedule.clients.map((client) => (client.number === number ? { ...client, actions } : client)) }),
      );
      changed = changedClient || changed;
    }
  }
  accept({ ...best, noise: QUIET });
  accept({ ...best, healMs: Math.max(0, ...best.faults.map(endOfFault), ...best.clients.flatMap(({ actions }) => actions.map(({ atMs }) => atMs))) + 1_000 });
  return best;
}
