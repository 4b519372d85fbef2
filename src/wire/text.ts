const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Names are short: up to here a loop is faster than the encoder. */
const SHORT = 64;

/** The octets of a text in UTF-8. */
export function encodeText(text: string): Uint8Array {
  if (text.length > SHORT) return encoder.encode(text);
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encoder.encode(text);
    octets[i] = unit;
  }
  return octets;
}

/** Reads UTF-8; undefined when it is none. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The text as a JSON string, with nothing in it that a terminal would obey or hide: control, format and unassigned
 * characters are escaped.
 */
export function quoteText(text: string): string {
  return JSON.stringify(text).replace(/\p{C}/gu, escapeUnits);
}

function escapeUnits(hidden: string): string {
  return Array.from({ length: hidden.length }, (_, i) => `\\u${hidden.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
}
