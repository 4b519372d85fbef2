/** Tells the supervisor of an appliance that the event loop turns, and how this box is: see `../supervisor/supervisor.c`. */
import { writeSync } from 'node:fs';
import type { Alarms, AlarmSeverity } from '../control/index.ts';

const BEAT_MS = 1_000;

/** How this box is, in the supervisor's words: the gravest alarm decides. */
const CONDITIONS: Readonly<Record<AlarmSeverity | 'none', string>> = { error: 'x', warning: '!', info: '.', none: '.' };

export interface Heartbeat {
  /** From now on clients are served, as well as these say. */
  follow(alarms: Pick<Alarms, 'list'>): void;
}

/**
 * An octet a second, from now until the process ends, to the descriptor that `TWINLEASE_HEARTBEAT_FD` names; nothing where it
 * names none. Keeps no process alive.
 */
export function startHeartbeat(): Heartbeat {
  const fd = Number(process.env['TWINLEASE_HEARTBEAT_FD'] ?? NaN);
  let followed: Pick<Alarms, 'list'> | undefined;
  const condition = (): string => (followed === undefined ? CONDITIONS.error : CONDITIONS[followed.list()[0]?.severity ?? 'none']);
  const beat = (): void => {
    try {
      writeSync(fd, condition());
    } catch {
      // The pipe is full, or nobody reads it: whoever would, has other worries.
    }
  };
  if (Number.isInteger(fd)) {
    beat();
    setInterval(beat, BEAT_MS).unref();
  }
  return {
    follow(alarms) {
      followed = alarms;
    },
  };
}
