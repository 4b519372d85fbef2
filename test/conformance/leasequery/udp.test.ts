/** Leasequery by UDP (RFC 5007), as the box answers it. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, formatAddress, formatHex } from '../../../src/wire/index.ts';
import type { Duid, PlainOption } from '../../../src/wire/index.ts';
import { CLIENT_ADDRESS, PROVISIONING, SERVER_ID, address, configuration, createBox } from '../server/box.ts';
import type { Box, BoxOptions, Delivery, Sent } from '../server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from '../server/client.ts';
import { FROM_RELAY, RELAY_ADDRESS, relayed, unwrap } from '../server/relayed.ts';
import { Message, Query, REQUESTOR_ID, Status, addressIn, full, leasequery, option, readReply } from './requestor.ts';
import type { Asked, Reply } from './requestor.ts';

const FROM_REQUESTOR: Delivery = { interfaceName: 'uplink', source: address('2001:db8:f::5'), sourcePort: 41_000, destination: 'unicast' };
const LEASEQUERY = `
leasequery:
  requestors: [2001:db8:f::5, "2001:db8:ffff::/64"]
`;

const hex = (duid: Duid): string => formatHex(duid, '');

function queried(options: BoxOptions & { readonly section?: string } = {}): Box {
  return createBox({ ...options, provisioning: PROVISIONING + (options.section ?? LEASEQUERY) });
}

function ask(box: Box, asked: Asked | Uint8Array, delivery: Delivery = FROM_REQUESTOR): Reply {
  return answered(box.exchange(asked instanceof Uint8Array ? asked : leasequery(asked), delivery));
}

function answered(sent: Sent | undefined): Reply {
  assert.ok(sent !== undefined, 'the query is answered');
  const reply = readReply(sent.bytes);
  assert.equal(reply.type, Message.LEASEQUERY_REPLY);
  assert.equal(reply.serverId, hex(SERVER_ID));
  return reply;
}

const byAddress = (text: string, more: Partial<NonNullable<Asked['query']>> = {}): Asked => ({ query: { type: Query.address, address: text, ...more } });
const byClient = (duid: Duid, more: Partial<NonNullable<Asked['query']>> = {}): Asked => ({ query: { type: Query.clientId, clientId: hex(duid), ...more } });

/** The client gets an address and a prefix on `lan`. */
function give(box: Box, client: Duid = CLIENT, delivery: Delivery = {}): { readonly address: string; readonly prefix: string } {
  const answer = read(box.exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { client }), delivery));
  return { address: answer.ias[0]?.leases[0]?.name ?? '', prefix: answer.ias[1]?.leases[0]?.name ?? '' };
}

/** The same on `branch`, behind a relay agent. */
function giveRelayed(box: Box, client: Duid = CLIENT, options: readonly PlainOption[] = []): { readonly address: string; readonly prefix: string } {
  const { answer } = unwrap(box.exchange(relayed(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { client }), { options }), FROM_RELAY));
  return { address: answer.ias[0]?.leases[0]?.name ?? '', prefix: answer.ias[1]?.leases[0]?.name ?? '' };
}

