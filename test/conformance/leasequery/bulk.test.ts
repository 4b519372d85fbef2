/** Bulk leasequery (RFC 5460), as the box answers it, without the connection. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, encodeMessage, epochSeconds, formatHex } from '../../../src/wire/index.ts';
import type { Duid, PlainOption, PlainRelayMessage } from '../../../src/wire/index.ts';
import { PROVISIONING, SERVER_ID, address, configuration, createBox, duid } from '../server/box.ts';
import type { Box, BoxOptions } from '../server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message } from '../server/client.ts';
import { FROM_RELAY, relayed } from '../server/relayed.ts';
import { begun, replies, steps, streamOf, told } from './asking.ts';
import { repliesIn } from './frames.ts';
import { Message, Query, REQUESTOR_ID, Status, leasequery, readReply } from './requestor.ts';
import type { Asked, Reply } from './requestor.ts';

const LEASEQUERY = 'leasequery: { requestors: [2001:db8:f::5], tcp: { security: insecure } }\n';
const RELAY_ID = '00030001020000000099';
const REMOTE_ID = { enterprise: 9, id: Uint8Array.of(1, 2) };

const hex = (client: Duid): string => formatHex(client, '');
const numbered = (n: number): Duid => duid(`00:03:00:01:02:00:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`);

function queried(options: BoxOptions = {}): Box {
  return createBox({ provisioning: PROVISIONING + LEASEQUERY, ...options });
}

/** An address and a prefix on `lan`. */
function give(box: Box, client: Duid): void {
  box.deliver(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { client }));
}

/** The same on `branch`. */
function giveRelayed(box: Box, client: Duid, options: readonly PlainOption[]): void {
  box.deliver(relayed(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { client }), { options }), FROM_RELAY);
}

const relayId: PlainOption = { code: 53, data: Buffer.from(RELAY_ID, 'hex') };
const remoteId: PlainOption = { code: OptionCode.REMOTE_ID, value: REMOTE_ID };

const byLink = (link: string, more: Partial<Asked> = {}): Asked => ({ query: { type: Query.link, link }, ...more });
const ask = (box: Box, asked: Asked): readonly Reply[] => told(box.appliance, asked, box.now);
const clientsIn = (all: readonly Reply[]): readonly string[] => all.flatMap(({ clients }) => clients.map(({ clientId }) => clientId)).sort();

