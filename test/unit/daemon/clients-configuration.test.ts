import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { openClientsConfiguration } from '../../../src/daemon/clients-configuration.ts';
import type { ClientsConfiguration } from '../../../src/daemon/clients-configuration.ts';
import { readConfiguration } from '../../../src/daemon/configuration/read-configuration.ts';
import { PROVISIONING } from '../../conformance/server/box.ts';
import { inDirectory } from '../control/in-directory.ts';

const FILE = 'clients-configuration.yaml';
const read = async (file: string) => await readConfiguration(file, undefined);

async function open(directory: string, text: string, troubles: string[] = []): Promise<ClientsConfiguration> {
  return await openClientsConfiguration(directory, text, read, (trouble) => troubles.push(trouble));
}

async function canonical(directory: string, text: string): Promise<string> {
  const file = join(directory, 'file.yaml');
  await writeFile(file, text);
  const loaded = await read(file);
  assert.ok(typeof loaded !== 'string');
  return loaded.text;
}

describe('which configuration clients have', () => {
  it('is written where it is new, and found by a start with another one', () =>
    inDirectory(async (directory) => {
      const [one, two] = [await canonical(directory, PROVISIONING), await canonical(directory, PROVISIONING.replace('valid: 2000s', 'valid: 3000s'))];
      const first = await open(directory, one);
      assert.equal(first.hasFormer, false, 'a box that never said it asks nobody');
      await first.has(one);
      const { mtimeMs, mode } = await stat(join(directory, FILE));
      assert.equal(mode & 0o777, 0o600);
      await first.has(one);
      assert.equal((await stat(join(directory, FILE))).mtimeMs, mtimeMs);
      const same = await open(directory, one);
      assert.equal(same.hasFormer, false);
      const other = await open(directory, two);
      assert.equal(other.hasFormer, true);
      assert.equal((await other.former())?.links[0]?.lifetimes.valid, 2_000);
      await Promise.all([other.has(two), other.has(one), other.has(two)]);
      assert.equal(await readFile(join(directory, FILE), 'utf8'), two);
    }));

  it('of a file that says nothing nobody knows what it was', () =>
    inDirectory(async (directory) => {
      const text = await canonical(directory, PROVISIONING);
      for (const content of ['', 'version: 99\n', text.slice(0, 40)]) {
        await writeFile(join(directory, FILE), content);
        const troubles: string[] = [];
        const found = await open(directory, text, troubles);
        assert.equal(found.hasFormer, true);
        assert.equal(await found.former(), undefined);
        assert.match(troubles.join('\n'), /does not say what clients have: all that accept Reconfigure are asked/);
      }
    }));

  it('nor where the program that reads it fails', () =>
    inDirectory(async (directory) => {
      await writeFile(join(directory, FILE), 'version: 1\n');
      const troubles: string[] = [];
      const found = await openClientsConfiguration(directory, '', () => Promise.reject(new Error('out of memory')), (trouble) => troubles.push(trouble));
      assert.equal(await found.former(), undefined);
      assert.match(troubles[0] ?? '', /are asked \(out of memory\)$/);
    }));

  it('a disk that takes no writes is named, and tried again with the next one', () =>
    inDirectory(async (directory) => {
      const text = await canonical(directory, PROVISIONING);
      await mkdir(join(directory, FILE, 'in the way'), { recursive: true });
      const troubles: string[] = [];
      const found = await open(directory, text, troubles);
      await found.has(text);
      await found.has(text);
      assert.match(troubles.join('\n'), /can't be read: .*\n.*after a restart clients may be asked by Reconfigure once more\n.*after a restart/);
    }));
});
