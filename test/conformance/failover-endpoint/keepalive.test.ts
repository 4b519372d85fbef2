/** RFC 8156 sections 6.5, 6.6 and 7.1, row by row: who is alive, and whose clock is right. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { createClockSkew } from '../../../src/failover/clock-skew.ts';
import {
  ExtensionCode,
  FailoverMessageType,
  FailoverStatusCode,
  epochSeconds,
  extension,
  seconds,
} from '../../../src/wire/index.ts';
import type { ConnectMessage, DisconnectMessage, VendorSuboption } from '../../../src/wire/index.ts';
import { EPOCH } from './settings.ts';
import { inState, nameOf, starting } from './solo.ts';
import type { Solo, SoloOptions } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED } = EndpointState;

/** What a partner of this program says in CONNECT or CONNECTREPLY and behind it. */
const SPEAKS = [extension(ExtensionCode.EXTENSIONS, [ExtensionCode.CONTACT_INTERVAL])];
const FAST = [extension(ExtensionCode.CONTACT_INTERVAL, 250)];

/** In NORMAL with a partner that sends CONTACT as this box does. */
function fast(options: SoloOptions = {}, vendor: readonly VendorSuboption[] = FAST): Solo {
  const solo = inState('secondary', COMMUNICATIONS_INTERRUPTED, options);
  solo.connect({ vendor: SPEAKS });
  solo.saysState(NORMAL, { vendor });
  assert.equal(nameOf(solo), 'NORMAL');
  solo.sent();
  return solo;
}

function contact(solo: Solo): void {
  solo.says({ type: FailoverMessageType.CONTACT, transactionId: 1, vendor: [] });
}

/** The times, in milliseconds from now, of the messages that go out by themselves. */
function sendTimes(solo: Solo, forMs: number): readonly number[] {
  const begin = solo.box.now().monotonic;
  const times: number[] = [];
  solo.sent();
  for (let at = 0; at < forMs; at += 50) {
    solo.box.advance(50);
    if (solo.sent().length > 0) times.push(solo.box.now().monotonic - begin);
  }
  return times;
}

describe('Keepalive as RFC 8156 has it (sections 6.5, 6.6)', () => {
  it('[F-KA-1, F-KA-2] CONTACT when nothing was sent for a quarter of the partner\'s keepalive time', () => {
    const solo = inState('primary', NORMAL);
    assert.deepEqual(sendTimes(solo, 46_000), [15_000, 30_000, 45_000]);
  });
  it('[F-KA-2] any message that is sent counts', () => {
    const solo = inState('primary', NORMAL);
    solo.box.advance(10_000);
    solo.says({ type: FailoverMessageType.UPDREQ, transactionId: 3 });
    assert.equal(solo.sentNames().at(-1), 'UPDDONE');
    assert.deepEqual(sendTimes(solo, 16_000), [15_000]);
  });
  it('[F-KA-3, F-GAP-2] the partner\'s keepalive time says how often', () => {
    const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
    solo.connect({ keepaliveTime: seconds(20) });
    solo.saysState(NORMAL);
    assert.deepEqual(sendTimes(solo, 11_000), [5_000, 10_000]);
  });
  it('[F-KA-4, F-GAP-2] silence for the own keepalive time: the connection is dead', () => {
    const solo = inState('primary', NORMAL, { configuration: { keepalive: seconds(40) } });
    solo.box.advance(30_000);
    contact(solo);
    solo.box.advance(39_999);
    assert.equal(solo.view.communications, 'ok', 'any message that comes counts');
    solo.box.advance(1);
    assert.equal(solo.view.communications, 'none');
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
  });
  it('[F-KA-5] the own keepalive time is in CONNECT and CONNECTREPLY', () => {
    for (const role of ['primary', 'secondary'] as const) {
      const solo = starting(role, NORMAL, { configuration: { keepalive: seconds(33) } });
      solo.connect();
      const [said] = solo.sent() as [ConnectMessage];
      assert.equal(said.keepaliveTime, 33);
    }
  });
  it('[F-KA-6] without the extension neither carrier nor echoes shorten it', () => {
    const solo = inState('primary', NORMAL);
    solo.box.step({ kind: 'partnerHost', relationship: 'east-west', reach: 'no-carrier' });
    solo.box.advance(59_000);
    assert.equal(solo.view.communications, 'ok');
  });
  it('[F-KA-7] a keepalive time of 0 to 3 s: a CONTACT a second, no more', () => {
    for (const keepaliveTime of [seconds(0), seconds(3), undefined]) {
      const solo = inState('primary', COMMUNICATIONS_INTERRUPTED);
      solo.connect({ keepaliveTime });
      solo.saysState(NORMAL);
      assert.deepEqual(sendTimes(solo, 3_050), [1_000, 2_000, 3_000]);
    }
  });
});

