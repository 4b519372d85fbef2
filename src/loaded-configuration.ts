/** What came of a provisioning file without errors. */
import type { ApplianceConfiguration } from './config/index.ts';

export interface LoadedConfiguration {
  readonly appliance: ApplianceConfiguration;
  /** The file in canonical form, defaults expanded, for display. */
  readonly text: string;
}
