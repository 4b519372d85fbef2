/** OPTION_F_RECONFIGURE_DATA as a binding keeps it (RFC 8156 section 5.5.13). */
import { reconfigureData, reconfigureTimeOf } from '../../lease/index.ts';
import type { ReconfigureData } from '../../wire/index.ts';

/** RFC 9915 section 20.4.2 has 16 octets. */
const KEY_MAX = 64;

/** See `reconfigureData`. */
export function toReconfigureData(kept: Uint8Array): ReconfigureData {
  return { time: reconfigureTimeOf(kept), key: kept.subarray(4) };
}

/** Undefined when it is too long. */
export function fromReconfigureData({ time, key }: ReconfigureData): Uint8Array | undefined {
  return key.length > KEY_MAX ? undefined : reconfigureData(time, key);
}
