// What a box says of its flash. The file system is a real one that met an error; an eMMC is told by files as the kernel has them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { flashHealth, watchFlash } from '../../../src/daemon/flash-wear.ts';

const NOTHING = { worn: undefined, failing: undefined };

describe('a file system on flash that met an error', () => {
  let directory: string;
  let mountPoint: string;
  const kernel = { sys: '/sys', mountInfo: '/proc/self/mountinfo' };

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'twinlease-flash-'));
    mountPoint = join(directory, 'data');
    mkdirSync(mountPoint);
    execFileSync('truncate', ['--size=8M', join(directory, 'disk')]);
    execFileSync('mkfs.ext4', ['-q', join(directory, 'disk')]);
    execFileSync('mount', ['-o', 'loop,errors=remount-ro', join(directory, 'disk'), mountPoint]);
  });
  after(() => {
    execFileSync('umount', [mountPoint]);
    rmSync(directory, { recursive: true });
  });

  it('is an alarm, as are the writes that it refuses from then on', () => {
    assert.deepEqual(flashHealth(mountPoint, kernel), NOTHING);
    const device = execFileSync('findmnt', ['--noheadings', '--output', 'SOURCE', mountPoint], { encoding: 'utf8' }).trim();
    writeFileSync(`/sys/fs/ext4/${basename(device)}/trigger_fs_error`, 'a test');
    assert.deepEqual(flashHealth(mountPoint, kernel).failing, {
      severity: 'error',
      text: `the file system that ${mountPoint} is on met 1 error; it takes no more writes (read-only)`,
    });
  });

  it('is an alarm where it can\'t even be looked at', () => {
    const { failing } = flashHealth(join(directory, 'gone'), kernel);
    assert.match(failing?.text ?? '', /gone can't be looked at: .*no such file/);
  });
});

describe('an eMMC that ages', () => {
  let root: string;
  let partition: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'twinlease-flash-'));
    const disk = join(root, 'devices/mmcblk0');
    partition = join(disk, 'mmcblk0p5');
    for (const folder of [join(disk, 'device'), partition, join(root, 'dev/block')]) mkdirSync(folder, { recursive: true });
    const { dev } = statSync(root);
    symlinkSync(partition, join(root, 'dev/block', `${String((dev >> 8) & 0xfff)}:${String((dev & 0xff) | ((dev >> 12) & 0xfff00))}`));
    say('0x01 0x01', '0x01');
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function say(lifeTime: string, spare: string): void {
    writeFileSync(join(root, 'devices/mmcblk0/device/life_time'), `${lifeTime}\n`);
    writeFileSync(join(root, 'devices/mmcblk0/device/pre_eol_info'), `${spare}\n`);
  }
  function worn(): string {
    const { worn: trouble } = flashHealth(root, { sys: root, mountInfo: '/nonexistent' });
    return trouble === undefined ? 'fine' : `${trouble.severity}: ${trouble.text.replace(root, 'HERE')}`;
  }

  it('is named before it is worn out, by the life that is used and by the blocks that are spare', () => {
    for (const [lifeTime, spare, said] of [
      ['0x01 0x01', '0x01', 'fine'],
      ['0x08 0x02', '0x01', 'fine'],
      ['0x02 0x09', '0x01', 'warning: the flash that HERE is on wears out: 80 to 90 % of its life is used'],
      ['0x0a 0x02', '0x01', 'warning: the flash that HERE is on wears out: 90 to 100 % of its life is used'],
      ['0x01 0x01', '0x02', 'warning: the flash that HERE is on wears out: 80 % of its spare blocks are used'],
      ['0x0b 0x02', '0x02', 'error: the flash that HERE is on is worn out: it is past the life that its maker gives it'],
      ['0x01 0x01', '0x03', 'error: the flash that HERE is on is worn out: nearly all of its spare blocks are used'],
      ['0x00 0x00', '0x00', 'fine'],
      ['', '', 'fine'],
    ] as const) {
      say(lifeTime, spare);
      assert.equal(worn(), said);
    }
  });

  it('is an alarm once, and that it is over is said', () => {
    const told: string[] = [];
    const alarms = { raise: (id: string) => void told.push(`raise ${id}`), clear: (id: string) => void told.push(`clear ${id}`) };
    const kernel = { sys: root, mountInfo: '/nonexistent' };
    const watch = (): void => watchFlash(root, alarms, (severity, text) => told.push(`${severity} ${text.replace(root, 'HERE')}`), kernel)();
    watch();
    assert.deepEqual(told, []);
    say('0x02 0x09', '0x01');
    watch();
    assert.deepEqual(told, ['raise flash-worn', 'warning the flash that HERE is on wears out: 80 to 90 % of its life is used']);
  });
});
