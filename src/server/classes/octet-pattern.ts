/** Patterns that octets may fit: DUIDs, link-layer addresses, classes and identifiers that clients and relay agents made up. */

/** Stands for any one octet. */
export const ANY_OCTET = 256;
/** Stands for any number of octets, none included. */
export const ANY_OCTETS = 257;

/** Octets, and the two signs that stand for others. */
export type OctetPattern = readonly number[];

/**
 * What is longer fits no pattern, so that a hostile client costs little: the work grows with the product of both lengths. No DUID
 * and no link-layer address is as long.
 */
const LENGTH_MAX = 512;

export function fits(pattern: OctetPattern, octets: Uint8Array): boolean {
  if (octets.length > LENGTH_MAX) return false;
  let at = 0;
  let sign = 0;
  /** Behind the last `ANY_OCTETS`, and the first octet that it has not swallowed. */
  let resumeSign = -1;
  let resumeAt = 0;
  while (at < octets.length) {
    const wanted = pattern[sign];
    if (wanted === ANY_OCTETS) {
      resumeSign = sign += 1;
      resumeAt = at;
    } else if (wanted === ANY_OCTET || wanted === octets[at]) {
      sign += 1;
      at += 1;
    } else if (resumeSign >= 0) {
      sign = resumeSign;
      at = resumeAt += 1;
    } else {
      return false;
    }
  }
  while (pattern[sign] === ANY_OCTETS) sign += 1;
  return sign === pattern.length;
}

/** As text where all octets are printable ASCII, else in hexadecimal behind "0x". */
export function formatPattern(pattern: OctetPattern): string {
  const isText = pattern.every((sign) => sign > 0xff || (sign >= 0x20 && sign <= 0x7e));
  const text = isText ? pattern.map(textSign).join('') : '';
  return isText && !/^0x/i.test(text) ? text : `0x${pattern.map(hexSign).join('')}`;
}

/** `00:03:00:01:*` */
export function formatHexPattern(pattern: OctetPattern): string {
  return pattern.map(hexSign).join(':');
}

function textSign(sign: number): string {
  if (sign === ANY_OCTETS) return '*';
  if (sign === ANY_OCTET) return '?';
  const character = String.fromCharCode(sign);
  return /[*?\\]/.test(character) ? `\\${character}` : character;
}

function hexSign(sign: number): string {
  if (sign === ANY_OCTETS) return '*';
  return sign === ANY_OCTET ? '??' : sign.toString(16).padStart(2, '0');
}
