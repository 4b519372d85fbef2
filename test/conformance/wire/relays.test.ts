import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  decodeDatagram,
  decodeMessage,
  HOP_COUNT_LIMIT,
  MessageType,
  OptionCode,
  optionValue,
  optionValues,
  type PlainRelayMessage,
  wrapRelayReplies,
} from '../../../src/wire/index.ts';
import { address, concat, decoded, decodedDatagram, hex, messageOctets, octets, optionOctets, relayOctets } from '../../unit/wire/octets.ts';

const reply = messageOctets(MessageType.REPLY, octets('000e 0000'));

/** A Relay-forward around a message. */
function relayed(hopCount: number, link: string, peer: string, message: Uint8Array, ...options: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(12, hopCount), address(link), address(peer), ...options, optionOctets(9, message));
}

/** The Relay-reply that answers a Relay-forward around a Solicit with these options. */
function answerTo(...options: readonly Uint8Array[]): PlainRelayMessage {
  const datagram = decodedDatagram(relayOctets(...options, optionOctets(9, messageOctets(1))));
  const wrapped = wrapRelayReplies(datagram.levels, reply);
  assert.ok(wrapped);
  return relayMessage(wrapped);
}

function relayMessage(bytes: Uint8Array): PlainRelayMessage {
  const message = decoded(decodeMessage(bytes));
  assert.ok('hopCount' in message);
  return message;
}

/** The codes and data of a message's options, but for the message inside. */
function copied(message: PlainRelayMessage): string[] {
  return message.options.flatMap((option) =>
    option.code === OptionCode.RELAY_MSG ? [] : [`${option.code}:${'data' in option ? hex(option.data) : JSON.stringify(option.value)}`],
  );
}

describe('relay chains', () => {
  it('[S-RLY-1] the answer goes back through the same relay agents, each with its own header', () => {
    const inner = relayed(0, '2001:db8:1::1', 'fe80::c', messageOctets(1));
    const middle = relayed(1, '::', '2001:db8:1::a', inner);
    const datagram = decodedDatagram(relayed(2, '2001:db8:2::1', '2001:db8:1::b', middle));
    assert.deepEqual(datagram.levels.map(({ hopCount }) => hopCount), [2, 1, 0]);

    const wrapped = wrapRelayReplies(datagram.levels, reply);
    assert.ok(wrapped);
    const headers: [number, number, Uint8Array, Uint8Array][] = [];
    let rest = wrapped;
    while (rest[0] === MessageType.RELAY_REPL) {
      const { type, hopCount, linkAddress, peerAddress, options } = relayMessage(rest);
      headers.push([type, hopCount, linkAddress, peerAddress]);
      assert.equal(options.length, 1);
      rest = optionValue(options, OptionCode.RELAY_MSG) ?? new Uint8Array(0);
    }
    assert.deepEqual(headers, [
      [13, 2, address('2001:db8:2::1'), address('2001:db8:1::b')],
      [13, 1, address('::'), address('2001:db8:1::a')],
      [13, 0, address('2001:db8:1::1'), address('fe80::c')],
    ]);
    assert.deepEqual(rest, reply);
  });

  it('[S-RLY-1] a client that is not behind a relay agent gets the answer as it is', () => {
    assert.deepEqual(wrapRelayReplies([], reply), reply);
  });

  it('[S-RLY-2] Interface-Id comes back at its level, and nothing else that was not asked for', () => {
    const inner = relayed(0, '2001:db8:1::1', 'fe80::c', messageOctets(1), optionOctets(18, octets('aa01')), optionOctets(38, octets('01')));
    const datagram = decodedDatagram(relayed(1, '::', '2001:db8:1::a', inner, optionOctets(18, octets('bb02')), octets('0012 0001 cc')));
    const outer = relayMessage(wrapRelayReplies(datagram.levels, reply) ?? new Uint8Array(0));
    assert.deepEqual(optionValues(outer.options, OptionCode.INTERFACE_ID), [octets('bb02')]);
    const next = relayMessage(optionValue(outer.options, OptionCode.RELAY_MSG) ?? new Uint8Array(0));
    assert.deepEqual(optionValues(next.options, OptionCode.INTERFACE_ID), [octets('aa01')]);
    assert.equal(outer.options.length, 2);
    assert.equal(next.options.length, 2);
  });

  it('[S-RLY-3] as many levels as allowed are read, one more is an error', () => {
    let message = messageOctets(1);
    for (let level = 0; level < HOP_COUNT_LIMIT; level++) message = relayOctets(optionOctets(9, message));
    assert.equal(decodedDatagram(message).levels.length, HOP_COUNT_LIMIT);
    assert.deepEqual(decodeDatagram(relayOctets(optionOctets(9, message)), HOP_COUNT_LIMIT).error, {
      code: 'relay-too-deep',
      offset: HOP_COUNT_LIMIT * 38,
      option: undefined,
    });
    assert.equal(decodeDatagram(relayOctets(optionOctets(9, message)), 9).error, undefined);
  });

  it('[S-RLY-4] a Relay-forward without a message is an error, at any level', () => {
    const without = relayOctets(octets('0012 0001 aa'));
    assert.deepEqual(decodeDatagram(without, 8).error, { code: 'relay-without-message', offset: 0, option: undefined });
    assert.deepEqual(decodeDatagram(relayOctets(optionOctets(9, without)), 8).error, {
      code: 'relay-without-message',
      offset: 38,
      option: undefined,
    });
    assert.equal(decodeDatagram(relayOctets(octets('0009 0000')), 8).error?.code, 'truncated-header');
  });

  it('[S-RLY-5] what the Echo Request names comes back verbatim, once, if it was there', () => {
    const options = [
      octets('0012 0001 aa'),
      octets('0025 0005 00007ed901'),
      octets('0026 0001 bb'),
      octets('abcd 0002 0102'),
      octets('abcd 0002 0304'),
      octets('0087 0002 0000'),
    ];
    const request = octets('002b 000e 0025 0012 0025 0009 0063 abcd 0087');
    const answer = answerTo(...options, request);
    assert.deepEqual(copied(answer), [
      `18:${JSON.stringify(octets('aa'))}`,
      '135:0',
      `37:${JSON.stringify({ enterprise: 32473, id: octets('01') })}`,
      '43981:0102',
      '43981:0304',
    ]);
    assert.deepEqual(optionValues(answer.options, OptionCode.RELAY_MSG), [reply]);
    assert.equal(copied(answerTo(...options)).length, 2);
    assert.equal(copied(answerTo(...options, octets('002b 0002 0063'))).length, 2);
  });

  it('[S-RLY-6] Relay Source Port is copied', () => {
    assert.deepEqual(copied(answerTo(octets('0087 0002 1234'))), ['135:4660']);
  });

  it('[S-RLY-9] a message that is unknown or a Relay-reply is an error inside a Relay-forward, too', () => {
    assert.equal(decodeDatagram(relayOctets(optionOctets(9, messageOctets(200))), 8).error?.code, 'unknown-message-type');
    const backwards = relayOctets(optionOctets(9, Uint8Array.from(relayOctets(), (octet, i) => (i === 0 ? 13 : octet))));
    assert.deepEqual(decodeDatagram(backwards, 8).error, { code: 'relay-reply', offset: 38, option: undefined });
    assert.equal(decodeDatagram(octets(`0d00 ${'00'.repeat(32)}`), 8).error?.code, 'relay-reply');
  });
});
