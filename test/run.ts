// Runs every check and every test suite that is present, one after another, for `make test`.
// The last line printed is `N passed, N failed`, behind the names of those that failed; the exit status is 0 only if some passed
// and none failed.
//
// Each suite is one mocha process with a limit on its time. A suite that dies, hangs or leaves
// something running counts as a failure, as does one without tests.

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import type { Outcome } from './reporter.ts';

interface Suite {
  readonly folder: string;
  readonly limitSeconds: number;
  /** Time allowed to a single test that sets none of its own. */
  readonly testTimeoutMs: number;
  /** Without this file it is not run, and that is said. */
  readonly needs?: { readonly file: string; readonly from: string };
}

const suites: readonly Suite[] = [
  { folder: 'test/unit', limitSeconds: 900, testTimeoutMs: 20_000 },
  { folder: 'test/conformance', limitSeconds: 180, testTimeoutMs: 20_000 },
  { folder: 'test/simulation', limitSeconds: 480, testTimeoutMs: 60_000 },
  { folder: 'test/fuzz', limitSeconds: 180, testTimeoutMs: 60_000 },
  { folder: 'test/lab', limitSeconds: 1_500, testTimeoutMs: 60_000 },
  { folder: 'test/image', limitSeconds: 900, testTimeoutMs: 600_000, needs: { file: 'images/qemu-aarch64/disk.img', from: 'make image' } },
];

const CHECK_LIMIT_SECONDS = 240;
const TERMINATE_GRACE_MS = 10_000;

const outcomeFolder = '.cache/outcomes';
let running: ChildProcess | undefined;

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signalGroup(running, 'SIGTERM');
      process.exitCode = 1;
    });
  }
  rmSync(outcomeFolder, { recursive: true, force: true });
  mkdirSync(outcomeFolder, { recursive: true });

  const outcomes: Outcome[] = [await check('lint', '.ci/lint', [])];
  for (const suite of suites) {
    if (process.exitCode !== undefined) break;
    if (suite.needs === undefined || existsSync(suite.needs.file)) outcomes.push(await runSuite(suite));
    else console.log(`\n== ${suite.folder}\n  not run: there is no ${suite.needs.file} ("${suite.needs.from}" makes it)`);
  }
  if (process.exitCode === undefined) outcomes.push(await check('trace', process.execPath, ['test/trace.ts']));

  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  if (failed > 0) process.exitCode = 1;
  console.log();
  for (const name of outcomes.flatMap(({ failures }) => failures)) console.log(`FAILED  ${name}`);
  console.log(`${passed} passed, ${failed} failed`);
}

/** A command that counts as one test. */
async function check(name: string, command: string, args: readonly string[]): Promise<Outcome> {
  console.log(`\n== ${name}`);
  const ended = await runLimited(command, args, CHECK_LIMIT_SECONDS);
  return ended === undefined ? { passed: 1, failed: 0, failures: [] } : failure(name, ended);
}

async function runSuite(suite: Suite): Promise<Outcome> {
  console.log(`\n== ${suite.folder}`);
  const outcomeFile = `${outcomeFolder}/${suite.folder.replaceAll('/', '-')}.json`;
  const ended = await runLimited(
    'mocha',
    [
      '--forbid-only',
      '--forbid-pending',
      `--timeout=${suite.testTimeoutMs}`,
      '--reporter=test/reporter.ts',
      `--reporter-option=outcome=${outcomeFile}`,
      `${suite.folder}/**/*.test.ts`,
    ],
    suite.limitSeconds,
  );
  if (!existsSync(outcomeFile)) return failure(suite.folder, ended ?? 'it left no outcome');
  const outcome = JSON.parse(readFileSync(outcomeFile, 'utf8')) as Outcome;
  if (outcome.passed + outcome.failed === 0) return failure(suite.folder, 'it has no tests');
  if (ended === undefined || outcome.failed > 0) return outcome;
  return { ...failure(suite.folder, ended), passed: outcome.passed };
}

function failure(name: string, reason: string): Outcome {
  console.log(`  FAILED  ${name}: ${reason}`);
  return { passed: 0, failed: 1, failures: [`${name}: ${reason}`] };
}

/**
 * Runs a command in a process group of its own, and ends what it leaves there.
 * Resolves to what went wrong, or undefined.
 */
function runLimited(command: string, args: readonly string[], limitSeconds: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    running = child;
    let late = false;
    let patience: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => {
      late = true;
      signalGroup(child, 'SIGTERM');
      patience = setTimeout(() => signalGroup(child, 'SIGKILL'), TERMINATE_GRACE_MS);
    }, limitSeconds * 1000);
    const finish = (reason: string | undefined): void => {
      clearTimeout(limit);
      clearTimeout(patience);
      signalGroup(child, 'SIGKILL');
      running = undefined;
      resolve(late ? `it took more than ${limitSeconds} s` : reason);
    };
    child.once('error', (error) => finish(error.message));
    child.once('exit', (code, signal) => finish(code === 0 ? undefined : `it ended with ${signal ?? code ?? 'an error'}`));
  });
}

function signalGroup(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nothing of the group is left.
  }
}

await main();
