// A bad cable in the place of the management link between east and west: see slow-link.c.

import { join } from 'node:path';
import { startProgram } from '../process/program.ts';
import type { Cables } from './cables.ts';
import { endOf, type PairLab } from './lab.ts';
import { slowLinkProgram } from './programs.ts';

export interface SlowLink {
  /** One way. */
  readonly delayMs: number;
  /** Of frames, each way. */
  readonly lossPercent: number;
}

/** Gives what takes it away and puts the good cable back. */
export async function openSlowLink(lab: PairLab, cables: Cables, { delayMs, lossPercent }: SlowLink): Promise<() => Promise<void>> {
  const boxes = ['east', 'west'] as const;
  const command = [await slowLinkProgram(), ...boxes.map((box) => endOf(box, 'management')), String(delayMs), String(lossPercent)];
  await Promise.all(boxes.map((box) => cables.cut(box, 'management', 'silent')));
  const link = startProgram('slow-link', lab.hub.inside(command), join(lab.directory, 'slow-link.log'));
  await link.log.next({ what: 'it to carry frames', match: (line) => (line === 'ready' ? true : undefined) });
  return async () => {
    await link.end('SIGKILL');
    await Promise.all(boxes.map((box) => cables.mend(box, 'management')));
  };
}
