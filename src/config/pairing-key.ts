/** The pairing key of a relationship, as the file has it. */
import { formatPairingKey, parsePairingKey } from '../identity/index.ts';
import type { Parsed } from './parsed.ts';

/** In the place of a key that the boxes need no more, and that nobody shall read. */
export const REMOVED = 'removed';

export function readPairingKey(text: string): Parsed<string> {
  if (text === REMOVED) return { value: text };
  const key = parsePairingKey(text);
  return 'problem' in key ? key : { value: formatPairingKey(key) };
}
