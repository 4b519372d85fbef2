/**
 * The commands to the kernel, through one `ip -batch -` that stays alive: to fork the daemon for each change would stop it for
 * as long as its page tables take to copy.
 */
import { spawnLines } from '../child-lines.ts';
import type { ChildLines } from '../child-lines.ts';
import { BARRIER_COMMAND, LIST_COMMAND, parseRoutes } from './route-table.ts';
import type { Way } from './route-table.ts';

const ANSWER_MS = 10_000;

export interface KernelRoutes {
  /** Calls `done` once with what the kernel has of our routes, or with why that is not known. */
  list(done: (found: Map<string, Way> | { readonly error: string }) => void): void;
  /** Carries out these lines; `done` gets what was said against them, if anything was. One thing at a time. */
  apply(commands: readonly string[], done: (error: string | undefined) => void): void;
  /** Interfaces came, went or were renamed: `ip` remembers for as long as it lives which name is which. */
  forgetNames(): void;
  /** The routes stay. */
  close(): void;
}

export function kernelRoutes(ipCommand: string): KernelRoutes {
  let child: ChildLines | undefined;
  let errors = '';
  let waiting: ((line: string | undefined, error: string | undefined) => void) | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let isOutdated = false;

  const finish = (line: string | undefined, error: string | undefined): void => {
    clearTimeout(deadline);
    const done = waiting;
    waiting = undefined;
    if (isOutdated || error !== undefined) stopChild();
    done?.(line, error);
  };
  const stopChild = (): void => {
    child?.stop();
    child = undefined;
    isOutdated = false;
  };
  const say = (commands: string, done: (line: string | undefined, error: string | undefined) => void): void => {
    waiting = done;
    errors = '';
    // Without -force the first route that can't be set would be the end of all.
    child ??= spawnLines(ipCommand, ['-6', '-json', '-force', '-batch', '-'], {
      onLine(line) {
        if (line.trim() === '') return;
        // What is said against a command is on another pipe, and may be read a moment later.
        const asked = waiting;
        setImmediate(() => {
          if (waiting === asked) finish(line, errors.trim() === '' ? undefined : firstLine(errors));
        });
      },
      onError(text) {
        errors += text;
      },
      onEnd(reason) {
        child = undefined;
        finish(undefined, `"${ipCommand} -batch -" ended (${reason})`);
      },
    });
    child.write(commands);
    deadline = setTimeout(finish, ANSWER_MS, undefined, `no answer from "${ipCommand}" in ${ANSWER_MS / 1_000} s`);
  };

  return {
    list(done) {
      say(LIST_COMMAND, (line, error) => {
        const found = line === undefined ? undefined : parseRoutes(line);
        done(found ?? { error: error ?? `"${ipCommand}" prints no list of routes` });
      });
    },
    apply(commands, done) {
      say(commands.join('') + BARRIER_COMMAND, (_line, error) => done(error));
    },
    forgetNames() {
      if (waiting === undefined) stopChild();
      else isOutdated = true;
    },
    close() {
      waiting = undefined;
      clearTimeout(deadline);
      stopChild();
    },
  };
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
