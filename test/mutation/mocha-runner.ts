// A StrykerJS test runner for `make mutate`: mocha in this process, with coverage for each test, so that a
// mutant costs only the tests that reach it. (Stryker's own runner knows mocha up to version 11.)

import { globSync } from 'node:fs';
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

// What a mutant is tried on. Tests that measure cost and memory say nothing of what the code does, and are slow.
const measurements = ['**/memory.test.ts', '**/allocation-cost.test.ts', '**/overload.test.ts'];
const testFiles = ['test/unit/{wire,lease,server,appliance}/**/*.test.ts', 'test/conformance/**/*.test.ts'];

const { EVENT_TEST_FAIL, EVENT_TEST_PASS } = Mocha.Runner.constants;

function createMochaRunner(): TestRunner {
  const scope = globalThis as { __stryker__?: InstrumenterContext };
  const instrumentation = (scope.__stryker__ ??= {});
  const mocha = new Mocha({ reporter: Mocha.reporters.Base, timeout: 0 }).cleanReferencesAfterRun(false);
  mocha.suite.beforeEach(function () {
    if (this.currentTest !== undefined) instrumentation.currentTestId = this.currentTest.fullTitle();
  });
  let loaded = false;

  const load = async (): Promise<void> => {
    if (loaded) return;
    for (const file of globSync(testFiles, { exclude: measurements })) mocha.addFile(file);
    await mocha.loadFilesAsync();
    loaded = true;
  };

  const runTests = (disableBail: boolean): Promise<CompleteDryRunResult> => {
    setBail(mocha.suite, !disableBail);
    const tests: TestResult[] = [];
    return new Promise((resolve) => {
      const runner = mocha.run(() => resolve({ status: DryRunStatus.Complete, tests }));
      runner.on(EVENT_TEST_PASS, (test) => tests.push({ ...describeTest(test), status: TestStatus.Success }));
      runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
        // A failed hook speaks for the test that it prepared.
        const failed = test.ctx?.currentTest ?? test;
        tests.push({ ...describeTest(failed), status: TestStatus.Failed, failureMessage: error.message });
      });
    });
  };

  return {
    // A module that was imported stays imported: Stryker starts a new process where that matters.
    capabilities: () => ({ reloadEnvironment: false }),

    async dryRun({ disableBail }) {
      await load();
      const result = await runTests(disableBail);
      const { mutantCoverage } = instrumentation;
      return mutantCoverage === undefined ? result : { ...result, mutantCoverage };
    },

    async mutantRun({ activeMutant, testFilter, hitLimit, disableBail, mutantActivation }) {
      if (hitLimit === undefined) delete instrumentation.hitLimit;
      else instrumentation.hitLimit = hitLimit;
      instrumentation.hitCount = 0;
      if (mutantActivation === 'static') instrumentation.activeMutant = activeMutant.id;
      await load();
      instrumentation.activeMutant = activeMutant.id;
      mocha.grep(new RegExp((testFilter ?? []).map((title) => `^${RegExp.escape(title)}$`).join('|')));
      const result = await runTests(disableBail);
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
