import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, formatDuid } from '../../../src/wire/index.ts';
import { configuration, createBox } from '../../conformance/server/box.ts';
import type { Box } from '../../conformance/server/box.ts';
import { iaNa, message } from '../../conformance/server/client.ts';
import { ACCEPTS } from '../../conformance/server/reconfigured.ts';
import { PACED, asked, boxWith, clientNumber, file, renews } from './reconfigured-clients.ts';

describe('clients that a new configuration concerns', () => {
  it('are asked one after another, so many in a second, each once', () => {
    const box = boxWith(50);
    box.configure(configuration(file(PACED, '2001:db8::54')));
    const all: string[] = [];
    const perTenth: number[] = [];
    for (let tenth = 0; tenth < 80; tenth++) {
      const now = asked(box).filter((client) => !all.includes(client));
      perTenth.push(now.length);
      all.push(...now);
      box.advance(0.1);
    }
    assert.equal(all.length, 50);
    assert.equal(new Set(all).size, 50);
    assert.ok(Math.max(...perTenth) <= 2, perTenth.join(' '));
    const last = perTenth.findLastIndex((count) => count > 0);
    assert.ok(last >= 46 && last <= 50, `they take 5 s, and took ${last} tenths`);
    assert.ok(box.log.includes('the new configuration concerns 50 clients that accept Reconfigure: asked to come for it'), box.log.join('\n'));
  });

  it('what came of it is said when it is known of all', () => {
    const box = boxWith(3, '{ clients-per-second: 1000 }');
    box.configure(configuration(file('{ clients-per-second: 1000 }', '2001:db8::54')));
    box.advance(1);
    renews(box, 1);
    renews(box, 2);
    box.advance(600);
    assert.ok(box.log.includes('of 3 clients that were asked by Reconfigure 2 came, 1 did not answer and will hear of it at their next Renew'), box.log.join('\n'));
    assert.deepEqual(box.appliance.reconfigures?.counters, { asked: 3, answered: 2, unanswered: 1 });
  });

  it('are not asked where the file does not say so, where nothing concerns them, or without a key', () => {
    for (const [before, after, dns] of [
      ['{ on-reload: false }', '{ on-reload: false }', '2001:db8::54'],
      ['{}', '{ clients-per-second: 5 }', '2001:db8::53'],
      ['{}', '{ on-reload: false }', '2001:db8::54'],
    ] as const) {
      const box = boxWith(2, before);
      box.configure(configuration(file(after, dns)));
      box.advance(5);
      assert.deepEqual(asked(box), []);
    }
    const box = createBox({ provisioning: file('{}') });
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    box.advance(10);
    box.takeSent();
    box.configure(configuration(file('{}', '2001:db8::54')));
    box.advance(5);
    assert.deepEqual(asked(box), []);
  });

  it('a client that comes by itself before its turn is left out', () => {
    const box = boxWith(30);
    box.configure(configuration(file(PACED, '2001:db8::54')));
    box.takeSent();
    box.advance(1);
    for (let number = 1; number <= 30; number++) renews(box, number);
    box.advance(10);
    assert.deepEqual(asked(box), []);
    assert.ok((box.appliance.reconfigures?.counters.asked ?? 99) < 15);
  });

  /** All that are asked in the next eight seconds. */
  function askedSoon(box: Box): ReadonlySet<string> {
    const all = new Set<string>();
    for (let tenth = 0; tenth < 80; tenth++) {
      for (const client of asked(box)) all.add(client);
      box.advance(0.1);
    }
    return all;
  }

  /** Some of 60 clients have come for what is new, and others were not asked yet. */
  function someOf60(inSameSecond = false): { readonly box: Box; readonly came: readonly string[]; readonly others: readonly string[] } {
    const box = boxWith(60);
    box.configure(configuration(file(PACED, '2001:db8::54')));
    box.advance(0.5);
    const first = new Set(asked(box));
    assert.ok(first.size > 3 && first.size < 9, String(first.size));
    const all = Array.from({ length: 60 }, (_, i) => i + 1);
    const isFirst = (number: number): boolean => first.has(formatDuid(clientNumber(number)));
    const more = new Set<string>();
    box.advance(inSameSecond ? 0.1 : 0.6);
    for (const client of asked(box)) more.add(client);
    for (const number of all) if (isFirst(number)) renews(box, number);
    box.advance(1);
    for (const client of asked(box)) more.add(client);
    const named = (is: boolean): readonly string[] => all.filter((number) => isFirst(number) === is).map((number) => formatDuid(clientNumber(number)));
    return { box, came: named(true), others: named(false).filter((client) => !more.has(client)) };
  }

  it('a change back reaches those that came for the one before, and leaves the others alone', () => {
    const { box, came, others } = someOf60();
    box.configure(configuration(file(PACED, '2001:db8::53')));
    const again = askedSoon(box);
    for (const client of came) assert.ok(again.has(client), `${client} is told of what holds now`);
    assert.ok(others.every((client) => !again.has(client)), 'who was not asked has that still');
  });

  it('a change that is of no matter to clients ends nothing: those are asked that were not, and only those', () => {
    const { box, came, others } = someOf60();
    box.configure(configuration(file(PACED, '2001:db8::54', 'declined-hold: 2h, ')));
    const again = askedSoon(box);
    for (const client of came) assert.ok(!again.has(client), `${client} has what is new`);
    assert.ok(others.every((client) => again.has(client)));
    assert.ok(others.length > 0);
  });

  it('the same configuration told again, as when a partner shows another certificate, is no change', () => {
    const { box, came } = someOf60();
    const now = configuration(file(PACED, '2001:db8::54', 'declined-hold: 2h, '));
    for (let time = 1; time <= 6; time++) box.configure(now);
    const again = askedSoon(box);
    for (const client of came) assert.ok(!again.has(client), client);
    assert.ok(again.size > 0, 'the others are still asked');
  });

  it('who came in the second of the change is asked again: nobody knows which one it got', () => {
    const { box, came } = someOf60(true);
    box.configure(configuration(file(PACED, '2001:db8::53')));
    const again = askedSoon(box);
    for (const client of came) assert.ok(again.has(client), client);
  });

  it('behind many changes nobody is forgotten', () => {
    const box = boxWith(20, '{ clients-per-second: 1 }');
    // The last is one of those before it, and not the one that the clients have.
    for (const dns of [54, 55, 56, 57, 58]) box.configure(configuration(file('{ clients-per-second: 1 }', `2001:db8::${dns}`)));
    box.configure(configuration(file('{ clients-per-second: 1000 }', '2001:db8::55')));
    assert.equal(askedSoon(box).size, 20);
  });

  it('one whose lease waits for a commit is asked behind it', () => {
    const box = createBox({ provisioning: file('{ clients-per-second: 1000 }'), commits: 'by hand' });
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }));
    box.commitSucceeds();
    box.advance(10);
    box.takeSent();
    box.deliver(message(MessageType.RENEW, [iaNa(1)]));
    box.configure(configuration(file('{ clients-per-second: 1000 }', '2001:db8::54')));
    box.advance(0.2);
    assert.deepEqual(asked(box), []);
    box.commitSucceeds();
    box.takeSent();
    box.advance(1);
    assert.equal(asked(box).length, 1, 'it was told of what held before');
  });
});
