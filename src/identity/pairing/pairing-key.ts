/**
 * The one-time key by which two boxes that never met know each other: 136 random bits and a check of 24, as 32 letters and
 * digits in groups of four (the base 32 of Crockford, which has no I, L, O and U to be taken for 1, 0 and V).
 */
import { createHash, randomBytes } from 'node:crypto';

const RANDOM_OCTETS = 17;
const CHECK_OCTETS = 3;
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = ((RANDOM_OCTETS + CHECK_OCTETS) * 8) / 5;

/** What is read for another digit. */
const LOOKS_LIKE: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/** @returns a new key as text */
export function newPairingKey(): string {
  return formatPairingKey(randomBytes(RANDOM_OCTETS));
}

/**
 * Upper and lower case are the same, and hyphens are for people.
 * @returns the random octets, or what is wrong with the text; the words never repeat any of it
 */
export function parsePairingKey(text: string): Uint8Array | { readonly problem: string } {
  const digits = Array.from(text.replaceAll('-', '').toUpperCase(), (digit) => DIGITS.indexOf(LOOKS_LIKE[digit] ?? digit));
  if (digits.includes(-1)) return { problem: 'a pairing key has letters without U, digits and "-", and nothing else' };
  if (digits.length !== LENGTH) return { problem: `a pairing key has ${LENGTH} letters and digits, and this one ${digits.length}` };
  const octets = new Uint8Array(RANDOM_OCTETS + CHECK_OCTETS);
  for (const [i, digit] of digits.entries()) {
    for (let bit = 0; bit < 5; bit++) {
      const at = i * 5 + bit;
      if ((digit >> (4 - bit)) & 1) octets[at >> 3] = (octets[at >> 3] ?? 0) | (0x80 >> (at & 7));
    }
  }
  const random = octets.subarray(0, RANDOM_OCTETS);
  if (!checkOf(random).equals(octets.subarray(RANDOM_OCTETS))) return { problem: 'a letter or digit of the pairing key is wrong' };
  return random;
}

/** In the one notation that `newPairingKey` has. @param random what `parsePairingKey` gave */
export function formatPairingKey(random: Uint8Array): string {
  const octets = Buffer.concat([random, checkOf(random)]);
  let text = '';
  for (let i = 0; i < LENGTH; i++) {
    let digit = 0;
    for (let at = i * 5; at < i * 5 + 5; at++) digit = (digit << 1) | (((octets[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    text += `${i > 0 && i % 4 === 0 ? '-' : ''}${DIGITS.charAt(digit)}`;
  }
  return text;
}

/** What is kept of a key that was used: enough to know it again, and nothing that leads back to it. 64 hexadecimal digits. */
export function pairingKeyDigest(random: Uint8Array): string {
  return createHash('sha256').update('twinlease used pairing key').update(random).digest('hex');
}

function checkOf(random: Uint8Array): Buffer {
  return createHash('sha256').update('twinlease pairing key').update(random).digest().subarray(0, CHECK_OCTETS);
}
