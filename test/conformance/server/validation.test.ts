import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, messageTypeName, seconds, iaid } from '../../../src/wire/index.ts';
import type { PlainMessage, PlainOption } from '../../../src/wire/index.ts';
import type { DiscardReason } from '../../../src/server/index.ts';
import { SERVER_ID, address, createBox, duid } from './box.ts';
import type { Delivery } from './box.ts';
import { iaNa, iaPd, message, read } from './client.ts';
import type { MessageParts } from './client.ts';

const OTHER_SERVER = duid('00:04:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff');

interface Case {
  readonly row: string;
  readonly type: PlainMessage['type'];
  /** What is wrong with it. */
  readonly fault: string;
  readonly parts: MessageParts;
  readonly reason: DiscardReason;
}

const withoutClient = (row: string, type: PlainMessage['type']): Case => ({
  row, type, fault: 'without Client Identifier', parts: { client: undefined }, reason: 'no-client-id',
});
const withServer = (row: string, type: PlainMessage['type']): Case => ({
  row, type, fault: 'with a Server Identifier', parts: { server: SERVER_ID }, reason: 'unexpected-server-id',
});
const withoutServer = (row: string, type: PlainMessage['type']): Case => ({
  row, type, fault: 'without Server Identifier', parts: { server: undefined }, reason: 'no-server-id',
});
const forAnotherServer = (row: string, type: PlainMessage['type']): Case => ({
  row, type, fault: 'for another server', parts: { server: OTHER_SERVER }, reason: 'other-server',
});

/** RFC 9915 16.2 to 16.12 */
const CASES: readonly Case[] = [
  withoutClient('S-VAL-1', MessageType.SOLICIT),
  withServer('S-VAL-1', MessageType.SOLICIT),
  withoutServer('S-VAL-3', MessageType.REQUEST),
  forAnotherServer('S-VAL-3', MessageType.REQUEST),
  withoutClient('S-VAL-3', MessageType.REQUEST),
  withoutClient('S-VAL-4', MessageType.CONFIRM),
  withServer('S-VAL-4', MessageType.CONFIRM),
  withoutServer('S-VAL-5', MessageType.RENEW),
  forAnotherServer('S-VAL-5', MessageType.RENEW),
  withoutClient('S-VAL-5', MessageType.RENEW),
  withoutClient('S-VAL-6', MessageType.REBIND),
  withServer('S-VAL-6', MessageType.REBIND),
  withoutServer('S-VAL-7', MessageType.DECLINE),
  forAnotherServer('S-VAL-7', MessageType.DECLINE),
  withoutClient('S-VAL-7', MessageType.DECLINE),
  withoutServer('S-VAL-8', MessageType.RELEASE),
  forAnotherServer('S-VAL-8', MessageType.RELEASE),
  withoutClient('S-VAL-8', MessageType.RELEASE),
  forAnotherServer('S-VAL-9', MessageType.INFORMATION_REQUEST),
];

/** An IA that the message could carry, so that only the fault keeps it from being answered. */
function iasFor(type: PlainMessage['type']): readonly PlainOption[] {
  return type === MessageType.INFORMATION_REQUEST ? [] : [iaNa(1, '2001:db8:1::100')];
}

