/** `twinlease serve`: the provisioning file in, the daemon out. */
import { resolve } from 'node:path';
import { runDaemon } from './daemon.ts';
import { reloadConfiguration } from './reload-configuration.ts';
import { version } from './version.ts';

const EXIT_CONFIGURATION = 78;
const EXIT_FAILURE = 1;

/** @returns the exit code */
export async function serve(
  file: string,
  applianceName: string | undefined,
  stateDirectory: string,
  controlSocket: string,
  askWhichBox: (names: readonly string[]) => Promise<string | undefined>,
): Promise<number> {
  const { readConfiguration } = await import('./read-configuration.ts');
  const { whichBox } = await import('./which-box.ts');
  const known = applianceName ?? (await whichBox({ file, stateDirectory: resolve(stateDirectory), ask: askWhichBox }));
  const configuration = await readConfiguration(file, known);
  if (typeof configuration === 'string') {
    process.stderr.write(`${configuration}\n`);
    return EXIT_CONFIGURATION;
  }
  const { name } = configuration.appliance;
  const failure = await runDaemon({
    configuration,
    stateDirectory: resolve(stateDirectory),
    controlSocket,
    version,
    // A box stays the one that it is, whatever boxes the file comes to describe.
    reload: async () => await reloadConfiguration(file, name),
  });
  if (failure === undefined) return 0;
  process.stderr.write(`twinlease: ${failure}\n`);
  return EXIT_FAILURE;
}
