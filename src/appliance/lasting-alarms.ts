/** Alarms about what is noticed again and again, and nobody says that it is over: each lasts a minute beyond the last time. */
import type { MonotonicMs } from '../wire/index.ts';
import type { Effect } from './effect.ts';

const LASTS_MS = 60_000;

export type AlarmContent = Omit<Effect & { kind: 'alarm' }, 'kind' | 'id' | 'raised'>;

export interface LastingAlarms {
  /** @param describe what to say, where it was not said already */
  notice(id: string, describe: () => AlarmContent, now: MonotonicMs, effects: Effect[]): void;
  look(now: MonotonicMs, effects: Effect[]): void;
}

interface Noticed {
  readonly content: AlarmContent;
  lastAt: MonotonicMs;
}

/** @param most of them at a time; what is noticed beyond is left aside */
export function createLastingAlarms(most: number): LastingAlarms {
  const known = new Map<string, Noticed>();
  return {
    notice(id, describe, now, effects) {
      const before = known.get(id);
      if (before !== undefined) {
        before.lastAt = now;
        return;
      }
      if (known.size >= most) return;
      const content = describe();
      known.set(id, { content, lastAt: now });
      effects.push({ kind: 'alarm', id, raised: true, ...content });
    },
    look(now, effects) {
      for (const [id, { content, lastAt }] of known) {
        if (now - lastAt < LASTS_MS) continue;
        known.delete(id);
        effects.push({ kind: 'alarm', id, raised: false, ...content });
      }
    },
  };
}
