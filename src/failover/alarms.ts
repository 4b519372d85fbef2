/** Conditions that last. Whoever decides says at each look which of them hold; what changed becomes an effect. */
import type { FailoverEffect, Severity } from './effect.ts';

export interface AlarmText {
  readonly severity: Severity;
  /** What is the matter, in a sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly advice: string;
}

export interface Alarms {
  /** `alarm`: undefined when the condition does not hold. */
  set(id: string, alarm: AlarmText | undefined): void;
}

/** `scope` makes the ids unique among the relationships. */
export function createAlarms(scope: string, emit: (effect: FailoverEffect) => void): Alarms {
  const raised = new Map<string, AlarmText>();
  return {
    set(id, alarm) {
      if (alarm === undefined && raised.size === 0) return;
      const before = raised.get(id);
      if (alarm !== undefined) {
        if (before?.text === alarm.text && before.advice === alarm.advice) return;
        raised.set(id, alarm);
        emit({ kind: 'alarm', id: `${scope} ${id}`, raised: true, ...alarm });
      } else if (before !== undefined) {
        raised.delete(id);
        emit({ kind: 'alarm', id: `${scope} ${id}`, raised: false, ...before });
      }
    },
  };
}
