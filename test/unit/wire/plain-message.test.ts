import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  decodeMessage,
  describeMessage,
  encodeMessage,
  iaid,
  InvariantError,
  MessageType,
  optionCodec,
  OptionCode,
  optionValue,
  optionValues,
  type PlainMessage,
  type PlainRelayMessage,
  seconds,
} from '../../../src/wire/index.ts';
import { quoteText } from '../../../src/wire/text.ts';
import { address, decoded, domainName, duid, hex, messageOctets, octets, optionOctets, relayOctets } from './octets.ts';

const request: PlainMessage = {
  type: MessageType.REQUEST,
  transactionId: 0xabcdef,
  options: [
    { code: OptionCode.CLIENTID, value: duid('00:03:00:01:02:00:00:00:00:01') },
    { code: OptionCode.ORO, value: [23, 24] },
    {
      code: OptionCode.IA_NA,
      value: {
        iaid: iaid(1),
        t1: seconds(0),
        t2: seconds(0),
        options: [
          {
            code: OptionCode.IAADDR,
            value: { address: address('2001:db8::1'), preferred: seconds(0), valid: seconds(0), options: [] },
          },
        ],
      },
    },
    { code: 999, data: octets('0102') },
  ],
};

describe('messages as plain objects', () => {
  it('are encoded option by option', () => {
    assert.equal(
      hex(encodeMessage(request)),
      [
        '03 abcdef 0001 000a 0003 0001 020000000001 0006 0004 0017 0018',
        '0003 0028 00000001 00000000 00000000 0005 0018 20010db8000000000000000000000001 00000000 00000000',
        '03e7 0002 0102',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('are decoded to what they were', () => {
    assert.deepEqual(decodeMessage(encodeMessage(request)), request);
    const relayed: PlainRelayMessage = {
      type: MessageType.RELAY_FORW,
      hopCount: 3,
      linkAddress: address('2001:db8::1'),
      peerAddress: address('fe80::2'),
      options: [{ code: OptionCode.RELAY_MSG, value: encodeMessage(request) }],
    };
    assert.deepEqual(decodeMessage(encodeMessage(relayed)), relayed);
  });

  it('give the values of an option by its code', () => {
    const { options } = decoded(decodeMessage(encodeMessage(request)));
    assert.deepEqual(optionValue(options, OptionCode.ORO), [23, 24]);
    assert.equal(optionValue(options, OptionCode.SERVERID), undefined);
    const ia = optionValue(options, OptionCode.IA_NA);
    assert.deepEqual(optionValues(ia?.options ?? [], OptionCode.IAADDR).map((lease) => lease.address), [address('2001:db8::1')]);
    assert.equal(optionValue([{ code: OptionCode.ORO, data: octets('0017') }], OptionCode.ORO), undefined);
  });

  it('may hold an option by its octets, to be as malformed as a test wants', () => {
    const malformed = encodeMessage({ ...request, options: [{ code: OptionCode.IA_NA, data: octets('00') }] });
    assert.equal(hex(malformed), '03abcdef0003000100');
    assert.deepEqual(decodeMessage(malformed).error, { code: 'bad-option-length', offset: 8, option: 3 });
  });

  it('say where in the message a nested option is malformed', () => {
    const inIa = messageOctets(1, optionOctets(100, octets('00')), octets('0003 0013 00000001 00000000 00000000 000d 0003 0000 ff'));
    assert.deepEqual(decodeMessage(inIa).error, { code: 'bad-option-value', offset: 31, option: 13 });
    const overrun = messageOctets(1, octets('0003 0011 00000001 00000000 00000000 000d 0003 00'));
    assert.deepEqual(decodeMessage(overrun).error, { code: 'option-overrun', offset: 20, option: 3 });
  });

  it('hold no option where it has no meaning, and no number that does not fit', () => {
    const ia = { iaid: iaid(1), t1: seconds(0), t2: seconds(0), options: [] };
    const nested: PlainMessage = {
      ...request,
      options: [{ code: OptionCode.IA_NA, value: { ...ia, options: [{ code: OptionCode.IA_NA, value: ia }] } }],
    };
    assert.throws(() => encodeMessage(nested), InvariantError);
    assert.throws(() => optionCodec(OptionCode.IA_NA).print({ ...ia, options: nested.options }), InvariantError);
    for (const value of [-1, 256, 1.5]) {
      assert.throws(() => optionCodec(OptionCode.PREFERENCE).encode(value), InvariantError);
    }
  });
});

describe('messages as text', () => {
  it('show every option on a line, what is inside it indented', () => {
    const reply = encodeMessage({
      type: MessageType.REPLY,
      transactionId: 0xef,
      options: [
        { code: OptionCode.SERVERID, value: duid('00:02:00:00:7e:d9:01') },
        {
          code: OptionCode.IA_PD,
          value: {
            iaid: iaid(7),
            t1: seconds(0xffffffff),
            t2: seconds(5400),
            options: [
              {
                code: OptionCode.IAPREFIX,
                value: {
                  preferred: seconds(3600),
                  valid: seconds(0xffffffff),
                  prefixLength: 56,
                  address: address('2001:db8::'),
                  options: [
                    { code: OptionCode.PD_EXCLUDE, value: { prefixLength: 64, subnetId: octets('01') } },
                    { code: OptionCode.STATUS_CODE, value: { status: 0, message: 'here "you" are\u001b[2J' } },
                  ],
                },
              },
            ],
          },
        },
        { code: OptionCode.IA_TA, value: { iaid: iaid(9), options: [] } },
        { code: OptionCode.RAPID_COMMIT, value: true },
        { code: OptionCode.PREFERENCE, value: 255 },
        { code: OptionCode.ELAPSED_TIME, value: 150 },
        { code: OptionCode.RECONF_MSG, value: 5 },
        { code: OptionCode.SOL_MAX_RT, value: 3600 },
        { code: OptionCode.INFORMATION_REFRESH_TIME, value: 0xffffffff },
        { code: OptionCode.DNS_SERVERS, value: [address('2001:db8::53'), address('::1')] },
        { code: OptionCode.DOMAIN_LIST, value: [domainName('example.com'), domainName('.')] },
        { code: OptionCode.NTP_SERVER, value: { kind: 'name', name: domainName('ntp.example.com') } },
        { code: OptionCode.NTP_SERVER, value: { kind: 'multicast', address: address('ff05::101') } },
        { code: OptionCode.VENDOR_CLASS, value: { enterprise: 32473, items: [octets('0102'), octets('03')] } },
        { code: OptionCode.VENDOR_OPTS, value: { enterprise: 32473, options: [{ code: 5, data: octets('0102') }] } },
        { code: OptionCode.USER_CLASS, value: [octets('61')] },
        {
          code: OptionCode.AUTH,
          value: {
            protocol: 3,
            algorithm: 1,
            replayDetectionMethod: 0,
            replayDetection: octets('0000000000000001'),
            information: octets('02'),
          },
        },
        { code: 4000, data: new Uint8Array(65).fill(0xab) },
      ],
    });
    assert.deepEqual(describeMessage(reply).split('\n'), [
      'REPLY transaction 0000ef',
      '  SERVERID 00:02:00:00:7e:d9:01',
      '  IA_PD iaid 7 t1 infinity t2 5400',
      '    IAPREFIX 2001:db8::/56 preferred 3600 valid infinity',
      '      PD_EXCLUDE length 64 subnet 01',
      '      STATUS_CODE Success "here \\"you\\" are\\u001b[2J"',
      '  IA_TA iaid 9',
      '  RAPID_COMMIT',
      '  PREFERENCE 255',
      '  ELAPSED_TIME 1.5 s',
      '  RECONF_MSG RENEW',
      '  SOL_MAX_RT 3600 s',
      '  INFORMATION_REFRESH_TIME infinity',
      '  DNS_SERVERS 2001:db8::53 ::1',
      '  DOMAIN_LIST example.com .',
      '  NTP_SERVER ntp.example.com',
      '  NTP_SERVER ff05::101',
      '  VENDOR_CLASS enterprise 32473 01:02 03',
      '  VENDOR_OPTS enterprise 32473',
      '    5: 01:02',
      '  USER_CLASS 61',
      '  AUTH protocol 3 algorithm 1 RDM 0 replay 00:00:00:00:00:00:00:01 02',
      `  option 4000: ${Array.from({ length: 64 }, () => 'ab').join(':')}... (65 octets)`,
    ]);
  });

  it('show the message inside a relay message', () => {
    const bytes = relayOctets(
      octets('0025 0005 00007ed9aa'),
      octets('004f 0008 0001 020000000001'),
      optionOctets(9, messageOctets(1, octets('0008 0002 0000'))),
    );
    assert.deepEqual(describeMessage(bytes).split('\n'), [
      'RELAY-FORW hop 0 link 2001:db8::1 peer fe80::2',
      '  REMOTE_ID enterprise 32473 aa',
      '  CLIENT_LINKLAYER_ADDR hardware type 1 02:00:00:00:00:01',
      '  RELAY_MSG 10 octets',
      '  SOLICIT transaction abcdef',
      '    ELAPSED_TIME 0 s',
    ]);
  });

  it('show what is malformed as octets, and the rest as it is', () => {
    assert.deepEqual(
      describeMessage(messageOctets(99, octets('0008 0002 0000'), octets('0003 0002 0102'), octets('0008 0002 00'))).split('\n'),
      [
        'message type 99 transaction abcdef',
        '  ELAPSED_TIME 0 s',
        '  malformed option 3, bad-option-length at octet 0 (option 3): 01:02',
        '  malformed, option-overrun: 00:08:00:02:00',
      ],
    );
    assert.equal(describeMessage(octets('0102')), 'malformed message: 01:02');
    assert.equal(describeMessage(octets('')), 'malformed message: ');
    assert.deepEqual(describeMessage(relayOctets(octets('0009 0001 0c'))).split('\n').slice(2), ['  malformed message: 0c']);
  });

  it('end at a depth that no relay chain has', () => {
    let message = messageOctets(1);
    for (let i = 0; i < 100; i++) message = relayOctets(optionOctets(9, message));
    const lines = describeMessage(message).split('\n');
    assert.equal(lines.filter((line) => line.includes('RELAY-FORW')).length, 33);
    assert.match(lines.at(-1) ?? '', /^ *malformed message: 0c:00:20:01/);
  });

  it('hold nothing that a terminal obeys or hides', () => {
    const hostile = 'a\u0000\u001b[31m\u009b\u202e\ufeff\u{e0001}\n"\\';
    assert.equal(quoteText(hostile), '"a\\u0000\\u001b[31m\\u009b\\u202e\\ufeff\\udb40\\udc01\\n\\"\\\\"');
    assert.equal(JSON.parse(quoteText(hostile)), hostile);
    assert.equal(quoteText('größe'), '"größe"');
  });
});
