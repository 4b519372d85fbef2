import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { onEnd } from '../cleanup.ts';
import { clientInterface, onServerSide, runOnClientSide } from '../lab.ts';
import { loadProgram } from '../load-programs.ts';

/** A server under test. */
export interface Subject {
  readonly name: 'twinlease' | 'kea';
  /** The command that serves with its leases in `directory`; it stays in the foreground. */
  prepare(directory: string): { command: readonly string[]; environment: Readonly<Record<string, string>> };
}

export interface RunningServer {
  readonly pid: number;
  /** From exec to the first Advertise, ms. */
  readonly readyAfter: number;
  /** End it by SIGTERM and wait until it has ended. */
  stop(): Promise<void>;
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stop(child: ChildProcess, name: string): Promise<void> {
  if (ended(child)) throw new Error(`${name} ended by itself while it was measured`);
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const lastResort = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await exit;
  clearTimeout(lastResort);
  if (child.signalCode === 'SIGKILL') throw new Error(`${name} did not end within 20 s of SIGTERM`);
}

/**
 * Start a program on the server's side and wait for its first answer to a Solicit. What it
 * prints goes to `logFile`; an error carries the end of that.
 */
export async function startProgram(
  name: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  logFile: string,
): Promise<RunningServer> {
  const probing = runOnClientSide(loadProgram('probe'), '--interface', clientInterface, '--limit', '60');
  const [program, ...rest] = onServerSide(...command);
  const log = openSync(logFile, 'a');
  const execTime = performance.timeOrigin + performance.now();
  const child = spawn(program, rest, { stdio: ['ignore', log, log], env: { ...process.env, ...environment } });
  closeSync(log);
  onEnd(() => {
    if (!ended(child)) child.kill('SIGKILL');
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`${name} ended before it answered (exit ${String(code)}): ${readFileSync(logFile, 'utf8').slice(-2000)}`));
    });
  });
  const probe = await Promise.race([probing, failed]);
  // It may end from now on.
  failed.catch(() => undefined);
  if (probe.code !== 0) {
    child.kill('SIGKILL');
    throw new Error(`${name} did not answer within 60 s: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
  }
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${name} has no pid`);
  return { pid, readyAfter: Number(probe.stdout) / 1000 - execTime, stop: () => stop(child, name) };
}

/** Start a subject on the leases that `directory` holds. */
export function start(subject: Subject, directory: string): Promise<RunningServer> {
  const { command, environment } = subject.prepare(directory);
  return startProgram(subject.name, command, environment, `${directory}/log`);
}
