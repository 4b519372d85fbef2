/**
 * Snapshots of all interfaces from one `ip -json -batch -` that stays alive: to fork the daemon for each of them
 * would stop it for as long as its page tables take to copy, tens of milliseconds when it holds many leases.
 */
import { spawnLines } from '../child-lines.ts';
import type { ChildLines } from '../child-lines.ts';
import { parseSnapshot } from './iproute2-output.ts';
import type { SnapshotResult } from './iproute2-output.ts';

const ANSWER_MS = 5_000;

export interface SnapshotReader {
  /** Calls `done` once. One at a time; after a failure the next one starts a new child. */
  read(done: (result: SnapshotResult) => void): void;
  /** A `done` that waits is not called any more. */
  close(): void;
}

export function snapshotReader(ipCommand: string): SnapshotReader {
  let child: ChildLines | undefined;
  let waiting: ((result: SnapshotResult) => void) | undefined;
  let deadline: NodeJS.Timeout | undefined;

  function stopChild(): void {
    child?.stop();
    child = undefined;
  }

  function finish(result: SnapshotResult): void {
    clearTimeout(deadline);
    // After an answer that makes no sense the next line may be anything.
    if (!result.ok) stopChild();
    const done = waiting;
    waiting = undefined;
    done?.(result);
  }

  return {
    read(done) {
      waiting = done;
      child ??= spawnLines(ipCommand, ['-json', '-batch', '-'], {
        onLine(line) {
          finish(parseSnapshot(line));
        },
        onEnd(reason) {
          child = undefined;
          finish({ ok: false, reason: `"${ipCommand} -json -batch -" ended (${reason})` });
        },
      });
      child.write('address show\n');
      deadline = setTimeout(finish, ANSWER_MS, { ok: false, reason: `no answer from "${ipCommand}" in ${ANSWER_MS / 1000} s` });
    },
    close() {
      waiting = undefined;
      clearTimeout(deadline);
      stopChild();
    },
  };
}
