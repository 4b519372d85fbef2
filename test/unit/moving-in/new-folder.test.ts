import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { makeFolder } from '../../../src/moving-in/new-folder.ts';
import { folderWith } from './moved.ts';

function* failing(): Generator<string> {
  yield 'half';
  throw new Error('no more');
}

describe('a new folder', () => {
  it('has its files whole, for its owner alone', async () => {
    const path = join(folderWith({}), 'out');
    await makeFolder(path, [{ name: 'a', content: ['one', 'two'] }, { name: 'b', content: [] }]);
    assert.deepEqual(readdirSync(path).sort(), ['a', 'b']);
    assert.equal(readFileSync(join(path, 'a'), 'utf8'), 'onetwo');
    assert.equal(statSync(join(path, 'a')).mode & 0o777, 0o600);
  });

  it('is not there, nor anything else, where a file could not be written', async () => {
    const folder = folderWith({});
    await assert.rejects(makeFolder(join(folder, 'out'), [{ name: 'a', content: ['one'] }, { name: 'b', content: failing() }]), /no more/);
    assert.deepEqual(readdirSync(folder), []);
  });
});
