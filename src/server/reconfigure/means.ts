/** What the core can't make itself of the Reconfiguration Key Authentication Protocol (RFC 9915 section 20.4). */
import type { HmacMd5 } from './reconfigure-message.ts';
import type { ReplayDetection } from './replay-detection.ts';

export interface ReconfigureMeans {
  /** 16 octets that nobody can foresee. */
  readonly newKey: () => Uint8Array;
  readonly hmacMd5: HmacMd5;
  readonly replay: ReplayDetection;
}
