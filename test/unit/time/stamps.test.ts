import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ClockView } from '../../../src/clock/index.ts';
import { createStamps } from '../../../src/time/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';
import type { Now } from '../../../src/wire/index.ts';

const VIEW: ClockView = { isTrusted: true, source: 1, doubt: undefined, system: 'synchronized', timescale: new Uint8Array(8), ahead: 0 };

describe('time stamps', () => {
  it('are by the system\'s clock until there is an appliance, and trusted where that is kept', () => {
    let isKept = false;
    const stamps = createStamps(() => isKept, { epochMs: () => 1_700_000_000_900, monotonicMs: () => 4_000 });
    assert.equal(stamps.epoch(), 1_700_000_000);
    assert.equal(stamps.date().toISOString(), '2023-11-14T22:13:20.000Z');
    assert.equal(stamps.isTrusted(), false);
    isKept = true;
    assert.equal(stamps.isTrusted(), true);
  });

  it('[R-ST2] are by the clock of the appliance, a moment of before it too, and move along when that is set', () => {
    let monotonic = 4_000;
    const stamps = createStamps(() => false, { epochMs: () => monotonic - 4_000, monotonicMs: () => monotonic });
    const before = stamps.moment();
    assert.equal(stamps.date(before).toISOString(), '1970-01-01T00:00:00.000Z');
    let anchor = 1_800_000_000;
    stamps.follow({ epoch: ({ monotonic: at }: Now) => epochSeconds(anchor + Math.floor((at - 4_000) / 1_000)), clock: VIEW });
    monotonic += 60_000;
    assert.equal(stamps.epoch(), 1_800_000_060);
    assert.equal(stamps.date(before).getTime(), 1_800_000_000_000);
    assert.equal(stamps.isTrusted(), true);
    anchor += 3_600;
    assert.equal(stamps.date(before).getTime(), 1_800_003_600_000);
    assert.equal(stamps.date().getTime(), 1_800_003_660_000);
  });

  it('give an appliance that follows the system\'s clock what that showed at the moment', () => {
    let passed = 0;
    const stamps = createStamps(() => false, { epochMs: () => 1_700_000_000_000 + passed, monotonicMs: () => passed });
    stamps.follow({ epoch: ({ epoch }: Now) => epoch, clock: VIEW });
    passed = 10_000;
    const moment = stamps.moment();
    passed = 25_000;
    assert.equal(stamps.date(moment).getTime(), 1_700_000_010_000);
  });

  it('never show a time before 1970', () => {
    let monotonic = 50_000;
    const stamps = createStamps(() => false, { epochMs: () => 3_000, monotonicMs: () => monotonic });
    const moment = stamps.moment();
    monotonic += 20_000;
    assert.equal(stamps.date(moment).getTime(), 0);
  });
});
