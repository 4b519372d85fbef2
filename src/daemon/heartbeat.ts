/** Tells the supervisor of an appliance that the event loop turns: see `../supervisor/supervisor.c`. */
import { writeSync } from 'node:fs';

const BEAT_MS = 1_000;

/**
 * An octet a second, from now until the process ends, to the descriptor that `TWINLEASE_HEARTBEAT_FD` names; nothing where it
 * names none. Keeps no process alive.
 */
export function startHeartbeat(): void {
  const fd = Number(process.env['TWINLEASE_HEARTBEAT_FD'] ?? NaN);
  if (!Number.isInteger(fd)) return;
  const beat = (): void => {
    try {
      writeSync(fd, '.');
    } catch {
      // The pipe is full, or nobody reads it: whoever would, has other worries.
    }
  };
  beat();
  setInterval(beat, BEAT_MS).unref();
}
