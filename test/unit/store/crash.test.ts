import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inDirectory, open, openError } from './opened-store.ts';

const CHILD = new URL('committing-child.ts', import.meta.url).pathname;

/** How the process is started: as any, or in a network namespace of its own, where it shares no lock but that on the files. */
const APART = ['unshare', '--net'];

/** Lets a process of its own commit to the store until it has acknowledged so many commits; kills it; gives the last one. */
async function commitAndKill(directory: string, commits: number, meanwhile?: () => Promise<void>, prefix: readonly string[] = []): Promise<number> {
  const words = [...prefix, process.execPath, CHILD, directory];
  const child = spawn(words[0] ?? '', words.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  let last = 0;
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (++count === 1) await meanwhile?.();
    if (count === commits) child.kill('SIGKILL');
  }
  const [, signal] = (await exit) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
  return last;
}

describe('the store after kill -9', function () {
  this.timeout(60_000);

  it('holds every commit that was acknowledged, whole, and is open to the next process at once', () =>
    inDirectory(async (directory) => {
      for (const commits of [1, 60]) {
        const last = await commitAndKill(directory, commits);
        const opened = await open(directory);
        assert.notEqual(opened.outcome, 'lost');
        assert.ok(opened.counter === last || opened.counter === last + 1, `${opened.counter} of ${last} acknowledged`);
        assert.deepEqual(opened.read.map(({ revision }) => revision), Array.from({ length: opened.counter }, (_, i) => i + 1));
        await opened.store.close();
      }
    }));

  for (const [where, prefix] of [['beside it', []], ['in another network namespace', APART]] as const) {
    it(`is refused to a process ${where} while the first one lives, and unharmed by the attempt`, () =>
      inDirectory(async (directory) => {
        const attempt = async (): Promise<void> => {
          const { code, text } = await openError(directory);
          assert.equal(code, 'in-use');
          assert.match(text, /in use by another process/);
        };
        const attempts = async (): Promise<void> => {
          await attempt();
          // What a process sees of files that another one is changing looks like damage at times.
          const current = join(directory, 'database', 'CURRENT');
          const content = await readFile(current);
          await writeFile(current, 'not yet written');
          await attempt();
          assert.ok(!(await readdir(directory)).includes('aside'));
          await writeFile(current, content);
        };
        const last = await commitAndKill(directory, 5, attempts, prefix);
        const opened = await open(directory);
        assert.equal(opened.outcome, 'opened');
        assert.ok(opened.counter >= last);
        await opened.store.close();
      }));
  }
});
