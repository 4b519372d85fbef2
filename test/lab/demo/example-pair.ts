// Two boxes that start from empty directories and one file: the example, with a pairing key in it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program, twinleaseWith } from '../pair/subjects/twinlease.ts';
import { run } from '../process/run.ts';

const example = fileURLToPath(new URL('../../../rootfs/usr/share/twinlease/example.yaml', import.meta.url));
/** What the example has in the key's place. */
const noKey = 'pairing-key: removed';

function fileIn(shared: string): string {
  return join(shared, 'twinlease.yaml');
}

export const examplePair = twinleaseWith({
  name: 'twinlease',
  isPair: true,
  async furnish(shared) {
    const key = (await run([program, 'pair', 'key'])).trim();
    const text = readFileSync(example, 'utf8');
    if (!text.includes(noKey)) throw new Error(`${example} has no line "${noKey}"`);
    // Nobody keeps the clock of a namespace, or of many a container.
    const believed = text.replaceAll(/^ {4}management: .*$/gm, (line) => `${line}\n    clock: system`);
    writeFileSync(fileIn(shared), believed.replace(noKey, `pairing-key: ${key}`));
  },
  fileOf: ({ shared }) => readFileSync(fileIn(shared), 'utf8'),
});