describe('leasequery by UDP', () => {
  it('[O-9] an address leads to its client, with all that it has on the link, how long that lasts, and when it was heard', () => {
    const box = queried();
    const given = give(box);
    box.advance(100);
    const reply = ask(box, { ...byAddress(given.address), transactionId: 0xabcdef });
    assert.equal(reply.transactionId, 0xabcdef);
    assert.equal(reply.requestorId, REQUESTOR_ID);
    assert.equal(reply.status, undefined);
    assert.deepEqual(reply.clients.map(({ clientId, cltTime, relay, others }) => ({ clientId, cltTime, relay, others })), [
      { clientId: hex(CLIENT), cltTime: 100, relay: undefined, others: {} },
    ]);
    const left = { preferred: 900, valid: 1_900 };
    assert.deepEqual(
      [...(reply.clients[0]?.leases ?? [])].sort((a, b) => a.lease.length - b.lease.length),
      [{ lease: full(given.address), ...left }, { lease: full(given.prefix), ...left }].sort((a, b) => a.lease.length - b.lease.length),
    );
  });

  it('[O-9] an address inside of a delegated prefix leads to the client of the prefix', () => {
    const box = queried();
    const { prefix } = give(box);
    const inside = prefix.replace(/::\/56$/, '::1234:5');
    assert.equal(ask(box, byAddress(inside)).clients[0]?.clientId, hex(CLIENT));
    assert.deepEqual(ask(box, byAddress('2001:db8:100:ff00::1')).clients, [], 'and one that nobody has to nobody');
  });

  it('[O-9] a client that is on several links is told by them, and on each when that is asked for', () => {
    const box = queried();
    const lan = give(box);
    assert.equal(ask(box, byClient(CLIENT)).clients.length, 1, 'on one link it is told at once');
    const branch = giveRelayed(box);
    const reply = ask(box, byClient(CLIENT));
    assert.deepEqual(reply.clients, []);
    assert.deepEqual([...(reply.links ?? [])].sort(), [full('2001:db8:1::'), full('2001:db8:2::')]);
    const leasesOn = (link: string): readonly string[] => (ask(box, byClient(CLIENT, { link })).clients[0]?.leases ?? []).map(({ lease }) => lease).sort();
    assert.deepEqual(leasesOn(reply.links?.find((link) => link.startsWith('2001:db8:1:')) ?? ''), [lan.address, lan.prefix].map(full).sort());
    assert.deepEqual(leasesOn('2001:db8:2::77'), [branch.address, branch.prefix].map(full).sort());
    assert.deepEqual(ask(box, byClient(OTHER_CLIENT)).clients, []);
  });

  it('[O-9] an address counts on its own link alone', () => {
    const box = queried();
    const { address: given } = give(box);
    giveRelayed(box);
    assert.deepEqual(ask(box, byAddress(given, { link: '2001:db8:2::1' })).clients, []);
    assert.equal(ask(box, byAddress(given, { link: '2001:db8:1::1' })).clients.length, 1);
  });

  it('[O-9] what was released, declined, or ran out is not leased', () => {
    const box = queried();
    const { address: given, prefix } = give(box);
    box.exchange(message(MessageType.RELEASE, [iaPd(2, prefix)]));
    assert.deepEqual(ask(box, byClient(CLIENT)).clients[0]?.leases.map(({ lease }) => lease), [full(given)]);
    box.exchange(message(MessageType.DECLINE, [iaNa(1, given)]));
    assert.deepEqual(ask(box, byClient(CLIENT)).clients, []);
    const other = give(box, OTHER_CLIENT);
    box.advance(1_999);
    assert.deepEqual(ask(box, byAddress(other.address)).clients[0]?.leases.map(({ preferred, valid }) => [preferred, valid]), [[0, 1], [0, 1]]);
    box.advance(1);
    assert.deepEqual(ask(box, byAddress(other.address)).clients, []);
  });

  it('[O-9] how a client was heard is told where it is asked for, and is none where that was directly', () => {
    const box = queried();
    const relayAgent = [{ code: OptionCode.REMOTE_ID, value: { enterprise: 9, id: Uint8Array.of(1, 2) } }];
    const { address: given } = giveRelayed(box, CLIENT, relayAgent);
    assert.equal(ask(box, byAddress(given)).clients[0]?.relay, undefined, 'not unasked');
    const relay = ask(box, byAddress(given, { request: [47] })).clients[0]?.relay;
    assert.equal(relay?.peer, addressIn(RELAY_ADDRESS));
    const header = `0c00${formatHex(address('2001:db8:2::1'), '')}${formatHex(address('fe80::c1'), '')}`;
    assert.equal(relay.message, `${header}00250006000000090102`, 'a Relay-forward without what was relayed');
    const { address: direct } = give(box, OTHER_CLIENT);
    assert.equal(ask(box, byAddress(direct, { request: [47] })).clients[0]?.relay, undefined);
  });

  it('[O-9] the link-layer address of a client is told where it is asked for and known, and not where it is kept back', () => {
    const relayAgent = [{ code: OptionCode.CLIENT_LINKLAYER_ADDR, value: { hardwareType: 1, address: Uint8Array.of(2, 0, 0x5e, 0, 0, 1) } }];
    const box = queried();
    const { address: given } = giveRelayed(box, CLIENT, relayAgent);
    assert.deepEqual(ask(box, byAddress(given, { request: [79, 23, 47] })).clients[0]?.others, { 79: '000102005e000001' });
    assert.deepEqual(ask(box, byAddress(given)).clients[0]?.others, {});
    box.configure(configuration(`${PROVISIONING}${LEASEQUERY}  sensitive-options: [79, 47]\n`));
    const [told] = ask(box, byAddress(given, { request: [79, 47] })).clients;
    assert.deepEqual([told?.others, told?.relay], [{}, undefined]);
    box.configure(configuration(`${PROVISIONING}${LEASEQUERY}  sensitive-options: [79]\n`));
    assert.doesNotMatch(ask(box, byAddress(given, { request: [47] })).clients[0]?.relay?.message ?? assert.fail(), /004f0008/, 'nor inside of what the relay agent said');
  });

  it('[O-9] goes back to where it came from', () => {
    const box = queried();
    const sent = box.exchange(leasequery(byClient(CLIENT)), FROM_REQUESTOR);
    assert.deepEqual([sent?.interfaceName, sent?.destination, sent?.port], ['uplink', '2001:db8:f::5', 41_000]);
    assert.ok(box.exchange(leasequery(byClient(CLIENT)), { ...FROM_REQUESTOR, destination: 'multicast' }) !== undefined, 'to all servers, too');
  });

  const refused: readonly (readonly [what: string, asked: Asked | Uint8Array, status: number])[] = [
    ['an unknown query type', { query: { type: 6 } }, Status.UnknownQueryType],
    ['an address query without an address', { query: { type: Query.address } }, Status.MalformedQuery],
    ['a client query without a client', { query: { type: Query.clientId } }, Status.MalformedQuery],
    ['options that reach beyond the query', { query: { type: Query.clientId, more: [Buffer.of(0, 1, 0, 9, 1)] } }, Status.MalformedQuery],
    ['a query that is too short', leasequery({ more: [option(44, Buffer.alloc(16))] }), Status.MalformedQuery],
    ['an address of no link', byAddress('2001:db8:99::1'), Status.NotConfigured],
    ['a link that is none', byClient(CLIENT, { link: '2001:db8:99::1' }), Status.NotConfigured],
    ['a query by relay', { query: { type: Query.relayId, relayId: '00030001020000000001' } }, Status.NotAllowed],
    ['a query by link', { query: { type: Query.link, link: '2001:db8:1::1' } }, Status.NotAllowed],
    ['a query by Remote-ID', { query: { type: Query.remoteId, remoteId: '0000000901' } }, Status.NotAllowed],
  ];
  for (const [what, asked, status] of refused) {
    it(`[O-9] ${what} is refused with status ${status}`, () => {
      const box = queried();
      give(box);
      const reply = ask(box, asked);
      assert.equal(reply.status?.code, status);
      assert.notEqual(reply.status.text, '');
      assert.deepEqual([reply.clients, reply.links], [[], undefined]);
    });
  }

  it('[O-9] a stranger is refused, whatever it asks, and the log says so once', () => {
    const box = queried();
    const { address: given } = give(box);
    for (const asked of [byAddress(given), byClient(CLIENT), { query: { type: 99 } }]) {
      const reply = ask(box, asked, { ...FROM_REQUESTOR, source: address('2001:db8:f::6') });
      assert.equal(reply.status?.code, Status.NotAllowed);
      assert.deepEqual(reply.clients, []);
    }
    assert.deepEqual(box.log.filter((line) => line.includes('leasequery')), ['uplink: leasequery from 2001:db8:f::6 refused: NotAllowed, not from this address']);
    assert.equal(box.appliance.counters.leasequery.refused.get(Status.NotAllowed), 3);
  });

  const unanswered: readonly (readonly [reason: keyof Box['appliance']['counters']['discarded'], asked: Asked | Uint8Array, delivery?: Delivery])[] = [
    ['no-client-id', { ...byClient(CLIENT), requestorId: '' }],
    ['other-server', { ...byClient(CLIENT), serverId: '0003000102' }],
    ['no-query', {}],
    ['bad-source', byClient(CLIENT), { ...FROM_REQUESTOR, source: address('ff02::1') }],
  ];
  for (const [reason, asked, delivery] of unanswered) {
    it(`[O-9] is not answered: ${reason}`, () => {
      const box = queried();
      assert.equal(box.exchange(asked instanceof Uint8Array ? asked : leasequery(asked), { ...FROM_REQUESTOR, ...delivery }), undefined);
      assert.equal(box.appliance.counters.discarded[reason], 1);
    });
  }

  it('[O-9] is not answered where it was relayed: who asks is known by its own address', () => {
    const box = queried();
    assert.equal(box.exchange(relayed(leasequery(byClient(CLIENT)), {}), FROM_RELAY), undefined);
    assert.equal(box.appliance.counters.discarded['leasequery-relayed'], 1);
  });

  it('[O-9] is not answered where nothing is said of it in the file, until something is', () => {
    const box = queried({ section: '' });
    assert.equal(box.exchange(leasequery(byClient(CLIENT)), FROM_REQUESTOR), undefined);
    assert.equal(box.appliance.counters.discarded['leasequery-off'], 1);
    box.configure(configuration(PROVISIONING + LEASEQUERY));
    assert.equal(ask(box, byClient(CLIENT)).status, undefined);
  });

  it('a LEASEQUERY-REPLY, LEASEQUERY-DONE, LEASEQUERY-DATA, and an ACTIVELEASEQUERY by UDP are dropped', () => {
    const box = queried();
    for (const type of [Message.LEASEQUERY_REPLY, Message.LEASEQUERY_DONE, Message.LEASEQUERY_DATA, Message.ACTIVELEASEQUERY]) {
      assert.equal(box.exchange(leasequery({ ...byClient(CLIENT), type }), FROM_REQUESTOR), undefined);
    }
  });

  it('[O-9] tells nothing that is not on stable storage: it waits for the commit', () => {
    const box = queried({ commits: 'by hand' });
    box.deliver(message(MessageType.REQUEST, [iaNa(1), iaPd(2)]));
    assert.equal(box.exchange(leasequery(byClient(CLIENT)), FROM_REQUESTOR), undefined);
    box.commitSucceeds();
    const [reply, query] = box.takeSent();
    assert.equal(reply?.message.type, MessageType.REPLY);
    assert.equal(answered(query).clients[0]?.leases.length, 2);
    const released = readReply(query?.bytes ?? Buffer.of()).clients[0]?.leases.map(({ lease }) => lease) ?? [];
    box.deliver(message(MessageType.RELEASE, [iaNa(1, formatAddress(address(released.find((lease) => !lease.includes('/')) ?? '')))]));
    assert.equal(box.exchange(leasequery(byClient(CLIENT)), FROM_REQUESTOR), undefined);
    box.commitFails();
    assert.equal(answered(box.takeSent().find(({ bytes }) => bytes[0] === Message.LEASEQUERY_REPLY)).clients[0]?.leases.length, 2, 'what failed did not happen');
  });

  it('[O-9] is not answered where records were lost and nobody knows which, until that is accepted', () => {
    const box = queried({ lostRecords: 'unknown' });
    assert.equal(box.exchange(leasequery(byClient(CLIENT)), FROM_REQUESTOR), undefined);
    assert.equal(box.appliance.counters.discarded['storage-lost'], 1);
    box.dispatch({ kind: 'storageAccepted' });
    assert.equal(ask(box, byClient(CLIENT)).status, undefined);
  });

  it('waits behind all clients, and many do not push a client out', () => {
    const box = queried();
    for (let i = 0; i < 1_000; i += 1) {
      box.dispatch({ kind: 'received', datagram: { bytes: leasequery(byClient(CLIENT)), interfaceName: 'uplink', source: address('2001:db8:f::5'), sourcePort: 547, destination: 'unicast' } });
    }
    assert.equal(box.appliance.shed.leasequery, 744);
    const answer = box.takeSent();
    assert.equal(answer.length, 0);
    box.deliver(message(MessageType.SOLICIT, [iaNa(1)]), { source: CLIENT_ADDRESS });
    const sent = box.takeSent();
    assert.equal(sent[0]?.message.type, MessageType.ADVERTISE);
    assert.equal(sent.length, 257);
  });

  it('counts what a stranger asks like what any client sends, also behind a relay agent that may ask', () => {
    const box = queried();
    const stranger = address('2001:db8:f::6');
    const from = (source: typeof stranger, bytes: Uint8Array): void => {
      box.dispatch({ kind: 'received', datagram: { bytes, interfaceName: 'uplink', source, sourcePort: 547, destination: 'unicast' } });
      box.dispatch({ kind: 'drained' });
    };
    const admitted = (many: number, ...given: Parameters<typeof from>): number => {
      const before = box.appliance.shed.clientRate;
      for (let i = 0; i < many; i += 1) from(...given);
      return many - (box.appliance.shed.clientRate - before);
    };
    const asked = leasequery(byClient(CLIENT));
    assert.ok(admitted(200, stranger, asked) < 50);
    assert.equal(admitted(200, address('2001:db8:f::5'), asked), 200);
    const header = Buffer.concat([Buffer.of(12, 0), Buffer.alloc(32)]);
    assert.ok(admitted(200, address('2001:db8:ffff::1'), Buffer.concat([header, option(9, asked)])) < 50);
  });

  it('waits for a commit in no place of a client', () => {
    const box = queried({ commits: 'by hand' });
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    for (let i = 0; i < 2_000; i += 1) box.deliver(leasequery(byClient(CLIENT)), FROM_REQUESTOR);
    const { counters } = box.appliance;
    assert.deepEqual([counters.waited, counters.waitedTooMany], [256, 2_000 - 256]);
    box.deliver(message(MessageType.SOLICIT, [iaNa(1)]));
    assert.deepEqual([counters.waited, counters.waitedTooMany], [257, 2_000 - 256], 'the client waits, and is not dropped');
    box.commitSucceeds();
    assert.equal(box.takeSent().length, 258);
  });
});
