/** Active leasequery (RFC 7653), as the box answers it, without the connection. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { MessageType, OptionCode, epochSeconds, formatHex } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { rightClock } from '../../unit/appliance/right-clock.ts';
import { PROVISIONING, configuration, createBox, duid } from '../server/box.ts';
import type { Box, BoxOptions } from '../server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, message, read } from '../server/client.ts';
import { FROM_RELAY, relayed, unwrap } from '../server/relayed.ts';
import { begun, replies, steps, streamOf, told } from './asking.ts';
import { repliesIn } from './frames.ts';
import { Message, Query, Status, full } from './requestor.ts';
import type { Asked, Reply } from './requestor.ts';

const section = (tcp = 'security: insecure, active: true'): string => `leasequery: { requestors: [2001:db8:f::5], tcp: { ${tcp} } }\n`;
const ALL: Asked = { type: Message.ACTIVELEASEQUERY, transactionId: 9, request: [100] };
const ORIGIN = 946_684_800;

const hex = (client: Duid): string => formatHex(client, '');
const numbered = (n: number): Duid => duid(`00:03:00:01:02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`);

function queried(options: BoxOptions & { readonly tcp?: string } = {}): Box {
  return createBox({ ...options, provisioning: PROVISIONING + section(options.tcp) });
}

/** @returns the address */
function give(box: Box, client: Duid): string {
  return read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client }))).ias[0]?.leases[0]?.name ?? '';
}

/** Client, leases with what is left of them, and status of each message. */
function shown(all: readonly Reply[]): readonly string[] {
  return all.map(({ type, clients, status }) => {
    const said = clients.map(({ clientId, leases }) => `${clientId} ${leases.map(({ lease, valid }) => `${lease} ${valid}`).join(', ')}`);
    return [NAMES[type] ?? String(type), ...said, ...(status === undefined ? [] : [`status ${status.code}`])].join(' ');
  });
}

const NAMES: Readonly<Record<number, string>> = { 15: 'REPLY', 16: 'DONE', 17: 'DATA' };

