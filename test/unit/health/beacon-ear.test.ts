import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { BEACON_INTERVAL_MS, createBeaconEar } from '../../../src/health/index.ts';
import type { BeaconEar } from '../../../src/health/index.ts';
import { monotonicMs } from '../../../src/wire/index.ts';

const OWN = '00000000000000aa';
const PARTNER = '00000000000000bb';

/** Two boxes on a link, each with an ear for the other; what one says the other hears where the test lets it. */
describe('beacons on a link, as one box hears them [R-LH1]', () => {
  let now: number;
  let ear: BeaconEar;
  let partner: BeaconEar;

  const hearing = () => ear.hearing(monotonicMs(0), monotonicMs(now));
  const say = (ear1: BeaconEar) => ({ relationship: 'east-west', link: 'lan', ...ear1.next() });
  /** Beacons go both ways for so long, one after another. */
  const pass = (rounds: number, { toPartner = true, fromPartner = true } = {}): void => {
    for (let i = 0; i < rounds; i++) {
      now += BEACON_INTERVAL_MS;
      const own = say(ear);
      if (toPartner) partner.heard(own, monotonicMs(now));
      const theirs = say(partner);
      if (fromPartner) ear.heard(theirs, monotonicMs(now));
    }
  };

  beforeEach(() => {
    now = 0;
    ear = createBeaconEar(OWN);
    partner = createBeaconEar(PARTNER);
    ear.introduced(PARTNER);
    partner.introduced(OWN);
  });

  it('that come and go: both hear each other', () => {
    pass(10);
    assert.deepEqual(hearing(), { hears: true, isHeard: true });
  });

  it('of which two in a row are missing say nothing', () => {
    pass(10);
    pass(2, { fromPartner: false });
    assert.deepEqual(hearing(), { hears: true, isHeard: true });
    pass(1);
    pass(2, { toPartner: false });
    assert.deepEqual(hearing(), { hears: true, isHeard: true });
  });

  it('that do not come: the partner is not heard within 600 ms of the last one', () => {
    pass(10);
    pass(4, { fromPartner: false });
    assert.deepEqual(hearing(), { hears: false, isHeard: true }, 'whether it hears nobody can say');
  });

  it('that come and say that nothing is heard: a loss in one direction is known to both', () => {
    pass(10);
    pass(9, { toPartner: false });
    assert.deepEqual(hearing(), { hears: true, isHeard: false });
    assert.equal(partner.hearing(monotonicMs(0), monotonicMs(now)).hears, false);
  });

  it('that never came are missing from the time on at which they were to be expected', () => {
    now = 1_000;
    assert.equal(ear.hearing(monotonicMs(500), monotonicMs(now)).hears, true);
    assert.equal(ear.hearing(monotonicMs(400), monotonicMs(now)).hears, false);
  });

  it('that are missing while the partner does nothing at all: no fault of the link', () => {
    pass(10);
    const alive = monotonicMs(now);
    now += 5_000;
    assert.deepEqual(ear.hearing(monotonicMs(0), alive), { hears: true, isHeard: true });
  });

  it('that are missing while this box did not listen: no fault of the link either', () => {
    pass(10);
    now += 5_000;
    ear.stalled(5_000, monotonicMs(now));
    assert.deepEqual(hearing(), { hears: true, isHeard: true });
  });

  it('that come again after a silence count when they came for a second without another one', () => {
    pass(10);
    pass(10, { fromPartner: false });
    assert.equal(hearing().hears, false);
    pass(5);
    assert.equal(hearing().hears, false);
    pass(3);
    assert.equal(hearing().hears, true);
  });

  it('that the partner can hear again after a loss in one direction: the same', () => {
    pass(10);
    pass(12, { toPartner: false });
    assert.equal(hearing().isHeard, false);
    pass(6);
    assert.equal(hearing().isHeard, false);
    pass(3);
    assert.equal(hearing().isHeard, true);
  });

  it('that are said again by somebody else count once', () => {
    pass(3);
    const recorded = say(partner);
    assert.equal(ear.heard(recorded, monotonicMs(now)), true);
    assert.equal(ear.heard(recorded, monotonicMs(now)), false);
    pass(3);
    assert.equal(ear.heard(recorded, monotonicMs(now)), false);
  });

  it('of an earlier run of the partner do not count, though their numbers are higher', () => {
    const earlier = createBeaconEar('00000000000000cc');
    for (let i = 0; i < 1_000; i++) earlier.next();
    assert.equal(ear.heard(say(earlier), monotonicMs(now)), false);
  });

  it('of a new run that answer what this box has just said are no recording, without a word of the partner by another way', () => {
    pass(10);
    const restarted = createBeaconEar('00000000000000dd');
    restarted.introduced(OWN);
    restarted.heard(say(ear), monotonicMs(now));
    const answer = say(restarted);
    assert.equal(ear.heard(answer, monotonicMs(now)), true);
    const other = createBeaconEar('00000000000000ee');
    other.introduced(OWN);
    other.heard(say(ear), monotonicMs(now));
    const late = say(other);
    for (let i = 0; i < 5; i++) ear.next();
    assert.equal(ear.heard(late, monotonicMs(now)), false, 'one that comes late may be one');
  });

  describe('of a new run of the partner that nobody can introduce', () => {
    beforeEach(() => {
      pass(10);
      partner = createBeaconEar('00000000000000dd');
    });

    it('count within half a second behind the silence of the last one, on both sides', () => {
      now += 1_000;
      pass(3);
      assert.deepEqual([ear.heardAt, ear.echoedAt, partner.heardAt, partner.echoedAt], [now, now, now, now]);
    });

    it('do so where both boxes were started anew', () => {
      ear = createBeaconEar('00000000000000ee');
      pass(3);
      assert.deepEqual([ear.heardAt, ear.echoedAt, partner.heardAt, partner.echoedAt], [now, now, now, now]);
    });

    it('do not while they are played again, however they are answered', () => {
      const recorded = Array.from({ length: 40 }, () => say(partner));
      now += 1_000;
      for (const beacon of recorded) {
        ear.next();
        assert.equal(ear.heard(beacon, monotonicMs(now)), false);
        now += BEACON_INTERVAL_MS;
      }
    });

    it('are not answered in the place of those of a run that is heard: who plays them can\'t make that one think that it is not heard', () => {
      const { heard } = ear.next();
      assert.equal(ear.heard(say(partner), monotonicMs(now)), false);
      assert.deepEqual(ear.next().heard, heard);
    });
  });

  it('show that the partner hears this box now: an old echo does not', () => {
    pass(3);
    const held = say(partner);
    assert.equal(ear.echoedAt, now);
    now += 3_000;
    for (let i = 0; i < 20; i++) ear.next();
    assert.equal(ear.heard(held, monotonicMs(now)), true);
    assert.equal(ear.echoedAt, 3 * BEACON_INTERVAL_MS, 'somebody may have kept it back');
  });

  it('say nothing of having heard a partner that was only introduced', () => {
    assert.equal(ear.next().heard, undefined);
  });
});
