/** Active leasequery (RFC 7653), as the box answers it, without the connection. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, epochSeconds } from '../../../src/wire/index.ts';
import { PROVISIONING, configuration } from '../server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, message, read } from '../server/client.ts';
import { FROM_RELAY, relayed, unwrap } from '../server/relayed.ts';
import { ALL, ORIGIN, give, hex, queried, section, shown } from './active-box.ts';
import { begun, replies, steps, streamOf } from './asking.ts';
import { repliesIn } from './frames.ts';
import { Message, Query, Status, full } from './requestor.ts';
import type { Asked } from './requestor.ts';

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

  it('[O-11] tells who asks for a client once more of a lease that another one has by now', () => {
    const box = queried();
    const given = give(box, CLIENT);
    const stream = streamOf(box.appliance, { ...ALL, query: { type: Query.clientId, clientId: hex(CLIENT) } }, box.now);
    assert.deepEqual(shown(replies(stream, box.now)), ['REPLY']);
    box.deliver(message(MessageType.RELEASE, [iaNa(1, given)]));
    const [theirs] = read(box.exchange(message(MessageType.REQUEST, [iaNa(1, given)], { client: OTHER_CLIENT }))).ias;
    assert.equal(theirs?.leases[0]?.name, given);
    assert.deepEqual(shown(replies(stream, box.now)), [`DATA ${hex(OTHER_CLIENT)} ${full(given)} 2000`]);
    box.deliver(message(MessageType.RENEW, [iaNa(1, given)], { client: OTHER_CLIENT }));
    assert.deepEqual(replies(stream, box.now), []);
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
