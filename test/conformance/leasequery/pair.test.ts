/** Leasequery of a pair: what both boxes say, and when they leave it to each other. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { MessageType, epochSeconds } from '../../../src/wire/index.ts';
import { SERVER_ID, createNamedPair, fqdn, provisioning, said } from '../dns/boxes.ts';
import type { NamedBox, NamedPair } from '../dns/boxes.ts';
import { streamOf, told as asTold } from './asking.ts';
import { Message, Query, Status, leasequery, readReply } from './requestor.ts';
import type { Asked, Reply } from './requestor.ts';

const LEASEQUERY = 'leasequery: { requestors: ["fe80::c1"], tcp: { security: insecure, active: true } }\n';
/** When the pair was made. */
const START = 1_800_000_000;
/** Of client 1. */
const CLIENT = '00030001020000000001';
const BY_CLIENT: Asked = { query: { type: Query.clientId, clientId: CLIENT, request: [39, 47, 79] } };

function queriedPair(): NamedPair {
  return createNamedPair(provisioning() + LEASEQUERY);
}

function ask(box: NamedBox, asked: Asked = BY_CLIENT): Reply | undefined {
  const before = box.sent.length;
  box.receive(leasequery(asked));
  const [reply, ...others] = box.sent.slice(before);
  assert.equal(others.length, 0);
  return reply === undefined ? undefined : readReply(reply);
}

function told(box: NamedBox): Omit<Reply, 'serverId'> {
  const reply = ask(box);
  assert.ok(reply !== undefined, `${box.name} answers`);
  const { serverId, ...rest } = reply;
  assert.ok(serverId !== undefined);
  return rest;
}

function stateOf({ appliance }: NamedBox): number | undefined {
  return appliance.failover.relationship('east-west')?.state;
}

/** They work together, and the client has an address and a name, by the primary. */
function served(): NamedPair {
  const pair = queriedPair();
  pair.advance(30);
  assert.equal(stateOf(pair.west), EndpointState.NORMAL);
  pair.east.receive(said(MessageType.REQUEST, 1, { fqdn: fqdn('printer'), server: SERVER_ID.east }));
  pair.advance(20);
  return pair;
}

describe('leasequery of a pair', () => {
  it('[R-XR6] says the same on both boxes in NORMAL', () => {
    const { east, west } = served();
    const reply = told(east);
    assert.equal(reply.type, Message.LEASEQUERY_REPLY);
    assert.equal(reply.clients[0]?.leases.length, 1);
    assert.equal(reply.clients[0].cltTime, 20);
    assert.equal(reply.clients[0].others[39], '01077072696e746572036c616e076578616d706c6503636f6d00', 'its name, as it was answered');
    assert.deepEqual(told(west), reply);
  });

  it('[R-XR6] is answered by the one that is left, also of what the other one gave', () => {
    const pair = served();
    const { east, west } = pair;
    const reply = told(east);
    east.crash();
    pair.advance(10);
    assert.equal(stateOf(west), EndpointState.COMMUNICATIONS_INTERRUPTED);
    const [lease] = reply.clients[0]?.leases ?? [];
    assert.ok(lease !== undefined);
    const left = told(west).clients[0];
    assert.deepEqual(left?.leases, [{ ...lease, preferred: lease.preferred - 10, valid: lease.valid - 10 }]);
    assert.equal(left.cltTime, 30);
    west.command('partner-down');
    assert.equal(stateOf(west), EndpointState.PARTNER_DOWN);
    assert.equal(told(west).clients.length, 1);
  });

  it('[R-XR6] is over at once for who is told of changes, when a box leaves clients to its partner', () => {
    const { east } = served();
    const steps: string[] = [];
    const stream = streamOf(east.appliance, { type: Message.ACTIVELEASEQUERY }, START, () => void steps.push(stream.next(epochSeconds(START)).kind));
    assert.deepEqual([stream.next(epochSeconds(START)).kind, stream.next(epochSeconds(START)).kind], ['octets', 'waiting']);
    east.command('handover');
    assert.equal(steps.at(-1), 'done');
  });

  it('[R-XR6] is left to the partner while a box does not know what that gave', () => {
    const pair = served();
    const { east, west } = pair;
    east.crash();
    pair.advance(10);
    west.command('partner-down');
    pair.cut();
    east.start();
    assert.equal(stateOf(east), EndpointState.STARTUP);
    assert.equal(ask(east), undefined);
    assert.equal(east.appliance.counters.discarded['partner-answers'], 1);
    assert.equal(ask(east, { query: { type: Query.address, address: '2001:db8:1::100' } }), undefined);
    const bulk: Asked = { query: { type: Query.link, link: '2001:db8:1::1' } };
    const [refused] = asTold(east.appliance, bulk, START);
    assert.deepEqual([refused?.type, refused?.status?.code], [Message.LEASEQUERY_REPLY, Status.QueryTerminated]);
    assert.equal(asTold(west.appliance, bulk, START)[0]?.clients.length, 1);
    pair.join();
    pair.advance(400);
    assert.equal(stateOf(east), EndpointState.NORMAL);
    assert.deepEqual(told(east), told(west));
  });
});
