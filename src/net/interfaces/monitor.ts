/** `ip -oneline monitor ...` as a child process that is started again whenever it ends. */
import { backOff } from '../back-off.ts';
import { spawnLines } from '../child-lines.ts';
import type { ChildLines } from '../child-lines.ts';

/** A child that has lived so long works. */
const SETTLED_MS = 10_000;

export interface MonitorHandlers {
  /** A child was started: what happened before it listened is not told. */
  readonly onStart: () => void;
  readonly onLine: (line: string) => void;
  /** The child ended, or could not be started; it is started again, the longer it fails the more rarely. */
  readonly onEnd: (reason: string) => void;
  /** A child has been alive for ten seconds. */
  readonly onSettled: () => void;
}

/**
 * Starts it; the result stops it for good.
 *
 * @param objects what to listen to, as iproute2 names it
 */
export function startMonitor(ipCommand: string, objects: readonly string[], handlers: MonitorHandlers): () => void {
  const delays = backOff();
  let child: ChildLines;
  let settling: NodeJS.Timeout;
  let retry: NodeJS.Timeout | undefined;

  function start(): void {
    child = spawnLines(ipCommand, ['-oneline', 'monitor', ...objects], {
      onLine: handlers.onLine,
      onEnd(reason) {
        clearTimeout(settling);
        retry = setTimeout(start, delays.next());
        handlers.onEnd(reason);
      },
    });
    settling = setTimeout(() => {
      delays.reset();
      handlers.onSettled();
    }, SETTLED_MS);
    handlers.onStart();
  }

  start();
  return () => {
    clearTimeout(retry);
    clearTimeout(settling);
    child.stop();
  };
}
