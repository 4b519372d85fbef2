/** Parts of DUIDs (RFC 9915 section 11) as other servers write them. */
import { parseHex } from '../wire/index.ts';

/** Octets with or without separators; undefined where there are none. */
export function octetsText(text: string): Uint8Array | undefined {
  const octets = parseHex(text.trim());
  return octets === undefined || octets.length === 0 ? undefined : octets;
}

/** Four octets, the highest first. */
export function fourOctets(number: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, number);
  return octets;
}
