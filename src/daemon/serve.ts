/** `twinlease serve`: the provisioning file in, the daemon out. */
import { resolve } from 'node:path';
import { readConfiguration } from './configuration/read-configuration.ts';
import { whichBox } from '../config/index.ts';
import type { LoadedConfiguration } from './configuration/loaded-configuration.ts';
import { runDaemon } from './daemon.ts';
import { reloadConfiguration } from './configuration/reload-configuration.ts';
import { giveUpCommit, settleAtStart } from './configuration/unconfirmed-commit.ts';
import { startHeartbeat } from './heartbeat.ts';
import { settleSharedCommitAtStart } from '../shared-commit/index.ts';
import { version } from '../version.ts';

const EXIT_CONFIGURATION = 78;
const EXIT_FAILURE = 1;

/**
 * @param setsAddresses whether this box's own addresses and its default route are ours to set
 * @param privileged the folder in which root of an appliance is asked
 * @returns the exit code
 */
export async function serve(
  file: string,
  applianceName: string | undefined,
  stateDirectory: string,
  controlSocket: string,
  setsAddresses: boolean,
  privileged: string,
  askWhichBox: (names: readonly string[]) => Promise<string | undefined>,
): Promise<number> {
  const directory = resolve(stateDirectory);
  // In this order: what was decided may be that a commit is confirmed.
  for (const settled of [await settleSharedCommitAtStart(directory), await settleAtStart(directory)]) {
    if (settled !== undefined) process.stderr.write(`${settled}\n`);
  }
  const read = async (): Promise<LoadedConfiguration | string> =>
    await readConfiguration(file, applianceName ?? (async (document) => await whichBox({ document, file, stateDirectory: directory, ask: askWhichBox })));
  let configuration = await read();
  if (typeof configuration === 'string' && (await giveUpCommit(directory))) {
    process.stderr.write(`${configuration}\nthe commit that waited to be confirmed is undone\n`);
    configuration = await read();
  }
  if (typeof configuration === 'string') {
    process.stderr.write(`${configuration}\n`);
    return EXIT_CONFIGURATION;
  }
  const heartbeat = startHeartbeat();
  const { name } = configuration.appliance;
  const failure = await runDaemon({
    configuration,
    stateDirectory: directory,
    controlSocket,
    setsAddresses,
    heartbeat,
    privileged,
    version,
    provisioningFile: resolve(file),
    // A box stays the one that it is, whatever boxes the file comes to describe.
    read: async (path) => await reloadConfiguration(path, name),
  });
  if (failure === undefined) return 0;
  process.stderr.write(`twinlease: ${failure}\n`);
  return EXIT_FAILURE;
}
