import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, optionValue } from '../../../src/wire/index.ts';
import { address } from './box.ts';
import type { Box } from './box.ts';
import { OTHER_CLIENT, iaNa, message } from './client.ts';
import { ACCEPTS, ask, believed, boxOn, keyIn, stateOf } from './reconfigured.ts';
import { FROM_RELAY, relayed, unwrap } from './relayed.ts';

describe('Reconfigure by relay agents (RFC 9915 19.3)', () => {
  const levels = [
    { linkAddress: '2001:db8:2::1', peerAddress: 'fe80::c1', options: [{ code: OptionCode.INTERFACE_ID, value: Uint8Array.of(7, 7) }] },
    { linkAddress: '::', peerAddress: '2001:db8:2::1', options: [{ code: OptionCode.INTERFACE_ID, value: Uint8Array.of(8) }] },
  ];

  function keyedByRelay(box: Box): Uint8Array {
    const { answer } = unwrap(box.exchange(relayed(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }), ...levels), FROM_RELAY));
    const key = keyIn(answer);
    assert.ok(key !== undefined);
    return key;
  }

  it('[S-RLY-7, S-TX-7] it is in the chain of Relay-replies that mirrors the way by which its client was heard', () => {
    const box = boxOn();
    const key = keyedByRelay(box);
    assert.equal(ask(box), undefined);
    const [sent, ...others] = box.takeSent();
    assert.deepEqual(others, []);
    assert.deepEqual([sent?.interfaceName, sent?.destination, sent?.port], ['uplink', '2001:db8:ffff::1', 547]);
    const { levels: headers, answer } = unwrap(sent);
    assert.deepEqual(
      headers.map(({ type, hopCount, linkAddress, peerAddress, options }) => [type, hopCount, linkAddress, peerAddress, optionValue(options, OptionCode.INTERFACE_ID)]),
      [
        [MessageType.RELAY_REPL, 1, address('::'), address('2001:db8:2::1'), Uint8Array.of(8)],
        [MessageType.RELAY_REPL, 0, address('2001:db8:2::1'), address('fe80::c1'), Uint8Array.of(7, 7)],
      ],
    );
    assert.equal(answer.type, MessageType.RECONFIGURE);
    const inner = optionValue(headers[1]?.options ?? [], OptionCode.RELAY_MSG);
    assert.equal(believed(inner ?? new Uint8Array(0), answer.options, key), MessageType.RENEW);
  });

  it('[S-RLY-7] after a restart, with the relay agent not heard yet, it goes out where relay agents may be', () => {
    const giver = boxOn();
    keyedByRelay(giver);
    const box = boxOn({ bindings: [...giver.durable.values()] });
    box.dispatch({ kind: 'interfaces', signals: ['eth1', 'uplink'].map((name) => ({ name, exists: true, isEnabled: true, hasCarrier: true, address: 'ready' as const, isOpen: true })) });
    ask(box);
    assert.deepEqual(box.takeSent().map(({ interfaceName, destination }) => [interfaceName, destination]), [['eth1', '2001:db8:ffff::1'], ['uplink', '2001:db8:ffff::1']]);
    box.deliver(relayed(message(MessageType.SOLICIT, [iaNa(1)], { client: OTHER_CLIENT }), ...levels), FROM_RELAY);
    box.takeSent();
    box.advance(2);
    assert.deepEqual(box.takeSent().map(({ interfaceName }) => interfaceName), ['uplink']);
  });

  it('[O-33] a relay agent that has a port of its own is asked there, and one that does not say so at 547', () => {
    for (const [says, port] of [[true, 1547], [false, 547]] as const) {
      const box = boxOn();
      const options = says ? [{ code: OptionCode.RELAY_PORT, value: 0 }] : [];
      const way = { ...FROM_RELAY, sourcePort: 1547 };
      box.deliver(relayed(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }), { options }), way);
      box.takeSent();
      ask(box);
      assert.deepEqual(box.takeSent().map((sent) => [sent.interfaceName, sent.port]), [['uplink', port]]);
    }
  });

  it('a client whose relay agent nobody knows is refused', () => {
    const giver = boxOn();
    keyedByRelay(giver);
    const bindings = [...giver.durable.values()].map((binding) => ({ ...binding, relayAgent: undefined }));
    assert.match(ask(boxOn({ bindings })) ?? '', /relay agent whose address is not known/);
    const broken = [...giver.durable.values()].map((binding) => ({ ...binding, relay: Uint8Array.of(1, 2, 3) }));
    assert.match(ask(boxOn({ bindings: broken })) ?? '', /relay agent whose address is not known/);
  });

  it('the answer by the relay ends it', () => {
    const box = boxOn();
    keyedByRelay(box);
    ask(box);
    box.deliver(relayed(message(MessageType.RENEW, [iaNa(1)]), ...levels), FROM_RELAY);
    assert.equal(stateOf(box, 0), 'answered 1 0');
  });
});
