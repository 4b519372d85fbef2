import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { writeTimeServers } from '../../../src/daemon/time-servers.ts';
import { inDirectory } from '../control/in-directory.ts';

describe('the servers that chrony asks', () => {
  it('stand in its folder, whole, and are written only where they change', () =>
    inDirectory(async (directory) => {
      const folder = join(directory, 'chrony');
      const file = join(folder, 'twinlease.sources');
      await mkdir(folder);
      assert.equal(writeTimeServers(directory, ['2001:db8::123', 'time.example.org']), undefined);
      assert.equal(await readFile(file, 'utf8'), 'server 2001:db8::123 iburst\nserver time.example.org iburst\n');
      const { ino } = await stat(file);
      writeTimeServers(directory, ['2001:db8::123', 'time.example.org']);
      assert.equal((await stat(file)).ino, ino, 'chrony is not told for nothing');
      writeTimeServers(directory, []);
      assert.equal(await readFile(file, 'utf8'), '', 'and those that are gone are not asked any more');
      assert.deepEqual(await readdir(folder), ['twinlease.sources']);
    }));

  it('can be read by chrony, which is another user, whatever the daemon keeps to itself', () =>
    inDirectory(async (directory) => {
      await mkdir(join(directory, 'chrony'));
      const before = process.umask(0o077);
      try {
        writeTimeServers(directory, ['::1']);
      } finally {
        process.umask(before);
      }
      assert.equal((await stat(join(directory, 'chrony', 'twinlease.sources'))).mode & 0o777, 0o644);
    }));

  it('says where nobody would ask them', () =>
    inDirectory(async (directory) => {
      assert.match(writeTimeServers(directory, ['::1']) ?? '', /are not asked: this system has no .*\/chrony/);
      assert.equal(writeTimeServers(directory, []), undefined);
      await writeFile(join(directory, 'chrony'), '');
      assert.match(writeTimeServers(directory, ['::1']) ?? '', /are not asked: ENOTDIR/);
    }));
});
