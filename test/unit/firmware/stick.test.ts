import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { whileWritable } from '../../../src/firmware/index.ts';
import { withRoot } from './with-root.ts';

const DOES_IT = 'echo "$errand $word" >> "$1/asked"; echo done 0';

describe('a stick of an appliance', () => {
  const asked = async (room: string): Promise<string> => await readFile(join(room, 'asked'), 'utf8').catch(() => '');

  it('takes writes while something is written onto it, and has all of it before that is said', () =>
    withRoot(DOES_IT, async (room) => {
      const askedMeanwhile = await whileWritable(room, '/media/sda1/folder/file', async () => await asked(room));
      assert.equal(askedMeanwhile, 'writable /media/sda1\n');
      assert.equal(await asked(room), 'writable /media/sda1\nread-only /media/sda1\n');
    }));

  it('takes no more of them where that went wrong, of which the first reason is said', () =>
    withRoot('echo "$errand $word" >> "$1/asked"; case $errand in writable) echo done 0 ;; *) echo it is gone; echo done 1 ;; esac', async (room) => {
      await assert.rejects(whileWritable(room, '/media/sda1/file', async () => await Promise.reject(new Error('full'))), /^Error: full$/);
      assert.equal(await asked(room), 'writable /media/sda1\nread-only /media/sda1\n');
      await assert.rejects(whileWritable(room, '/media/sda1/file', async () => await Promise.resolve()), /^Error: it is gone$/);
    }));

  it('is not written to where root does not let it', () =>
    withRoot('echo there is no stick in $word; echo done 1', async (room) => {
      const work = async (): Promise<void> => await Promise.reject(new Error('was begun'));
      await assert.rejects(whileWritable(room, '/media/sda1/file', work), /^Error: there is no stick in \/media\/sda1$/);
    }));

  it('is nobody\'s business elsewhere, and on what is no appliance', () =>
    withRoot(DOES_IT, async (room, directory) => {
      for (const file of ['/tmp/file', '/media/file', '/media/sda1/../../tmp/file', '/data/media/sda1/file']) {
        assert.equal(await whileWritable(room, file, async () => await Promise.resolve(file)), file);
      }
      assert.equal(await asked(room), '');
      assert.equal(await whileWritable(join(directory, 'no-room'), '/media/sda1/file', async () => await Promise.resolve('written')), 'written');
    }));
});
