import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { readPaste } from '../../../src/console/pair-paste.ts';
import { inDirectory } from '../control/in-directory.ts';
import { CLI, ENVIRONMENT, twinlease } from './command.ts';
import type { Ran } from './command.ts';

const FILE = `version: 1
appliances: { east: { links: { lan: [eth1] } } }
links: { lan: { prefixes: [2001:db8:1::/64] } }
`;
const SHA256 = createHash('sha256').update(FILE).digest('hex');

async function pasted(typed: string): ReturnType<typeof readPaste> {
  const input = new PassThrough();
  input.end(typed);
  return await readPaste(input);
}

describe('a paste', () => {
  it('is what stands before a dot, with the digits behind it, however the terminal ends lines', async () => {
    assert.deepEqual(await pasted(`${FILE}. 7392feae\nmore`), { text: FILE, sha256: '7392feae' });
    assert.deepEqual(await pasted(`${FILE.replaceAll('\n', '\r\n')}.\r\n`), { text: FILE, sha256: undefined });
  });
  it('that is not ended may not be whole', async () => {
    await assert.rejects(pasted(FILE), /the input ended without a line with a dot/);
    await assert.rejects(pasted('a: 1\n'.repeat(20_001)), /more than 20000 lines came/);
  });
});

describe('twinlease pair import and paste', function () {
  this.timeout(20_000);

  it('put the file in its place, for its owner alone, when its SHA-256 and all in it is right', () =>
    inDirectory(async (directory) => {
      const [from, out] = [join(directory, 'stick.yaml'), join(directory, 'box.yaml')];
      writeFileSync(from, FILE);
      const done = await twinlease('pair', 'import', from, '--out', out, '--sha256', SHA256.slice(0, 8).toUpperCase());
      assert.deepEqual([done.code, done.err], [0, '']);
      assert.deepEqual([readFileSync(out, 'utf8'), statSync(out).mode & 0o777], [FILE, 0o600]);
      const again = await twinlease('pair', 'import', from, '--out', out, '--sha256', SHA256);
      assert.match(again.err, /exists already and stays as it is; --replace/);
      writeFileSync(out, 'old', { mode: 0o644 });
      assert.equal((await twinlease('pair', 'import', from, '--out', out, '--sha256', SHA256, '--replace')).code, 0);
      assert.deepEqual([readFileSync(out, 'utf8'), statSync(out).mode & 0o777], [FILE, 0o600]);
    }));

  for (const [what, content, sha256, says] of [
    ['a letter of it is another', FILE.replace('eth1', 'eth2'), SHA256, /is not what it should be/],
    ['nobody says its SHA-256', FILE, undefined, /say its SHA-256/],
    ['too little of it is said', FILE, SHA256.slice(0, 7), /at least eight hexadecimal digits/],
    ['there is a mistake in it', FILE.replace('version: 1', 'version: 9'), createHash('sha256').update(FILE.replace('version: 1', 'version: 9')).digest('hex'), /version/],
  ] as const) {
    it(`write nothing where ${what}`, () =>
      inDirectory(async (directory) => {
        const [from, out] = [join(directory, 'stick.yaml'), join(directory, 'box.yaml')];
        writeFileSync(from, content);
        const done = await twinlease('pair', 'import', from, '--out', out, ...(sha256 === undefined ? [] : ['--sha256', sha256]));
        assert.equal(done.code, 1);
        assert.match(done.err, says);
        assert.ok(!existsSync(out));
      }));
  }

  it('take what is pasted into the terminal', () =>
    inDirectory(async (directory) => {
      const out = join(directory, 'box.yaml');
      const paste = async (typed: string): Promise<Ran> => {
        const child = spawn(process.execPath, [CLI, 'pair', 'paste', '--out', out], { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] });
        const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
        child.stdin.end(typed);
        const [stdout, err, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended]);
        return { code, out: stdout, err };
      };
      const lost = await paste(`${FILE.replace('lan', 'ln')}. ${SHA256}\n`);
      assert.equal(lost.code, 1);
      assert.ok(!existsSync(out));
      assert.deepEqual(await paste(`${FILE.replaceAll('\n', '\r\n')}. ${SHA256}\r\n`).then(({ code, err }) => [code, err]), [0, '']);
      assert.equal(readFileSync(out, 'utf8'), FILE);
    }));
});
