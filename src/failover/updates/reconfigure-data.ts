/** OPTION_F_RECONFIGURE_DATA as a binding keeps it (RFC 8156 section 5.5.13). */
import { type ReconfigureData, epochSeconds, u32 } from '../../wire/index.ts';

/** RFC 9915 section 20.4.2 has 16 octets. */
const KEY_MAX = 64;

/** A binding keeps the key behind the time that it was made, in seconds since 1970. */
export function toReconfigureData(kept: Uint8Array): ReconfigureData {
  return { time: epochSeconds(u32(kept, 0)), key: kept.subarray(4) };
}

/** Undefined when it is too long. */
export function fromReconfigureData({ time, key }: ReconfigureData): Uint8Array | undefined {
  if (key.length > KEY_MAX) return undefined;
  const kept = new Uint8Array(4 + key.length);
  new DataView(kept.buffer).setUint32(0, time);
  kept.set(key, 4);
  return kept;
}
