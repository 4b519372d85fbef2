/** Leasequery over TCP to a box of a pair: what it says follows the state of its endpoint, at once (RFC 7653 section 9.5). */
import assert from 'node:assert/strict';
import { MessageType } from '../../../src/wire/index.ts';
import { SERVER_ID, createNamedPair, provisioning, said } from '../../conformance/dns/boxes.ts';
import type { NamedPair } from '../../conformance/dns/boxes.ts';
import { framed } from '../../conformance/leasequery/frames.ts';
import { Message, Status, leasequery } from '../../conformance/leasequery/requestor.ts';
import { describeInNamespace } from './in-namespace.ts';
import { ACTIVE, BY_CLIENT, addRequestorAddresses, askingOf } from './requestors.ts';
import type { Asking } from './requestors.ts';

const LEASEQUERY = 'leasequery: { requestors: ["2000::/16"], tcp: { security: insecure, active: true } }\n';
const NOW = 1_800_000_030;

describeInNamespace(import.meta.url, 'leasequery by TCP to a pair', ({ test, before, beforeEach, afterEach }) => {
  let pair: NamedPair;
  let asking: Asking;

  before(addRequestorAddresses);
  beforeEach(() => {
    pair = createNamedPair(provisioning() + LEASEQUERY);
    pair.advance(30);
  });
  afterEach(async () => {
    await asking.close();
  });

  const ask = async (name: 'east' | 'west') => {
    asking = askingOf({ appliance: pair[name].appliance, now: NOW });
    await asking.listen();
    const requestor = await asking.come();
    requestor.socket.write(framed(leasequery(ACTIVE)));
    await requestor.until(() => requestor.replies.length === 1);
    return requestor;
  };

  test('[R-XR6] tells at either box of what the other one gave', async () => {
    const requestor = await ask('west');
    pair.east.receive(said(MessageType.REQUEST, 1, { server: SERVER_ID.east }));
    pair.advance(5);
    await requestor.until(() => requestor.replies.length > 1);
    assert.equal(requestor.replies[1]?.clients[0]?.clientId, '00030001020000000001');
  });

  test('[R-XR6] ends when the box leaves clients to its partner, and begins again when it does not', async () => {
    const requestor = await ask('east');
    pair.east.command('handover');
    await requestor.until(requestor.isEnded);
    assert.deepEqual(requestor.replies.slice(1).map(({ type, status }) => [type, status?.code]), [[Message.LEASEQUERY_DONE, Status.QueryTerminated]]);
    const refused = await asking.come();
    refused.socket.write(framed(leasequery(BY_CLIENT)));
    await refused.until(refused.isEnded);
    assert.deepEqual(refused.replies.map(({ type, status }) => [type, status?.code]), [[Message.LEASEQUERY_REPLY, Status.QueryTerminated]]);
    pair.east.command('resume');
    pair.advance(60);
    const again = await asking.come();
    again.socket.write(framed(leasequery(BY_CLIENT)));
    await again.until(() => again.replies.length === 1);
    assert.deepEqual(again.replies.map(({ type, status }) => [type, status]), [[Message.LEASEQUERY_REPLY, undefined]]);
  });
});
