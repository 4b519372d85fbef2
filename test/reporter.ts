// Mocha's reporter for `make test`: a line for each suite as it ends, a line at once for each slow
// test, every failure in full at the end, and the totals in a file for test/run.ts.

import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS } = Mocha.Runner.constants;

/** A test that takes longer than this is reported by itself. */
const SLOW_MS = 1000;

/** How long a process may live on after its last test. */
const LINGER_MS = 5000;

/** What a process that ran tests leaves for test/run.ts. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** What failed: the full title of each, and the first line of its error. */
  readonly failures: readonly string[];
}

interface Tally {
  passed: number;
  failed: number;
  ms: number;
}

export default class ProgressReporter extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { outcome: outcomeFile } = options.reporterOptions as { outcome: string };
    const tallies = new Map<string, Tally>();
    const failed: string[] = [];
    const tallyOf = (test: Mocha.Runnable): Tally => {
      const title = test.titlePath()[0] ?? '';
      let tally = tallies.get(title);
      if (tally === undefined) {
        tally = { passed: 0, failed: 0, ms: 0 };
        tallies.set(title, tally);
      }
      tally.ms += test.duration ?? 0;
      return tally;
    };

    runner.on(EVENT_TEST_PASS, (test) => {
      tallyOf(test).passed += 1;
      if ((test.duration ?? 0) > SLOW_MS) console.log(`    ok  ${test.fullTitle()} (${inSeconds(test.duration ?? 0)})`);
    });
    runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
      tallyOf(test).failed += 1;
      const failure = `${test.fullTitle()}: ${error.message.split('\n', 1)[0] ?? ''}`;
      failed.push(failure);
      console.log(`    FAILED  ${failure}`);
    });
    runner.on(EVENT_SUITE_END, (suite) => {
      const tally = tallies.get(suite.title);
      if (suite.parent?.root !== true || tally === undefined) return;
      const failures = tally.failed === 0 ? '' : `, ${tally.failed} FAILED`;
      console.log(`  ${suite.title}: ${tally.passed} passed${failures} (${inSeconds(tally.ms)})`);
    });
    runner.once(EVENT_RUN_END, () => {
      if (this.failures.length > 0) Mocha.reporters.Base.list(this.failures);
      const outcome: Outcome = { passed: this.stats.passes, failed: this.stats.failures, failures: failed };
      writeFileSync(outcomeFile, JSON.stringify(outcome));
      failIfLingering();
    });
  }
}

/** Ends the process with an error if something that a test started keeps it alive. */
function failIfLingering(): void {
  const reap = (): void => {
    console.log(`  still running after the last test: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  };
  setTimeout(reap, LINGER_MS).unref();
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
