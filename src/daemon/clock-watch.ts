/** Notices that the system's clock was set, or that NTP says that it is right, also while nothing else happens on the box. */
import type { Appliance } from '../appliance/index.ts';
import type { EventLoop } from './event-loop.ts';
import type { ClockKeeper, SystemTime } from '../time/index.ts';

/** A look takes a few microseconds. */
const LOOK_MS = 1_000;

/**
 * @param onNews more is known of what time it is
 * @returns what ends it
 */
export function watchClock(time: SystemTime, appliance: Pick<Appliance, 'clock' | 'epoch'>, keeper: ClockKeeper, loop: Pick<EventLoop, 'dispatch'>, onNews: () => void): () => void {
  let status = time.status();
  let steps = time.steps();
  const look = (): void => {
    time.read();
    time.look();
    if (status !== time.status() || steps !== time.steps()) {
      status = time.status();
      steps = time.steps();
      // Any event is handled by the time of day as it is now.
      loop.dispatch({ kind: 'timer' });
    }
    if (keeper.keep(appliance.clock)) onNews();
  };
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    const now = time.read();
    keeper.keepLast(appliance.clock, { ...now, epoch: appliance.epoch(now) });
  };
}