describe('Frequent CONTACT, where both speak it', () => {
  it('goes out every 250 ms, or as seldom as one of the two wants', () => {
    assert.deepEqual(sendTimes(fast(), 1_050), [250, 500, 750, 1_000]);
    const slow = fast({}, [extension(ExtensionCode.CONTACT_INTERVAL, 500)]);
    assert.deepEqual(sendTimes(slow, 1_050), [500, 1_000]);
  });
  it('is not begun by this box where the configuration says so, nor with a partner that does not say it', () => {
    assert.deepEqual(sendTimes(fast({ configuration: { contactInterval: 0 } }), 2_000), []);
    assert.deepEqual(sendTimes(fast({}, []), 2_000), []);
  });
  it('ends communications after 5 s of silence while the partner\'s host answers', () => {
    const solo = fast();
    contact(solo);
    solo.box.advance(4_999);
    assert.equal(nameOf(solo), 'NORMAL');
    solo.box.advance(1);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
    assert.match(solo.box.log.join('\n'), /nothing was heard for 5\.0 s/);
  });
  it('ends them after the keepalive time where that is shorter', () => {
    const solo = fast({ configuration: { keepalive: seconds(3) } });
    contact(solo);
    solo.box.advance(2_999);
    assert.equal(nameOf(solo), 'NORMAL');
    solo.box.advance(1);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
  });
  it('ends them after 1 s where the port has no carrier, or the host is silent', () => {
    for (const reach of ['no-carrier', 'silent'] as const) {
      const solo = fast();
      contact(solo);
      solo.box.advance(600);
      solo.box.step({ kind: 'partnerHost', relationship: 'east-west', reach });
      solo.box.advance(399);
      assert.equal(nameOf(solo), 'NORMAL');
      solo.box.advance(1);
      assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED', reach);
    }
  });
  it('ends them at once where a second of silence has passed when the host goes silent', () => {
    const solo = fast();
    solo.box.advance(3_000);
    solo.box.step({ kind: 'partnerHost', relationship: 'east-west', reach: 'silent' });
    solo.box.advance(0);
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
  });
  it('does not judge by silence while this box did not listen', () => {
    for (const reach of ['answers', 'silent'] as const) {
      const solo = fast();
      solo.box.step({ kind: 'partnerHost', relationship: 'east-west', reach });
      for (let stall = 0; stall < 20; stall++) {
        contact(solo);
        solo.box.stall(10_000);
        solo.box.step({ kind: 'timer' });
        solo.box.advance(200);
        assert.equal(nameOf(solo), 'NORMAL', `stall ${stall}, host ${reach}`);
      }
    }
  });
  it('a partner whose loop stands still for a second or four is no reason', () => {
    const solo = fast();
    for (const pause of [1_000, 2_500, 4_000]) {
      contact(solo);
      solo.box.advance(pause);
      assert.equal(nameOf(solo), 'NORMAL');
    }
  });
  it('is no silence while updates come', () => {
    const solo = fast();
    solo.box.step({ kind: 'partnerHost', relationship: 'east-west', reach: 'silent' });
    for (let tenth = 0; tenth < 50; tenth++) {
      solo.box.advance(100);
      solo.says({ type: FailoverMessageType.POOLRESP, transactionId: 1 });
    }
    assert.equal(nameOf(solo), 'NORMAL');
  });
});

