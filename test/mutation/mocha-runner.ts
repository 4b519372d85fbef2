// A StrykerJS test runner for `make mutate`: mocha in this process, with coverage for each test, so that a
// mutant costs only the tests that reach it. (Stryker's own runner knows mocha up to version 11.)

import { globSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import fc from 'fast-check';
import Mocha from 'mocha';
import type { InstrumenterContext } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
  type CompleteDryRunResult,
  type TestResult,
  type TestRunner,
} from '@stryker-mutator/api/test-runner';
import { mutatedRoom } from './rooms.ts';

// What a mutant is tried on. Tests that measure cost and memory say nothing of what the code does, and are slow.
const measurements = ['**/memory.test.ts', '**/allocation-cost.test.ts', '**/overload.test.ts'];

const { EVENT_TEST_FAIL, EVENT_TEST_PASS } = Mocha.Runner.constants;

/** Matches the titles of some tests. An alternation of hundreds of titles would be looked through for each test. */
class OneOf extends RegExp {
  readonly #titles: ReadonlySet<string>;

  constructor(titles: readonly string[]) {
    super('');
    this.#titles = new Set(titles);
  }

  override test(title: string): boolean {
    return this.#titles.has(title);
  }
}

interface Group {
  load(): Promise<void>;
  run(disableBail: boolean, testFilter: readonly string[] | undefined): Promise<readonly TestResult[]>;
}

/** The test files of one pattern. */
function createGroup(pattern: string, instrumentation: InstrumenterContext): Group {
  const mocha = new Mocha({ reporter: Mocha.reporters.Base, timeout: 0 }).cleanReferencesAfterRun(false);
  mocha.suite.beforeEach(function () {
    if (this.currentTest !== undefined) instrumentation.currentTestId = this.currentTest.fullTitle();
  });
  let loaded = false;

  const load = async (): Promise<void> => {
    if (loaded) return;
    for (const file of globSync(pattern, { exclude: measurements }).sort()) mocha.addFile(file);
    await mocha.loadFilesAsync();
    loaded = true;
  };

  return {
    load,
    async run(disableBail, testFilter) {
      await load();
      mocha.grep(testFilter === undefined ? /^/ : new OneOf(testFilter));
      setBail(mocha.suite, !disableBail);
      const tests: TestResult[] = [];
      return new Promise((resolve) => {
        const runner = mocha.run(() => resolve(tests));
        runner.on(EVENT_TEST_PASS, (test) => tests.push({ ...describeTest(test), status: TestStatus.Success }));
        runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
          // A failed hook speaks for the test that it prepared.
          const failed = test.ctx?.currentTest ?? test;
          tests.push({ ...describeTest(failed), status: TestStatus.Failed, failureMessage: error.message });
        });
      });
    },
  };
}

function createMochaRunner(): TestRunner {
  // A process for each mutant of what runs at import: it need not compile all again.
  enableCompileCache();
  // That a property fails is enough: its smallest counterexample would be looked for with thousands of runs. What a property that does
  // not say how often it runs finds, it mostly finds soon.
  fc.configureGlobal({ endOnFailure: true, numRuns: 20 });
  const scope = globalThis as { __stryker__?: InstrumenterContext };
  const instrumentation = (scope.__stryker__ ??= {});
  const groups = mutatedRoom().tests.map((pattern) => createGroup(pattern, instrumentation));

  const runTests = async (disableBail: boolean, testFilter?: readonly string[]): Promise<CompleteDryRunResult> => {
    const tests: TestResult[] = [];
    for (const group of groups) {
      const found = await group.run(disableBail, testFilter);
      tests.push(...found);
      if (!disableBail && found.some(({ status }) => status === TestStatus.Failed)) break;
    }
    return { status: DryRunStatus.Complete, tests };
  };

  return {
    // A module that was imported stays imported: Stryker starts a new process where that matters.
    capabilities: () => ({ reloadEnvironment: false }),

    async dryRun({ disableBail }) {
      for (const group of groups) await group.load();
      const result = await runTests(disableBail);
      const { mutantCoverage } = instrumentation;
      return mutantCoverage === undefined ? result : { ...result, mutantCoverage };
    },

    async mutantRun({ activeMutant, testFilter, hitLimit, disableBail, mutantActivation }) {
      if (hitLimit === undefined) delete instrumentation.hitLimit;
      else instrumentation.hitLimit = hitLimit;
      instrumentation.hitCount = 0;
      // A mutant of what runs at import is there from the start, and most often killed before all tests are loaded.
      if (mutantActivation !== 'static') for (const group of groups) await group.load();
      instrumentation.activeMutant = activeMutant.id;
      const result = await runTests(disableBail, testFilter);
      return toMutantRunResult(determineHitLimitReached(instrumentation.hitCount, instrumentation.hitLimit) ?? result);
    },
  };
}

function describeTest(test: Mocha.Runnable): { id: string; name: string; timeSpentMs: number; fileName: string } {
  const title = test.fullTitle();
  return { id: title, name: title, timeSpentMs: test.duration ?? 0, fileName: test.file ?? '' };
}

function setBail(suite: Mocha.Suite, bail: boolean): void {
  suite.bail(bail);
  for (const child of suite.suites) setBail(child, bail);
}

createMochaRunner.inject = [] as const;

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'mocha-in-process', createMochaRunner)];
