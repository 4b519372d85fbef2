import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRest } from '../../../src/memory/index.ts';

describe('memory at rest', () => {
  it('is let go of after an interval with little to do, and not while clients are served', () => {
    let trims = 0;
    const rest = createRest(() => {
      trims += 1;
    });
    rest.look();
    assert.equal(trims, 1);
    for (let batch = 0; batch < 10; batch += 1) rest.heard(50);
    rest.look();
    assert.equal(trims, 2, '500 in an interval are a box at rest');
    rest.heard(501);
    rest.look();
    assert.equal(trims, 2);
    rest.look();
    assert.equal(trims, 3, 'each interval is judged by itself');
  });
});
