import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decodeDatagram,
  decodeMessage,
  describeMessage,
  encodeMessage,
  MessageType,
  optionCodec,
  OptionCode,
  optionValue,
  optionValues,
  peekDatagram,
  type PlainMessage,
  type PlainRelayMessage,
  wrapRelayReplies,
} from '../../../src/wire/index.ts';
import { holds, leafValues, message, mutated, option, relayLevel } from './arbitraries.ts';
import { decoded, hex } from './octets.ts';

/** A message in the relay levels given, the first the outermost. */
function relayed(inner: PlainMessage, levels: readonly PlainRelayMessage[]): Uint8Array {
  return levels.reduceRight(
    (bytes, level) => encodeMessage({ ...level, options: [...level.options, { code: OptionCode.RELAY_MSG, value: bytes }] }),
    encodeMessage(inner),
  );
}

/** What a server reads of the options in a message. */
function expectedFields({ options }: PlainMessage): object {
  const seen = new Set<string>();
  const ias = options.flatMap((found) => {
    if (!('value' in found)) return [];
    if (found.code !== OptionCode.IA_NA && found.code !== OptionCode.IA_TA && found.code !== OptionCode.IA_PD) return [];
    const identity = `${found.code} ${found.value.iaid}`;
    if (seen.has(identity)) return [];
    seen.add(identity);
    const isPd = found.code === OptionCode.IA_PD;
    const leases = isPd
      ? optionValues(found.value.options, OptionCode.IAPREFIX).map((lease) => [hex(lease.address), lease.prefixLength, lease.preferred, lease.valid])
      : optionValues(found.value.options, OptionCode.IAADDR).map((lease) => [hex(lease.address), 128, lease.preferred, lease.valid]);
    return [[found.code, found.value.iaid, leases, found.value.options.length]];
  });
  return {
    clientId: optionValue(options, OptionCode.CLIENTID),
    serverId: optionValue(options, OptionCode.SERVERID),
    requestedOptions: optionValue(options, OptionCode.ORO) ?? [],
    elapsedTime: optionValue(options, OptionCode.ELAPSED_TIME) ?? 0,
    rapidCommit: optionValue(options, OptionCode.RAPID_COMMIT) ?? false,
    reconfigureAccept: optionValue(options, OptionCode.RECONF_ACCEPT) ?? false,
    codes: options.map(({ code }) => code),
    ias,
  };
}

describe('what is encoded', () => {
  for (const [code, values] of Object.entries(leafValues)) {
    it(`as option ${code} is decoded to the same`, () => {
      const codec = optionCodec(Number(code) as OptionCode);
      holds(
        fc.property(values as fc.Arbitrary<never>, (value) => {
          assert.deepEqual(codec.decode(codec.encode(value)), { value });
          assert.equal(typeof codec.print(value), 'string');
        }),
      );
    });
  }

  it('as a message is decoded to the same', () => {
    holds(fc.property(message, (original) => assert.deepEqual(decodeMessage(encodeMessage(original)), original)));
  });

  it('as a message is read by a server as it was meant', () => {
    holds(
      fc.property(message, fc.array(relayLevel, { maxLength: 3 }), (original, relays) => {
        const bytes = relayed(original, relays);
        const { levels, message: read } = decoded(decodeDatagram(bytes, 3));
        assert.equal(read.type, original.type);
        assert.equal(read.transactionId, original.transactionId);
        assert.deepEqual(
          {
            clientId: read.clientId,
            serverId: read.serverId,
            requestedOptions: read.requestedOptions,
            elapsedTime: read.elapsedTime,
            rapidCommit: read.rapidCommit,
            reconfigureAccept: read.reconfigureAccept,
            codes: Array.from({ length: read.options.count }, (_, i) => read.options.code(i)),
            ias: read.ias.map((ia) => [
              ia.kind,
              ia.iaid,
              ia.leases.map((lease) => [hex(lease.address), lease.prefixLength, lease.preferredLifetime, lease.validLifetime]),
              ia.options.count,
            ]),
          },
          expectedFields(original),
        );
        assert.deepEqual(
          levels.map(({ hopCount, linkAddress, peerAddress }) => [hopCount, linkAddress, peerAddress]),
          relays.map(({ hopCount, linkAddress, peerAddress }) => [hopCount, linkAddress, peerAddress]),
        );
        const peek = peekDatagram(bytes);
        assert.equal(peek?.type, original.type);
        const client = bytes.subarray(peek.clientIdStart, peek.clientIdStart + peek.clientIdLength);
        assert.equal(hex(client), hex(read.clientId ?? new Uint8Array(0)));
      }),
    );
  }).timeout(60_000);

  it('as a Relay-reply has the headers of the Relay-forward and the answer inside', () => {
    holds(
      fc.property(message, message, fc.array(relayLevel, { minLength: 1, maxLength: 4 }), (asked, answer, relays) => {
        const { levels } = decoded(decodeDatagram(relayed(asked, relays), 8));
        let rest = wrapRelayReplies(levels, encodeMessage(answer)) ?? new Uint8Array(0);
        for (const relay of relays) {
          const reply = decoded(decodeMessage(rest));
          assert.ok('hopCount' in reply);
          assert.deepEqual(
            [reply.type, reply.hopCount, reply.linkAddress, reply.peerAddress],
            [MessageType.RELAY_REPL, relay.hopCount, relay.linkAddress, relay.peerAddress],
          );
          for (const code of [OptionCode.INTERFACE_ID, OptionCode.RELAY_PORT]) {
            assert.deepEqual(optionValue(reply.options, code), optionValue(relay.options, code));
          }
          rest = optionValue(reply.options, OptionCode.RELAY_MSG) ?? new Uint8Array(0);
        }
        assert.deepEqual(rest, encodeMessage(answer));
      }),
    );
  }).timeout(60_000);
});

describe('whatever octets come', () => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    mutated(message.map(encodeMessage)),
    mutated(fc.tuple(message, fc.array(relayLevel, { maxLength: 3 })).map(([inner, levels]) => relayed(inner, levels))),
    mutated(option.map((single) => encodeMessage({ type: 1, transactionId: 0, options: [single] }))),
  );

  it('they are decoded or refused with a place inside them, never thrown at', () => {
    holds(
      fc.property(octets, (bytes) => {
        const result = decodeDatagram(bytes, 4);
        if (result.error === undefined) {
          const wrapped = wrapRelayReplies(result.levels, bytes);
          assert.ok(wrapped !== undefined && wrapped.length >= bytes.length);
          assert.ok(peekDatagram(bytes));
        } else {
          assert.ok(result.error.offset >= 0 && result.error.offset <= bytes.length);
        }
        peekDatagram(bytes);
      }),
      400,
    );
  }).timeout(60_000);

  it('what decodes strictly is the same octets again, and a server can read it', () => {
    holds(
      fc.property(octets, (bytes) => {
        const result = decodeMessage(bytes);
        if (result.error !== undefined) {
          assert.ok(result.error.offset >= 0 && result.error.offset <= bytes.length);
          return;
        }
        if ('transactionId' in result) assert.equal(decodeDatagram(bytes, 4).error, undefined);
        const again = decoded(decodeMessage(encodeMessage(result)));
        assert.deepEqual(again, result);
      }),
      300,
    );
  }).timeout(60_000);

  it('they are described in printable text', () => {
    holds(
      fc.property(octets, (bytes) => {
        assert.doesNotMatch(describeMessage(bytes), /(?!\n)\p{C}/u);
      }),
      300,
    );
  }).timeout(60_000);
});