describe('active leasequery', () => {
  it('[O-11] tells of each change when it is on stable storage, and what a client has no more, with lifetimes of 0', () => {
    const box = queried({ commits: 'by hand' });
    let woken = 0;
    const stream = streamOf(box.appliance, ALL, box.now, () => {
      woken += 1;
    });
    const news = (): readonly string[] => shown(replies(stream, box.now));
    assert.deepEqual(news(), ['REPLY']);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    assert.deepEqual([news(), woken], [[], 0]);
    box.commitSucceeds();
    assert.ok(woken > 0);
    const given = read(box.takeSent()[0]).ias[0]?.leases[0]?.name ?? '';
    assert.deepEqual(news(), [`DATA ${hex(CLIENT)} ${full(given)} 2000`]);
    box.advance(100);
    box.deliver(message(MessageType.RENEW, [iaNa(1, given)]));
    box.commitSucceeds();
    assert.deepEqual(news(), [`DATA ${hex(CLIENT)} ${full(given)} 2000`]);
    box.deliver(message(MessageType.RELEASE, [iaNa(1, given)]));
    assert.deepEqual(news(), []);
    box.commitSucceeds();
    assert.deepEqual(news(), [`DATA ${hex(CLIENT)} ${full(given)} 0`]);
  });

  it('[O-11] tells of the end of a lease that ran out', () => {
    const box = queried();
    const stream = streamOf(box.appliance, ALL, box.now);
    const given = give(box, CLIENT);
    replies(stream, box.now);
    box.advance(2_010);
    assert.deepEqual(shown(replies(stream, box.now)), [`DATA ${hex(CLIENT)} ${full(given)} 0`]);
  });

  it('[O-11] says in each message when it was made, where that is asked for, and at the end in any case', () => {
    const box = queried();
    const stream = streamOf(box.appliance, ALL, box.now);
    const silent = streamOf(box.appliance, { ...ALL, request: [] }, box.now);
    box.advance(7);
    give(box, CLIENT);
    assert.deepEqual(replies(stream, box.now).map(({ baseTime }) => baseTime), [box.now - ORIGIN, box.now - ORIGIN]);
    assert.deepEqual(replies(silent, box.now).map(({ baseTime }) => baseTime), [undefined, undefined]);
    for (const one of [stream, silent]) {
      const [last] = repliesIn(one.terminate('why', epochSeconds(box.now)));
      assert.deepEqual([last?.type, last?.status, last?.baseTime], [Message.LEASEQUERY_DONE, { code: Status.QueryTerminated, text: 'why' }, box.now - ORIGIN]);
    }
  });

  it('[O-11] says now and then that it is there, without a client', () => {
    const box = queried();
    const stream = streamOf(box.appliance, ALL, box.now);
    replies(stream, box.now);
    const idle = stream.idle(epochSeconds(box.now));
    assert.ok(idle !== undefined);
    assert.deepEqual(shown(repliesIn(idle)), ['DATA']);
  });

  it('[O-11] tells of a lease once, as it is, however often it changed since the requestor read', () => {
    const box = queried();
    const stream = streamOf(box.appliance, ALL, box.now);
    const given = give(box, CLIENT);
    for (let i = 0; i < 5; i += 1) box.deliver(message(MessageType.RENEW, [iaNa(1, given)]));
    box.deliver(message(MessageType.RELEASE, [iaNa(1, given)]));
    assert.equal(stream.behind, 1);
    assert.deepEqual(shown(replies(stream, box.now)), ['REPLY', `DATA ${hex(CLIENT)} ${full(given)} 0`]);
  });

  it('[O-11] waits with a client of which something else waits for a commit, and tells what had ended when that fails', () => {
    const box = queried({ commits: 'by hand' });
    const stream = streamOf(box.appliance, ALL, box.now);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    box.commitSucceeds();
    const given = read(box.takeSent()[0]).ias[0]?.leases[0]?.name ?? '';
    replies(stream, box.now);
    box.deliver(message(MessageType.RELEASE, [iaNa(1, given)]));
    box.commitSucceeds();
    box.deliver(message(MessageType.REQUEST, [iaNa(2)]));
    assert.deepEqual(shown(replies(stream, box.now)), []);
    assert.equal(stream.behind, 1);
    box.commitFails();
    assert.deepEqual(shown(replies(stream, box.now)), [`DATA ${hex(CLIENT)} ${full(given)} 0`]);
  });

  it('[O-11] tells of a lease in the place of one that never became durable, and nothing of that', () => {
    const box = queried({ commits: 'by hand' });
    const stream = streamOf(box.appliance, ALL, box.now);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    box.commitFails();
    assert.deepEqual(shown(replies(stream, box.now)), ['REPLY']);
    // It tries again with the next one.
    for (let left = 10; box.commitsInFlight.length === 0; left -= 1) {
      assert.ok(left > 0);
      box.advance(10);
      box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
    }
    box.commitSucceeds();
    const [first] = replies(stream, box.now);
    assert.equal(first?.clients[0]?.clientId, hex(OTHER_CLIENT));
    assert.equal(box.appliance.leases.size, 1, 'its slot is that of the other one');
  });

  const filters: readonly (readonly [what: string, query: (mine: string) => NonNullable<Asked['query']>])[] = [
    ['an address', (mine) => ({ type: Query.address, address: mine })],
    ['a client', () => ({ type: Query.clientId, clientId: hex(CLIENT) })],
    ['a link', () => ({ type: Query.link, link: '2001:db8:2::1' })],
    ['a Relay-ID', () => ({ type: Query.relayId, relayId: '00030001020000000099' })],
    ['a Remote-ID', () => ({ type: Query.remoteId, remoteId: '000000090102' })],
  ];
  for (const [what, query] of filters) {
    it(`[O-11] tells of ${what} alone where that is asked for`, () => {
      const box = queried();
      const options = [
        { code: 53, data: Buffer.from('00030001020000000099', 'hex') },
        { code: OptionCode.REMOTE_ID, value: { enterprise: 9, id: Uint8Array.of(1, 2) } },
      ];
      const request = relayed(message(MessageType.REQUEST, [iaNa(1)]), { options });
      const mine = unwrap(box.exchange(request, FROM_RELAY)).answer.ias[0]?.leases[0]?.name ?? '';
      const stream = streamOf(box.appliance, { ...ALL, query: query(mine) }, box.now);
      give(box, OTHER_CLIENT);
      assert.deepEqual(shown(replies(stream, box.now)), ['REPLY']);
      box.exchange(request, FROM_RELAY);
      assert.deepEqual(shown(replies(stream, box.now)), [`DATA ${hex(CLIENT)} ${full(mine)} 2000`]);
    });
  }

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

  it('[O-11] tells who asks for the clients of a relay agent once more of one that has moved away, as it is now', () => {
    const box = queried();
    const from = (agent: string): void => {
      box.exchange(relayed(message(MessageType.REQUEST, [iaNa(1)]), { options: [{ code: 53, data: Buffer.from(agent, 'hex') }] }), FROM_RELAY);
    };
    from('0003000102000000000a');
    const asked = { ...ALL, query: { type: Query.relayId, relayId: '0003000102000000000a', request: [47] } };
    const stream = streamOf(box.appliance, asked, box.now);
    assert.deepEqual(shown(replies(stream, box.now)), ['REPLY']);
    from('0003000102000000000b');
    const [moved, ...more] = replies(stream, box.now);
    assert.match(moved?.clients[0]?.relay?.message ?? '', /0003000102000000000b$/);
    from('0003000102000000000b');
    assert.deepEqual([more, replies(stream, box.now)], [[], []], 'then no more');
    from('0003000102000000000a');
    assert.equal(replies(stream, box.now).length, 1);
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

  it('[O-11] ends with QueryTerminated where the configuration changes', () => {
    const box = queried();
    const stream = streamOf(box.appliance, ALL, box.now);
    replies(stream, box.now);
    box.configure(configuration(PROVISIONING.replace('2001:db8:1::1ff', '2001:db8:1::2ff') + section()));
    const [last] = steps(stream, box.now);
    assert.ok(last?.kind === 'done' && last.octets !== undefined);
    assert.deepEqual(shown(repliesIn(last.octets)), ['DONE status 11']);
  });

  const harmless: readonly (readonly [what: string, file: string])[] = [
    ['is told again as it was', PROVISIONING + section()],
    ['lets others ask, too', PROVISIONING + section().replace('[2001:db8:f::5]', '[2001:db8:f::5, 2001:db8:f::7]')],
    ['has other lifetimes', PROVISIONING.replace('preferred: 1000s', 'preferred: 1500s') + section()],
    ['goes back further', PROVISIONING + section('security: insecure, active: true, history: 2d')],
  ];
  for (const [what, file] of harmless) {
    it(`[O-11] goes on where the configuration ${what}`, () => {
      const box = queried();
      const streams = [streamOf(box.appliance, ALL, box.now), streamOf(box.appliance, { query: { type: Query.link, link: '2001:db8:1::1' } }, box.now)];
      box.configure(configuration(file));
      give(box, CLIENT);
      for (const stream of streams) assert.deepEqual(replies(stream, box.now).flatMap(({ clients }) => clients.map(({ clientId }) => clientId)), [hex(CLIENT)]);
    });
  }

  const refusals: readonly (readonly [what: string, asked: Asked, status: number, tcp?: string])[] = [
    ['one where there is none', ALL, Status.NotSupported, 'security: insecure'],
    ['one with an end', { ...ALL, endTime: 5 }, Status.MalformedQuery],
    ['an unknown type', { ...ALL, query: { type: 77 } }, Status.UnknownQueryType],
    ['a query that lacks something', { ...ALL, query: { type: Query.relayId } }, Status.MalformedQuery],
    ['a link that is none', { ...ALL, query: { type: Query.link, link: '2001:db8:99::1' } }, Status.NotConfigured],
    ['a time that is none', { ...ALL, more: [Buffer.of(0, 101, 0, 2, 0, 0)] }, Status.MalformedQuery],
  ];
  for (const [what, asked, status, tcp] of refusals) {
    it(`[O-11] refuses ${what} with status ${status}, and closes`, () => {
      const box = queried(tcp === undefined ? {} : { tcp });
      const beginning = begun(box.appliance, asked, box.now);
      assert.ok(beginning.kind === 'refused' && beginning.closes);
      assert.deepEqual(repliesIn(beginning.octets).map((reply) => [reply.type, reply.status?.code]), [[Message.LEASEQUERY_REPLY, status]]);
    });
  }
});
