/** What a diagnostic shows of the file goes to screens and logs, and the keys in it must not (SECURITY.md). */
import type { SourceText } from './source-text.ts';

/** The value behind the key, quoted, plain or a block; it ends where a flow map goes on. */
const VALUE = /((?:pairing-key|secret)["']?[ \t]*:(?:[ \t]*[>|][-+0-9]*)?\s*)("[^"]*"?|'[^']*'?|[^\n,}#]+)/gi;

/** What looks like a pairing key wherever it stands: groups of letters and digits. */
const GROUPS = /[0-9A-Za-z]{3,6}(?:-[0-9A-Za-z]{3,6}){5,}/g;

/** The same text, of the same length, with stars in the place of each character of a secret. */
export function withoutSecrets(source: SourceText): SourceText {
  const text = source.text
    .replaceAll(VALUE, (_, head: string, value: string) => head + hidden(value))
    .replaceAll(GROUPS, hidden);
  return { ...source, text };
}

/** For what repeats a value of the file: a key may stand where none belongs. */
export function withoutKeys(text: string): string {
  return text.replaceAll(GROUPS, hidden);
}

function hidden(text: string): string {
  return text.replaceAll(/[^\s"']/g, '*');
}
