/** What a pair does not make its own: leases of other kinds, and the partner's name (R-XR1, R-XR4 of the trace to RFC 7031). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { FailoverMessageType, MessageType, OptionCode, encodeMessage, formatDuid, optionValue } from '../../../src/wire/index.ts';
import { createBoxes, EAST_ID, WEST_ID } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { addressesOf, onlyAnswer, rebind, renew, request, solicit } from './messages.ts';
import { iaNa, message } from '../server/client.ts';

/** RFC 8947 section 11.1. */
const IA_LL = 138;

const told = (box: Box) => box.takeSaid().filter(({ type }) => type === FailoverMessageType.BNDUPD);

describe('a lease of another kind [R-XR1]', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBoxes();
  });

  it('of a Request that asks for link-layer addresses as well, the rest is given and told', () => {
    const { east, west } = boxes;
    const asked = encodeMessage(request({ addresses: [] }));
    const linkLayer = Uint8Array.of(0, IA_LL, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    const both = new Uint8Array(asked.length + linkLayer.length);
    both.set(asked);
    both.set(linkLayer, asked.length);
    east.receive(both);
    assert.equal(addressesOf(onlyAnswer(east.takeSent())).length, 1);
    boxes.advance(2);
    assert.equal(told(east).length, 1);
    for (const box of [east, west]) assert.equal(box.appliance.leases.count(BindingStatus.ACTIVE), 1);
  });
});

describe('the partner’s identifier [R-XR4]', () => {
  let boxes: Boxes;
  let held: string;
  beforeEach(() => {
    boxes = createBoxes();
    const { east } = boxes;
    east.receive(solicit());
    const [offered = ''] = addressesOf(onlyAnswer(east.takeSent()));
    east.receive(request({ transactionId: 2, addresses: [offered] }));
    [held = ''] = addressesOf(onlyAnswer(east.takeSent()));
    boxes.advance(2);
    assert.equal(boxes.west.appliance.leases.count(BindingStatus.ACTIVE), 1);
    boxes.between = () => 'gets lost';
    boxes.advance(70);
  });

  const bound = { transactionId: 9 } as const;
  const rebinding = () => {
    const plain = rebind(bound);
    return { ...plain, options: [...plain.options, ...message(MessageType.REBIND, [iaNa(1, held)]).options.filter(({ code }) => code === OptionCode.IA_NA)] };
  };

  for (const [state, enter] of [
    ['COMMUNICATIONS-INTERRUPTED', () => undefined],
    ['PARTNER-DOWN', () => {
      boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'partner-down' } });
    }],
  ] as const) {
    it(`is not taken over in ${state}: a Renew to it is discarded (RFC 9915 section 16), and its client keeps its lease by a Rebind`, () => {
      enter();
      assert.notEqual(formatDuid(EAST_ID), formatDuid(WEST_ID));
      const { west } = boxes;
      west.receive(renew({ ...bound, addresses: [held] }));
      assert.deepEqual(west.takeSent(), []);
      west.receive(rebinding());
      const answer = onlyAnswer(west.takeSent());
      assert.deepEqual(addressesOf(answer), [held]);
      assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), WEST_ID);
    });
  }
});
