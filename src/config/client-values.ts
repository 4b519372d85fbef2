/** How the file names clients and relay ports: DUIDs, link-layer addresses, Interface-Ids and Remote-Ids. */
import { DUID_LENGTH_MAX, DUID_LENGTH_MIN, type Duid, encodeText, formatHex, parseHex, toDuid } from '../wire/index.ts';
import type { Parsed, TextFault } from './parsed.ts';

export const LINK_LAYER_LENGTH_MIN = 6;
export const LINK_LAYER_LENGTH_MAX = 20;
const OPAQUE_LENGTH_MAX = 255;

export function readHex(text: string): Parsed<Uint8Array> {
  const value = parseHex(text);
  if (value === undefined) return explainHex(text);
  return value.length === 0 ? { problem: 'there are no octets' } : { value };
}

export function readDuid(text: string): Parsed<Duid> {
  const octets = parseHex(text);
  if (octets === undefined) return explainHex(text);
  const value = toDuid(octets);
  if (value !== undefined) return { value };
  return {
    problem: `a DUID cannot have ${octets.length} octets`,
    allowed: `${DUID_LENGTH_MIN} to ${DUID_LENGTH_MAX} octets, the 2 of the type included (RFC 9915 section 11.1)`,
  };
}

export function readLinkLayerAddress(text: string): Parsed<Uint8Array> {
  const value = parseHex(text);
  if (value === undefined) return explainHex(text);
  if (value.length >= LINK_LAYER_LENGTH_MIN && value.length <= LINK_LAYER_LENGTH_MAX) return { value };
  return {
    problem: `a link-layer address cannot have ${value.length} octets`,
    allowed: `${LINK_LAYER_LENGTH_MIN} to ${LINK_LAYER_LENGTH_MAX} octets, without the hardware type`,
  };
}

/** An identifier that a relay made up: text as it is, or octets behind "0x". */
export function readOpaque(text: string): Parsed<Uint8Array> {
  const isHex = /^0x/i.test(text);
  const value = isHex ? parseHex(text) : encodeText(text);
  if (value === undefined) return explainHex(text);
  if (value.length >= 1 && value.length <= OPAQUE_LENGTH_MAX) return { value };
  return { problem: `an identifier cannot have ${value.length} octets`, allowed: `1 to ${OPAQUE_LENGTH_MAX} octets` };
}

/** The other way round: text where the octets are printable ASCII, else hexadecimal. */
export function formatOpaque(octets: Uint8Array): string {
  const text = String.fromCharCode(...octets);
  return /^[\x20-\x7e]+$/.test(text) && !/^0x/i.test(text) ? text : `0x${formatHex(octets, '')}`;
}

/** Why a text is no row of hexadecimal octets; it is known that it is none. */
function explainHex(text: string): TextFault {
  const start = /^0x/i.test(text) ? 2 : 0;
  const stray = /[^0-9a-f:-]/iu.exec(text.slice(start));
  if (stray !== null) return { problem: `"${stray[0]}" is not a hexadecimal digit`, at: start + stray.index };
  const long = /[0-9a-f]{3,}/i.exec(text);
  if (/[:-]/.test(text) && long !== null) {
    return { problem: 'an octet has at most two digits', at: long.index };
  }
  if (/[:-]/.test(text)) return { problem: 'these are not octets with one kind of separator between them' };
  return { problem: 'the number of hexadecimal digits is odd' };
}
