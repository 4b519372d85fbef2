/** The `twinlease` command, run from its source. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));

/** Node keeps here what it made of the source, which saves two thirds of a start. */
export const ENVIRONMENT = { ...process.env, NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../.cache/compiled', import.meta.url)) };

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `twinlease WORDS...` to its end. */
export async function twinlease(...words: readonly string[]): Promise<Ran> {
  return await twinleaseReading('', ...words);
}

/** The same, with something to read. */
export async function twinleaseReading(input: string, ...words: readonly string[]): Promise<Ran> {
  return await run(input, {}, words);
}

/** The same, in another environment. */
export async function twinleaseWith(environment: NodeJS.ProcessEnv, ...words: readonly string[]): Promise<Ran> {
  return await run('', environment, words);
}

async function run(input: string, environment: NodeJS.ProcessEnv, words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...words], { env: { ...ENVIRONMENT, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}
