/** Conditions that last until somebody or something mends them. */

export interface Alarm {
  readonly id: string;
  readonly since: Date;
  /** What is wrong and what to do. */
  readonly text: string;
}

export interface Alarms {
  raise(id: string, text: string): void;
  clear(id: string): void;
  list(): readonly Alarm[];
}

export function createAlarms(now: () => Date): Alarms {
  const raised = new Map<string, Alarm>();
  return {
    raise(id, text) {
      raised.set(id, { id, since: raised.get(id)?.since ?? now(), text });
    },
    clear(id) {
      raised.delete(id);
    },
    list: () => [...raised.values()],
  };
}
