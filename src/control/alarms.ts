/** Conditions that last until somebody or something mends them. */
import type { Stamps } from '../time/index.ts';
import type { MonotonicMs } from '../wire/index.ts';

export type AlarmSeverity = 'info' | 'warning' | 'error';

export interface Alarm {
  readonly id: string;
  /** By what is known of the time now. */
  readonly since: Date;
  /** `warning`: all is well for clients, for now; `error`: it is not, or one more mishap and it will not be. */
  readonly severity: AlarmSeverity;
  /** What is wrong; where there is no advice, also what to do. */
  readonly text: string;
  readonly advice: string | undefined;
}

export interface Alarms {
  /** @param details an alarm without them is an error whose text says all */
  raise(id: string, text: string, details?: { readonly severity: AlarmSeverity; readonly advice: string | undefined }): void;
  clear(id: string): void;
  /** Raises it, or clears it, as it says of itself. */
  readonly follow: (news: AlarmNews) => void;
  /** The gravest first, and of equals the one that was raised first. */
  list(): readonly Alarm[];
}

export interface AlarmNews {
  readonly id: string;
  readonly raised: boolean;
  readonly text: string;
  readonly severity?: AlarmSeverity;
  readonly advice?: string | undefined;
}

const GRAVITY: readonly AlarmSeverity[] = ['error', 'warning', 'info'];

export function createAlarms({ moment, date }: Pick<Stamps, 'moment' | 'date'>): Alarms {
  const raised = new Map<string, Omit<Alarm, 'since'> & { readonly at: MonotonicMs }>();
  const raise: Alarms['raise'] = (id, text, { severity, advice } = { severity: 'error', advice: undefined }) => {
    raised.set(id, { id, at: raised.get(id)?.at ?? moment(), severity, text, advice });
  };
  return {
    raise,
    clear(id) {
      raised.delete(id);
    },
    follow({ id, raised: isRaised, text, severity = 'error', advice }) {
      if (isRaised) raise(id, text, { severity, advice });
      else raised.delete(id);
    },
    list: () =>
      [...raised.values()]
        .sort((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity))
        .map(({ at, ...alarm }) => ({ ...alarm, since: date(at) })),
  };
}
