import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createReconnect } from '../../../src/failover/reconnect.ts';
import type { Failure, Reconnect } from '../../../src/failover/reconnect.ts';
import { monotonicMs } from '../../../src/wire/index.ts';

const BEGIN = 5_000_000;

function at(ms: number): ReturnType<typeof monotonicMs> {
  return monotonicMs(BEGIN + ms);
}

function begun(): Reconnect {
  const reconnect = createReconnect();
  reconnect.begin(at(0));
  return reconnect;
}

/** How long it waits after each of these failures. */
function waits(reconnect: Reconnect, failures: readonly Failure[], when = at(0)): readonly number[] {
  return failures.map((failure) => {
    reconnect.failed(failure, when);
    return (reconnect.dialAt ?? assert.fail('it dials again')) - when;
  });
}

const times = (count: number, failure: Failure): readonly Failure[] => new Array<Failure>(count).fill(failure);

describe('when a primary dials (RFC 8156 section 6.1)', () => {
  it('is at once in the beginning, and not while it dials, or is kept from it', () => {
    const reconnect = createReconnect();
    assert.equal(reconnect.dialAt, undefined);
    reconnect.begin(at(7));
    assert.equal(reconnect.dialAt, at(7));
    reconnect.dialled();
    assert.equal(reconnect.dialAt, undefined);
    waits(reconnect, ['lost']);
    reconnect.halt();
    assert.equal(reconnect.dialAt, undefined);
  });

  it('[F-CON-2] is ever later, to some seconds where the partner is away, to a quarter of a minute where it refuses', () => {
    assert.deepEqual(waits(begun(), times(8, 'lost')), [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    assert.deepEqual(waits(begun(), times(5, 'refused')), [2_000, 4_000, 8_000, 15_000, 15_000]);
    assert.deepEqual(waits(begun(), ['lost', 'refused', 'lost', 'refused']), [250, 4_000, 1_000, 15_000]);
    assert.deepEqual(waits(begun(), times(2_000, 'lost')).at(-1), 5_000);
  });

  it('is soon again when communications were OK for a minute, once', () => {
    for (const [okFor, first] of [[59_999, 4_000], [60_000, 250]] as const) {
      const reconnect = begun();
      waits(reconnect, times(4, 'lost'));
      reconnect.communicates(at(0));
      assert.deepEqual(waits(reconnect, ['lost'], at(okFor)), [first]);
      assert.deepEqual(waits(reconnect, ['lost'], at(200_000)), [Math.min(2 * first, 5_000)], 'they were not OK since');
    }
  });

  it('is at once when what kept it from it is over, and soon behind that', () => {
    const reconnect = begun();
    waits(reconnect, times(6, 'refused'));
    reconnect.halt();
    reconnect.begin(at(100));
    assert.equal(reconnect.dialAt, at(100));
    assert.deepEqual(waits(reconnect, ['lost']), [250]);
  });
});
