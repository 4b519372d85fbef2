/** Classes of clients on a pair: both boxes come to the same verdict, and each has its part of the pools of a class. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { MessageType, OptionCode, StatusCode } from '../../../src/wire/index.ts';
import type { PlainMessage, PlainOption } from '../../../src/wire/index.ts';
import { iaNa, iaPd, message } from '../server/client.ts';
import { EAST_ID, WEST_ID, createBoxes } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { addressesOf, clientId, onlyAnswer } from './messages.ts';

const PHONE: PlainOption = { code: OptionCode.VENDOR_CLASS, value: { enterprise: 32_473, items: [new TextEncoder().encode('phone-7')] } };

const edited = (file: string): string =>
  `${file
    .replace('"2001:db8:1::100 - 2001:db8:1::1fff" }', '"2001:db8:1::100 - 2001:db8:1::1fff", classes: [phones] }, { range: "2001:db8:1::2000 - 2001:db8:1::2fff", not-classes: [phones, ported] }')
    .replace('delegated-length: 56 }', 'delegated-length: 56, classes: [phones] }')}
classes:
  - { name: phones, match: { vendor-classes: [ { data: "phone-*" } ] }, lifetimes: { preferred: 600s, valid: 700s } }
  - { name: ported, match: { interface-ids: [ "*" ] } }
`;

type Type = typeof MessageType.SOLICIT | typeof MessageType.REQUEST | typeof MessageType.RENEW | typeof MessageType.REBIND;

function said(type: Type, ias: readonly PlainOption[], options: readonly PlainOption[], server = EAST_ID, client = clientId(1)): PlainMessage {
  const isAddressed = type === MessageType.REQUEST || type === MessageType.RENEW;
  const plain = message(type, ias, { client, server: isAddressed ? server : undefined, options });
  return { ...plain, options: plain.options.map((option) => (option.code === OptionCode.ELAPSED_TIME ? { code: OptionCode.ELAPSED_TIME, value: 110 } : option)) };
}

const validOf = (answer: ReturnType<typeof onlyAnswer>): readonly string[] => answer.ias.flatMap(({ leases }) => leases.map(({ name, valid }) => `${name} ${String(valid)}`));

describe('classes on a pair', () => {
  let boxes: Boxes;
  let east: Box;
  let west: Box;
  beforeEach(() => {
    boxes = createBoxes({ edited });
    ({ east, west } = boxes);
    east.takeSent();
    west.takeSent();
  });

  const separate = (): void => {
    boxes.between = () => 'gets lost';
    boxes.advance(90);
    assert.equal(west.appliance.failover.relationship('east-west')?.state, EndpointState.COMMUNICATIONS_INTERRUPTED);
    east.takeSent();
    west.takeSent();
  };

  it('what the partner passes on is judged as if it had been heard here: its header around it makes nobody a member', () => {
    west.receive(said(MessageType.SOLICIT, [iaNa(1)], [PHONE]));
    assert.match(addressesOf(onlyAnswer(west.takeSent()))[0] ?? '', /^2001:db8:1::1?[0-9a-f]{3}$/);
    west.receive(said(MessageType.SOLICIT, [iaNa(1)], [], EAST_ID, clientId(2)));
    assert.match(addressesOf(onlyAnswer(west.takeSent()))[0] ?? '', /^2001:db8:1::2[0-9a-f]{3}$/);
  });

  it('the secondary has its part of the prefixes of a class, and gives them to members alone', () => {
    separate();
    west.receive(said(MessageType.REQUEST, [iaNa(1), iaPd(2)], [PHONE], WEST_ID));
    const given = onlyAnswer(west.takeSent());
    assert.deepEqual(given.ias.map(({ status, leases }) => [status, leases.length]), [[StatusCode.Success, 1], [StatusCode.Success, 1]]);
    assert.match(given.ias[1]?.leases[0]?.name ?? '', /^2001:db8:100:.*\/56$/);
    west.receive(said(MessageType.REQUEST, [iaPd(2)], [], WEST_ID, clientId(2)));
    assert.deepEqual(onlyAnswer(west.takeSent()).ias.map(({ status }) => status), [StatusCode.NoPrefixAvail]);
  });

  it('the lifetimes of a class are what the lead time grows into', () => {
    east.receive(said(MessageType.REQUEST, [iaNa(1)], [PHONE]));
    const [first = ''] = validOf(onlyAnswer(east.takeSent()));
    assert.match(first, / 100$/);
    boxes.advance(50);
    east.receive(said(MessageType.RENEW, [iaNa(1)], [PHONE]));
    assert.match(validOf(onlyAnswer(east.takeSent()))[0] ?? '', / 700$/);
  });

  it('a lease of a class that the one gave the other one extends for a member alone', () => {
    east.receive(said(MessageType.REQUEST, [iaNa(1)], [PHONE]));
    const [name = ''] = addressesOf(onlyAnswer(east.takeSent()));
    boxes.advance(5);
    separate();
    west.receive(said(MessageType.REBIND, [iaNa(1, name)], [PHONE]));
    assert.deepEqual(validOf(onlyAnswer(west.takeSent())), [`${name} 100`]);
    boxes.advance(50);
    west.receive(said(MessageType.REBIND, [iaNa(1, name)], []));
    assert.deepEqual(validOf(onlyAnswer(west.takeSent())), [`${name} 50`], 'what is left');
    west.receive(said(MessageType.REBIND, [iaNa(1, name)], [PHONE]));
    assert.deepEqual(validOf(onlyAnswer(west.takeSent())), [`${name} 100`]);
  });
});
