// Mutation testing of one room: ROOM=lease, server or failover. `make mutate` sets it.

import { mutatedRoom } from './test/mutation/rooms.ts';

const { name } = mutatedRoom();

export default {
  plugins: ['./test/mutation/mocha-runner.ts', './test/mutation/ignored-text.ts'],
  testRunner: 'mocha-in-process',
  ignorers: ['text-for-people'],
  mutate: [`src/${name}/**/*.ts`],
  coverageAnalysis: 'perTest',
  // One process. Counting what each test reaches makes the first run three times as long as that of a mutant, so its time leaves room enough; each
  // endless loop that Stryker's limit of hits does not see waits for all of it. To be run while the machine does nothing else.
  concurrency: 1,
  timeoutMS: 15_000,
  timeoutFactor: 1,
  // What was measured is kept, also when the run is interrupted.
  incremental: true,
  incrementalFile: `.cache/mutation/${name}.json`,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  ignorePatterns: ['/.tools', '/.cache', '/board', '/buildroot', '/rootfs', '/test/lab', '/test/bench'],
  tempDirName: '.cache/stryker',
  disableTypeChecks: false,
  allowConsoleColors: false,
  warnings: { slow: false },
};