describe('Clocks (RFC 8156 sections 7.1, 7.5.1)', () => {
  const skewed = (solo: Solo, skew: number): void => {
    const { epoch } = solo.box.now();
    solo.says({ type: FailoverMessageType.CONTACT, transactionId: 1, sentTime: epochSeconds(epoch - skew), vendor: [] });
  };
  it('[F-TM-1] 5 s apart is near enough', () => {
    for (const skew of [5, -5]) {
      const solo = inState('secondary', NORMAL);
      for (let n = 0; n < 10; n++) skewed(solo, skew);
      assert.equal(solo.view.communications, 'ok');
      assert.equal(starting('secondary', NORMAL).view.skew, undefined);
    }
  });
  it('[F-TM-2, F-MSG-25] more ends the connection, whatever the message, and says why', () => {
    for (const skew of [6, -6, 3_600]) {
      const solo = inState('primary', NORMAL);
      for (let n = 0; n < 7 && solo.view.communications === 'ok'; n++) {
        skewed(solo, skew);
        solo.box.advance(1_000);
      }
      const last = solo.sent().at(-1) as DisconnectMessage;
      assert.equal(last.status?.code, FailoverStatusCode.ExcessiveTimeSkew);
      assert.match(last.status.text, skew > 0 ? /s behind/ : /6 s ahead/);
      assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED');
      assert.match(solo.box.alarms.get('clock-skew')?.text ?? '', /clock/);
    }
  });
  it('[F-TM-3] in CONNECT it is refused at once', () => {
    for (const skew of [6, -6]) {
      const solo = starting('secondary', NORMAL);
      solo.connect({ sentTime: epochSeconds(EPOCH - skew) });
      assert.equal((solo.sent()[0] as ConnectMessage).status?.code, FailoverStatusCode.ExcessiveTimeSkew);
      assert.ok(solo.box.alarms.has('clock-skew'));
      solo.connect();
      assert.equal(solo.box.alarms.has('clock-skew'), false, 'until the clocks are right');
    }
  });
  it('[F-TM-6] a message that waited in a queue proves nothing', () => {
    const skew = createClockSkew();
    for (const [second, waited] of [9, 0, 9, 30, 7, 1, 60, 60, 60, 2].entries()) {
      skew.heard(epochSeconds(EPOCH + second), epochSeconds(EPOCH + second + waited));
      assert.equal(skew.isExcessive, false);
    }
    assert.equal(skew.seconds, 1, 'the least of the last few');
  });
  it('[F-TM-6] nor do many that were read at once, as a box stood still for nine seconds', () => {
    const skew = createClockSkew();
    for (let sent = 0; sent <= 9_000; sent += 250) {
      skew.heard(epochSeconds(EPOCH + Math.floor(sent / 1_000)), epochSeconds(EPOCH + 9));
      assert.equal(skew.isExcessive, false);
    }
  });
  it('[F-TM-6] a clock that was set back counts from then on', () => {
    const skew = createClockSkew();
    for (let second = 0; second < 10; second++) skew.heard(epochSeconds(EPOCH + second), epochSeconds(EPOCH + second));
    const excessive: boolean[] = [];
    for (let second = 10; second < 20; second++) {
      skew.heard(epochSeconds(EPOCH + second - 60), epochSeconds(EPOCH + second));
      excessive.push(skew.isExcessive);
    }
    assert.equal(excessive.indexOf(true), 5);
  });
  it('[F-TM-6] that the partner is ahead one message proves', () => {
    const skew = createClockSkew();
    skew.heard(epochSeconds(EPOCH + 6), epochSeconds(EPOCH));
    assert.equal(skew.isExcessive, true);
  });
});