describe('bulk leasequery', () => {
  it('[O-10] tells of each client on a link: the first in a LEASEQUERY-REPLY, others in LEASEQUERY-DATA, then LEASEQUERY-DONE', () => {
    const box = queried();
    for (const client of [CLIENT, OTHER_CLIENT, numbered(700)]) give(box, client);
    giveRelayed(box, numbered(701), []);
    const all = ask(box, byLink('2001:db8:1::77', { transactionId: 0x123456 }));
    assert.deepEqual(all.map(({ type }) => type), [Message.LEASEQUERY_REPLY, Message.LEASEQUERY_DATA, Message.LEASEQUERY_DATA, Message.LEASEQUERY_DONE]);
    assert.deepEqual(all.map(({ serverId, requestorId }) => [serverId, requestorId]), [[hex(SERVER_ID), REQUESTOR_ID], [undefined, undefined], [undefined, undefined], [undefined, undefined]]);
    assert.deepEqual(all.map(({ transactionId, status, links, clients }) => [transactionId, status, links, clients.length]), [1, 1, 1, 0].map((count) => [0x123456, undefined, undefined, count]));
    assert.deepEqual(clientsIn(all), [CLIENT, OTHER_CLIENT, numbered(700)].map(hex).sort());
    assert.ok(all.slice(0, 3).every(({ clients }) => clients[0]?.leases.length === 2), 'each with all that it has on the link');
  });

  it('[O-10] of nothing tells a LEASEQUERY-REPLY alone', () => {
    const all = ask(queried(), byLink('2001:db8:1::77'));
    assert.deepEqual(all.map(({ type, status, clients }) => [type, status, clients]), [[Message.LEASEQUERY_REPLY, undefined, []]]);
  });

  it('[O-10] finds the clients of a relay agent by its Relay-ID, and on one link of several', () => {
    const box = queried();
    give(box, numbered(1));
    giveRelayed(box, numbered(2), [relayId]);
    giveRelayed(box, numbered(3), []);
    box.deliver(relayed(message(MessageType.REQUEST, [iaNa(1)], { client: numbered(4) }), { options: [] }, { linkAddress: '2001:db8:1::1', options: [relayId] }), FROM_RELAY);
    const query = { type: Query.relayId, relayId: RELAY_ID };
    assert.deepEqual(clientsIn(ask(box, { query })), [hex(numbered(2)), hex(numbered(4))], 'also of one that is not the nearest');
    assert.deepEqual(clientsIn(ask(box, { query: { ...query, link: '2001:db8:2::5' } })), [hex(numbered(2)), hex(numbered(4))]);
    assert.deepEqual(clientsIn(ask(box, { query: { ...query, link: '2001:db8:1::5' } })), []);
    assert.deepEqual(clientsIn(ask(box, { query: { ...query, relayId: `${RELAY_ID}00` } })), []);
    assert.equal(ask(box, { query: { ...query, link: '2001:db8:99::1' } })[0]?.status?.code, Status.NotConfigured);
  });

  it('[O-2, O-10] finds clients by the Remote-ID that a relay agent gave them last', () => {
    const box = queried();
    giveRelayed(box, numbered(2), [remoteId]);
    giveRelayed(box, numbered(3), [{ code: OptionCode.REMOTE_ID, value: { ...REMOTE_ID, enterprise: 10 } }]);
    const query = { type: Query.remoteId, remoteId: '000000090102' };
    assert.deepEqual(clientsIn(ask(box, { query })), [hex(numbered(2))]);
    giveRelayed(box, numbered(2), []);
    assert.deepEqual(clientsIn(ask(box, { query })), []);
    assert.deepEqual(clientsIn(ask(box, { query: { type: Query.remoteId, remoteId: '0000000a0102' } })), [hex(numbered(3))]);
  });

  it('[O-2, O-10, S-TX-7] finds them wherever in its message a relay agent says that, and tells of a well-formed one', () => {
    const box = queried();
    const inner = encodeMessage(message(MessageType.REQUEST, [iaNa(1)], { client: numbered(2) }));
    const nearest: PlainRelayMessage = {
      type: MessageType.RELAY_FORW,
      hopCount: 0,
      linkAddress: address('2001:db8:2::1'),
      peerAddress: address('fe80::c1'),
      options: [{ code: OptionCode.RELAY_MSG, value: inner }, remoteId, relayId],
    };
    const outer = { ...nearest, hopCount: 1, options: [{ code: OptionCode.RELAY_MSG, value: encodeMessage(nearest) }, { code: OptionCode.INTERFACE_ID, value: Uint8Array.of(7) }] } as const;
    box.deliver(outer, FROM_RELAY);
    for (const query of [{ type: Query.relayId, relayId: RELAY_ID, request: [47] }, { type: Query.remoteId, remoteId: '000000090102', request: [47] }]) {
      const [reply] = ask(box, { query });
      assert.equal(reply?.clients[0]?.clientId, hex(numbered(2)));
      const header = (hops: string): string => `0c${hops}${formatHex(nearest.linkAddress, '')}${formatHex(nearest.peerAddress, '')}`;
      const said = `${header('00')}002500060000000901020035000a${RELAY_ID}`;
      assert.equal(reply.clients[0].relay?.message, `${header('01')}00120001070009${(said.length / 2).toString(16).padStart(4, '0')}${said}`);
    }
  });

  it('[O-9, O-10] takes the queries of RFC 5007, too, and tells of each link of a client', () => {
    const box = queried();
    give(box, CLIENT);
    giveRelayed(box, CLIENT, []);
    const all = ask(box, { query: { type: Query.clientId, clientId: hex(CLIENT), request: [47] } });
    assert.deepEqual(all.map(({ type, links }) => [type, links]), [[Message.LEASEQUERY_REPLY, undefined], [Message.LEASEQUERY_DATA, undefined], [Message.LEASEQUERY_DONE, undefined]]);
    assert.deepEqual(all.flatMap(({ clients }) => clients.map(({ relay }) => relay !== undefined)).sort(), [false, true]);
    const lease = all[0]?.clients[0]?.leases[0]?.lease ?? '';
    const byAddress = ask(box, { query: { type: Query.address, address: expand(lease) } });
    assert.deepEqual(byAddress.map(({ type, clients }) => [type, clients.length]), [[Message.LEASEQUERY_REPLY, 1], [Message.LEASEQUERY_DONE, 0]]);
    assert.ok(byAddress[0]?.clients[0]?.leases.some((one) => one.lease === lease));
  });

  it('[O-10] tells of each of many clients once, in steps of little work and few octets', () => {
    const box = queried({ provisioning: `${PROVISIONING.replace('2001:db8:2::1ff', '2001:db8:2::ffff')}${LEASEQUERY}` });
    const clients = Array.from({ length: 240 }, (_, i) => numbered(i));
    for (const client of clients) giveRelayed(box, client, [relayId]);
    const made = steps(streamOf(box.appliance, { query: { type: Query.relayId, relayId: RELAY_ID, request: [47] } }, box.now), box.now);
    const all = made.flatMap(({ octets }) => (octets === undefined ? [] : repliesIn(octets)));
    assert.deepEqual(clientsIn(all), clients.map(hex).sort());
    assert.equal(all.length, 241);
    assert.ok(made.length > 5, `${made.length} steps`);
    for (const { octets } of made) assert.ok((octets?.length ?? 0) <= 16_384 + 512);
  });

  it('[O-10] tells of a client that was there all the time, whatever others get and give back meanwhile', () => {
    const box = queried();
    for (let i = 0; i < 200; i += 1) give(box, numbered(i));
    const stream = streamOf(box.appliance, byLink('2001:db8:1::1'), box.now);
    const all: Reply[] = [];
    let next = 300;
    for (let isDone = false; !isDone; ) {
      const step = stream.next(epochSeconds(box.now));
      if ('octets' in step) all.push(...repliesIn(step.octets));
      isDone = step.kind === 'done';
      give(box, numbered(next++));
      const renewed = box.appliance.leases.records.address(box.appliance.leases.firstOfClient(numbered(150), 0, 10));
      box.deliver(message(MessageType.REBIND, [iaNa(1, expand(Buffer.from(renewed).toString('hex').replaceAll(/(.{4})(?=.)/g, '$1:')))], { client: numbered(150) }));
    }
    const counted = new Map<string, number>();
    for (const client of clientsIn(all)) counted.set(client, (counted.get(client) ?? 0) + 1);
    for (let i = 0; i < 200; i += 1) assert.equal(counted.get(hex(numbered(i))), 1, `client ${i}`);
  });

  it('[O-10] waits for the commit of what it is to tell, and tells the others before', () => {
    const box = queried({ commits: 'by hand' });
    give(box, CLIENT);
    box.commitSucceeds();
    give(box, OTHER_CLIENT);
    const stream = streamOf(box.appliance, byLink('2001:db8:1::1'), box.now);
    const before = steps(stream, box.now);
    assert.equal(before.at(-1)?.kind, 'waiting');
    assert.deepEqual(clientsIn(before.flatMap(({ octets }) => (octets === undefined ? [] : repliesIn(octets)))), [hex(CLIENT)]);
    box.commitSucceeds();
    assert.deepEqual(replies(stream, box.now).map(({ type, clients }) => [type, clients[0]?.clientId]), [[Message.LEASEQUERY_DATA, hex(OTHER_CLIENT)], [Message.LEASEQUERY_DONE, undefined]]);
  });

  it('[O-9, O-10] tells of a lease that is being given back as long as that is not durable: it waits', () => {
    const box = queried({ commits: 'by hand' });
    give(box, CLIENT);
    box.commitSucceeds();
    const given = [...box.durable.keys()].find((name) => name.endsWith('/128'))?.replace('/128', '') ?? '';
    box.deliver(message(MessageType.RELEASE, [iaNa(1, given)]));
    const asked: readonly Asked[] = [byLink('2001:db8:1::1'), { query: { type: Query.address, address: given } }];
    const streams = asked.map((one) => streamOf(box.appliance, one, box.now));
    for (const stream of streams) assert.deepEqual(steps(stream, box.now).map(({ kind }) => kind), ['waiting']);
    const source = address('2001:db8:f::5');
    assert.equal(box.exchange(leasequery({ query: { type: Query.address, address: given } }), { interfaceName: 'uplink', source, destination: 'unicast' }), undefined);
    box.commitFails();
    for (const stream of streams) assert.equal(replies(stream, box.now)[0]?.clients[0]?.leases.length, 2);
    assert.equal(readReply(box.takeSent().at(-1)?.bytes ?? Buffer.of()).clients[0]?.leases.length, 2);
  });

  it('[O-10] says when it was made, in each message, where that is asked for', () => {
    const box = queried();
    give(box, CLIENT);
    give(box, OTHER_CLIENT);
    const since2000 = box.now - 946_684_800;
    assert.deepEqual(ask(box, byLink('2001:db8:1::1', { request: [100] })).map(({ baseTime }) => baseTime), [since2000, since2000, since2000]);
    assert.deepEqual(ask(box, { query: { type: Query.link, link: '2001:db8:1::1', request: [100] } }).map(({ baseTime }) => baseTime), [since2000, since2000, since2000]);
    assert.ok(ask(box, byLink('2001:db8:1::1')).every(({ baseTime }) => baseTime === undefined));
  });

  it('[O-10] ends with QueryTerminated where the configuration changes under it, before the first word and behind it', () => {
    const box = queried();
    for (let i = 0; i < 200; i += 1) give(box, numbered(i));
    const [begunStream, freshStream] = [0, 1].map(() => streamOf(box.appliance, byLink('2001:db8:1::1'), box.now));
    assert.ok(begunStream !== undefined && freshStream !== undefined);
    assert.equal(begunStream.next(epochSeconds(box.now)).kind, 'octets');
    box.configure(configuration(PROVISIONING.replace('2001:db8:1::1ff', '2001:db8:1::2ff') + LEASEQUERY));
    for (const [stream, type] of [[begunStream, Message.LEASEQUERY_DONE], [freshStream, Message.LEASEQUERY_REPLY]] as const) {
      const step = stream.next(epochSeconds(box.now));
      assert.ok(step.kind === 'done' && step.closes);
      assert.deepEqual(repliesIn(step.octets).map((reply) => [reply.type, reply.status?.code]), [[type, Status.QueryTerminated]]);
    }
  });

  const refusals: readonly (readonly [what: string, asked: Asked, status: number])[] = [
    ['an unknown type', { query: { type: 6 } }, Status.UnknownQueryType],
    ['a Relay-ID query without one', { query: { type: Query.relayId } }, Status.MalformedQuery],
    ['a Relay-ID that is no DUID', { query: { type: Query.relayId, relayId: '00' } }, Status.MalformedQuery],
    ['a Remote-ID query without one', { query: { type: Query.remoteId } }, Status.MalformedQuery],
    ['a link query without a link', { query: { type: Query.link } }, Status.MalformedQuery],
    ['a link that is none', byLink('2001:db8:99::1'), Status.NotConfigured],
  ];
  for (const [what, asked, status] of refusals) {
    it(`[O-10] refuses ${what} with status ${status}, and the connection stays`, () => {
      const box = queried();
      const beginning = begun(box.appliance, asked, box.now);
      assert.ok(beginning.kind === 'refused' && !beginning.closes);
      assert.deepEqual(repliesIn(beginning.octets).map((reply) => [reply.type, reply.status?.code, reply.clients]), [[Message.LEASEQUERY_REPLY, status, []]]);
    });
  }

  const invalid: readonly (readonly [what: string, message: Uint8Array])[] = [
    ['nothing', new Uint8Array()],
    ['a Solicit', leasequery({ ...byLink('2001:db8:1::1'), type: MessageType.SOLICIT })],
    ['a LEASEQUERY-REPLY', leasequery({ ...byLink('2001:db8:1::1'), type: Message.LEASEQUERY_REPLY })],
    ['a query without a requestor', leasequery({ ...byLink('2001:db8:1::1'), requestorId: '' })],
    ['a query for another server', leasequery({ ...byLink('2001:db8:1::1'), serverId: '00030001aa' })],
    ['a query without a query', leasequery({})],
    ['half a query', leasequery(byLink('2001:db8:1::1')).subarray(0, 30)],
  ];
  for (const [what, octets] of invalid) {
    it(`[O-10] discards ${what}, and closes the connection`, () => {
      const box = queried();
      assert.equal(begun(box.appliance, octets, box.now).kind, 'invalid');
    });
  }
});

/** `2001:db8:1:0:0:0:0:5` as the server's own parser takes it. */
function expand(text: string): string {
  return text.split('/')[0] ?? '';
}
