// Mutation testing of one room: ROOM=lease, server or failover. `make mutate` sets it.

import { mutatedRoom } from './test/mutation/rooms.ts';

const { name } = mutatedRoom();

export default {
  plugins: ['./test/mutation/mocha-runner.ts', './test/mutation/ignored-text.ts'],
  testRunner: 'mocha-in-process',
  ignorers: ['text-for-people'],
  mutate: [`src/${name}/**/*.ts`],
  coverageAnalysis: 'perTest',
  // One process, and time-outs that a busy machine does not reach: Stryker's limit of hits ends most endless loops long before.
  concurrency: 1,
  timeoutMS: 15_000,
  timeoutFactor: 4,
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
