import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  decodeFailoverMessage,
  describeWireError,
  type FailoverMessage,
  FailoverMessageType,
  failoverMessageTypeName,
} from '../../../src/wire/index.ts';
import { concat, octets, optionOctets } from '../../unit/wire/octets.ts';
import { encoded, errorOf, failoverOctets } from '../../unit/wire/failover/failover-octets.ts';
import { everyNode, parseTree, treeOctets, withInPlaceOf } from '../../unit/wire/failover/option-tree.ts';
import { EVERY_MESSAGE, NOW } from '../../unit/wire/failover/samples.ts';

/** A message of each type that has options, with all of them, and where they begin. */
const samples = EVERY_MESSAGE.filter(({ type }) => type !== FailoverMessageType.STARTTLS).map((message) => {
  const headerLength = message.type === FailoverMessageType.REPLY ? 4 : 8;
  const bytes = encoded(message);
  return { name: nameOf(message), type: message.type, bytes, headerLength, tree: parseTree(bytes, headerLength) };
});

function nameOf(message: FailoverMessage): string {
  const about = 'binding' in message ? ` about a ${message.binding.kind}` : '';
  return `${failoverMessageTypeName(message.type)}${about}`;
}

/** Options that may stand once in a container; ours among the Vendor-specific Information options too. */
const singletons = new Set([1, 13, 17, 39, 45, 46, 47, 68, 100, ...Array.from({ length: 21 }, (_, i) => 114 + i)]);

describe('failover messages that are malformed', () => {
  for (const { name, type, bytes, headerLength, tree } of samples) {
    it(`[F-FR-8] ${name}, cut anywhere but between its options, is refused`, () => {
      const whole = new Set([headerLength, ...tree.map(({ offset }) => offset), bytes.length]);
      // Four octets behind the header of a REPLY are taken for a sent-time (F-GAP-1).
      if (type === FailoverMessageType.REPLY) whole.add(8);
      for (let length = 0; length < bytes.length; length++) {
        const { error } = decodeFailoverMessage(bytes.slice(0, length), NOW);
        if (!whole.has(length)) {
          assert.ok(error, `${length} octets`);
          assert.ok(error.offset <= length, 'the place is in the message');
        } else if (error !== undefined) {
          assert.equal(error.code, 'missing-option', `${length} octets`);
        }
      }
    });

    if (type === FailoverMessageType.REPLY) continue;

    it(`[F-FR-8] ${name}: an option of which the length reaches past what holds it is refused, at any depth`, () => {
      for (const { code, offset, limit } of everyNode(tree)) {
        const length = limit - offset - 4 + 1;
        const changed = bytes.slice();
        changed.set([length >> 8, length & 0xff], offset + 2);
        assert.deepEqual(errorOf(changed), { code: 'option-overrun', offset, option: code });
      }
    });

    it(`[F-OPT-37] ${name}: a singleton that stands twice in one container is refused, at any depth`, () => {
      for (const node of everyNode(tree)) {
        if (!singletons.has(node.code)) continue;
        const changed = concat(bytes.slice(0, headerLength), treeOctets(withInPlaceOf(tree, node, [node, node])));
        const own = treeOctets([node]).length;
        assert.deepEqual(errorOf(changed), { code: 'repeated-option', offset: node.offset + own, option: node.code });
      }
    });

    it(`[F-FR-8] ${name}: an option with no data, or with an octet more or less, is refused or read, never thrown at`, () => {
      for (const node of everyNode(tree)) {
        for (const head of [new Uint8Array(0), node.head.slice(0, -1), concat(node.head, Uint8Array.of(0xff))]) {
          const changed = concat(bytes.slice(0, headerLength), treeOctets(withInPlaceOf(tree, node, [{ ...node, head }])));
          const { error } = decodeFailoverMessage(changed, NOW);
          if (error !== undefined) assert.ok(error.offset >= headerLength && error.offset <= changed.length);
        }
      }
    });
  }

  it('[F-FR-8] an option header that is cut off is refused', () => {
    for (const rest of ['00', '0072', '007200']) {
      assert.deepEqual(errorOf(failoverOctets(35, octets(rest))), { code: 'option-overrun', offset: 8, option: undefined });
    }
  });

  it('[F-FR-8] a suboption that reaches past its vendor option is refused, of another vendor it is not looked at', () => {
    const ours = optionOctets(17, octets('00007ed9 0046 0005 000000fa'));
    assert.deepEqual(errorOf(failoverOctets(35, ours)), { code: 'option-overrun', offset: 16, option: 17 });
    const others = optionOctets(17, octets('00007eda 0046 0005 000000fa'));
    assert.equal(decodeFailoverMessage(failoverOctets(35, others, others), NOW).error, undefined);
  });

  it('[F-FR-8] a vendor option without a whole enterprise number is refused', () => {
    for (const data of ['', '00', '00007e']) {
      const option = optionOctets(17, octets(data));
      assert.deepEqual(errorOf(failoverOctets(35, option)), { code: 'bad-option-length', offset: 8, option: 17 });
    }
    assert.equal(decodeFailoverMessage(failoverOctets(35, optionOctets(17, octets('00007ed9'))), NOW).error, undefined);
  });

  it('[F-FR-8] the refusal says what is wrong and where', () => {
    const error = errorOf(failoverOctets(FailoverMessageType.CONTACT, octets('0072000101'), octets('0072000101')));
    assert.equal(describeWireError(error), 'repeated-option at octet 13 (option 114)');
  });
});
