import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createHeardTransactions } from '../../../src/health/heard-transactions.ts';
import { MessageType, monotonicMs } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';

const solicit = (transaction: number, type: number = MessageType.SOLICIT): Uint8Array => Uint8Array.of(type, 0, transaction >> 8, transaction & 0xff);
const client = (number: number): Address => Uint8Array.of(0xfe, 0x80, ...new Array<number>(13).fill(0), number) as Address;
const at = monotonicMs;

describe('messages of clients that the partner heard and this box did not [R-LH3]', () => {
  it('from three clients mean that it is deaf, from two they do not', () => {
    const heard = createHeardTransactions();
    for (const number of [1, 2]) heard.heardByPartner('lan', solicit(number), client(number), at(0));
    assert.equal(heard.of('lan', at(300)).areUnheard, false);
    heard.heardByPartner('lan', solicit(3), client(3), at(400));
    assert.equal(heard.of('lan', at(699)).areUnheard, false, 'its own copy may come a moment later');
    assert.equal(heard.of('lan', at(700)).areUnheard, true);
    assert.equal(heard.of('wlan', at(700)).areUnheard, false);
  });

  it('three times from one client mean nothing', () => {
    const heard = createHeardTransactions();
    for (const number of [1, 2, 3]) heard.heardByPartner('lan', solicit(number), client(1), at(0));
    assert.equal(heard.of('lan', at(500)).areUnheard, false);
  });

  it('are none where its own copies came, before or a moment later, whatever became of them', () => {
    const heard = createHeardTransactions();
    heard.heard('lan', solicit(1), at(0));
    for (const number of [1, 2, 3]) heard.heardByPartner('lan', solicit(number), client(number), at(0));
    heard.heard('lan', solicit(2), at(200));
    assert.equal(heard.of('lan', at(500)).areUnheard, false);
  });

  it('are told from others by type and transaction-id', () => {
    const heard = createHeardTransactions();
    for (const number of [1, 2, 3]) heard.heard('lan', solicit(number, MessageType.REQUEST), at(0));
    for (const number of [1, 2, 3]) heard.heardByPartner('lan', solicit(number), client(number), at(0));
    assert.equal(heard.of('lan', at(500)).areUnheard, true);
  });

  it('mean nothing where most are heard: a busy box loses some', () => {
    const heard = createHeardTransactions();
    for (let number = 1; number <= 10; number++) {
      if (number > 4) heard.heard('lan', solicit(number), at(0));
      heard.heardByPartner('lan', solicit(number), client(number), at(0));
    }
    assert.equal(heard.of('lan', at(500)).areUnheard, false);
  });

  it('are forgotten after half a minute', () => {
    const heard = createHeardTransactions();
    for (const number of [1, 2, 3]) heard.heardByPartner('lan', solicit(number), client(number), at(0));
    assert.equal(heard.of('lan', at(30_000)).areUnheard, true);
    assert.equal(heard.of('lan', at(30_001)).areUnheard, false);
  });

  it('that a relay agent passed on are not compared: it may know one of the boxes only', () => {
    const heard = createHeardTransactions();
    for (const number of [1, 2, 3]) heard.heardByPartner('lan', solicit(number, MessageType.RELAY_FORW), client(number), at(0));
    assert.equal(heard.of('lan', at(500)).areUnheard, false);
  });

  it('and how long ago it heard one itself', () => {
    const heard = createHeardTransactions();
    assert.equal(heard.of('lan', at(0)).heardAgoMs, Infinity);
    heard.heard('lan', solicit(1), at(1_000));
    assert.equal(heard.of('lan', at(5_999)).heardAgoMs, 4_999);
    assert.equal(heard.of('wlan', at(1_000)).heardAgoMs, Infinity);
  });
});
