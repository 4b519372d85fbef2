import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createReceivedFile } from '../../../src/pair-update/received-file.ts';
import { parseFile } from '../../../src/pair-update/record.ts';
import { inDirectory } from '../control/in-directory.ts';

const ID = '0102030405060708';
const CONTENT = Buffer.from('what is sent');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

describe('an update that comes in parts', () => {
  it('is there when it is whole, and goes on behind what is there', () =>
    inDirectory(async (directory) => {
      const file = createReceivedFile(directory);
      assert.equal(await file.agree({ id: ID, sha256: SHA256, size: CONTENT.length }), 0);
      assert.equal(await file.take(ID, 0, CONTENT.subarray(0, 5)), 5);
      // Another connection, and maybe another daemon.
      const again = createReceivedFile(directory);
      assert.equal(await again.agree({ id: ID, sha256: SHA256, size: CONTENT.length }), 5);
      assert.equal(await again.take(ID, 0, CONTENT.subarray(0, 5)), 5, 'it is said once more what is wanted');
      assert.equal(existsSync(join(directory, 'pair-update', 'update.raucb')), false);
      assert.equal(await again.take(ID, 5, CONTENT.subarray(5)), CONTENT.length);
      assert.deepEqual(readFileSync(join(directory, 'pair-update', 'update.raucb')), CONTENT);
      assert.equal(await again.agree({ id: ID, sha256: SHA256, size: CONTENT.length }), CONTENT.length);
    }));

  it('is dropped where it is not what was agreed on, and not taken where nothing was, or more than that comes', () =>
    inDirectory(async (directory) => {
      const file = createReceivedFile(directory);
      await assert.rejects(file.take(ID, 0, CONTENT), /no such file was agreed on/);
      await file.agree({ id: ID, sha256: SHA256, size: 4 });
      assert.equal(await file.take(ID, 0, CONTENT), 0);
      await assert.rejects(file.take(ID, 0, CONTENT.subarray(0, 4)), /what arrived is not what was sent/);
      assert.equal(await file.agree({ id: ID, sha256: SHA256, size: 4 }), 0);
    }));

  it('is not begun where there is no room for it, or it can be no update', () =>
    inDirectory(async (directory) => {
      const file = createReceivedFile(directory);
      await assert.rejects(file.agree({ id: ID, sha256: SHA256, size: 200_000_000 }), /200000000 octets are no update/);
    }));

  it('is none whose hash would name a file elsewhere, and none of no octets', () => {
    const asked = { id: ID, sha256: SHA256, size: 12 };
    assert.deepEqual(parseFile(asked), asked);
    for (const wrong of [{ sha256: `../../${SHA256}` }, { sha256: SHA256.slice(1) }, { id: 'x' }, { size: 0 }, { size: -1 }, { size: 1.5 }]) {
      assert.equal(parseFile({ ...asked, ...wrong }), undefined, JSON.stringify(wrong));
    }
  });
});
