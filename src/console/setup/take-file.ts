/** The file that the other box made, onto this one: pasted, or from a stick. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { askFor } from '../ask-for.ts';
import { putFile, readPaste } from '../pair-paste.ts';
import type { Terminal } from '../surroundings.ts';

/** What a person compares. */
const DIGITS = 8;

/** Rejects where nothing was written. */
export async function takeFile(source: string, out: string, terminal: Terminal, tell: (text: string) => void): Promise<void> {
  const { bytes, from, sha256 } = source === 'paste' ? await pasted(terminal, tell) : { bytes: await readFile(source), from: source, sha256: undefined };
  await putFile(bytes, from, { out, sha256: sha256 ?? (await compared(bytes, terminal)) });
}

async function pasted({ input, output }: Terminal, tell: (text: string) => void): Promise<{ readonly bytes: Uint8Array; readonly from: string; readonly sha256: string | undefined }> {
  tell('Paste the file, then a line with a dot and the first eight digits of its SHA-256: ". 7392feae".');
  const { text, sha256 } = await readPaste(input, output);
  return { bytes: Buffer.from(text), from: 'what was pasted', sha256 };
}

/** Where no digits were said they are shown. @returns the digest that the person found right */
async function compared(bytes: Uint8Array, terminal: Terminal): Promise<string> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  const text = `Its SHA-256 begins with ${digest.slice(0, DIGITS)}: the same as was said on the other box? (yes/no)`;
  const { same } = await askFor({ same: { flag: '--sha256', text, answers: ['yes', 'no'] } }, {}, terminal);
  if (same === 'no') throw new Error('nothing was written: it is not the file of the other box');
  return digest;
}
