import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startControl } from '../../../src/control/index.ts';
import type { Subject } from '../../../src/control/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { createPair } from '../control/pair.ts';
import type { Pair } from '../control/pair.ts';
import { subjectOf } from '../control/pair-subject.ts';
import { atConsole } from './pseudo-terminal.ts';
import type { Person, Size } from './pseudo-terminal.ts';

export interface Place {
  readonly directory: string;
  readonly pair: Pair;
  readonly words: readonly string[];
  /** The daemon ends, and comes back. */
  readonly stop: () => void;
  readonly restart: () => Promise<void>;
}

interface Circumstances {
  readonly size?: Size;
  /** What the daemon does otherwise. */
  readonly changes?: Partial<Subject>;
  /** Programs of the system, as shell scripts in a directory of the test: `programs`. */
  readonly programs?: Readonly<Record<string, string>>;
  /** What `TERM` says; a VT100 where it is left out. */
  readonly terminal?: string;
  /** That the console begins with. */
  readonly prompt?: string;
}

/** A person at the console of the box `west` of a pair that works. */
export async function onWest(use: (person: Person, place: Place) => Promise<void>, { size, changes = {}, programs = {}, prompt = 'box[NORMAL]>', terminal = 'vt100' }: Circumstances = {}): Promise<void> {
  await inDirectory(async (directory) => {
    const pair = createPair();
    pair.advance(20);
    const path = join(directory, 'control.sock');
    const start = async () => {
      const opened = await startControl(path, { ...subjectOf(pair.west), ...changes });
      assert.ok(typeof opened !== 'string', 'it opens');
      return opened;
    };
    let control = await start();
    const words = ['--control', path, '--state', directory];
    const searchPath = await placePrograms(join(directory, 'programs'), programs);
    const person = atConsole(words, size, { PATH: searchPath, TERM: terminal });
    try {
      await person.see(prompt);
      await use(person, {
        directory,
        pair,
        words,
        stop: () => control.close(),
        async restart() {
          control = await start();
        },
      });
    } finally {
      person.hangUp();
      await person.gone;
      control.close();
    }
  });
}

/** @returns where programs are looked for */
async function placePrograms(directory: string, programs: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(directory);
  for (const [name, script] of Object.entries(programs)) await writeFile(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${directory}:${process.env['PATH'] ?? ''}`;
}
