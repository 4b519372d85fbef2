import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { reconfigureData } from '../../../src/lease/index.ts';
import { epochSeconds, formatHex } from '../../../src/wire/index.ts';
import { twinlease } from '../console/command.ts';
import { bindingsOf } from '../store/bindings.ts';
import { inDirectory, open } from '../store/opened-store.ts';

/** A state directory with so many leases, and their export. */
async function exported(directory: string, count: number): Promise<{ readonly state: string; readonly file: string; readonly lines: string[] }> {
  const state = join(directory, 'state');
  const { store } = await open(state);
  await store.commit(1, bindingsOf(0, count), []);
  await store.close();
  const { code, out, err } = await twinlease('export', '--state', state);
  assert.equal(code, 0, err);
  assert.equal(err, '');
  const file = join(directory, 'leases.jsonl');
  await writeFile(file, out);
  return { state, file, lines: out.trimEnd().split('\n') };
}

describe('export and import', function () {
  this.timeout(30_000);

  it('bring every lease from one state directory to another; nothing new is given until that is accepted', () =>
    inDirectory(async (directory) => {
      const { file, lines } = await exported(directory, 2_500);
      assert.equal(lines.length, 2_502);
      const other = join(directory, 'other');
      const { code, out, err } = await twinlease('import', file, '--state', other);
      assert.equal(code, 0, err);
      assert.equal(out, '');
      assert.equal(err, '2500 leases were imported; nobody gets a new lease until "twinlease store accept" says that these are all\n');
      const { store, outcome } = await open(other);
      assert.equal(outcome, 'lost');
      await store.close();
      const again = await twinlease('export', '--state', other);
      assert.match(again.err, /^twinlease: leases were imported from .*leases\.jsonl\n$/, 'it says why it may not be all');
      const withoutRevisions = (text: string): string => text.replaceAll(/"revision":\d+/g, '');
      assert.ok(withoutRevisions(again.out) === withoutRevisions(`${lines.join('\n')}\n`), 'the leases are the same');
    }));

  it('leave the reconfigure keys of clients out, which is said, unless they are asked for', () =>
    inDirectory(async (directory) => {
      const state = join(directory, 'state');
      const { store } = await open(state);
      const key = Uint8Array.from({ length: 16 }, (_, i) => 0xa0 + i);
      await store.commit(1, bindingsOf(0, 2).map((binding, i) => ({ ...binding, reconfigureData: i === 0 ? reconfigureData(epochSeconds(1_800_000_000), key) : undefined })), []);
      await store.close();
      const plain = await twinlease('export', '--state', state);
      assert.deepEqual([plain.code, plain.out.includes(formatHex(key, ''))], [0, false]);
      assert.match(plain.err, /^twinlease: the reconfigure keys of 1 leases are left out: .*"--with-keys" exports them, too\)\n$/);
      const whole = await twinlease('export', '--with-keys', '--state', state);
      assert.deepEqual([whole.code, whole.err, whole.out.includes(formatHex(key, ''))], [0, '', true]);
    }));

  it('with --complete leave nothing to accept', () =>
    inDirectory(async (directory) => {
      const { file } = await exported(directory, 3);
      const other = join(directory, 'other');
      const { code, err } = await twinlease('import', file, '--complete', '--state', other);
      assert.equal(code, 0, err);
      assert.equal(err, '3 leases were imported\n');
      const { read, store, outcome } = await open(other);
      assert.deepEqual([read.length, outcome], [3, 'opened']);
      await store.close();
    }));

  it('do not mix: a state directory with leases takes no others', () =>
    inDirectory(async (directory) => {
      const { state, file } = await exported(directory, 3);
      const { code, err } = await twinlease('import', file, '--complete', '--state', state);
      assert.equal(code, 1);
      assert.equal(err, `twinlease: ${state} holds 3 leases already; import into an empty state directory\n`);
      const { outcome, read, store } = await open(state);
      assert.deepEqual([outcome, read.length], ['opened', 3]);
      await store.close();
    }));

  it('take nothing from a file with errors, and name the lines of the first ten', () =>
    inDirectory(async (directory) => {
      const { file, lines } = await exported(directory, 20);
      const bad = lines.map((line, i) => (i >= 3 && i < 15 ? line.replace('"IA_NA"', '"IA_TA"') : line));
      await writeFile(file, `${bad.join('\n')}\n`);
      const other = join(directory, 'other');
      const { code, err } = await twinlease('import', file, '--state', other);
      assert.equal(code, 1);
      const said = err.trimEnd().split('\n');
      assert.equal(said.length, 12);
      assert.equal(said[0], `twinlease: ${file}:4: kind: must be one of IA_NA, IA_PD, REGISTERED`);
      assert.deepEqual(said.slice(-2), ['and 2 more errors', 'nothing was imported']);
      assert.ok(!existsSync(other));
    }));

  it('take nothing from a file that was cut, or is not there', () =>
    inDirectory(async (directory) => {
      const { file, lines } = await exported(directory, 3);
      await writeFile(file, lines.slice(0, -1).join('\n').slice(0, -10));
      const other = join(directory, 'other');
      const cut = await twinlease('import', file, '--state', other);
      assert.equal(cut.code, 1);
      assert.match(cut.err, /leases\.jsonl:4: it is no JSON object\n.*leases\.jsonl:5: the file is cut short: .*\nnothing was imported\n$/);
      const missing = await twinlease('import', join(directory, 'none'), '--state', other);
      assert.equal(missing.code, 1);
      assert.match(missing.err, /^twinlease: the leases can't be read: .*\/none: there is no such file or directory\n$/);
      assert.ok(!existsSync(other));
    }));

  it('are refused while a daemon has the state directory', () =>
    inDirectory(async (directory) => {
      const { state, file } = await exported(directory, 3);
      const { store } = await open(state);
      for (const words of [['export'], ['import', file]]) {
        const { code, out, err } = await twinlease(...words, '--state', state);
        assert.equal(code, 1);
        assert.equal(out, '');
        assert.match(err, /^twinlease: .* is in use by another process: .*\n$/);
      }
      await store.close();
    }));

  it('make no state directory where there is none to export', () =>
    inDirectory(async (directory) => {
      const state = join(directory, 'typo');
      const { code, err } = await twinlease('export', '--state', state);
      assert.equal(code, 1);
      assert.equal(err, `twinlease: there is no state directory ${state}; name it with --state\n`);
      assert.ok(!existsSync(state));
    }));
});
