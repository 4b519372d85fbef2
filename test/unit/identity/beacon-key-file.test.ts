import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readBeaconKey, writeBeaconKey } from '../../../src/identity/index.ts';

const PARTNER = 'ab'.repeat(32);
const KEY = new Uint8Array(32).fill(7);

describe('the key of the beacons, kept over a restart [R-LH1]', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'twinlease-beacon-'));
    path = join(folder, 'pairing', 'east-west.beacon');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is for its owner alone, and the last one counts', async () => {
    await writeBeaconKey(path, PARTNER, new Uint8Array(32).fill(6));
    await writeBeaconKey(path, PARTNER, KEY);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(new Uint8Array((await readBeaconKey(path, PARTNER)) ?? []), KEY);
  });

  it('is no key for another partner', async () => {
    await writeBeaconKey(path, PARTNER, KEY);
    assert.equal(await readBeaconKey(path, 'ac'.repeat(32)), undefined);
  });

  it('is none where there is no file, or one that is cut short or damaged', async () => {
    assert.equal(await readBeaconKey(path, PARTNER), undefined);
    await writeBeaconKey(path, PARTNER, KEY);
    const text = readFileSync(path, 'utf8');
    for (const damaged of ['', text.slice(0, 80), text.slice(0, -4), text.replace('07', 'zz'), `2${text.slice(1)}`]) {
      writeFileSync(path, damaged);
      assert.equal(await readBeaconKey(path, PARTNER), undefined, damaged);
    }
  });
});
