import assert from 'node:assert/strict';
import { access, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { dropNextIdentity, makeNextIdentity, openOwnIdentity, readNextIdentity, useNextIdentity } from '../../../src/identity/index.ts';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { identityOf } from '../net/partner/identities.ts';

describe('another identity of a box', function () {
  this.timeout(20_000);
  let now: BoxIdentity;
  let next: BoxIdentity;

  before(async () => {
    [now, next] = await Promise.all([identityOf('east'), identityOf('east', 'next')]);
  });

  async function fill(directory: string, names: readonly ('box' | 'next')[] = ['box', 'next']): Promise<void> {
    for (const name of names) {
      const { privateKeyPem, certificate } = name === 'box' ? now : next;
      await writeFile(join(directory, `${name}.key`), privateKeyPem, { mode: 0o600 });
      await writeFile(join(directory, `${name}.crt`), certificate.pem, { mode: 0o600 });
    }
  }
  async function fingerprintAtStart(directory: string): Promise<string> {
    const identity = await openOwnIdentity(directory, 'east', () => assert.fail('no key is made'));
    assert.ok(!('error' in identity), 'error' in identity ? identity.error : '');
    return identity.certificate.fingerprint;
  }
  const exists = async (path: string): Promise<boolean> => await access(path).then(() => true, () => false);

  it('[R-ID3] is made beside the one in use, for its owner alone, and once', () =>
    inDirectory(async (directory) => {
      await fill(directory, ['box']);
      assert.equal(await readNextIdentity(directory), undefined);
      const made = await makeNextIdentity(directory, 'east');
      assert.ok(!('error' in made));
      for (const name of ['next.key', 'next.crt']) assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600);
      assert.deepEqual(await makeNextIdentity(directory, 'east'), made);
      assert.deepEqual(await readNextIdentity(directory), made);
      assert.equal(await fingerprintAtStart(directory), now.certificate.fingerprint);
    }));

  it('[R-ID3] is not there where a crash left its key alone, and goes on from it', () =>
    inDirectory(async (directory) => {
      await fill(directory);
      await rename(join(directory, 'next.crt'), join(directory, 'elsewhere'));
      assert.equal(await readNextIdentity(directory), undefined);
      const made = await makeNextIdentity(directory, 'east');
      assert.ok(!('error' in made));
      assert.equal(made.privateKeyPem, next.privateKeyPem);
    }));

  it('[R-ID3] takes the place of the one in use, whose key is nowhere any more', () =>
    inDirectory(async (directory) => {
      await fill(directory);
      await useNextIdentity(directory);
      assert.equal(await fingerprintAtStart(directory), next.certificate.fingerprint);
      for (const name of ['next.key', 'next.crt', 'next.use']) assert.ok(!(await exists(join(directory, name))), name);
      assert.equal(await readNextIdentity(directory), undefined);
    }));

  const cuts: readonly (readonly [where: string, cut: (at: (name: string) => string) => Promise<void>])[] = [
    ['behind the mark', () => Promise.resolve()],
    ['in the middle of wiping the old key', async (at) => await writeFile(at('box.key'), (await readFile(at('box.key'), 'latin1')).replace(/[A-Z]/g, '#'))],
    ['behind the key', async (at) => await rename(at('next.key'), at('box.key'))],
    [
      'behind the certificate',
      async (at) => {
        await rename(at('next.key'), at('box.key'));
        await rename(at('next.crt'), at('box.crt'));
      },
    ],
  ];
  for (const [where, cut] of cuts) {
    it(`[R-ID3] is the one of the box at the next start where a crash came ${where}`, () =>
      inDirectory(async (directory) => {
        await fill(directory);
        await writeFile(join(directory, 'next.use'), '');
        await cut((name) => join(directory, name));
        assert.equal(await fingerprintAtStart(directory), next.certificate.fingerprint);
        assert.ok(!(await exists(join(directory, 'next.use'))));
        assert.equal(await fingerprintAtStart(directory), next.certificate.fingerprint);
      }));
  }

  it('[R-ID3] can be dropped, and leaves the one in use', () =>
    inDirectory(async (directory) => {
      await fill(directory);
      await dropNextIdentity(directory);
      assert.equal(await readNextIdentity(directory), undefined);
      assert.ok(!(await exists(join(directory, 'next.key'))));
      assert.equal(await fingerprintAtStart(directory), now.certificate.fingerprint);
    }));
});
