// What a test of the image stands on: a folder for disks and serial lines, the cables, and the boxes that are plugged in. All of it goes
// with the test; the folder stays where a test failed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before } from 'mocha';
import { newBox, type Box } from './box.ts';
import { openNetwork, type Network } from './network.ts';

export interface Stage {
  readonly directory: string;
  readonly network: Network;
  /** A box that is new and off; the next number with each. */
  addBox(name: string): Promise<Box>;
}

/** Within a `describe`: the stage is there from the first hook behind this on. */
export function useStage(): Stage {
  let directory = '';
  let network: Network | undefined;
  const boxes: Box[] = [];
  let hasFailed = false;
  const opened = (): Network => {
    if (network === undefined) throw new Error('the stage is set before the first test');
    return network;
  };
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'twinlease-image-'));
    network = await openNetwork(directory);
  });
  afterEach(function () {
    hasFailed ||= this.currentTest?.state === 'failed';
  });
  after(async () => {
    for (const box of boxes) await box.cutPower();
    network?.close();
    if (hasFailed) console.log(`      what the serial lines said is in ${directory}`);
    else rmSync(directory, { recursive: true });
  });
  return {
    get directory() {
      return directory;
    },
    get network() {
      return opened();
    },
    async addBox(name) {
      const box = await newBox(opened(), directory, name, boxes.length + 1);
      boxes.push(box);
      return box;
    },
  };
}
