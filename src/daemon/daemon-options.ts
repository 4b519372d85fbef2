import type { LoadedConfiguration } from './configuration/loaded-configuration.ts';
import type { Heartbeat } from './heartbeat.ts';

/** What a daemon is started with. */
export interface DaemonOptions {
  readonly configuration: LoadedConfiguration;
  /** Where identity, leases and crash records live. */
  readonly stateDirectory: string;
  readonly controlSocket: string;
  readonly version: string;
  readonly heartbeat: Heartbeat;
  readonly provisioningFile: string;
  readonly setsAddresses: boolean;
  /** The folder in which root of an appliance is asked. */
  readonly privileged: string;
  /** Reads a provisioning file for this box. @returns what it holds, or its errors as text */
  readonly read: (file: string) => Promise<LoadedConfiguration | string>;
}
