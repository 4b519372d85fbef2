/** `twinlease serve`: the provisioning file in, the daemon out. */
import { resolve } from 'node:path';
import { runDaemon } from './daemon.ts';
import type { LoadedConfiguration } from './loaded-configuration.ts';
import { version } from './version.ts';

const EXIT_CONFIGURATION = 78;
const EXIT_FAILURE = 1;

/** @returns the exit code */
export async function serve(
  file: string,
  applianceName: string | undefined,
  stateDirectory: string,
  controlSocket: string,
): Promise<number> {
  const configuration = await loadConfiguration(file, applianceName);
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
    reload: async () => await loadConfiguration(file, name),
  });
  if (failure === undefined) return 0;
  process.stderr.write(`twinlease: ${failure}\n`);
  return EXIT_FAILURE;
}

/** The YAML reader and the schema are loaded for this and not before. */
async function loadConfiguration(file: string, applianceName: string | undefined): Promise<LoadedConfiguration | string> {
  const { formatCanonical, formatDiagnostic, readProvisioning, resolveAppliance } = await import('./config/index.ts');
  const loaded = await readProvisioning(file);
  if ('diagnostics' in loaded) {
    const more = loaded.omitted > 0 ? `\nand ${String(loaded.omitted)} more` : '';
    return loaded.diagnostics.map(formatDiagnostic).join('\n\n') + more;
  }
  const appliance = resolveAppliance(loaded.document, applianceName);
  if ('error' in appliance) return `${file}: ${appliance.error}`;
  return { appliance, text: formatCanonical(loaded.document) };
}
