/**
 * Snapshots of what the kernel has from one `ip -json -batch -` that stays alive: to fork the daemon for each of them would stop it
 * for as long as its page tables take to copy, tens of milliseconds when it holds many leases.
 */
import { spawnLines } from '../child-lines.ts';
import type { ChildLines } from '../child-lines.ts';

const ANSWER_MS = 5_000;

interface Failure {
  readonly ok: false;
  /** A clause for a log line. */
  readonly reason: string;
}

export interface SnapshotReader<Snapshot> {
  /** Calls `done` once. One at a time; after a failure the next one starts a new child. */
  read(done: (result: Snapshot | Failure) => void): void;
  /** A `done` that waits is not called any more. */
  close(): void;
}

/**
 * @param options of iproute2, besides those that make it a reader of commands
 * @param command that is given for each snapshot; its answer is one line
 */
export function snapshotReader<Snapshot extends { readonly ok: true }>(
  ipCommand: string,
  options: readonly string[],
  command: string,
  parse: (line: string) => Snapshot | Failure,
): SnapshotReader<Snapshot> {
  const words = [...options, '-json', '-batch', '-'];
  let child: ChildLines | undefined;
  let waiting: ((result: Snapshot | Failure) => void) | undefined;
  let deadline: NodeJS.Timeout | undefined;

  function stopChild(): void {
    child?.stop();
    child = undefined;
  }

  function finish(result: Snapshot | Failure): void {
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
      child ??= spawnLines(ipCommand, words, {
        onLine(line) {
          finish(parse(line));
        },
        onEnd(reason) {
          child = undefined;
          finish({ ok: false, reason: `"${ipCommand} ${words.join(' ')}" ended (${reason})` });
        },
      });
      child.write(`${command}\n`);
      deadline = setTimeout(finish, ANSWER_MS, { ok: false, reason: `no answer from "${ipCommand}" in ${ANSWER_MS / 1000} s` });
    },
    close() {
      waiting = undefined;
      clearTimeout(deadline);
      stopChild();
    },
  };
}
