import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { handshakeCost } from '../../../../src/net/tls/handshake-cost.ts';
import { createHandshakes } from '../../../../src/net/tls/handshakes.ts';
import type { Handshakes } from '../../../../src/net/tls/handshakes.ts';
import { markOf } from '../../../../src/net/partner/mark.ts';
import { identityOf } from '../partner/identities.ts';

const COST_MS = 50;
const EAST = 'fd00:e::1';
const OTHER = 'fd00:e::9';

describe('TLS handshakes that others ask for', () => {
  let now: number;
  let handshakes: Handshakes;
  let begun: string[];
  /** Ends those that have begun or wait, by their names. */
  let ends: Map<string, () => void>;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    now = 1_000;
    begun = [];
    ends = new Map();
    handshakes = createHandshakes(COST_MS, () => now);
  });
  afterEach(() => {
    mock.timers.reset();
  });

  function ask(name: string, isMarked = false, source = EAST): void {
    ends.set(name, handshakes.wait(source, isMarked, () => begun.push(name)));
  }
  function askAndEnd(name: string, isMarked = false): void {
    ends.set(name, handshakes.wait(EAST, isMarked, () => begun.push(name)));
    if (begun.includes(name)) ends.get(name)?.();
  }
  function pass(milliseconds: number): void {
    for (let left = milliseconds; left > 0; left--) {
      now++;
      mock.timers.tick(1);
    }
  }

  it('begin at once where there is no crowd', () => {
    for (let hour = 0; hour < 4; hour++) {
      for (const name of ['a', 'b', 'c', 'd']) askAndEnd(`${String(hour)}${name}`);
      assert.equal(begun.length, 4 * (hour + 1));
      now += 3_600_000;
    }
  });

  it('take a fifth of the time, however many ask, with or without a mark', () => {
    for (const isMarked of [false, true]) {
      begun.length = 0;
      for (let ms = 0; ms < 10_000; ms++) {
        askAndEnd(`${String(isMarked)} ${String(ms)}`, isMarked);
        for (const name of begun) ends.get(name)?.();
        pass(1);
      }
      const share = (begun.length * COST_MS) / 10_000;
      assert.ok(share > 0.19 && share <= 0.2 + (4 * COST_MS) / 10_000, `${String(share)} of the time`);
    }
  });

  it('begin with the partner that shows its mark, at the next chance, whoever else waits and has begun', () => {
    for (let i = 0; i < 60; i++) ask(`crowd ${String(i)}`);
    assert.equal(begun.length, 4);
    ask('partner', true);
    assert.equal(begun.length, 4, 'not even for the partner is there more time');
    pass(COST_MS * 5);
    assert.equal(begun.at(-1), 'partner');
  });

  it('are no more than four at a time of those without a mark', () => {
    for (let i = 0; i < 60; i++) ask(`crowd ${String(i)}`);
    pass(10_000);
    assert.equal(begun.length, 4);
    ends.get(begun[0] ?? '')?.();
    assert.equal(begun.length, 5);
    assert.equal(begun[4], 'crowd 59', 'the newest: older ones may have been given up');
  });

  it('go round by address: nobody at another partner\'s address waits for the crowd at this one', () => {
    for (let i = 0; i < 60; i++) ask(`crowd ${String(i)}`);
    ask('other 1', false, OTHER);
    ask('other 2', false, OTHER);
    for (const name of begun.slice(0, 4)) ends.get(name)?.();
    pass(COST_MS * 5 * 4);
    assert.deepEqual(begun.slice(4).map((name) => name.split(' ')[0]), ['crowd', 'other', 'crowd', 'other']);
  });

  it('are not begun for those that have gone meanwhile, and then nothing is waited for', () => {
    for (let i = 0; i < 4; i++) askAndEnd(`early ${String(i)}`);
    ask('goes');
    ask('goes, too', true);
    for (const name of ['goes', 'goes, too']) ends.get(name)?.();
    pass(10_000);
    assert.equal(begun.length, 4);
    ask('late');
    assert.equal(begun.at(-1), 'late');
  });
});

describe('the partner\'s mark', () => {
  it('is of 24 bits, and another one for each box, certificate and port', () => {
    const marks = [markOf('a', 'b', 1), markOf('b', 'a', 1), markOf('a', 'c', 1), markOf('c', 'b', 1), markOf('a', 'b', 2)];
    assert.equal(new Set(marks).size, 5);
    assert.ok(marks.every((mark) => mark >= 0 && mark < 2 ** 24));
    assert.equal(markOf('a', 'b', 1), marks[0]);
  });
});

describe('the cost of a handshake', () => {
  it('is measured with the key of the box', async () => {
    const cost = handshakeCost(await identityOf('east'));
    assert.ok(cost >= 1 && cost < 10_000, `${String(cost)} ms`);
  });
});
