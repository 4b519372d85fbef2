/** What only root may do on an appliance, asked for in the way that `rootfs/usr/libexec/twinlease/privileged` says. */
import { randomBytes } from 'node:crypto';
import { on } from 'node:events';
import { constants, watch } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../control/index.ts';

const DONE = /^done (\d+)$/;

export type Errand = 'check' | 'install' | 'slots' | 'keep' | 'restart' | 'reset' | 'writable' | 'read-only';

/**
 * @param room the folder that root listens in
 * @param onLine each line of the answer, as soon as it is there
 * @returns the whole answer; rejects with it where it could not be done, and where nobody listens
 */
export async function askRoot(room: string, errand: Errand, word = '', onLine: (line: string) => void = () => undefined): Promise<readonly string[]> {
  try {
    return await askInRoom(room, errand, word, onLine);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Error(`this box was not started from a firmware image: there is no ${room}`);
    if (code === 'ENXIO') throw new Error(`nobody listens in ${room}; init starts that again`);
    if (code === 'EACCES') throw new Error(`only who is at the console may ask for that: ${room} says no`);
    throw error;
  }
}

async function askInRoom(room: string, errand: Errand, word: string, onLine: (line: string) => void): Promise<readonly string[]> {
  if (/[\n\0]/.test(word)) throw new Error('a line end can\'t stand here');
  const name = randomBytes(8).toString('hex');
  const watcher = watch(room);
  try {
    const changes = on(watcher, 'change');
    await ask(join(room, 'ask'), `${name} ${errand} ${word}\n`);
    const { lines, status } = await answer(join(room, name), changes, onLine);
    if (status !== 0) throw new Error(lines.length === 0 ? `it failed with ${String(status)}` : lines.slice(-4).join('\n'));
    return lines;
  } finally {
    watcher.close();
  }
}

async function ask(fifo: string, line: string): Promise<void> {
  // Without a reader it would wait for ever.
  await using handle = await open(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  await handle.writeFile(line);
}

interface Answer {
  readonly lines: readonly string[];
  readonly status: number;
}

/** @param changes each time that something in the room changed; what happens between two looks is kept */
async function answer(file: string, changes: AsyncIterator<unknown>, onLine: (line: string) => void): Promise<Answer> {
  const lines: string[] = [];
  let seen = 0;
  for (;;) {
    const complete = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(seen, -1).map(printable);
    seen += complete.length;
    for (const line of complete) {
      const done = DONE.exec(line);
      if (done !== null) return { lines, status: Number(done[1]) };
      lines.push(line);
      onLine(line);
    }
    await changes.next();
  }
}
