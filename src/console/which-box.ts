/** The one question that a box asks which does not know itself by its hardware. */
import { askFor } from './ask-for.ts';

/** @returns undefined where nobody is there to be asked. Rejects where that one leaves. */
export async function askWhichBox(names: readonly string[]): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const text = `Which box is this: ${names.join(' or ')}?`;
  const { box } = await askFor({ box: { flag: '--appliance', text, answers: names } }, {}, { input: process.stdin, output: process.stderr });
  return box;
}
