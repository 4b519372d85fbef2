import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { FailoverMessageType } from '../../../../src/wire/index.ts';
import type { BindingUpdate, FailoverMessage } from '../../../../src/wire/index.ts';
import { describeInNamespace } from '../in-namespace.ts';
import { addBoxAddresses, configure, EAST, makeBox, WEST } from './boxes.ts';
import type { TestBox } from './boxes.ts';
import { CONNECT, connectFrom, frameOf } from './raw-peer.ts';

const binding: BindingUpdate = { kind: 'client', ias: [], vendor: [] };

function update(transactionId: number): FailoverMessage {
  return { type: FailoverMessageType.BNDUPD, transactionId, binding };
}
function reply(transactionId: number): FailoverMessage {
  return { type: FailoverMessageType.BNDREPLY, transactionId, binding };
}
function contact(transactionId: number): FailoverMessage {
  return { type: FailoverMessageType.CONTACT, transactionId, vendor: [] };
}
function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

describeInNamespace(import.meta.url, 'updates and acknowledgements that come together', ({ test, before, beforeEach, afterEach }) => {
  let secondary: TestBox;

  before(() => {
    addBoxAddresses();
  });
  beforeEach(() => {
    secondary = makeBox();
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary' });
  });
  afterEach(async () => {
    mock.restoreAll();
    await secondary.links.stop();
  });

  test('are handed over as one, but not too many, and in their order among all others', async () => {
    const peer = await connectFrom(EAST, WEST);
    peer.socket.write(frameOf(CONNECT));
    await secondary.heard('connected');
    // However slow the machine is, it is one turn.
    mock.method(performance, 'now', () => 0);
    const sent = [update(1), reply(2), contact(3), update(4), ...range(100, 140).map(update)];
    const malformed = Buffer.from(frameOf(update(5)));
    // The length of CLIENT_DATA, behind the size and the header of the message.
    malformed[13] = 0xff;
    peer.socket.write(Buffer.concat([...sent.map((message) => frameOf(message)), malformed, frameOf(reply(6))]));
    await secondary.until(() => secondary.all('malformed').length > 0 && secondary.events.at(-1)?.kind === 'updates');
    const heard = secondary.events.slice(1).map((event) => {
      if (event.kind === 'updates') return event.messages.map(({ transactionId }) => transactionId);
      return event.kind === 'message' ? event.message.transactionId : event.kind;
    });
    assert.deepEqual(heard, [CONNECT.transactionId, [1, 2], 3, [4, ...range(100, 131)], range(131, 140), 'malformed', [6]]);
    assert.equal(secondary.links.counters().messagesReceived, 1 + sent.length + 1);
  });

  test('are no beginning of a connection', async () => {
    const peer = await connectFrom(EAST, WEST);
    peer.socket.write(frameOf(update(1)));
    await secondary.reported('its first message is no CONNECT');
    await peer.closed();
    assert.deepEqual(secondary.events, []);
  });
});
