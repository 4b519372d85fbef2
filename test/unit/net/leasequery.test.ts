/** Requestors over TCP: real sockets, in front of the answers of a real box (RFC 5460 sections 5 to 8, RFC 7653 section 9.1). */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mock } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import type { LeasequeryServer } from '../../../src/net/index.ts';
import { MessageType } from '../../../src/wire/index.ts';
import { framed } from '../../conformance/leasequery/frames.ts';
import { Message, Status, leasequery } from '../../conformance/leasequery/requestor.ts';
import type { Box } from '../../conformance/server/box.ts';
import { describeInNamespace } from './in-namespace.ts';
import { identityOf } from './partner/identities.ts';
import { tlsOver } from './partner/raw-peer.ts';
import { BY_CLIENT, BY_LINK, CLIENTS, OTHER_REQUESTOR, PORT, REQUESTOR, STARTTLS, STRANGER, TIMES, addRequestorAddresses, askingOf, boxWithClients, countTypes, opened, requestorAt } from './requestors.ts';
import type { Asking, Requestor } from './requestors.ts';
import { addressOf } from './veth.ts';

describeInNamespace(import.meta.url, 'leasequery by TCP', ({ test, before, beforeEach, afterEach }) => {
  let box: Box;
  let server: LeasequeryServer;
  let reports: Asking['reports'];
  let own: BoxIdentity;
  let known: BoxIdentity;
  let unknown: BoxIdentity;
  let until: Asking['until'];
  let listen: Asking['listen'];
  let come: Asking['come'];

  let asking: Asking;

  before(async () => {
    addRequestorAddresses();
    [own, known, unknown] = await Promise.all([identityOf('box'), identityOf('requestor'), identityOf('stranger')]);
    box = boxWithClients();
  });
  beforeEach(() => {
    asking = askingOf(box, known.certificate.fingerprint);
    ({ server, reports, until, listen, come } = asking);
  });
  afterEach(async () => {
    mock.timers.reset();
    await asking.close();
  });

  /** Until the kernel takes no more of what is said to the last connection. */
  async function toldAll(): Promise<void> {
    for (let [told, turns] = [0, 0]; told === 0 || turns < 2_000; turns += 1) {
      await new Promise(setImmediate);
      const now = server.connections().at(-1)?.told ?? 0;
      if (now !== told) [told, turns] = [now, 0];
    }
  }

  const isDone = ({ replies }: Requestor, transactionId: number): boolean => replies.some((reply) => reply.type === Message.LEASEQUERY_DONE && reply.transactionId === transactionId);
  const countOf = ({ replies }: Requestor, transactionId: number): number => replies.filter((reply) => reply.transactionId === transactionId && reply.clients.length > 0).length;

  test('[O-10] answers one request after the other on a connection, in their order', async () => {
    await listen();
    const requestor = await come();
    requestor.socket.write(Buffer.concat([framed(leasequery(BY_LINK)), framed(leasequery(BY_CLIENT)), framed(leasequery({ ...BY_LINK, transactionId: 3 }))]));
    await requestor.until(() => isDone(requestor, 3));
    assert.deepEqual([countOf(requestor, 1), countOf(requestor, 2), countOf(requestor, 3)], [CLIENTS, 1, CLIENTS]);
    assert.deepEqual([...new Set(requestor.replies.map(({ transactionId }) => transactionId))], [1, 2, 3]);
    assert.equal(server.counters().queries, 3);
  });

  test('[O-10] answers a request that comes octet by octet, and one whose requestor has nothing more to say', async () => {
    await listen();
    const requestor = await come();
    for (const octet of framed(leasequery(BY_CLIENT))) {
      requestor.socket.write(Buffer.of(octet));
      await new Promise(setImmediate);
    }
    await requestor.until(() => isDone(requestor, 2));
    requestor.socket.end(framed(leasequery(BY_LINK)));
    await requestor.until(() => isDone(requestor, 1) && requestor.isEnded());
    assert.equal(countOf(requestor, 1), CLIENTS);
  });

  test('[O-10] makes no more than a slow requestor reads, and all of it when it does', async () => {
    await listen();
    const slow = await come(REQUESTOR, false);
    const requests = 2_000;
    slow.socket.pause();
    slow.socket.write(Buffer.concat(Array.from({ length: requests }, (_, i) => framed(leasequery({ ...BY_LINK, transactionId: 100 + i })))));
    const toldNow = (): number => server.connections()[0]?.told ?? 0;
    // Other requestors are answered all the time, and while they are, this one comes to a stop.
    for (let told = -1, asked = 0; told !== toldNow() || asked < 200; asked += 1) {
      if (asked % 50 === 0) told = toldNow();
      const other = await come(OTHER_REQUESTOR);
      other.socket.end(framed(leasequery(BY_CLIENT)));
      await other.until(() => isDone(other, 2) && other.isEnded());
      other.socket.destroy();
    }
    const told = toldNow();
    assert.ok(told < requests * CLIENTS / 2, `it was told of ${told}`);
    assert.deepEqual(await countTypes(slow.socket, requests), { [Message.LEASEQUERY_REPLY]: requests, [Message.LEASEQUERY_DATA]: requests * (CLIENTS - 1), [Message.LEASEQUERY_DONE]: requests });
  }, 30_000);

  test('[O-10] closes a connection on which no request comes, or half of one, and one that is not read', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    await listen();
    const [silent, half] = [await come(), await come()];
    half.socket.write(framed(leasequery(BY_LINK)).subarray(0, 20));
    const deaf = await come(REQUESTOR, false);
    deaf.socket.pause();
    deaf.socket.write(Buffer.concat(Array.from({ length: 2_000 }, () => framed(leasequery(BY_LINK)))));
    await toldAll();
    mock.timers.tick(TIMES.timeoutMs - 1);
    assert.equal(server.connections().length, 3);
    mock.timers.tick(1);
    await Promise.all([silent, half].map(async (one) => await one.until(one.isClosed)));
    await until(() => reports.some((line) => line.includes('does not read')));
    assert.equal(server.counters().timedOut, 3);
  });

  test('[O-10] sends a stranger away at once', async () => {
    await listen();
    const stranger = await come(STRANGER);
    stranger.socket.write(framed(leasequery(BY_LINK)));
    await stranger.until(stranger.isClosed);
    assert.deepEqual([stranger.replies, server.counters().strangers, server.counters().queries], [[], 1, 0]);
    assert.match(reports.join('\n'), /warning: leasequery: a connection from fd00:c::9 was closed: it is none of the requestors/);
  });

  test('[O-10] has ten connections at most: one that is idle makes room, of those who have most of them first', async () => {
    await listen();
    const patient = await come(OTHER_REQUESTOR);
    const many: Requestor[] = [];
    for (let i = 0; i < 12; i += 1) many.push(await come());
    await many[2]?.until(() => many[2]?.isClosed() === true);
    assert.equal(server.connections().length, 10);
    assert.deepEqual(many.map(({ isClosed }) => isClosed()).slice(0, 4), [true, true, true, false]);
    patient.socket.end(framed(leasequery(BY_CLIENT)));
    await patient.until(() => isDone(patient, 2));
    assert.equal(server.counters().displaced, 3);
  });

  test('[O-10] lets no crowd of connections disturb one at work, nor grow', async () => {
    await listen({ connectionsMax: 2 });
    const busy = await come(OTHER_REQUESTOR, false);
    busy.socket.pause();
    busy.socket.write(Buffer.concat(Array.from({ length: 500 }, (_, i) => framed(leasequery({ ...BY_LINK, transactionId: 100 + i })))));
    await toldAll();
    for (let round = 0; round < 60; round += 1) {
      const crowd = await Promise.all(Array.from({ length: 50 }, async () => await opened()));
      assert.ok(server.connections().length <= 2);
      for (const socket of crowd) socket.destroy();
    }
    assert.ok(server.counters().displaced + server.counters().tooMany > 2_000, JSON.stringify(server.counters()));
    assert.deepEqual(await countTypes(busy.socket, 500), { [Message.LEASEQUERY_REPLY]: 500, [Message.LEASEQUERY_DATA]: 500 * (CLIENTS - 1), [Message.LEASEQUERY_DONE]: 500 });
  }, 30_000);

  for (const [what, octets] of [
    ['a message of no octets', Buffer.of(0, 0)],
    ['a message that would have 65535 octets', Buffer.alloc(4_096, 0xff)],
    ['what is no message', framed(Buffer.from('GET / HTTP/1.1'))],
    ['a Solicit', framed(leasequery({ ...BY_LINK, type: MessageType.SOLICIT }))],
  ] as const) {
    test(`[O-10] closes the connection behind ${what}`, async () => {
      await listen();
      const requestor = await come();
      requestor.socket.write(octets);
      await requestor.until(requestor.isEnded);
      assert.deepEqual([requestor.replies, server.counters().invalid], [[], 1]);
    });
  }

  test('[O-10] says QueryTerminated when it stops, and when a requestor may not ask any more', async () => {
    // However slow this machine reads: the box does not cut its last words off.
    mock.timers.enable({ apis: ['setTimeout'] });
    await listen();
    const requestor = await come();
    requestor.socket.pause();
    requestor.socket.write(Buffer.concat(Array.from({ length: 2_000 }, (_, i) => framed(leasequery({ ...BY_LINK, transactionId: 100 + i })))));
    await toldAll();
    const idle = await come(OTHER_REQUESTOR);
    server.configure({ port: PORT, identity: undefined, requestors: [{ address: addressOf(REQUESTOR), length: 128, certificate: undefined }], connectionsMax: 10, times: TIMES });
    await idle.until(idle.isEnded);
    server.close();
    requestor.socket.resume();
    await requestor.until(requestor.isEnded);
    const last = requestor.replies.at(-1);
    assert.equal(last?.status?.code, Status.QueryTerminated);
  });

  /** Asks for TLS, and makes the handshake. */
  async function comeSecured(identity: BoxIdentity | undefined, localAddress = REQUESTOR): Promise<Requestor & { readonly tls: TLSSocket }> {
    const { socket } = await come(localAddress, false);
    socket.write(STARTTLS);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.deepEqual(answer, framed(Buffer.of(Message.REPLY, 0, 0, 7)), 'a REPLY without a status');
    socket.removeAllListeners('data');
    const tls = tlsOver(socket, identity);
    return { ...requestorAt(tls), tls };
  }

  test('[O-11] with TLS knows a requestor by its certificate, and answers it', async () => {
    await listen({ identity: own });
    const requestor = await comeSecured(known);
    requestor.tls.write(Buffer.concat([framed(leasequery(BY_LINK)), framed(leasequery(BY_CLIENT))]));
    await requestor.until(() => isDone(requestor, 2));
    assert.equal(countOf(requestor, 1), CLIENTS);
    assert.equal(requestor.tls.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase(), own.certificate.fingerprint);
    assert.equal(requestor.tls.getProtocol(), 'TLSv1.3');
    assert.deepEqual(server.connections().map(({ isSecured }) => isSecured), [true]);
  });

  test('[O-11] ends the connection of a certificate that the configuration does not list any more, and no other', async () => {
    await listen({ identity: own });
    const requestor = (certificate: string) => ({ address: addressOf(REQUESTOR), length: 128, certificate });
    const place = { port: PORT, identity: own, connectionsMax: 10, times: TIMES };
    server.configure({ ...place, requestors: [requestor(known.certificate.fingerprint), requestor(unknown.certificate.fingerprint)] });
    const [revoked, kept] = [await comeSecured(known), await comeSecured(unknown)];
    for (const one of [revoked, kept]) {
      one.tls.write(framed(leasequery(BY_CLIENT)));
      await one.until(() => isDone(one, 2));
    }
    server.configure({ ...place, requestors: [requestor(unknown.certificate.fingerprint)] });
    await revoked.until(revoked.isEnded);
    kept.tls.write(framed(leasequery(BY_LINK)));
    await kept.until(() => isDone(kept, 1));
    assert.match(reports.join('\n'), /the configuration has changed/);
  });

  for (const [what, identity, from] of [
    ['without a certificate', () => undefined, REQUESTOR],
    ['with another certificate', () => unknown, REQUESTOR],
    ['with a certificate of another requestor', () => known, OTHER_REQUESTOR],
  ] as const) {
    test(`[O-11] with TLS sends away who comes ${what}`, async () => {
      await listen({ identity: own });
      const requestor = await comeSecured(identity(), from);
      requestor.tls.write(framed(leasequery(BY_LINK)));
      await requestor.until(requestor.isClosed);
      assert.deepEqual([requestor.replies, server.counters().notSecured, server.counters().queries], [[], 1, 0]);
    });
  }

  test('[O-11] with TLS closes a connection that does without', async () => {
    await listen({ identity: own });
    const requestor = await come();
    requestor.socket.write(framed(leasequery(BY_LINK)));
    await requestor.until(requestor.isClosed);
    assert.deepEqual([requestor.replies, server.counters().notSecured], [[], 1]);
    assert.match(reports.join('\n'), /did not begin with STARTTLS/);
  });

  test('[O-11] without TLS says so, and answers in the clear', async () => {
    await listen();
    assert.match(reports.join('\n'), /info: leasequery is answered at TCP port 547, WITHOUT TLS/);
    const requestor = await come();
    requestor.socket.write(STARTTLS);
    await requestor.until(() => requestor.replies.length === 1);
    assert.deepEqual([requestor.replies[0]?.type, requestor.replies[0]?.transactionId, requestor.replies[0]?.status?.code], [Message.REPLY, 7, Status.TLSConnectionRefused]);
    requestor.socket.write(framed(leasequery(BY_CLIENT)));
    await requestor.until(() => isDone(requestor, 2));
  });

  test('listens nowhere when it is not to, and on another port when it is to', async () => {
    await listen();
    assert.equal(server.isListening(), true);
    server.configure(undefined);
    assert.equal(server.isListening(), false);
    await assert.rejects(opened());
    await listen();
    await come();
  });
});
