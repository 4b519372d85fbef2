import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { keepReplayReservation } from '../../../src/daemon/replay-reservation.ts';
import { epochSeconds, formatHex } from '../../../src/wire/index.ts';
import { inDirectory } from '../control/in-directory.ts';

const NOW = epochSeconds(1_800_000_000);

describe('what keeps replay detection values from being used twice', () => {
  it('[S-RCF-8] is found again after a restart; nothing is used before the appliance reserved it, by the clock that it works by', () =>
    inDirectory(async (directory) => {
      const open = async () => await keepReplayReservation(directory, NOW, (text) => assert.fail(text));
      const first = await open();
      assert.deepEqual(first.start.replay, { used: 0, reservedUntil: 0 });
      await assert.rejects(stat(join(directory, 'replay-detection')), 'where nobody gets a key there is nothing to keep');
      const reserving = first.reserve(epochSeconds(NOW + 600));
      await first.settled();
      assert.equal(await readFile(join(directory, 'replay-detection'), 'latin1'), `${NOW + 600}\n`);
      assert.equal((await stat(join(directory, 'replay-detection'))).mode & 0o777, 0o600);
      assert.equal(await reserving, undefined);
      const second = await open();
      assert.deepEqual(second.start.replay, { used: NOW + 600, reservedUntil: NOW + 600 }, 'whatever the clock says');
    }));

  for (const content of ['', 'soon\n', '12', '99999999999\n', '4294967296\n', '-1\n']) {
    it(`a file that says ${JSON.stringify(content)} is named, and values go on from the time of now`, () =>
      inDirectory(async (directory) => {
        const path = join(directory, 'replay-detection');
        await writeFile(path, content);
        const troubles: string[] = [];
        const kept = await keepReplayReservation(directory, NOW, (text) => troubles.push(text));
        assert.deepEqual(kept.start.replay, { used: NOW, reservedUntil: NOW });
        assert.equal(troubles.length, 1);
        assert.ok(troubles[0]?.startsWith(`${path} holds no time`), troubles[0]);
      }));
  }

  it('a disk that takes no writes is named, and nothing is used', () =>
    inDirectory(async (directory) => {
      // Nothing can be put in the place of a folder with something in it.
      await mkdir(join(directory, 'replay-detection', 'in the way'), { recursive: true });
      const troubles: string[] = [];
      const kept = await keepReplayReservation(directory, NOW, (text) => troubles.push(text));
      assert.deepEqual(kept.start.replay, { used: NOW, reservedUntil: NOW });
      assert.match(troubles.join('\n'), /can't be read /);
      assert.match((await kept.reserve(epochSeconds(NOW + 1))) ?? '', /replay-detection/);
    }));

  it('[S-RCF-6, S-RCF-7] keys are random, and digests those of RFC 2104', () =>
    inDirectory(async (directory) => {
      const { start } = await keepReplayReservation(directory, NOW, (text) => assert.fail(text));
      const keys = new Set(Array.from({ length: 100 }, () => formatHex(start.newKey(), '')));
      assert.equal(keys.size, 100);
      assert.ok([...keys].every((key) => key.length === 32));
      const digest = start.hmacMd5(new Uint8Array(16).fill(0x0b), new TextEncoder().encode('Hi There'));
      assert.equal(formatHex(digest, ''), '9294727a3638bb1c13f48ef8158bfc9d');
    }));
});
