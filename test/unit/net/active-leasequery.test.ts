/** Active leasequery over TCP: real sockets, in front of the changes of a real box (RFC 7653 sections 8.4, 9.3 to 9.5). */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { framed } from '../../conformance/leasequery/frames.ts';
import { Message, Status, leasequery } from '../../conformance/leasequery/requestor.ts';
import type { Box } from '../../conformance/server/box.ts';
import { describeInNamespace } from './in-namespace.ts';
import { ACTIVE, BY_LINK, CLIENTS, REQUESTOR, TIMES, addRequestorAddresses, askingOf, boxWithClients, renew } from './requestors.ts';
import type { Asking } from './requestors.ts';

describeInNamespace(import.meta.url, 'active leasequery by TCP', ({ test, before, beforeEach, afterEach }) => {
  let box: Box;
  let asking: Asking;
  let server: Asking['server'];
  let listen: Asking['listen'];
  let come: Asking['come'];

  before(addRequestorAddresses);
  beforeEach(() => {
    box = boxWithClients();
    asking = askingOf(box);
    ({ server, listen, come } = asking);
  });
  afterEach(async () => {
    mock.timers.reset();
    await asking.close();
  });

  const stateOf = (at = 0): string | undefined => server.connections()[at]?.state;

  test('[O-11] tells a requestor of each change at once, and when nothing changes says so every minute', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    await listen();
    const requestor = await come();
    requestor.socket.write(framed(leasequery(ACTIVE)));
    await requestor.until(() => requestor.replies.length === 1);
    for (const [i, client] of [5, 6, 5].entries()) {
      renew(box, client);
      await requestor.until(() => requestor.replies.length === 2 + i);
    }
    assert.deepEqual(requestor.replies.map(({ clients }) => clients[0]?.clientId.slice(-2)), [undefined, '05', '06', '05']);
    assert.equal(stateOf(), 'active');
    mock.timers.tick(59_999);
    assert.equal(requestor.replies.length, 4);
    mock.timers.tick(1);
    await requestor.until(() => requestor.replies.length === 5);
    const [idle] = requestor.replies.slice(-1);
    assert.deepEqual([idle?.type, idle?.clients, idle?.status], [Message.LEASEQUERY_DATA, [], undefined]);
    mock.timers.tick(60_000);
    await requestor.until(() => requestor.replies.length === 6);
  });

  test('[O-11] closes an active leasequery whose requestor closes, and ends one beside which there is another request', async () => {
    await listen();
    const [leaving, greedy] = [await come(), await come()];
    for (const one of [leaving, greedy]) {
      one.socket.write(framed(leasequery(ACTIVE)));
      await one.until(() => one.replies.length === 1);
    }
    leaving.socket.end();
    await leaving.until(leaving.isClosed);
    greedy.socket.write(framed(leasequery(BY_LINK)));
    await greedy.until(greedy.isEnded);
    const last = greedy.replies.at(-1);
    assert.deepEqual([last?.type, last?.transactionId, last?.status?.code, last?.baseTime !== undefined], [Message.LEASEQUERY_DONE, 50, Status.QueryTerminated, true]);
    renew(box, 7);
  });

  test('[O-11] closes an active leasequery that is not read for two minutes, and keeps each change once until then', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    await listen();
    const deaf = await come(REQUESTOR, false);
    deaf.socket.pause();
    deaf.socket.write(framed(leasequery(ACTIVE)));
    while (stateOf() !== 'active') await new Promise(setImmediate);
    // All of it again and again, until the kernel takes no more.
    const behind = (): number => server.connections()[0]?.behind ?? 0;
    for (let rounds = 0; behind() < CLIENTS; rounds += 1) {
      assert.ok(rounds < 2_000);
      // No client may ask so often.
      box.advance(0.1);
      for (let client = 0; client < CLIENTS; client += 1) renew(box, client);
      for (let turns = 0; turns < 8 && behind() > 0; turns += 1) await new Promise(setImmediate);
    }
    for (let client = 0; client < CLIENTS; client += 1) renew(box, client);
    assert.equal(behind(), CLIENTS);
    mock.timers.tick(TIMES.activeSendMs - 1);
    assert.equal(stateOf(), 'active');
    mock.timers.tick(1);
    await asking.until(() => asking.reports.some((line) => line.includes('does not read')));
    assert.equal(server.connections().length, 0);
  }, 30_000);
});
