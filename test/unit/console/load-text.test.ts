import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatLoad } from '../../../src/console/show-load.ts';
import { sparkline, takesBlocks, thinned } from '../../../src/console/sparkline.ts';

describe('numbers over time', () => {
  it('stand in a row, the highest as high as it goes; what is there at all is seen', () => {
    assert.equal(sparkline([0, 0.1, 1, 4, 7, 8], 7, false), ' ..=##');
    assert.equal(sparkline([0, 0.1, 1, 4, 7, 8], 7, true), '▁▂▂▅██');
    assert.equal(sparkline([0, 1], 0, false), '  ');
  });

  it('are characters of ASCII on a serial line, and wherever nobody says that there are more', () => {
    assert.equal(takesBlocks({ LANG: 'C.UTF-8', TERM: 'xterm-256color' }), true);
    assert.equal(takesBlocks({ LANG: 'C.UTF-8', TERM: 'vt100' }), false);
    assert.equal(takesBlocks({ LANG: 'C.UTF-8', LC_ALL: 'C', TERM: 'xterm' }), false);
    assert.equal(takesBlocks({ TERM: 'xterm' }), false);
    assert.equal(takesBlocks({ LANG: 'de_DE.utf8' }), false);
  });

  it('are means where there are more than columns, the newest of a whole span', () => {
    assert.deepEqual(thinned([1, 2, 3], 5), [1, 2, 3]);
    assert.deepEqual(thinned([9, 1, 3, 5, 7], 3), [9, 2, 6]);
  });
});

describe('how busy the box was, as text', () => {
  it('says what is now and what was most', () => {
    const pool = { link: 'lan1', pool: '2001:db8:1::100 - 2001:db8:1::1ff', size: 256, active: [0, 64, 128] };
    assert.equal(
      formatLoad({ everySeconds: 10, received: [0, 35, 5], pools: [pool] }, false),
      [
        'the last 30s, now at the right',
        '',
        'requests: 0.5 a second now, 3.5 at most',
        `  |${' '.repeat(57)} #.|`,
        '',
        'lan1, 2001:db8:1::100 - 2001:db8:1::1ff: 128 of 256 held (50%), 128 at most',
        `  |${' '.repeat(57)} :=|`,
      ].join('\n'),
    );
    assert.match(formatLoad({ everySeconds: 10, received: [0], pools: [{ ...pool, size: 2 ** 64, active: [1] }] }, false), /1 of 2\^64 held \(under 1%\)/);
    assert.equal(formatLoad({ everySeconds: 10, received: [], pools: [] }, false), 'nothing was sampled yet: look again in 10s');
  });
});
