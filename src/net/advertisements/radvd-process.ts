/**
 * The radvd of this box: a child that outlives the daemon. The kernel routes whether the daemon runs or not, so hosts are to keep their
 * default router while it is restarted; the next daemon finds the process by its pid file, and puts its own in that place.
 */
import { spawn } from 'node:child_process';
import { readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backOff } from '../back-off.ts';

/** One that has lived so long works. */
const SETTLED_MS = 10_000;
/** A process that was killed is looked for until then. */
const GONE_MS = 2_000;
const LOOK_EVERY_MS = 20;
/** Of its log, which lies in memory. */
const LOG_LENGTH_MAX = 65_536;
const LAST_WORDS_MAX = 300;

export interface RadvdProcessOptions {
  readonly command: string;
  /** Where its files are; not on flash. */
  readonly directory: string;
  /** It ended, or could not be started; it is tried again. */
  readonly onEnd: (reason: string) => void;
  readonly onSettled: () => void;
}

export interface RadvdProcess {
  /** What the file says now, be it this daemon's or an earlier one's. */
  text(): string;
  /** Writes the file; starts it, or tells it to read that. */
  use(text: string): void;
  /** It says goodbye, with a router lifetime of 0 (RFC 4861 section 6.2.5), and ends; so does one that an earlier daemon left. */
  end(): void;
  /** It goes on by itself. */
  leave(): void;
}

export function radvdProcess({ command, directory, onEnd, onSettled }: RadvdProcessOptions): RadvdProcess {
  const files = { configuration: join(directory, 'radvd.conf'), pid: join(directory, 'radvd.pid'), lock: join(directory, 'radvd.lock'), log: join(directory, 'radvd.log') };
  const delays = backOff();
  let isWanted = false;
  let child: ReturnType<typeof spawn> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;

  const start = (): void => {
    truncate(files.log);
    const words = ['--nodaemon', '--config', files.configuration, '--pidfile', files.lock, '--logmethod', 'logfile', '--logfile', files.log];
    // Of its own session, and with no pipe that would end with this process.
    const started = spawn(command, words, { detached: true, stdio: 'ignore' });
    child = started;
    // Not every version writes it itself when it is somebody's child.
    if (started.pid !== undefined) writeFileSync(files.pid, `${started.pid}\n`);
    const ended = (reason: string): void => {
      if (child !== started) return;
      child = undefined;
      clearTimeout(settling);
      if (!isWanted) return;
      timer = setTimeout(start, delays.next());
      onEnd(reason);
    };
    started.on('error', (error) => {
      if (started.pid === undefined) ended(error.message);
    });
    started.on('exit', (code, signal) => {
      const lastWords = textOf(files.log).trim().slice(-LAST_WORDS_MAX);
      ended(`${signal === null ? `exit code ${String(code)}` : `signal ${signal}`}${lastWords === '' ? '' : `: ${lastWords.split('\n').at(-1) ?? ''}`}`);
    });
    started.unref();
    settling = setTimeout(() => {
      delays.reset();
      onSettled();
    }, SETTLED_MS);
    settling.unref();
  };

  /** Without a goodbye: another one takes its place at once. */
  const replaceEarlier = (): void => {
    const earlier = earlierProcess(files.pid, files.configuration);
    if (earlier === undefined) {
      start();
      return;
    }
    tell(earlier, 'SIGKILL');
    const until = performance.now() + GONE_MS;
    const look = (): void => {
      if (earlierProcess(files.pid, files.configuration) !== earlier || performance.now() > until) start();
      else timer = setTimeout(look, LOOK_EVERY_MS);
    };
    look();
  };

  const stopWanting = (): void => {
    isWanted = false;
    clearTimeout(timer);
    clearTimeout(settling);
  };

  return {
    text: () => textOf(files.configuration),
    use(text) {
      writeFileSync(`${files.configuration}.new`, text, { mode: 0o644 });
      renameSync(`${files.configuration}.new`, files.configuration);
      if (lengthOf(files.log) > LOG_LENGTH_MAX) truncate(files.log);
      if (isWanted) {
        child?.kill('SIGHUP');
        return;
      }
      isWanted = true;
      replaceEarlier();
    },
    end() {
      stopWanting();
      const pid = child?.pid ?? earlierProcess(files.pid, files.configuration);
      if (pid !== undefined) tell(pid, 'SIGTERM');
    },
    leave: stopWanting,
  };
}

/** A radvd that runs with this configuration file. */
function earlierProcess(pidFile: string, configurationFile: string): number | undefined {
  const pid = Number(textOf(pidFile).trim());
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  // Empty for one that has ended and was not waited for.
  return textOf(`/proc/${pid}/cmdline`).split('\0').includes(configurationFile) ? pid : undefined;
}

function tell(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** Empty where there is none. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function lengthOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function truncate(file: string): void {
  if (lengthOf(file) > 0) truncateSync(file);
}
