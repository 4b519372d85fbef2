/** How the daemon ends when its own promises are broken. */
import type { MessageInHand } from '../appliance/index.ts';
import type { EventLog } from '../control/index.ts';
import { writeCrashRecord } from '../store/index.ts';

/** EX_SOFTWARE of sysexits.h; the supervisor starts the daemon again. */
const EXIT_FAILED = 70;

/**
 * An invariant is broken: what is in memory can't be trusted any more, what is durable can.
 * @param inHand the message to blame, if one was being handled
 */
export function endFailed(stateDirectory: string, at: Date, inHand: MessageInHand | undefined, log: EventLog, error: unknown): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.add('error', `the daemon failed and ends: ${text}`);
  try {
    writeCrashRecord(stateDirectory, {
      at,
      client: inHand?.client,
      message: inHand?.datagram.bytes,
      error: text,
    });
  } catch (problem) {
    // Its client goes unnamed after the restart then, but the restart is what matters.
    log.add('error', `the crash record can't be written: ${String(problem)}`);
  }
  process.exit(EXIT_FAILED);
}
