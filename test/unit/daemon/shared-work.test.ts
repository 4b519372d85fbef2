import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { watchSharedWork } from '../../../src/daemon/shared-work.ts';
import type { Failover } from '../../../src/failover/index.ts';

/** A minute of looks, each ten seconds behind the last, with so much to do. @returns what was said in it */
function watching(isDivided: () => boolean) {
  const share = { has: () => true, buckets: 128 };
  const failover = { get relationships() { return [{ partnerName: 'west', responsiveness: { share: isDivided() ? share : undefined } }]; } } as unknown as Failover;
  const said: string[] = [];
  const work = { busy: 0, elapsed: 0 };
  const look = watchSharedWork(
    failover,
    { raise: (id, text) => void said.push(`${id}: ${text}`), clear: (id) => void said.push(`${id} is over`) },
    () => undefined,
    () => ({ ...work }),
  );
  return (busyShare: number): readonly string[] => {
    said.length = 0;
    for (let i = 0; i < 6; i++) {
      work.busy += 10_000 * busyShare;
      work.elapsed += 10_000;
      look();
    }
    return [...said];
  };
}

describe('the work of a box where two divide the clients', () => {
  it('[R-43-1, R-LB5] is an alarm where it takes half of what the box can do: it could not do that of both', () => {
    const minute = watching(() => true);
    assert.deepEqual(minute(0.3), []);
    assert.deepEqual(minute(0.49), []);
    const [alarm, ...more] = minute(0.6);
    assert.match(alarm ?? '', /^capacity-shared: this box was busy for 5\d% of the last minute with its part of the clients: it can't carry those of west as well$/);
    assert.deepEqual(more, [], 'once');
    assert.deepEqual(minute(0.45), [], 'it does not flap');
    assert.deepEqual(minute(0.2), ['capacity-shared is over']);
  });

  it('[R-LB5] is none for a moment, nor where one box does all the work anyway', () => {
    const minute = watching(() => true);
    assert.deepEqual(minute(0.1), []);
    assert.deepEqual(watching(() => false)(1), []);
    let isDivided = true;
    const other = watching(() => isDivided);
    other(0.1);
    assert.equal(other(1).length, 1);
    isDivided = false;
    assert.deepEqual(other(1), ['capacity-shared is over']);
  });
});
