/** Reading files that somebody else wrote: bounded, and text. */
import { closeSync, createReadStream, fstatSync, openSync, readFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { InputError } from './place.ts';

/** A provisioning file of 2 MiB has no room for what is in more. */
const CONFIGURATION_MAX = 16 * 1024 * 1024;
const LINE_MAX = 65_536;

/** The whole text of a configuration. Throws InputError where it is no text, or too big. */
export function readConfiguration(file: string): string {
  const descriptor = openSync(file, 'r');
  let octets: Buffer;
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new InputError({ file, line: 1 }, 'this is not a file');
    if (found.size > CONFIGURATION_MAX) throw new InputError({ file, line: 1 }, `the file is too big (at most ${String(CONFIGURATION_MAX / 1024 / 1024)} MiB)`);
    octets = readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  const nul = octets.indexOf(0);
  if (nul >= 0) throw new InputError({ file, line: lineAt(octets, nul) }, 'there is an octet 0: this is no text');
  return octets.toString('utf8');
}

function lineAt(octets: Buffer, offset: number): number {
  let line = 1;
  for (let at = octets.indexOf(10); at >= 0 && at < offset; at = octets.indexOf(10, at + 1)) line++;
  return line;
}

export interface TextLine {
  readonly text: string;
  readonly line: number;
  /** The file ended without a line end: the writer may have been cut off. */
  readonly isUnfinished: boolean;
}

/** The lines of a file of any size, without their ends. Throws InputError for one that is too long to be one. */
export async function* textLines(file: string): AsyncGenerator<TextLine> {
  const decoder = new StringDecoder('utf8');
  let line = 1;
  let rest = '';
  for await (const chunk of createReadStream(file)) {
    const parts = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      yield { text: checked(part, file, line), line, isUnfinished: false };
      line++;
    }
    checked(rest, file, line);
  }
  if (rest !== '') yield { text: checked(rest, file, line), line, isUnfinished: true };
}

function checked(text: string, file: string, line: number): string {
  if (text.length > LINE_MAX) throw new InputError({ file, line }, `the line is longer than ${String(LINE_MAX)} characters`);
  if (text.includes('\0')) throw new InputError({ file, line }, 'there is an octet 0: this is no text');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
