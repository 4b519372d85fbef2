import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { forgetBehind, forgetFile } from '../../../src/memory/index.ts';

/** Some times what the kernel reads ahead. */
const OCTETS = 64 * 1_048_576;

/** Octets of it in the page cache. */
function cachedOctets(path: string): number {
  return Number(execFileSync('fincore', ['--bytes', '--noheadings', '--output', 'RES', path], { encoding: 'utf8' }));
}

describe('a file that is written or read once', () => {
  let folder: string;
  let path: string;

  before(async () => {
    // Not in a file system that is memory itself.
    const cache = join(import.meta.dirname, '../../../.cache');
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'forget-'));
    path = join(folder, 'file');
    await using file = await open(path, 'w');
    await file.writeFile(new Uint8Array(OCTETS));
    await file.sync();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('takes no room of the page cache when it is on the disk', async () => {
    assert.equal(cachedOctets(path), OCTETS);
    await using file = await open(path);
    forgetFile(file);
    assert.equal(cachedOctets(path), 0);
  });

  it('takes little while it is read', async () => {
    await using file = await open(path);
    const wasRead = forgetBehind(file);
    let most = 0;
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 4 * 1_048_576 })) {
      wasRead((chunk as Buffer).length);
      most = Math.max(most, cachedOctets(path));
    }
    assert.ok(most > 0 && most < OCTETS / 2, `${String(most)} octets`);
  });
});
