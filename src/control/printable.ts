/** What others send, or write into a file, must not end a line, move the cursor of a console, or turn the direction of its text. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}
