/** What active leasequery tells who was away, or reads late (RFC 7653 sections 8.4.1 and 9.3). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { MessageType, epochSeconds } from '../../../src/wire/index.ts';
import { rightClock } from '../../unit/appliance/right-clock.ts';
import { PROVISIONING, createBox } from '../server/box.ts';
import type { Box } from '../server/box.ts';
import { CLIENT, iaNa, message, read } from '../server/client.ts';
import { ALL, ORIGIN, give, hex, numbered, queried, section, shown } from './active-box.ts';
import { replies, streamOf, told } from './asking.ts';
import { repliesIn } from './frames.ts';
import { Message, Query, Status, full } from './requestor.ts';
import type { Reply } from './requestor.ts';

describe('active leasequery of who was away', () => {
  it('[O-11] tells who was away what changed meanwhile, then that this was all', () => {
    const box = queried();
    const before = give(box, numbered(1));
    replies(streamOf(box.appliance, ALL, box.now), box.now);
    box.advance(10);
    const [gone, kept] = [give(box, numbered(2)), give(box, numbered(3))];
    const lastHeard = box.now;
    box.advance(10);
    box.deliver(message(MessageType.RELEASE, [iaNa(1, gone)], { client: numbered(2) }));
    const since = streamOf(box.appliance, { ...ALL, startTime: lastHeard - ORIGIN }, box.now);
    const all = shown(replies(since, box.now));
    assert.deepEqual([all[0], all.at(-1)], ['REPLY', 'DATA status 13']);
    assert.deepEqual(all.slice(1, -1).sort(), [`DATA ${hex(numbered(2))} ${full(gone)} 0`, `DATA ${hex(numbered(3))} ${full(kept)} 1990`].sort());
    assert.ok(!all.some((line) => line.includes(full(before))));
    give(box, numbered(4));
    assert.equal(replies(since, box.now).length, 1);
  });

  it('[O-11] says DataMissing to who was away for longer than the configuration says, and goes on with what is new', () => {
    const box = queried({ tcp: 'security: insecure, active: true, history: 15s' });
    replies(streamOf(box.appliance, ALL, box.now), box.now);
    const times: number[] = [];
    for (let i = 1; i <= 3; i += 1) {
      box.advance(10);
      times.push(box.now);
      give(box, numbered(i));
    }
    const statusOf = (from: number): readonly string[] => shown(replies(streamOf(box.appliance, { ...ALL, request: [], startTime: from - ORIGIN }, box.now), box.now)).filter((line) => line.includes('status'));
    assert.deepEqual(statusOf(times[1] ?? 0), ['DATA status 13']);
    assert.deepEqual(statusOf(times[0] ?? 0), ['REPLY status 12']);
    assert.deepEqual(statusOf(box.now + 100), ['REPLY status 12'], 'nor is the future known');
    const missing = streamOf(box.appliance, { ...ALL, request: [], startTime: 1 }, box.now);
    const [reply] = replies(missing, box.now);
    assert.deepEqual([reply?.type, reply?.baseTime], [Message.LEASEQUERY_REPLY, box.now - ORIGIN]);
    give(box, numbered(9));
    assert.equal(replies(missing, box.now)[0]?.clients[0]?.clientId, hex(numbered(9)));
  });

  it('[O-11] tells who comes again what its connection ended before, whatever time it was told meanwhile', () => {
    const box = queried({ commits: 'by hand' });
    const stream = streamOf(box.appliance, ALL, box.now);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    box.commitSucceeds();
    const given = read(box.takeSent()[0]).ias[0]?.leases[0]?.name ?? '';
    box.advance(10);
    box.deliver(message(MessageType.REQUEST, [iaNa(2)]));
    assert.deepEqual(shown(replies(stream, box.now)), ['REPLY'], 'it waits for the other commit');
    box.advance(10);
    const [idle] = repliesIn(stream.idle(epochSeconds(box.now)) ?? Buffer.of());
    stream.close(epochSeconds(box.now));
    box.commitFails();
    const again = streamOf(box.appliance, { ...ALL, startTime: idle?.baseTime ?? 0 }, box.now);
    assert.deepEqual(shown(replies(again, box.now)), ['REPLY', `DATA ${hex(CLIENT)} ${full(given)} 1980`, 'DATA status 13']);
  });

  it('[O-11] tells who comes again what was said too late for its connection', () => {
    const box = queried();
    const stream = streamOf(box.appliance, ALL, box.now);
    for (const client of [1, 2]) give(box, numbered(client));
    box.advance(30);
    const [, first] = replies(stream, box.now);
    assert.equal(first?.clients[0]?.clientId, hex(numbered(1)));
    stream.close(epochSeconds(box.now));
    box.advance(5);
    const again = replies(streamOf(box.appliance, { ...ALL, startTime: first.baseTime ?? 0 }, box.now), box.now);
    assert.ok(again.some(({ clients }) => clients[0]?.clientId === hex(numbered(2))));
  });

  it('[O-11] does not say that all from before was told while some of it waits for a commit', () => {
    const box = queried({ commits: 'by hand' });
    replies(streamOf(box.appliance, ALL, box.now), box.now);
    box.advance(5);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    box.commitSucceeds();
    box.deliver(message(MessageType.REQUEST, [iaNa(2)]));
    const again = streamOf(box.appliance, { ...ALL, startTime: box.now - ORIGIN }, box.now);
    assert.deepEqual(shown(replies(again, box.now)), ['REPLY']);
    box.commitSucceeds();
    assert.deepEqual(replies(again, box.now).map(({ status, clients }) => status?.code ?? clients[0]?.leases.length), [2, 13]);
  });

  describe('of which more changes than it has read wait', () => {
    const WAITING_MAX = 4_096;
    const CLIENTS = WAITING_MAX + 200;
    let box: Box;
    let stream: ReturnType<typeof streamOf>;
    const clientsIn = (all: readonly Reply[]): number => new Set(all.flatMap(({ clients }) => clients.map(({ clientId }) => clientId))).size;

    beforeEach(() => {
      box = createBox({ provisioning: PROVISIONING.replace('2001:db8:1::1ff', '2001:db8:1::7fff') + section() });
      stream = streamOf(box.appliance, { ...ALL, request: [] }, box.now);
      for (let i = 0; i < CLIENTS; i += 1) give(box, numbered(i));
    });

    it('[O-11] keeps no more of them, and tells of all of them when it does', () => {
      assert.ok(stream.behind <= WAITING_MAX);
      box.advance(1);
      const all = replies(stream, box.now);
      assert.equal(clientsIn(all), CLIENTS);
      assert.ok(all.every(({ status }) => status === undefined), 'nobody asked for what was before');
      give(box, numbered(3));
      assert.equal(clientsIn(replies(stream, box.now)), 1);
    });

    for (const [when, before] of [['before it reads', () => undefined], ['while it reads', () => void stream.next(epochSeconds(box.now))]] as const) {
      it(`[O-11] tells of them when it comes again, where it goes ${when}`, () => {
        before();
        box.advance(60);
        stream.close(epochSeconds(box.now));
        const again = replies(streamOf(box.appliance, { ...ALL, startTime: box.now - ORIGIN }, box.now), box.now);
        assert.equal(clientsIn(again), CLIENTS);
        assert.equal(again.at(-1)?.status?.code, Status.CatchUpComplete);
      });
    }
  });

  it('[O-11, R-ST2] says DataMissing to who names a time by a clock that nobody has confirmed, and one that the clock has shown twice', () => {
    const clock = rightClock(1_800_000_000);
    const box = createBox({ clock: { ...clock, system: 'unconfirmed' }, provisioning: PROVISIONING + section() });
    /** By the clock of the box. */
    let now = box.now;
    const set = (time: number): void => {
      now = time;
      box.dispatch({ kind: 'clockCommand', id: 1, time: epochSeconds(time) });
    };
    const pass = (time: number): void => {
      now += time;
      box.advance(time);
    };
    const statusFor = (from: number): number | undefined => replies(streamOf(box.appliance, { ...ALL, startTime: from - ORIGIN }, now), now).find(({ status }) => status !== undefined)?.status?.code;
    pass(10);
    assert.deepEqual([statusFor(now - 5), statusFor(now)], [Status.DataMissing, Status.DataMissing]);
    set(now + 5_000);
    assert.equal(statusFor(now), Status.DataMissing, 'it only begins');
    pass(10);
    assert.deepEqual([statusFor(now), statusFor(now - 100)], [Status.CatchUpComplete, Status.DataMissing]);
    const before = now;
    set(now - 1_000);
    pass(600);
    assert.deepEqual([statusFor(now), statusFor(before - 2)], [Status.DataMissing, Status.DataMissing]);
    pass(500);
    assert.deepEqual([statusFor(now), statusFor(before)], [Status.CatchUpComplete, Status.DataMissing]);
  });

  it('[O-11] a bulk leasequery fills the gap: what changed in a span of time, also what ended in it', () => {
    const box = queried();
    const [kept, gone] = [give(box, numbered(1)), give(box, numbered(2))];
    give(box, numbered(3));
    const start = box.now + 10;
    box.advance(20);
    box.deliver(message(MessageType.RENEW, [iaNa(1, kept)], { client: numbered(1) }));
    box.deliver(message(MessageType.RELEASE, [iaNa(1, gone)], { client: numbered(2) }));
    const end = box.now + 10;
    box.advance(20);
    give(box, numbered(4));
    const link = { type: Query.link, link: '2001:db8:1::1' };
    const lines = shown(told(box.appliance, { query: link, startTime: start - ORIGIN, endTime: end - ORIGIN }, box.now)).map((line) => line.replace(/^\w+ /, ''));
    assert.deepEqual(lines.slice(0, -1).sort(), [`${hex(numbered(1))} ${full(kept)} 1980`, `${hex(numbered(2))} ${full(gone)} 0`].sort());
    assert.equal(told(box.appliance, { query: link, startTime: end - ORIGIN }, box.now)[0]?.clients[0]?.clientId, hex(numbered(4)));
    assert.equal(told(box.appliance, { query: link, endTime: start - ORIGIN }, box.now)[0]?.clients[0]?.clientId, hex(numbered(3)));
    const byAddress = { query: { type: Query.address, address: gone } };
    assert.deepEqual(shown(told(box.appliance, { ...byAddress, startTime: start - ORIGIN }, box.now)), [`REPLY ${hex(numbered(2))} ${full(gone)} 0`, 'DONE']);
    assert.deepEqual(shown(told(box.appliance, byAddress, box.now)), ['REPLY'], 'where nobody asks for changes it is no lease');
    const future = told(box.appliance, { query: link, startTime: box.now + 100 - ORIGIN, endTime: end - ORIGIN }, box.now);
    assert.deepEqual(future.flatMap(({ clients }) => clients.map(({ clientId }) => clientId)).sort(), [1, 2, 3].map((n) => hex(numbered(n))), 'a start of a clock that was set back since');
  });
});
