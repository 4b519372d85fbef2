/** The keys that beacons are said with, from the connections to the partners; the last of each is kept over a restart. */
import { join } from 'node:path';
import { readBeaconKey, writeBeaconKey } from '../../identity/index.ts';
import type { BeaconPorts } from '../../net/index.ts';

export interface BeaconKeys {
  /** Takes up what the last run of the program had with this partner, until there is a connection to it. */
  resume(relationship: string, partnerCertificate: string): void;
  /** From now on this one counts. */
  use(relationship: string, partnerCertificate: string | undefined, key: Uint8Array): void;
  /** Resolves when the last of them is kept, or could not be. */
  settled(): Promise<void>;
}

export function createBeaconKeys(
  stateDirectory: string,
  ports: Pick<BeaconPorts, 'useKey' | 'useKeptKey'>,
  onReport: (severity: 'info' | 'warning', text: string) => void,
): BeaconKeys {
  /** One after another: the last one is the one that stays. */
  let last: Promise<void> = Promise.resolve();
  const pathOf = (relationship: string): string => join(stateDirectory, 'pairing', `${relationship}.beacon`);

  return {
    resume(relationship, partnerCertificate) {
      last = last.then(async () => {
        const key = await readBeaconKey(pathOf(relationship), partnerCertificate);
        if (key !== undefined) ports.useKeptKey(relationship, key);
      });
    },
    use(relationship, partnerCertificate, key) {
      ports.useKey(relationship, key);
      if (partnerCertificate === undefined) return;
      last = last.then(async () => {
        await writeBeaconKey(pathOf(relationship), partnerCertificate, key).catch((error: unknown) => {
          onReport('warning', `${relationship}: the key of the beacons can't be kept for the next start: ${error instanceof Error ? error.message : String(error)}`);
        });
      });
    },
    settled: async () => await last,
  };
}
