import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { twinlease } from '../console/command.ts';
import { widthOf } from '../console/wide.ts';
import { inDirectory } from '../control/in-directory.ts';

interface Shown {
  readonly name: string;
  readonly sha256: string;
}

describe('twinlease identity', function () {
  this.timeout(30_000);

  it('makes a key and a certificate, shows them, and leaves them as they are from then on', () =>
    inDirectory(async (directory) => {
      const made = await twinlease('identity', 'new', '--name', 'east', '--out', directory);
      assert.equal(made.err, '');
      assert.equal(made.code, 0);
      const file = join(directory, 'east.crt');
      const shown = await twinlease('identity', 'show', file, '--json');
      const { name, sha256, ...rest } = JSON.parse(shown.out) as Shown;
      assert.equal(name, 'east');
      assert.match(sha256, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      assert.deepEqual(rest, {
        key: 'RSA, 3072 bits',
        validFrom: '1970-01-01T00:00:00.000Z',
        validTo: '9999-12-31T23:59:59.000Z',
      });
      const lines = `SHA-256      ${sha256.slice(0, 48)}\n             ${sha256.slice(48)}\n`;
      assert.ok(made.out.endsWith(lines), made.out);
      assert.match(made.out, /^key {10}\S+east\.key/);
      const text = await twinlease('identity', 'show', file);
      assert.equal(text.out, `name         east\nkey          RSA, 3072 bits\nvalid        1970-01-01 to 9999-12-31\n${lines}`);
      assert.ok(widthOf(text.out) <= 80);

      const key = await readFile(join(directory, 'east.key'), 'utf8');
      const again = await twinlease('identity', 'new', '--name', 'east', '--out', directory);
      assert.equal(again.code, 1);
      assert.match(again.err, /^twinlease: \S+east\.key exists already and stays as it is/);
      assert.equal(await readFile(join(directory, 'east.key'), 'utf8'), key);
    }));

  it('makes them for a program', () =>
    inDirectory(async (directory) => {
      const { out } = await twinlease('identity', 'new', '--name', 'west', '--out', directory, '--json');
      const { keyFile, certificateFile, name } = JSON.parse(out) as Record<string, string>;
      assert.deepEqual([keyFile, certificateFile, name], [join(directory, 'west.key'), join(directory, 'west.crt'), 'west']);
    }));

  it('says in one line what is wrong with a file, and what is missing in a command', async () => {
    const none = await twinlease('identity', 'show', '/nonexistent.crt');
    assert.deepEqual([none.code, none.err], [1, 'twinlease: there is no file /nonexistent.crt\n']);
    const nameless = await twinlease('identity', 'new', '--out', '/tmp');
    assert.equal(nameless.code, 1);
    assert.match(nameless.err, /required option '--name <name>' not specified/);
  });
});
