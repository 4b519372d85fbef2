import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createBoxIdentity, formatFingerprint, readBoxIdentity, readCertificate } from '../../../src/identity/index.ts';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import { inDirectory } from '../control/in-directory.ts';

async function make(name: string, directory: string): Promise<{ readonly certificateFile: string; readonly keyFile: string }> {
  const made = await createBoxIdentity(name, directory);
  assert.ok(!('error' in made), 'error' in made ? made.error : '');
  return made;
}

async function errorOf(result: Promise<object>): Promise<string> {
  const value = await result;
  assert.ok('error' in value);
  return String(value.error);
}

describe('the identity of a box', function () {
  // Keys of this size take their time on a busy machine.
  this.timeout(20_000);

  it('is an RSA key of 3072 bits and a certificate that signs itself, good from 1970 to 9999', () =>
    inDirectory(async (directory) => {
      const files = await make('east', join(directory, 'new', 'folder'));
      const identity = await readBoxIdentity(files);
      assert.ok(!('error' in identity));
      assert.equal(identity.warning, undefined);
      const { certificate } = identity;
      assert.equal(certificate.name, 'east');
      assert.equal(certificate.key, 'RSA, 3072 bits');
      assert.equal(certificate.validFrom.toISOString(), '1970-01-01T00:00:00.000Z');
      assert.equal(certificate.validTo.toISOString(), '9999-12-31T23:59:59.000Z');
      const x509 = new X509Certificate(certificate.pem);
      assert.ok(x509.verify(x509.publicKey), 'it is signed with its own key');
      assert.equal(x509.ca, false);
      assert.deepEqual(x509.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
      assert.match(x509.serialNumber, /^[4-7][0-9A-F]{31}$/);
      const key = createPublicKey(createPrivateKey(identity.privateKeyPem));
      assert.ok(key.equals(x509.publicKey));
    }));

  it('is known by the SHA-256 of its certificate, which people compare in the form of other tools', () =>
    inDirectory(async (directory) => {
      const { certificateFile } = await make('east', directory);
      const certificate = await readCertificate(certificateFile);
      assert.ok(!('error' in certificate));
      assert.match(certificate.fingerprint, /^[0-9a-f]{64}$/);
      assert.equal(formatFingerprint(certificate.fingerprint), new X509Certificate(certificate.pem).fingerprint256);
    }));

  it('is in files that only their owner can read, and leaves no other file', () =>
    inDirectory(async (directory) => {
      const folder = join(directory, 'identity');
      const { keyFile, certificateFile } = await make('east', folder);
      for (const file of [keyFile, certificateFile]) assert.equal((await stat(file)).mode & 0o777, 0o600, file);
      assert.equal((await stat(folder)).mode & 0o777, 0o700);
      assert.deepEqual((await readdir(folder)).sort(), ['east.crt', 'east.key']);
    }));

  it('never takes the place of one that exists', () =>
    inDirectory(async (directory) => {
      const { keyFile, certificateFile } = await make('east', directory);
      const before = await Promise.all([readFile(keyFile), readFile(certificateFile)]);
      assert.match(await errorOf(createBoxIdentity('east', directory)), /east\.key exists already and stays as it is: with another key/);
      assert.deepEqual(await Promise.all([readFile(keyFile), readFile(certificateFile)]), before);
      await writeFile(join(directory, 'west.crt'), 'something');
      assert.match(await errorOf(createBoxIdentity('west', directory)), /west\.crt exists already/);
      assert.deepEqual((await readdir(directory)).sort(), ['east.crt', 'east.key', 'west.crt']);
    }));

  it('survives what a crash left behind', () =>
    inDirectory(async (directory) => {
      await writeFile(join(directory, 'east.key.tmp'), 'half a key');
      const files = await make('east', directory);
      assert.ok(!('error' in (await readBoxIdentity(files))));
      assert.deepEqual((await readdir(directory)).sort(), ['east.crt', 'east.key']);
    }));

  it('is refused for a name that no box can have', () =>
    inDirectory(async (directory) => {
      for (const name of ['', '../east', 'a.b', '-x', 'x'.repeat(33), 'ö']) {
        assert.match(await errorOf(createBoxIdentity(name, directory)), /can't be a box's name: 1 to 32 letters/, name);
      }
      assert.deepEqual(await readdir(directory), []);
    }));

  it('says why it can\'t be written', () =>
    inDirectory(async (directory) => {
      await writeFile(join(directory, 'file'), '');
      assert.match(await errorOf(createBoxIdentity('east', join(directory, 'file'))), /^the identity can't be written: E/);
    }));

  it('says what is wrong with its files', () =>
    inDirectory(async (directory) => {
      const east = await make('east', directory);
      const west = await make('west', directory);
      const path = (name: string): string => join(directory, name);
      const key = await readFile(east.keyFile, 'utf8');
      const certificate = await readFile(east.certificateFile, 'utf8');
      await mkdir(path('folder'));
      await writeFile(path('empty'), '');
      await writeFile(path('long'), 'x'.repeat(70_000));
      await writeFile(path('chain'), certificate + certificate);
      await writeFile(path('torn.crt'), certificate.replace(/M[A-Za-z0-9+/]{20}/, ''));
      await writeFile(path('torn.key'), key.replace(/M[A-Za-z0-9+/]{20}/, ''), { mode: 0o600 });
      const { privateKey } = generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
      });
      await writeFile(path('locked.key'), privateKey, { mode: 0o600 });

      for (const [file, text] of [
        ['none', `there is no file ${path('none')}`],
        ['folder', `${path('folder')} is a directory`],
        ['empty', `${path('empty')} holds no certificate in PEM ("-----BEGIN CERTIFICATE-----")`],
        ['long', `${path('long')} is too long for a key or certificate (70000 octets)`],
        ['chain', `${path('chain')} holds 2 objects; what is wanted is one certificate`],
        ['torn.crt', `the certificate in ${path('torn.crt')} is damaged`],
        ['east.key', `${path('east.key')} holds a private key; what is wanted is the certificate that belongs to it`],
      ] as const) {
        assert.equal(await errorOf(readCertificate(path(file))), text);
      }
      for (const [keyFile, text] of [
        [path('none'), `there is no file ${path('none')}`],
        [east.certificateFile, `${east.certificateFile} holds no private key in PEM`],
        [path('torn.key'), `the private key in ${path('torn.key')} is damaged`],
        [path('locked.key'), `the private key in ${path('locked.key')} is encrypted; nobody is there to type its passphrase when the box starts`],
        [west.keyFile, `the key in ${west.keyFile} does not belong to the certificate in ${east.certificateFile}`],
      ] as const) {
        assert.equal(await errorOf(readBoxIdentity({ certificateFile: east.certificateFile, keyFile })), text);
      }
    }));

  it('is taken with a warning where others can read the key', () =>
    inDirectory(async (directory) => {
      const files = await make('east', directory);
      await chmod(files.keyFile, 0o640);
      const { warning } = (await readBoxIdentity(files)) as BoxIdentity;
      assert.equal(warning, `the private key ${files.keyFile} can be read by others than its owner; say "chmod 600 ${files.keyFile}"`);
    }));
});