describe('messages that must be discarded (RFC 9915 16)', () => {
  for (const { row, type, fault, parts, reason } of CASES) {
    it(`[${row}] a ${messageTypeName(type)} ${fault}`, () => {
      const box = createBox();
      assert.ok(box.exchange(message(type, iasFor(type))) !== undefined, 'it is answered where nothing is wrong with it');
      assert.equal(box.exchange(message(type, iasFor(type), parts)), undefined);
      assert.equal(box.appliance.counters.discarded[reason], 1);
    });
  }

  for (const type of [MessageType.ADVERTISE, MessageType.REPLY, MessageType.RECONFIGURE] as const) {
    it(`[S-VAL-2] a received ${messageTypeName(type)}`, () => {
      const box = createBox();
      assert.equal(box.exchange(message(type, [iaNa(1)], { server: SERVER_ID })), undefined);
      assert.equal(box.appliance.counters.discarded['not-for-servers'], 1);
    });
  }

  it('[S-VAL-2] a received Relay-reply', () => {
    const box = createBox();
    const inside = message(MessageType.SOLICIT, [iaNa(1)]);
    assert.equal(
      box.exchange({ type: MessageType.RELAY_REPL, hopCount: 0, linkAddress: address('::'), peerAddress: address('fe80::1'), options: [] }),
      undefined,
    );
    assert.ok(box.exchange(inside) !== undefined);
    assert.equal(box.appliance.counters.malformed.get('relay-reply'), 1);
  });

  for (const option of [
    iaNa(1),
    iaPd(1),
    { code: OptionCode.IA_TA, value: { iaid: iaid(1), options: [] } },
  ]) {
    it(`[S-VAL-9, S-INF-2, S-FMT-10] an Information-request with option ${String(option.code)}, an IA`, () => {
      const box = createBox();
      assert.equal(box.exchange(message(MessageType.INFORMATION_REQUEST, [option])), undefined);
      box.deliver({ type: MessageType.INFORMATION_REQUEST, transactionId: 1, options: [option] });
      assert.equal(box.appliance.counters.discarded['ia-in-information-request'], 2, 'also as its first option');
    });
  }

  it('[S-VAL-9] an Information-request needs no Client Identifier, and may name this server', () => {
    const box = createBox();
    assert.ok(box.exchange(message(MessageType.INFORMATION_REQUEST, [], { client: undefined })) !== undefined);
    assert.ok(box.exchange(message(MessageType.INFORMATION_REQUEST, [], { server: SERVER_ID })) !== undefined);
  });

  it('[S-FMT-7] a message of a type that is not known', () => {
    const box = createBox();
    const solicit = message(MessageType.SOLICIT, [iaNa(1)]);
    assert.equal(box.exchange({ ...solicit, type: 99 as typeof MessageType.SOLICIT }), undefined);
    assert.equal(box.appliance.counters.malformed.get('unknown-message-type'), 1);
  });

  it('[S-RLY-9] a message of a type that is not known inside a Relay-forward', () => {
    const box = createBox();
    const unknown = Uint8Array.of(200, 0, 0, 1);
    const relayed = {
      type: MessageType.RELAY_FORW,
      hopCount: 0,
      linkAddress: address('2001:db8:2::1'),
      peerAddress: address('fe80::1'),
      options: [{ code: OptionCode.RELAY_MSG, value: unknown }],
    };
    assert.equal(box.exchange(relayed, { interfaceName: 'uplink', source: address('2001:db8:2::1') }), undefined);
    assert.equal(box.appliance.counters.malformed.get('unknown-message-type'), 1);
  });

  it('[S-RLY-4] a Relay-forward without Relay Message option', () => {
    const box = createBox();
    box.deliver({ type: MessageType.RELAY_FORW, hopCount: 0, linkAddress: address('2001:db8:2::1'), peerAddress: address('fe80::1'), options: [] });
    assert.deepEqual(box.takeSent(), []);
    assert.equal(box.appliance.counters.malformed.get('relay-without-message'), 1);
  });

  it('[S-NEW-3, S-NEW-4] a message that a client sent to this server’s own address', () => {
    const box = createBox();
    for (const type of [MessageType.SOLICIT, MessageType.REQUEST, MessageType.RENEW] as const) {
      assert.equal(box.exchange(message(type, [iaNa(1)]), { destination: 'unicast' }), undefined);
    }
    assert.equal(box.appliance.counters.discarded.unicast, 3);
    assert.deepEqual(box.takeSent(), [], 'not even with UseMulticast');
  });

  for (const [name, source] of [['unspecified', '::'], ['multicast', 'ff02::1:2']] as const) {
    it(`[S-SEC-2] a message whose source address is ${name}`, () => {
      const box = createBox();
      const delivery: Delivery = { source: address(source) };
      assert.equal(box.exchange(message(MessageType.SOLICIT, [iaNa(1)]), delivery), undefined);
      assert.equal(box.appliance.counters.discarded['bad-source'], 1);
    });
  }

  it('[S-FMT-8, S-FMT-9] a message with an option longer than the message is dropped, counted, and logged once', () => {
    const box = createBox();
    const truncated = Uint8Array.of(MessageType.SOLICIT, 0, 0, 1, 0, 1, 0, 200, 0, 3);
    for (let n = 0; n < 100; n++) box.deliver(truncated);
    assert.deepEqual(box.takeSent(), []);
    assert.ok((box.appliance.counters.malformed.get('option-overrun') ?? 0) > 0);
    assert.equal(box.log.length, 1);
  });

  it('[S-FMT-6] unknown options and unknown enterprise numbers keep no message from being answered', () => {
    const options: readonly PlainOption[] = [
      { code: 65_001, data: Uint8Array.of(1, 2, 3) },
      { code: OptionCode.VENDOR_CLASS, value: { enterprise: 99_999, items: [Uint8Array.of(1)] } },
    ];
    assert.ok(createBox().exchange(message(MessageType.SOLICIT, [iaNa(1)], { options })) !== undefined);
  });

  it('[S-FMT-10] a known option that does not belong into the message is passed over', () => {
    const options: readonly PlainOption[] = [{ code: OptionCode.PREFERENCE, value: 7 }];
    const answer = read(createBox().exchange(message(MessageType.SOLICIT, [iaNa(1)], { options })));
    assert.equal(answer.ias[0]?.leases.length, 1);
  });

  it('[S-FMT-4] a singleton that repeats counts once, the first time, and is counted', () => {
    const box = createBox();
    const options: readonly PlainOption[] = [{ code: OptionCode.ORO, value: [OptionCode.SOL_MAX_RT] }];
    const answer = read(box.exchange(message(MessageType.SOLICIT, [iaNa(1)], { request: [OptionCode.DNS_SERVERS], options })));
    assert.ok(!answer.options.some(({ code }) => code === OptionCode.SOL_MAX_RT));
    assert.equal(box.appliance.counters.repeatedOptions, 1);
  });

  it('[S-RCF-10] the obsolete delayed authentication keeps no message from being answered', () => {
    const authentication = new Uint8Array(11);
    authentication[0] = 2;
    const options: readonly PlainOption[] = [{ code: OptionCode.AUTH, data: authentication }];
    const answer = read(createBox().exchange(message(MessageType.SOLICIT, [iaNa(1)], { options })));
    assert.equal(answer.ias[0]?.leases.length, 1);
    assert.ok(!answer.options.some(({ code }) => code === OptionCode.AUTH));
  });

  it('[S-TX-10] lifetimes, T1 and T2 that a client sends are ignored', () => {
    const wish = {
      code: OptionCode.IA_NA,
      value: {
        iaid: iaid(1), t1: seconds(7), t2: seconds(9),
        options: [{ code: OptionCode.IAADDR, value: { address: address('2001:db8:1::100'), preferred: seconds(1), valid: seconds(2), options: [] } }],
      },
    };
    const [ia] = read(createBox().exchange(message(MessageType.REQUEST, [wish]))).ias;
    assert.deepEqual([ia?.t1, ia?.t2, ia?.leases[0]?.preferred, ia?.leases[0]?.valid], [500, 800, 1000, 2000]);
  });
});
