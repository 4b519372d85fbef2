import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  DataWriter,
  decodeDatagram,
  decodeMessage,
  encodeDomainNames,
  MessageType,
  optionCodec,
  OptionCode,
  writeMessageHeader,
  writeOption,
} from '../../../src/wire/index.ts';
import {
  address,
  concat,
  decodedDatagram,
  domainName,
  hex,
  messageOctets,
  octets,
  optionOctets,
  relayOctets,
} from '../../unit/wire/octets.ts';

describe('message formats', () => {
  it('[S-FMT-1] reads type, transaction-id and options of a client message', () => {
    const { levels, message } = decodedDatagram(octets('03 abcdef 0008 0002 0102'));
    assert.equal(levels.length, 0);
    assert.equal(message.type, MessageType.REQUEST);
    assert.equal(message.transactionId, 0xabcdef);
    assert.equal(message.options.count, 1);
    assert.equal(message.elapsedTime, 0x0102);
  });

  it('[S-FMT-1] writes the same', () => {
    const writer = new DataWriter();
    writeMessageHeader(writer, MessageType.REPLY, 0xabcdef);
    writeOption(writer, 7, Uint8Array.of(255));
    assert.equal(hex(writer.finish() ?? octets('')), '07abcdef00070001ff');
  });

  it('[S-FMT-1] a message shorter than its header is an error', () => {
    for (const bytes of [octets(''), octets('01'), octets('01abcd')]) {
      assert.deepEqual(decodeDatagram(bytes, 8).error, { code: 'truncated-header', offset: 0, option: undefined });
      assert.deepEqual(decodeMessage(bytes).error, { code: 'truncated-header', offset: 0, option: undefined });
    }
  });

  it('[S-FMT-2] reads the 34-octet header of a relay message', () => {
    const header = octets('0c 05 20010db8000000000000000000000007 fe800000000000000000000000000009');
    const { levels, message } = decodedDatagram(concat(header, optionOctets(9, messageOctets(1))));
    assert.equal(levels.length, 1);
    assert.equal(levels[0]?.hopCount, 5);
    assert.deepEqual(levels[0].linkAddress, address('2001:db8::7'));
    assert.deepEqual(levels[0].peerAddress, address('fe80::9'));
    assert.equal(message.type, MessageType.SOLICIT);
    const cut = header.subarray(0, 33);
    assert.equal(decodeDatagram(cut, 8).error?.code, 'truncated-header');
    assert.equal(decodeMessage(cut).error?.code, 'truncated-header');
  });

  it('[S-FMT-3] reads options unaligned, unpadded and in any order', () => {
    const options = [octets('0064 0003 010203'), optionOctets(1, octets('000301')), octets('0065 0000'), octets('0008 0002 0001')];
    for (const order of [options, options.toReversed()]) {
      const { message } = decodedDatagram(messageOctets(1, ...order));
      const found = Array.from({ length: message.options.count }, (_, i) => [
        message.options.code(i),
        message.options.length(i),
        hex(message.options.value(i)),
      ]);
      assert.deepEqual(new Set(found.map(String)), new Set(['100,3,010203', '1,3,000301', '101,0,', '8,2,0001']));
      assert.equal(message.options.indexOf(101), found.findIndex(([code]) => code === 101));
      assert.deepEqual(message.clientId, octets('000301'));
      assert.equal(message.elapsedTime, 1);
    }
  });

  it('[S-FMT-4] of a singleton that repeats, the first counts alone', () => {
    const { message } = decodedDatagram(
      messageOctets(
        MessageType.REQUEST,
        optionOctets(1, octets('000301')),
        optionOctets(1, octets('000302')),
        optionOctets(2, octets('000303')),
        optionOctets(2, octets('000304')),
        octets('0006 0002 0017'),
        octets('0006 0004 00180019'),
        octets('0008 0002 0000'),
        octets('0008 0002 0063'),
        octets('000e 0000 000e 0000'),
        octets('0014 0000 0014 0000'),
      ),
    );
    assert.deepEqual(message.clientId, octets('000301'));
    assert.deepEqual(message.serverId, octets('000303'));
    assert.deepEqual(message.requestedOptions, [23]);
    assert.equal(message.elapsedTime, 0);
    assert.equal(message.rapidCommit, true);
    assert.equal(message.reconfigureAccept, true);
    assert.equal(message.repeatedOptions, 6);
    assert.equal(message.options.count, 12);
  });

  it('[S-FMT-4] identity associations repeat, and so do the leases in them', () => {
    const lease = (last: string): string => `0005 0018 20010db80000000000000000000000${last} 00000000 00000000`;
    const { message } = decodedDatagram(
      messageOctets(
        MessageType.REQUEST,
        optionOctets(3, octets(`00000001 00000000 00000000 ${lease('01')} ${lease('02')}`)),
        optionOctets(3, octets('00000002 00000000 00000000')),
        optionOctets(25, octets('00000001 00000000 00000000')),
        optionOctets(4, octets('00000001')),
      ),
    );
    assert.deepEqual(message.ias.map(({ kind, iaid, leases }) => [kind, iaid, leases.length]), [
      [3, 1, 2],
      [3, 2, 0],
      [25, 1, 0],
      [4, 1, 0],
    ]);
    assert.equal(message.repeatedOptions, 0);
  });

  it('[S-FMT-5] a domain name is written without compression and read only so', () => {
    const names = [domainName('www.example.com'), domainName('example.com')];
    const wire = '03777777076578616d706c6503636f6d00 076578616d706c6503636f6d00';
    assert.equal(hex(encodeDomainNames(names)), wire.replace(' ', ''));
    const codec = optionCodec(OptionCode.DOMAIN_LIST);
    assert.deepEqual(codec.decode(octets(wire)), { value: names });
    const compressed = octets('03777777076578616d706c6503636f6d00 c004');
    assert.deepEqual(codec.decode(compressed).error, { code: 'bad-domain-name', offset: 17, option: 24 });
  });

  it('[S-FMT-6] unknown options and enterprise numbers do not spoil a message', () => {
    const { message } = decodedDatagram(
      messageOctets(MessageType.SOLICIT, octets('ffff 0001 00'), octets('0100 0001 00'), octets('0011 0004 deadbeef'), optionOctets(1, octets('000301'))),
    );
    assert.deepEqual(message.clientId, octets('000301'));
    assert.equal(message.options.count, 4);
  });

  it('[S-FMT-7] an unknown message type is an error, relayed or not', () => {
    for (const type of [0, 15, 38, 255]) {
      assert.deepEqual(decodeDatagram(messageOctets(type), 8).error, {
        code: 'unknown-message-type',
        offset: 0,
        option: undefined,
      });
      assert.equal(decodeMessage(messageOctets(type)).error?.code, 'unknown-message-type');
      const relayed = relayOctets(optionOctets(9, messageOctets(type)));
      assert.equal(decodeDatagram(relayed, 8).error?.code, 'unknown-message-type');
    }
  });

  it('[S-FMT-8] an option that reaches past the end is an error with its place', () => {
    const good = optionOctets(1, octets('000301'));
    const cut: readonly [string, number | undefined][] = [
      ['00', undefined],
      ['000800', undefined],
      ['0008 0002', 8],
      ['0008 0002 00', 8],
      ['ffff ffff 00', 0xffff],
    ];
    for (const [tail, option] of cut) {
      const error = { code: 'option-overrun', offset: 11, option };
      assert.deepEqual(decodeDatagram(messageOctets(1, good, octets(tail)), 8).error, error);
      assert.equal(decodeMessage(messageOctets(1, good, octets(tail))).error?.code, 'option-overrun');
    }
  });

  it('[S-FMT-8] so is one that reaches past the end of the option it is in', () => {
    const inIa = octets('0003 0010 00000001 00000000 00000000 000d 0003 0000 00');
    assert.deepEqual(decodeDatagram(messageOctets(1, inIa), 8).error, { code: 'option-overrun', offset: 20, option: 13 });
    const inLease = octets(
      '0003 002c 00000001 00000000 00000000 0005 001c 20010db8000000000000000000000001 00000000 00000000 000d 0002 0000',
    );
    assert.deepEqual(decodeDatagram(messageOctets(1, inLease), 8).error, { code: 'option-overrun', offset: 48, option: 13 });
    const inRelay = relayOctets(octets('0009 0004 01abcdef 0012 0002 00'));
    assert.deepEqual(decodeDatagram(inRelay, 8).error, { code: 'option-overrun', offset: 42, option: 18 });
  });

  it('[S-FMT-10] an option in the wrong place is left aside', () => {
    const iaPrefix = '001a 0019 00000000 00000000 38 20010db8000000000000000000000000';
    const iaAddress = '0005 0018 20010db8000000000000000000000001 00000000 00000000';
    const { message } = decodedDatagram(
      messageOctets(
        MessageType.INFORMATION_REQUEST,
        optionOctets(3, octets(`00000001 00000000 00000000 ${iaPrefix}`)),
        optionOctets(25, octets(`00000002 00000000 00000000 ${iaAddress}`)),
        octets(iaAddress),
      ),
    );
    assert.deepEqual(message.ias.map(({ kind, leases }) => [kind, leases.length]), [[3, 0], [25, 0]]);
  });

  it('[S-NEW-10] an IA Address at the top of a message is no error', () => {
    const leasequeryLike = messageOctets(1, octets('0005 0018 20010db8000000000000000000000001 00000001 00000002'));
    assert.equal(decodedDatagram(leasequeryLike).message.options.count, 1);
    const plain = decodeMessage(leasequeryLike);
    assert.equal(plain.error, undefined);
  });
});
