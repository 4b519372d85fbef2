import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatTable } from '../../../src/console/table.ts';
import { widthOf } from './wide.ts';

const COLUMNS = [{ title: 'NAME', least: 6 }, { title: 'COUNT', align: 'right' }, { title: 'WHO', least: 8, cut: 'front' }] as const;

describe('a table', () => {
  it('is as wide as its cells, with numbers at the right and no space at the ends of lines', () => {
    assert.equal(
      formatTable(COLUMNS, [['lan', '7', 'me'], ['office', '1200', '']]),
      ['NAME    COUNT  WHO', 'lan         7  me', 'office   1200'].join('\n'),
    );
  });

  it('has its heading alone where there are no rows', () => {
    assert.equal(formatTable(COLUMNS, []), 'NAME  COUNT  WHO');
  });

  it('that fits in 80 columns is not cut', () => {
    const table = formatTable(COLUMNS, [['lan', '7', 'x'.repeat(67)]]);
    assert.equal(widthOf(table), 80);
    assert.ok(table.endsWith(`  ${'x'.repeat(67)}`));
  });

  it('of 81 columns is cut in the last column that may be, at its front', () => {
    const table = formatTable(COLUMNS, [['lan', '7', `first${'x'.repeat(59)}last`]]);
    assert.equal(table.split('\n')[1], `lan       7  ..st${'x'.repeat(59)}last`);
    assert.equal(widthOf(table), 80);
  });

  it('is cut in an earlier column, at its end, once the last one is as narrow as it may be', () => {
    const table = formatTable(COLUMNS, [['n'.repeat(90), '7', 'w'.repeat(20)]]);
    assert.equal(widthOf(table), 80);
    assert.equal(table.split('\n')[1], `${'n'.repeat(61)}..      7  ..${'w'.repeat(6)}`);
  });

  it('keeps a column whole that must not be cut, even where the screen is too narrow for it', () => {
    const table = formatTable([{ title: 'LEASE' }, { title: 'WHO', least: 5 }], [['l'.repeat(90), 'somebody']]);
    assert.equal(table.split('\n')[1], `${'l'.repeat(90)}  som..`);
  });
});
