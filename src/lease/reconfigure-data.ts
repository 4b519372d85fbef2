/**
 * The reconfigure key of a client (RFC 9915 section 20.4) as a binding keeps it: in four octets when it was made, in seconds since 1970,
 * then the key. It goes to the partner as OPTION_F_RECONFIGURE_DATA (RFC 8156 section 5.5.13).
 */
import { type EpochSeconds, epochSeconds, u32, view } from '../wire/index.ts';

const TIME_LENGTH = 4;
/** In octets: 128 bits (RFC 9915 section 20.4.2). */
export const RECONFIGURE_KEY_LENGTH = 16;

export function reconfigureData(madeAt: EpochSeconds, key: Uint8Array): Uint8Array {
  const data = new Uint8Array(TIME_LENGTH + key.length);
  new DataView(data.buffer).setUint32(0, madeAt);
  data.set(key, TIME_LENGTH);
  return data;
}

/** The key, as a view; undefined where there is none of that length: what a partner tells is kept, whatever it is. */
export function reconfigureKeyOf(data: Uint8Array | undefined): Uint8Array | undefined {
  return data?.length === TIME_LENGTH + RECONFIGURE_KEY_LENGTH ? view(data, TIME_LENGTH, data.length) : undefined;
}

/** When the key was made. @param data 4 octets at least */
export function reconfigureTimeOf(data: Uint8Array): EpochSeconds {
  return epochSeconds(u32(data, 0));
}
