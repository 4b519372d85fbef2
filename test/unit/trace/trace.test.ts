import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { idsInTitle, parseExcuses, parseRows, trace } from '../../trace/trace.ts';

const rows = parseRows('# a comment\nX-REQ-1 18.3.2 MUST\nX-REQ-2 18.3.2 SHOULD\n\n');

describe('trace/trace', () => {
  it('reads rows and passes over comments and empty lines', () => {
    assert.deepEqual(rows[1], { id: 'X-REQ-2', section: '18.3.2', level: 'SHOULD' });
    assert.throws(() => parseRows('X-REQ-1 18.3.2'), /ID section level/);
    assert.throws(() => parseRows('X-REQ-1 18.3.2 MUST NOT'), /ID section level/);
  });

  it('reads excuses of several rows and refuses one without a reason', () => {
    assert.deepEqual(parseExcuses('X-REQ-1, X-REQ-2: not yet: later'), [
      { id: 'X-REQ-1', reason: 'not yet: later' },
      { id: 'X-REQ-2', reason: 'not yet: later' },
    ]);
    assert.throws(() => parseExcuses('X-REQ-1:  '), /ID, ID: reason/);
    assert.throws(() => parseExcuses('X-REQ-1 later'), /ID, ID: reason/);
  });

  it('finds every id of a title, and nothing in other brackets', () => {
    assert.deepEqual(idsInTitle('[X-REQ-1, X-ST1] and [X-REQ-2] of [::1]:547 and a[0]'), ['X-REQ-1', 'X-ST1', 'X-REQ-2']);
  });

  it('is content when each row has a test or an excuse', () => {
    const result = trace(rows, parseExcuses('X-REQ-2: later'), ['server [X-REQ-1] answers']);
    assert.deepEqual(result, { covered: 1, excused: 1, findings: [] });
  });

  it('names a row without a test', () => {
    assert.deepEqual(trace(rows, [], ['[X-REQ-2]']).findings, ['X-REQ-1 (section 18.3.2, MUST) has no test']);
  });

  it('names a title with an unknown row, or with ids that are not apart by commas', () => {
    const titles = ['[X-REQ-1, X-REQ-2] both', '[X-REQ-7] is wrong'];
    assert.match(trace(rows, [], titles).findings.join(), /^no row is called X-REQ-7/);
    assert.match(trace(rows, [], ['[X-REQ-1 and X-REQ-2]']).findings.join(), /called and/);
  });

  it('names a stale excuse, an excuse of an unknown row, and a row or excuse that stands twice', () => {
    const titles = ['[X-REQ-1, X-REQ-2]'];
    assert.deepEqual(trace(rows, parseExcuses('X-REQ-1: later'), titles).findings, ['X-REQ-1 is excused but has a test']);
    assert.deepEqual(trace(rows, parseExcuses('X-REQ-9: later'), titles).findings, ['no row is called X-REQ-9, which is excused']);
    assert.deepEqual(trace([...rows, ...rows.slice(1)], [], titles).findings, ['X-REQ-2 stands twice in the rows']);
    assert.deepEqual(trace(rows, parseExcuses('X-REQ-1: a\nX-REQ-1: b'), ['[X-REQ-2]']).findings, ['X-REQ-1 is excused twice']);
  });
});
