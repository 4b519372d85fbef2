/** A provisioning file that was read and resolved for one box. */
import { formatCanonical, formatDiagnostic, readProvisioning, resolveAppliance } from '../../config/index.ts';
import type { ProvisioningDocument } from '../../config/index.ts';
import type { LoadedConfiguration } from './loaded-configuration.ts';

/**
 * @param applianceName which box of the file, or who can tell once it is read; not needed where it describes one alone
 * @returns what it holds, or its errors as text
 */
export async function readConfiguration(
  file: string,
  applianceName: string | undefined | ((document: ProvisioningDocument) => Promise<string | undefined>),
): Promise<LoadedConfiguration | string> {
  const loaded = await readProvisioning(file);
  if ('diagnostics' in loaded) {
    const more = loaded.omitted > 0 ? `\nand ${String(loaded.omitted)} more` : '';
    return loaded.diagnostics.map(formatDiagnostic).join('\n\n') + more;
  }
  const appliance = resolveAppliance(loaded.document, typeof applianceName === 'function' ? await applianceName(loaded.document) : applianceName);
  if ('error' in appliance) return `${file}: ${appliance.error}`;
  return {
    appliance,
    text: formatCanonical(loaded.document),
    warnings: loaded.warnings.diagnostics.map(({ line, path, problem }) => `${file}:${String(line)}: ${path}: ${problem}`),
  };
}
