// The lab's own C programs, compiled at first use.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '../process/run.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const binaries = fileURLToPath(new URL('../../../.cache/lab/', import.meta.url));
const flags = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror'];

let compiled: Promise<void> | undefined;

async function compile(): Promise<void> {
  mkdirSync(binaries, { recursive: true });
  await Promise.all([
    run(['cc', ...flags, '-o', `${binaries}slow-link`, `${folder}slow-link.c`]),
    run(['cc', ...flags, '-fPIC', '-shared', '-o', `${binaries}clock-shift.so`, `${folder}clock-shift.c`]),
  ]);
}

export async function slowLinkProgram(): Promise<string> {
  await (compiled ??= compile());
  return `${binaries}slow-link`;
}

/** The command line that runs `command` by the clock whose settings are in this file. */
export async function withClock(file: string, command: readonly string[]): Promise<string[]> {
  await (compiled ??= compile());
  return ['env', `LD_PRELOAD=${binaries}clock-shift.so`, `CLOCK_FILE=${file}`, ...command];
}
