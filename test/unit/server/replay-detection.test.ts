import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ReplayDetection } from '../../../src/server/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';

function valueOf(octets: Uint8Array): bigint {
  return Buffer.from(octets).readBigUInt64BE();
}

const NOW = 1_800_000_000;

describe('replay detection (RFC 9915 20.3)', () => {
  it('[S-RCF-8] whatever the clock does, and over restarts at any moment, each value is greater than all before it', () => {
    const move = fc.oneof(
      fc.record({ kind: fc.constant('use' as const) }),
      fc.record({ kind: fc.constant('clock' as const), by: fc.integer({ min: -100_000, max: 100_000 }) }),
      fc.record({ kind: fc.constant('reserve' as const), isKept: fc.boolean() }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        let now = NOW;
        let stored = 0;
        let last = -1n;
        let replay = new ReplayDetection({ used: epochSeconds(0), reservedUntil: epochSeconds(0) });
        for (const what of moves) {
          switch (what.kind) {
            case 'use': {
              if (!replay.isUsable) break;
              const value = valueOf(replay.next(epochSeconds(now)));
              assert.ok(value > last, `${value} behind ${last}`);
              assert.ok(value >> 32n < BigInt(stored), 'below what stable storage holds');
              last = value;
              break;
            }
            case 'clock':
              now = Math.max(0, now + what.by);
              break;
            case 'reserve': {
              const until = replay.wanted(epochSeconds(now));
              if (until === undefined || !what.isKept) break;
              stored = until;
              replay.reserved(until);
              break;
            }
            case 'restart':
              replay = new ReplayDetection({ used: epochSeconds(stored), reservedUntil: epochSeconds(stored) });
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('follows the clock, so that of two boxes the one that speaks later has the greater value', () => {
    const early = new ReplayDetection({ used: epochSeconds(NOW - 86_400), reservedUntil: epochSeconds(NOW + 600) });
    const late = new ReplayDetection({ used: epochSeconds(NOW), reservedUntil: epochSeconds(NOW + 600) });
    const first = valueOf(late.next(epochSeconds(NOW + 10)));
    assert.ok(valueOf(early.next(epochSeconds(NOW + 20))) > first);
  });

  it('starts one after another leave the values where the clock is', () => {
    let stored = 0;
    for (let start = 0; start < 100; start++) {
      const now = epochSeconds(NOW + start);
      const replay = new ReplayDetection({ used: epochSeconds(stored), reservedUntil: epochSeconds(stored) });
      const until = replay.wanted(now);
      assert.ok(until !== undefined && until > stored);
      replay.reserved(until);
      assert.ok((valueOf(replay.next(now)) >> 32n) - BigInt(now) <= 600n, `start ${start}`);
      stored = until;
    }
  });

  it('what was reserved by a clock that was ahead is not taken back', () => {
    const replay = new ReplayDetection({ used: epochSeconds(0), reservedUntil: epochSeconds(NOW + 100_000) });
    replay.next(epochSeconds(NOW + 99_900));
    assert.equal(replay.wanted(epochSeconds(NOW + 99_900)), NOW + 100_500);
    assert.equal(replay.wanted(epochSeconds(NOW)), undefined, 'there is enough, by the clock as it is now');
  });

  it('asks for more in good time, and goes on with what there is as long as there is no more', () => {
    const replay = new ReplayDetection({ used: epochSeconds(0), reservedUntil: epochSeconds(NOW + 600) });
    replay.next(epochSeconds(NOW));
    assert.equal(replay.wanted(epochSeconds(NOW)), undefined);
    const before = valueOf(replay.next(epochSeconds(NOW + 300)));
    assert.equal(replay.wanted(epochSeconds(NOW + 300)), NOW + 900);
    const ahead = valueOf(replay.next(epochSeconds(NOW + 10_000)));
    assert.ok(ahead > before);
    assert.equal(ahead >> 32n, BigInt(NOW + 599));
    replay.reserved(epochSeconds(NOW + 10_600));
    assert.equal(valueOf(replay.next(epochSeconds(NOW + 10_000))) >> 32n, BigInt(NOW + 10_000));
  });
});
