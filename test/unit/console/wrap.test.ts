import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { wrap } from '../../../src/console/wrap.ts';

describe('running text', () => {
  it('stays on its line while it fits in 80 columns', () => {
    const text = `${'a'.repeat(39)} ${'b'.repeat(38)}`;
    assert.equal(wrap('  ', text), `  ${text}`);
  });

  it('goes on below its beginning where the next word would be beyond column 80', () => {
    assert.equal(wrap('why  ', `${'a'.repeat(39)} ${'b'.repeat(36)} c`), `why  ${'a'.repeat(39)}\n     ${'b'.repeat(36)} c`);
  });

  it('is broken within a word that is wider than the screen', () => {
    assert.equal(wrap('  ', `the ${'d'.repeat(100)} end`), `  the\n  ${'d'.repeat(78)}\n  ${'d'.repeat(22)} end`);
  });

  it('may be empty', () => {
    assert.equal(wrap('none ', ''), 'none ');
  });
});
