import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { watchSharedWork } from '../../../src/daemon/shared-work.ts';
import type { Failover } from '../../../src/failover/index.ts';

type Division = 'in force' | 'partner gone' | 'off';

/** A minute of looks, each ten seconds behind the last, with so much to do. @returns what was said in it */
function watching(division: () => Division, buckets = 128) {
  const share = { has: () => true, buckets };
  const relationship = (now: Division): object => ({ partnerName: 'west', responsiveness: { share: now === 'in force' ? share : undefined }, split: now === 'off' ? undefined : { buckets } });
  const failover = { get relationships() { return [relationship(division())]; } } as unknown as Failover;
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
    const minute = watching(() => 'in force');
    assert.deepEqual(minute(0.3), []);
    assert.deepEqual(minute(0.49), []);
    const [alarm, ...more] = minute(0.6);
    assert.match(alarm ?? '', /^capacity-shared: this box was busy for 5\d% of the last minute with its part of the clients: it can't carry those of west as well$/);
    assert.deepEqual(more, [], 'once');
    assert.deepEqual(minute(0.45), [], 'it does not flap');
    assert.deepEqual(minute(0.2), ['capacity-shared is over']);
  });

  it('[R-LB5] is none for a moment, nor where one box does all the work anyway', () => {
    const minute = watching(() => 'in force');
    assert.deepEqual(minute(0.1), []);
    assert.deepEqual(watching(() => 'off')(1), []);
    let division: Division = 'in force';
    const other = watching(() => division);
    other(0.1);
    assert.equal(other(1).length, 1);
    division = 'off';
    assert.deepEqual(other(1), ['capacity-shared is over']);
  });

  it('[R-43-1] goes by the part of the clients that the box has: a fifth of them may take a fifth of it', () => {
    const [few, many] = [watching(() => 'in force', 51), watching(() => 'in force', 205)];
    for (const minute of [few, many]) minute(0.1);
    assert.deepEqual([few(0.3).length, many(0.7).length], [1, 0]);
  });

  it('[R-43-1] is not over because the partner is gone: then it shows', () => {
    let division: Division = 'in force';
    const minute = watching(() => division);
    minute(0.1);
    assert.equal(minute(0.6).length, 1);
    division = 'partner gone';
    assert.deepEqual(minute(1), []);
  });
});
