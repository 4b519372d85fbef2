// `make run`: Twinlease at work, in a lab that is made for it and removed at the end. Ends with 0 if every client
// was served. On a terminal it then shows the leases until a key is pressed.

import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { showLeases, showLeasesUntilKey } from './demo/lease-view.ts';
import { createNarrator } from './demo/narrator.ts';
import { picture } from './demo/picture.ts';
import { demonstrate } from './demo/scenes.ts';
import { openLab } from './network/lab.ts';

const provisioning = fileURLToPath(new URL('../../rootfs/usr/share/twinlease/example.yaml', import.meta.url));

console.log(picture);
const narrator = createNarrator();
const lab = await openLab();
try {
  const daemon = await demonstrate(lab, provisioning, narrator);
  if (process.stdin.isTTY && process.stdout.isTTY) await showLeasesUntilKey(daemon);
  else await showLeases(daemon);
  lab.close();
  console.log('\nThe lab is gone, and everything in it. `make help` says what else there is.');
  process.exitCode = 0;
} catch (error) {
  lab.keepFiles();
  lab.close();
  const failure = styleText(['bold', 'red'], 'This did not work:', { stream: process.stderr });
  console.error(`\n${failure} ${reasons(error).join('\n')}`);
  console.error(`\nThe logs of the daemon, the relay and the clients are in ${lab.directory}`);
  process.exitCode = 1;
}

/** What went wrong, and what that came of. */
function reasons(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...(error.cause === undefined ? [] : reasons(error.cause))] : [String(error)];
}
