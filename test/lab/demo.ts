// `make run`: a pair at work, in a lab that is made for it and removed at the end. Ends with 0 if every client was
// served whatever was done to the boxes. On a terminal it then shows the leases until a key is pressed.

import { styleText } from 'node:util';
import { showLeases, showLeasesUntilKey } from './demo/lease-view.ts';
import { createNarrator } from './demo/narrator.ts';
import { picture } from './demo/picture.ts';
import { demonstrate } from './demo/scenes.ts';
import { openPairLab } from './pair/lab.ts';

console.log(picture);
const narrator = createNarrator();
const lab = await openPairLab();
try {
  const pair = await demonstrate(lab, narrator);
  if (process.stdin.isTTY && process.stdout.isTTY) await showLeasesUntilKey(pair);
  else await showLeases(pair);
  lab.close();
  console.log('\nThe lab is gone, and everything in it. `make help` says what else there is.');
  process.exitCode = 0;
} catch (error) {
  lab.keepFiles();
  lab.close();
  const failure = styleText(['bold', 'red'], 'This did not work:', { stream: process.stderr });
  console.error(`\n${failure} ${reasons(error).join('\n')}`);
  console.error(`\nThe logs of the boxes, the relay and the clients are in ${lab.directory}`);
  process.exitCode = 1;
}

/** What went wrong, and what that came of. */
function reasons(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...(error.cause === undefined ? [] : reasons(error.cause))] : [String(error)];
}
