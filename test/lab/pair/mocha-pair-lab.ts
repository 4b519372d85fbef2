// The lab of two boxes in the tests of one `describe`: removed after them; when a test fails its files stay, and its title says where.

import { after, afterEach } from 'mocha';
import type { PairLab } from './lab.ts';

/** `lab`: undefined while it is not open yet. */
export function closeAfterwards(lab: () => PairLab | undefined): void {
  afterEach(function () {
    const open = lab();
    if (this.currentTest?.state !== 'failed' || open === undefined) return;
    open.keepFiles();
    this.currentTest.title += ` (its files are in ${open.directory})`;
  });
  after(() => lab()?.close());
}
