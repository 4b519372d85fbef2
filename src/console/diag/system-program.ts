/** Programs of the system, run to their end; bounded in time and in what they say. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { printable } from '../../control/index.ts';

const run = promisify(execFile);
const OUTPUT_MAX = 256 * 1_024;

export interface Said {
  readonly code: number;
  /** What it wrote to both of its outputs. */
  readonly text: string;
}

/** @returns undefined where the program is not there */
export async function ask(program: string, words: readonly string[], withinMs: number, signal?: AbortSignal): Promise<Said | undefined> {
  try {
    const { stdout, stderr } = await run(program, words, { timeout: withinMs, maxBuffer: OUTPUT_MAX, ...(signal === undefined ? {} : { signal }) });
    return { code: 0, text: clean(stdout + stderr) };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { readonly code?: unknown; readonly stdout?: string; readonly stderr?: string };
    if (code === 'ENOENT') return undefined;
    return { code: typeof code === 'number' ? code : 1, text: clean(stdout + stderr) };
  }
}

/** The lines and columns of what others write, and nothing else that a console acts upon. */
export function clean(text: string): string {
  return text.replace(/[^\n\t]+/g, printable).trimEnd();
}
