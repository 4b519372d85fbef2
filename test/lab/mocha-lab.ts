// A lab for the tests of one `describe`: made before them, removed after them. When a test fails, the lab's files
// stay and the failure says where.

import { after, afterEach, before } from 'mocha';
import { openLab, type Lab } from './network/lab.ts';

/** How long setting up may take, with the clients that a suite starts at once; mocha's own limit is for a test. */
const setupWithinMs = 60_000;

/** `fill` puts in what the suite needs; the suite's tests may begin when it resolves. */
export function withLab(fill: (lab: Lab) => Promise<void>): void {
  let lab: Lab | undefined;
  let filled = false;
  let failed = false;
  before(async function () {
    this.timeout(setupWithinMs);
    lab = await openLab();
    await fill(lab);
    filled = true;
  });
  afterEach(function () {
    failed ||= this.currentTest?.state === 'failed';
  });
  after(() => {
    if (lab === undefined) return;
    if (failed || !filled) {
      lab.keepFiles();
      console.log(`      the lab's files are in ${lab.directory}`);
    }
    lab.close();
  });
}
