// The write-ahead log of the store does not grow with each commit, and what a crash leaves in it is told from damage as ever.

import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { bindingOf, bindingsOf } from './bindings.ts';
import { writtenOf } from './leveldb-files.ts';
import { inDirectory, open } from './opened-store.ts';

async function lastLog(directory: string): Promise<string> {
  const names = (await readdir(join(directory, 'database'))).filter((name) => name.endsWith('.log')).sort();
  return join(directory, 'database', names.at(-1) ?? '');
}

describe('the log of the store', function () {
  this.timeout(60_000);

  it('does not grow with a commit, so that its sync writes no more than what was appended', () =>
    inDirectory(async (directory) => {
      const { store } = await open(directory);
      await store.commit(1, [bindingOf(1)], []);
      // Behind it room is made; the next one finds it.
      await store.commit(2, [bindingOf(2)], []);
      const log = await lastLog(directory);
      const { size } = await stat(log);
      let written = writtenOf(await readFile(log));
      for (let i = 3; i < 100; i++) {
        await store.commit(i, [bindingOf(i)], []);
        const now = await readFile(log);
        assert.equal(now.length, size);
        assert.ok(writtenOf(now) > written);
        written = writtenOf(now);
      }
      await store.close();
      const again = await open(directory);
      assert.equal(again.read.length, 99);
      assert.equal(again.outcome, 'opened');
      await again.store.close();
    }));

  it('has room again when it is used up, and when LevelDB begins another one; nothing is lost by that', () =>
    inDirectory(async (directory) => {
      const { store } = await open(directory);
      const logs = new Set<string>();
      let roomy = 0;
      const COMMITS = 60;
      for (let i = 1; i <= COMMITS; i++) {
        await store.commit(i, bindingsOf(i * 1_000, i * 1_000 + 1_000), []);
        const log = await lastLog(directory);
        logs.add(log);
        const octets = await readFile(log);
        if (octets.length - writtenOf(octets) > 4_096) roomy += 1;
      }
      await store.close();
      assert.ok(logs.size >= 2, `${String(logs.size)} logs`);
      assert.ok(roomy > COMMITS * 0.8, `${String(roomy)} of ${String(COMMITS)} commits left room`);
      const again = await open(directory);
      assert.equal(again.read.length, COMMITS * 1_000);
      await again.store.close();
    }));

  it('may end in a commit that did not reach the disk whole, which was never acknowledged: the one before it is the last', () =>
    inDirectory(async (directory) => {
      const { store } = await open(directory);
      const COMMITS = 20;
      const ends: number[] = [];
      for (let i = 1; i <= COMMITS; i++) {
        await store.commit(i, bindingsOf(i * 10, i * 10 + 10), []);
        ends.push(writtenOf(await readFile(await lastLog(directory))));
      }
      await store.close();
      const log = await lastLog(directory);
      const octets = await readFile(log);
      const before = ends.at(-2) ?? 0;
      // From the next sector on nothing of the last one was written.
      octets.fill(0, Math.ceil((before + 1) / 512) * 512);
      await writeFile(log, octets);
      const again = await open(directory);
      assert.deepEqual([again.outcome, again.counter, again.read.length], ['opened', COMMITS - 1, (COMMITS - 1) * 10]);
      await again.store.commit(COMMITS, [bindingOf(1)], []);
      await again.store.close();
    }));
});
