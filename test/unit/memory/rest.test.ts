import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { createRest } from '../../../src/memory/index.ts';

describe('memory at rest', () => {
  it('is let go of after an interval with little to do, and not while clients are served', () => {
    let trims = 0;
    const rest = createRest(
      () => {
        trims += 1;
      },
      () => undefined,
    );
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

  it('is collected when work is over, a start included, and not again while there is little to do', () => {
    let collections = 0;
    const rest = createRest(
      () => undefined,
      () => {
        collections += 1;
      },
    );
    rest.look();
    assert.equal(collections, 1);
    rest.heard(500);
    rest.look();
    assert.equal(collections, 1);
    rest.heard(501);
    rest.look();
    assert.equal(collections, 1);
    for (let interval = 0; interval < 3; interval += 1) rest.look();
    assert.equal(collections, 2);
  });

  it('holds no garbage any more then', async () => {
    const garbage = new WeakRef({});
    // Until the end of its turn it is held.
    await setImmediate();
    createRest(() => undefined).look();
    assert.equal(garbage.deref(), undefined);
  });
});
