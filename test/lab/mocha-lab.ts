// A lab for the tests of one `describe`: made before them, removed after them. When a test fails, the lab's files
// stay and the failure says where.

import { after, afterEach, before } from 'mocha';
import { openLab, type Lab } from './network/lab.ts';

/** How long setting up may take, with the clients that a suite starts at once; mocha's own limit is for a test. */
const setupWithinMs = 60_000;

/** `fill` puts in what the suite needs; the suite's tests may begin when it resolves. */
export function withLab(fill: (lab: Lab) => Promise<void>): void {
  let lab: Lab | undefined;
  before(async function () {
    this.timeout(setupWithinMs);
    lab = await openLab();
    try {
      await fill(lab);
    } catch (error) {
      keep(lab);
      throw error;
    }
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed' && lab !== undefined) keep(lab);
  });
  after(() => lab?.close());
}

function keep(lab: Lab): void {
  lab.keepFiles();
  console.log(`      the lab's files are in ${lab.directory}`);
}
