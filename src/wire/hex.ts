/** Two lower-case digits for each octet value. */
const digits: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal octets with colons between them: "00:03:00:01"; "" for no octets. */
export function formatHex(bytes: Uint8Array, separator = ':'): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += (i === 0 ? '' : separator) + (digits[bytes[i] as number] as string);
  return text;
}

/**
 * Reads hexadecimal octets: "00:03:0a", "00-03-0a", "00030a" or "0x00030a", in either case. One digit before a
 * separator is allowed ("0:3:a"). Undefined when it is anything else.
 */
export function parseHex(text: string): Uint8Array | undefined {
  const separated = /^[0-9a-f]{1,2}(?:([:-])[0-9a-f]{1,2}(?:\1[0-9a-f]{1,2})*)?$/i.exec(text);
  if (separated?.[1] !== undefined) {
    return Uint8Array.from(text.split(separated[1]), (octet) => Number.parseInt(octet, 16));
  }
  const plain = /^(?:0x)?((?:[0-9a-f]{2})*)$/i.exec(text)?.[1];
  if (plain === undefined) return undefined;
  return Uint8Array.from({ length: plain.length / 2 }, (_, i) => Number.parseInt(plain.slice(2 * i, 2 * i + 2), 16));
}
