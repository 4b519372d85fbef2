import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, it } from 'mocha';

const program = fileURLToPath(new URL('../../../rootfs/usr/libexec/twinlease/boot-state', import.meta.url));

describe('boot-state, of the root file system', () => {
  let directory: string;
  let device: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'twinlease-boot-state-'));
    device = join(directory, 'state');
    writeFileSync(device, Buffer.alloc(4_096));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function run(...words: readonly string[]): string {
    return execFileSync(program, words, { env: { ...process.env, BOOT_STATE: device }, encoding: 'utf8' }).trim();
  }
  function primary(): string {
    return run('get-primary');
  }

  it('begins with slot a, and both good, where nothing can be read', () => {
    assert.equal(primary(), 'a');
    assert.equal(run('get-state', 'b'), 'good');
    run('set-primary', 'b');
    const octets = readFileSync(device);
    octets[100] = 1;
    writeFileSync(device, octets);
    assert.equal(primary(), 'a');
  });

  it('leaves for the boot loader what that reads: one sector of variables with a checksum', () => {
    run('set-primary', 'b');
    run('set-state', 'a', 'bad');
    const octets = readFileSync(device);
    assert.equal(octets.length, 4_096);
    assert.equal(octets.readUInt32LE(0), crc32(octets.subarray(4, 512)));
    assert.equal(octets.toString('latin1', 4, 512).replace(/\0+$/, ''), 'slot_a_left=0\0slot_b_left=3\0slot_order=b a');
  });

  it('takes the first slot of the order that has tries left', () => {
    run('set-primary', 'b');
    assert.equal(primary(), 'b');
    run('set-state', 'b', 'bad');
    assert.equal(run('get-state', 'b'), 'bad');
    assert.equal(primary(), 'a');
    run('set-state', 'b', 'good');
    assert.equal(primary(), 'b');
    run('set-primary', 'a');
    assert.equal(primary(), 'a');
    run('set-state', 'a', 'bad');
    run('set-state', 'b', 'bad');
    assert.equal(spawnSync(program, ['get-primary'], { env: { ...process.env, BOOT_STATE: device } }).status, 1);
  });

  it('refuses what it does not know, and changes nothing', () => {
    const before = readFileSync(device);
    for (const words of [['set-primary', 'c'], ['set-state', 'a', 'perhaps'], ['get-state', ''], []]) {
      assert.notEqual(spawnSync(program, words, { env: { ...process.env, BOOT_STATE: device } }).status, 0, words.join(' '));
    }
    assert.deepEqual(readFileSync(device), before);
  });
});
