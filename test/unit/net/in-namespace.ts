/**
 * Tests of real sockets and interfaces run in a network namespace of their own, which vanishes with the
 * process: the file that holds them is run once more, by a second mocha under `unshare --net`, and each
 * test of the first one reports what its namesake did there.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';

const INSIDE = 'TWINLEASE_TEST_NAMESPACE';
const TEST_TIMEOUT_MS = 10_000;
const HOOK_TIMEOUT_MS = 30_000;
const FILE_TIMEOUT_MS = 300_000;

type Body = () => void | Promise<void>;

/** What a suite is made of; the bodies run inside the namespace only. */
export interface NamespaceSuite {
  /** @param withinMs for a test that needs longer than most, such as one with daemons */
  readonly test: (title: string, body: Body, withinMs?: number) => void;
  readonly before: (body: Body) => void;
  readonly after: (body: Body) => void;
  readonly beforeEach: (body: Body) => void;
  readonly afterEach: (body: Body) => void;
}

/** What mocha's JSON reporter says of one test; `err` is empty when it passed. */
interface Outcome {
  readonly fullTitle: string;
  readonly err: { readonly message?: string; readonly stack?: string };
}

export function describeInNamespace(moduleUrl: string, title: string, define: (suite: NamespaceSuite) => void): void {
  if (process.env[INSIDE] !== undefined) {
    describe(title, () => {
      const test = (name: string, body: Body, withinMs = TEST_TIMEOUT_MS): void => {
        it(name, body).timeout(withinMs);
      };
      // Keys are made and programs ended in them, on a machine that may be busy.
      const patient = (hook: typeof before) => (body: Body): void => {
        hook(async function () {
          this.timeout(HOOK_TIMEOUT_MS);
          await body();
        });
      };
      define({ test, before: patient(before), after: patient(after), beforeEach: patient(beforeEach), afterEach: patient(afterEach) });
    });
    return;
  }
  describe(title, () => {
    let outcomes: ReadonlyMap<string, Outcome> = new Map();
    before(async function () {
      this.timeout(FILE_TIMEOUT_MS);
      outcomes = await runInside(fileURLToPath(moduleUrl));
    });
    const test = (name: string): void => {
      it(name, () => {
        const outcome = outcomes.get(`${title} ${name}`);
        if (outcome === undefined) throw new Error('the run inside the namespace has no such test');
        if (outcome.err.message !== undefined) throw new Error(outcome.err.stack ?? outcome.err.message);
      });
    };
    const elsewhere = (): void => undefined;
    define({ test, before: elsewhere, after: elsewhere, beforeEach: elsewhere, afterEach: elsewhere });
  });
}

async function runInside(file: string): Promise<ReadonlyMap<string, Outcome>> {
  const mocha = fileURLToPath(new URL('../../../node_modules/mocha/bin/mocha.js', import.meta.url));
  const child = spawn(
    'unshare',
    ['--net', process.execPath, '--expose-gc', mocha, '--exit', '--reporter', 'json', '--timeout', String(TEST_TIMEOUT_MS), file],
    { env: { ...process.env, [INSIDE]: '1' }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const output = await text(child.stdout);
  const start = output.indexOf('{\n');
  if (start < 0) throw new Error(`mocha inside the namespace said: ${output.slice(0, 1000)}`);
  const report = JSON.parse(output.slice(start)) as { readonly tests: readonly Outcome[] };
  return new Map(report.tests.map((outcome) => [outcome.fullTitle, outcome]));
}
