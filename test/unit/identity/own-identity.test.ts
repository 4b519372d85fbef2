import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { openOwnIdentity } from '../../../src/identity/index.ts';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import { inDirectory } from '../control/in-directory.ts';

async function open(directory: string): Promise<{ identity: BoxIdentity; made: number }> {
  let made = 0;
  const identity = await openOwnIdentity(directory, 'east', () => made++);
  assert.ok(!('error' in identity), 'error' in identity ? identity.error : '');
  return { identity, made };
}

describe('the identity that a box makes itself', function () {
  this.timeout(20_000);

  it('[R-ID4] is good from 1970 to 9999, for its owner alone, and stays the same', () =>
    inDirectory(async (parent) => {
      const directory = join(parent, 'pairing');
      const first = await open(directory);
      assert.equal(first.made, 1);
      const { certificate, warning } = first.identity;
      assert.deepEqual([certificate.name, certificate.key, warning], ['east', 'RSA, 3072 bits', undefined]);
      assert.deepEqual([certificate.validFrom.toISOString(), certificate.validTo.toISOString()], ['1970-01-01T00:00:00.000Z', '9999-12-31T23:59:59.000Z']);
      for (const name of ['box.key', 'box.crt']) assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600);
      assert.equal((await stat(directory)).mode & 0o777, 0o700);
      const again = await open(directory);
      assert.equal(again.made, 0);
      assert.deepEqual(again.identity, first.identity);
    }));

  it('goes on with the key where a crash left that alone', () =>
    inDirectory(async (directory) => {
      const { identity } = await open(directory);
      await rm(join(directory, 'box.crt'));
      const again = await open(directory);
      assert.equal(again.made, 0);
      assert.equal(again.identity.privateKeyPem, identity.privateKeyPem);
    }));

  it('is never replaced: a damaged key or certificate is an error', () =>
    inDirectory(async (directory) => {
      await open(directory);
      const path = join(directory, 'box.key');
      const key = await readFile(path, 'utf8');
      await writeFile(path, key.slice(0, 500));
      const damagedKey = await openOwnIdentity(directory, 'east', () => undefined);
      assert.ok('error' in damagedKey);
      assert.equal(damagedKey.error, `the private key in ${path} is damaged`);
      await rm(join(directory, 'box.crt'));
      assert.ok('error' in (await openOwnIdentity(directory, 'east', () => undefined)));
      assert.equal((await readFile(path, 'utf8')).length, 500);
    }));

  it('says why it can\'t be made', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, '');
      const result = await openOwnIdentity(path, 'east', () => undefined);
      assert.ok('error' in result);
      assert.match(result.error, /^the identity of this box can't be made in .*file: EEXIST/);
    }));
});
