import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDuid } from '../../../src/wire/index.ts';
import { bindingsOf } from './bindings.ts';
import { inDirectory, open, openError } from './opened-store.ts';

describe('the identity', function () {
  this.timeout(30_000);

  it('[S-CON-8, O-43] is a DUID-UUID of random octets, made once and never changed', () =>
    inDirectory(async (directory) => {
      let next = 0;
      const first = await open(directory, { randomBytes: (count) => new Uint8Array(count).map(() => next++) });
      await first.store.close();
      const { duid, allocationSecret } = first.identity;
      assert.match(formatDuid(duid), /^00:04:..:..:..:..:..:..:4.:..:[89ab].:..:..:..:..:..:..:..$/);
      assert.equal(allocationSecret.length, 16);
      assert.notDeepEqual(Buffer.from(allocationSecret), Buffer.from(duid.subarray(2)));
      const path = join(directory, 'identity.json');
      const content = await readFile(path);
      assert.equal((await stat(path)).mode & 0o777, 0o600, "it is its owner's alone");

      const second = await open(directory);
      await second.store.close();
      assert.deepEqual(second.identity, first.identity);
      assert.deepEqual(await readFile(path), content);
    }));

  it('is refused and left alone wherever one of its octets is damaged', () =>
    inDirectory(async (directory) => {
      await (await open(directory)).store.close();
      const path = join(directory, 'identity.json');
      const content = await readFile(path);
      const database = await readdir(join(directory, 'database'));
      for (let at = content.indexOf('"duid"'); at < content.length - 3; at += 5) {
        const damaged = Buffer.from(content);
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        await writeFile(path, damaged);
        const { code, text } = await openError(directory);
        assert.equal(code, 'identity-unreadable', `octet ${at}`);
        assert.match(text, /identity\.json can not be read: .*; put back the file from a backup/);
        assert.deepEqual(await readFile(path), damaged);
      }
      assert.deepEqual(await readdir(join(directory, 'database')), database, 'nothing was opened');
    }));

  it('is not made anew for a database that was used', () =>
    inDirectory(async (directory) => {
      const { store } = await open(directory);
      await store.commit(1, bindingsOf(0, 1), []);
      await store.close();
      await rm(join(directory, 'identity.json'));
      const { code, text } = await openError(directory);
      assert.equal(code, 'identity-missing');
      assert.match(text, /is missing, but there is a database/);
      assert.ok(!(await readdir(directory)).includes('identity.json'));
    }));

  it('is made where the first start of all was cut off before it', () =>
    inDirectory(async (directory) => {
      await (await open(directory)).store.close();
      await rm(join(directory, 'identity.json'));
      const { store, outcome } = await open(directory);
      assert.equal(outcome, 'fresh');
      await store.close();
    }));
});
