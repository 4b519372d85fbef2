import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { keepReplayReservation } from '../../../src/daemon/replay-reservation.ts';
import { epochSeconds, formatHex } from '../../../src/wire/index.ts';
import { inDirectory } from '../control/in-directory.ts';

const NOW = epochSeconds(1_800_000_000);

describe('what keeps replay detection values from being used twice', () => {
  it('[S-RCF-8] is reserved before anything is used, and found again after a restart', () =>
    inDirectory(async (directory) => {
      const troubles: string[] = [];
      const open = async (isWanted: boolean, now = NOW) => await keepReplayReservation(directory, isWanted, now, (text) => troubles.push(text));
      const first = await open(true);
      assert.deepEqual(first.start.replay, { used: 0, reservedUntil: NOW + 600 });
      assert.equal(await readFile(join(directory, 'replay-detection'), 'latin1'), `${NOW + 600}\n`);
      assert.equal((await stat(join(directory, 'replay-detection'))).mode & 0o777, 0o600);
      assert.equal(await first.reserve(epochSeconds(NOW + 5_000)), undefined);
      const second = await open(true, epochSeconds(1_000));
      assert.deepEqual(second.start.replay, { used: NOW + 5_000, reservedUntil: NOW + 5_600 }, 'whatever the clock says');
      assert.deepEqual(troubles, []);
    }));

  it('is not written where nobody gets a key', () =>
    inDirectory(async (directory) => {
      const kept = await keepReplayReservation(directory, false, NOW, (text) => assert.fail(text));
      assert.deepEqual(kept.start.replay, { used: 0, reservedUntil: 0 });
      await assert.rejects(stat(join(directory, 'replay-detection')));
    }));

  for (const content of ['', 'soon\n', '12', '99999999999\n', '4294967296\n', '-1\n']) {
    it(`a file that says ${JSON.stringify(content)} is named, and values go on from the time of now`, () =>
      inDirectory(async (directory) => {
        const path = join(directory, 'replay-detection');
        await writeFile(path, content);
        const troubles: string[] = [];
        const kept = await keepReplayReservation(directory, true, NOW, (text) => troubles.push(text));
        assert.deepEqual(kept.start.replay, { used: NOW, reservedUntil: NOW + 600 });
        assert.equal(troubles.length, 1);
        assert.ok(troubles[0]?.startsWith(`${path} holds no time`), troubles[0]);
      }));
  }

  it('a disk that takes no writes is named, and nothing is used', () =>
    inDirectory(async (directory) => {
      // Nothing can be put in the place of a folder with something in it.
      await mkdir(join(directory, 'replay-detection', 'in the way'), { recursive: true });
      const troubles: string[] = [];
      const kept = await keepReplayReservation(directory, true, NOW, (text) => troubles.push(text));
      assert.deepEqual(kept.start.replay, { used: NOW, reservedUntil: NOW });
      assert.match(troubles.join('\n'), /can't be read .*\nno client gets a reconfigure key for now: .*replay-detection/);
      assert.match((await kept.reserve(epochSeconds(NOW + 1))) ?? '', /replay-detection/);
    }));

  it('[S-RCF-6, S-RCF-7] keys are random, and digests those of RFC 2104', () =>
    inDirectory(async (directory) => {
      const { start } = await keepReplayReservation(directory, false, NOW, (text) => assert.fail(text));
      const keys = new Set(Array.from({ length: 100 }, () => formatHex(start.newKey(), '')));
      assert.equal(keys.size, 100);
      assert.ok([...keys].every((key) => key.length === 32));
      const digest = start.hmacMd5(new Uint8Array(16).fill(0x0b), new TextEncoder().encode('Hi There'));
      assert.equal(formatHex(digest, ''), '9294727a3638bb1c13f48ef8158bfc9d');
    }));
});
