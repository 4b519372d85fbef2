// Two boxes from the factory to a pair that serves, by one file: pasted into the one, and on a stick for the other.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../lab/process/eventually.ts';
import { BOOT_MS, type Box } from './box.ts';
import { digitsOf } from './provisioning.ts';
import { STICK, makeStick } from './stick.ts';

const twinlease = fileURLToPath(new URL('../../dist/twinlease', import.meta.url));

/** East is the primary. Both are off. */
export async function setUpPair(directory: string, east: Box, west: Box): Promise<void> {
  const file = join(directory, 'pair.yaml');
  execFileSync(twinlease, [
    'pair', 'new', '--out', file, '--primary', 'east', '--secondary', 'west', '--management', 'eth0',
    '--primary-address', 'fd00::1/64', '--secondary-address', 'fd00::2/64', '--link', 'lan1:eth1:2001:db8:1::/64',
  ], { stdio: 'pipe' });
  const text = readFileSync(file, 'utf8');
  const stick = join(directory, 'stick.img');
  makeStick(stick, [file]);
  east.powerOn();
  west.powerOn(stick);
  await Promise.all([east, west].map(async (box, i) => {
    await box.choosePassword();
    const next = /Which box is this: east or west\?/;
    if (box === east) await box.pasteFile(text, next);
    else {
      await box.say(`${STICK}/${basename(file)}`, new RegExp(`begins with ${digitsOf(text)}[^]*\\(yes/no\\)`));
      await box.say('yes', next);
    }
    // On a machine with much to do `setup` may have waited long enough before the daemon answers.
    await box.say(i === 0 ? 'east' : 'west', /are a pair, and serve\.|the daemon does not answer/, BOOT_MS);
    await box.until(/\]> $/);
    await eventually('the pair to work', async () => (/NORMAL: both boxes work and agree/.test(await box.ask('show failover')) ? true : undefined), BOOT_MS);
    box.note('from power on to a pair that serves');
  }));
}
