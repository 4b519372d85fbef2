/** What came of a provisioning file without errors. */
import type { ApplianceConfiguration } from '../../config/index.ts';

export interface LoadedConfiguration {
  readonly appliance: ApplianceConfiguration;
  /** The file in canonical form, defaults expanded, for display. */
  readonly text: string;
  /** What in it is probably not what was meant, a line each. */
  readonly warnings: readonly string[];
}
