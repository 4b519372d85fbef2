// A program that runs beside the test: its lines are a journal and a log file, and it never outlives the lab.

import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createJournal, type Journal } from './journal.ts';

export interface Program {
  readonly name: string;
  readonly pid: number;
  readonly log: Journal<string>;
  /** Resolves when the program is gone: 'exit 0', 'signal SIGKILL'. */
  readonly gone: Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end with `signal`, waits, and kills it if it is not gone in time. */
  end(signal?: NodeJS.Signals): Promise<string>;
}

const endWithinMs = 10_000;
/** How long its output is read after its end. */
const lastWordsMs = 500;

export function startProgram(name: string, command: readonly string[], logFile: string): Program {
  const [file, ...parameters] = command;
  if (file === undefined) throw new Error(`${name}: an empty command`);
  const child = spawn(file, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createJournal<string>(name);
  const copy = createWriteStream(logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      copy.write(`${line}\n`);
      log.add(line);
    });
  }
  const gone = new Promise<string>((resolve) => {
    const finish = (how: string): void => {
      log.close(`ended (${how})`);
      copy.end();
      resolve(how);
    };
    // What it leaves running can hold its pipes open.
    child.once('exit', () => {
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, lastWordsMs).unref();
    });
    child.once('error', (error) => finish(`did not start: ${error.message}`));
    child.once('close', (code, signal) => finish(signal === null ? `exit ${code}` : `signal ${signal}`));
  });

  return {
    name,
    pid: child.pid ?? 0,
    log,
    gone,
    signal: (signal) => void child.kill(signal),
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      const killer = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
      const how = await gone;
      clearTimeout(killer);
      return how;
    },
  };
}
