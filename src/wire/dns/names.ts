/** Names of the DNS in wire form (RFC 1035 section 3.1), as octets with small letters. */
import { type Address } from '../address.ts';
import { LABEL_LENGTH_MAX, NAME_LENGTH_MAX, encodeDomainNames, parseDomainName } from '../domain-name.ts';
import { u8 } from '../octets.ts';

const HEX = '0123456789abcdef';
const IP6_ARPA = Uint8Array.of(3, 0x69, 0x70, 0x36, 4, 0x61, 0x72, 0x70, 0x61, 0);

/** The name of an address in the reverse zone (RFC 3596 section 2.5); of its first `bits`, a multiple of four. */
export function reverseName(address: Address, bits = 128): Uint8Array {
  const nibbles = bits / 4;
  const name = new Uint8Array(2 * nibbles + IP6_ARPA.length);
  for (let i = 0; i < nibbles; i++) {
    const octet = u8(address, i >> 1);
    const at = 2 * (nibbles - 1 - i);
    name[at] = 1;
    name[at + 1] = HEX.charCodeAt((i & 1) === 0 ? octet >> 4 : octet & 0x0f);
  }
  name.set(IP6_ARPA, 2 * nibbles);
  return name;
}

/** Of a name as text, in canonical form; undefined: it is none. */
export function wireName(text: string): Uint8Array | undefined {
  const name = parseDomainName(text.toLowerCase());
  return name && encodeDomainNames([name]);
}

/** No length octet is a letter: they are 63 at most, or those of a pointer. */
export function withSmallLetters(name: Uint8Array): Uint8Array {
  return name.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet));
}

/** Whether octets are one name, not compressed and with its end. */
export function isWholeName(octets: Uint8Array): boolean {
  if (octets.length > NAME_LENGTH_MAX) return false;
  for (let at = 0; at < octets.length; ) {
    const length = u8(octets, at);
    at += 1 + length;
    if (length === 0) return at === octets.length;
    if (length > LABEL_LENGTH_MAX) return false;
  }
  return false;
}

/** Whether a name is that of the zone, or below it. */
export function isInZone(name: Uint8Array, zone: Uint8Array): boolean {
  for (let at = 0; name.length - at >= zone.length; at += 1 + u8(name, at)) {
    if (name.length - at === zone.length) return zone.every((octet, i) => octet === name[at + i]);
  }
  return false;
}
