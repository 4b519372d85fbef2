import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { PartnerReach } from '../../../../src/failover/index.ts';
import { createHostReach } from '../../../../src/net/echo/host-reach.ts';
import type { HostReach } from '../../../../src/net/echo/host-reach.ts';

describe('what echoes say of a host', () => {
  let told: PartnerReach[];
  let host: HostReach;

  beforeEach(() => {
    told = [];
    host = createHostReach((reach) => told.push(reach));
  });

  it('is nothing until somebody asks', () => {
    assert.equal(host.isAsked, false);
    host.ask();
    assert.equal(host.isAsked, true);
    host.rest();
    assert.equal(host.isAsked, false);
    assert.deepEqual(told, []);
  });

  it('is that it answers, told once', () => {
    host.ask();
    for (let i = 0; i < 3; i++) host.answered(host.next());
    assert.deepEqual(told, ['answers']);
  });

  it('is that it is silent after three misses in a row, and no sooner', () => {
    host.ask();
    host.answered(host.next());
    host.next();
    host.next();
    host.next();
    assert.deepEqual(told, ['answers'], 'two were missed, one is under way');
    host.next();
    assert.deepEqual(told, ['answers', 'silent']);
  });

  it('is not that it is silent where one of three is answered', () => {
    host.ask();
    for (let i = 0; i < 20; i++) {
      host.next();
      host.next();
      host.answered(host.next());
    }
    assert.deepEqual(told, ['answers']);
  });

  it('is that it answers where the answers take longer than the next request', () => {
    host.ask();
    const sequences = [host.next(), host.next()];
    for (let i = 0; i < 20; i++) {
      host.answered(sequences.shift() ?? 0);
      sequences.push(host.next());
    }
    assert.deepEqual(told, ['answers']);
  });

  it('counts an answer across the end of the sequence numbers', () => {
    host.ask();
    for (let i = 0; i < 0x10000; i++) host.answered(host.next());
    const last = host.next();
    host.answered(last);
    assert.ok(last < 10);
    assert.deepEqual(told, ['answers']);
  });

  it('is nothing where an answer is older than some seconds', () => {
    host.ask();
    const old = host.next();
    for (let i = 0; i < 8; i++) host.next();
    host.answered(old);
    assert.deepEqual(told, ['silent']);
  });

  it('is nothing where no echo leaves', () => {
    host.ask();
    for (let i = 0; i < 10; i++) {
      host.next();
      host.notSent();
    }
    assert.deepEqual(told, []);
  });

  it('is told anew to whoever asks anew', () => {
    host.ask();
    host.answered(host.next());
    host.ask();
    host.rest();
    host.ask();
    host.answered(host.next());
    assert.deepEqual(told, ['answers', 'answers']);
  });

  it('is unknown without a carrier, and asked when the carrier comes back, wanted or not', () => {
    host.carrier(true);
    host.carrier(false);
    host.carrier(false);
    assert.deepEqual(told, ['no-carrier']);
    host.ask();
    assert.equal(host.isAsked, false);
    host.answered(1);
    host.rest();
    host.carrier(true);
    assert.equal(host.isAsked, true, 'somebody still believes that there is no carrier');
    for (let i = 0; i < 4; i++) host.next();
    assert.deepEqual(told, ['no-carrier', 'silent']);
    assert.equal(host.isAsked, false);
  });
});
