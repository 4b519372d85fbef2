/** Addresses that hosts register (RFC 9686) at two boxes: no lease, and so nothing that RFC 8156 could tell a partner (R-XR1). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { BindingStatus, LeaseKind, NO_SLOT } from '../../../src/lease/index.ts';
import { FailoverMessageType, MessageType } from '../../../src/wire/index.ts';
import { address } from '../server/box.ts';
import { from, iaAddress, inform } from '../server/registering.ts';
import { createBoxes } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { addressesOf, clientId, onlyAnswer, release, request, solicit } from './messages.ts';

const OWN = '2001:db8:1::abcd:1';
/** Of the pool, and the secondary's: even. */
const POOLED = '2001:db8:1::1010';

const registering = (file: string): string => file.replace('  lan:\n', '  lan:\n    address-registration: true\n');
const kept = ({ appliance: { leases } }: Box, text: string): readonly [kind: LeaseKind, status: BindingStatus] | undefined => {
  const slot = leases.find(address(text), 0, 128);
  return slot === NO_SLOT ? undefined : [leases.records.kind(slot), leases.records.status(slot)];
};
const REGISTERED = [LeaseKind.REGISTERED, BindingStatus.ACTIVE] as const;
/** Free prefixes change hands all the time. */
const updates = (box: Box) => box.takeSaid().filter((said) => said.type === FailoverMessageType.BNDUPD && said.binding.kind === 'client');

describe('address registration at a pair', () => {
  let boxes: Boxes;
  let both: readonly Box[];
  beforeEach(() => {
    boxes = createBoxes({ edited: registering });
    both = [boxes.east, boxes.west];
    for (const box of both) box.takeSaid();
  });

  it('[O-37, R-XR1] both boxes hear it, keep it and answer it, whatever their state, and neither tells the other', () => {
    for (const box of both) {
      box.receive(inform(OWN), from(OWN));
      const answer = onlyAnswer(box.takeSent());
      assert.equal(answer.type, MessageType.ADDR_REG_REPLY);
      assert.deepEqual(answer.options, [iaAddress(OWN, 1_000)]);
      assert.deepEqual(kept(box, OWN), REGISTERED);
    }
    boxes.advance(5);
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'resync-all' } });
    boxes.advance(5);
    for (const box of both) assert.deepEqual(updates(box), []);
  });

  it('[O-37, R-XR1] what only one of them heard the other does not know, and is told of neither its end', () => {
    boxes.west.receive(inform(POOLED), from(POOLED));
    boxes.advance(5);
    assert.equal(kept(boxes.east, POOLED), undefined);
    boxes.advance(1_100);
    assert.deepEqual(kept(boxes.west, POOLED), [LeaseKind.IA_NA, BindingStatus.FREE_BACKUP], 'an even address is the secondary’s');
    for (const box of both) assert.deepEqual(updates(box), []);
  });

  it('[O-37] two boxes that divide the clients both hear each', () => {
    boxes = createBoxes({ edited: (file) => registering(file).replace('mclt: 100s,', 'mclt: 100s, load-balancing: 50%,') });
    const answered = [boxes.east, boxes.west].map((box) => {
      for (let number = 1; number <= 20; number += 1) box.receive(inform(OWN, { client: clientId(number) }), from(OWN));
      return box.takeSent().length;
    });
    assert.deepEqual(answered, [20, 20]);
  });

  /** The one box leases an address that a host registered at the other alone. */
  const leasedBeside = (): string => {
    const { east, west } = boxes;
    east.receive(solicit());
    const [leased = ''] = addressesOf(onlyAnswer(east.takeSent()));
    west.receive(inform(leased, { client: clientId(9) }), from(leased));
    assert.deepEqual(kept(west, leased), REGISTERED);
    west.takeSent();
    east.receive(request({ transactionId: 2, addresses: [leased] }));
    assert.deepEqual(addressesOf(onlyAnswer(east.takeSent())), [leased]);
    boxes.advance(2);
    return leased;
  };

  it('[O-37] a lease that the partner gave takes the place of what was registered here', () => {
    const leased = leasedBeside();
    assert.deepEqual(kept(boxes.west, leased), [LeaseKind.IA_NA, BindingStatus.ACTIVE]);
    boxes.west.receive(inform(leased, { client: clientId(9) }), from(leased));
    assert.deepEqual(boxes.west.takeSent(), []);
    assert.equal(boxes.west.appliance.counters.discarded['registration-of-lease'], 1);
  });

  it('[O-37] that the partner freed the address takes it from no host that has it', () => {
    const leased = leasedBeside();
    boxes.between = (_, { type }) => (type === FailoverMessageType.BNDUPD ? 'waits' : 'passes');
    boxes.east.receive(release({ transactionId: 3, addresses: [leased] }));
    boxes.advance(1);
    // The secondary loses its record of the lease, and hears the host before it hears of the end.
    const slot = boxes.west.appliance.leases.find(address(leased), 0, 128);
    boxes.west.appliance.leases.remove(slot);
    boxes.west.receive(inform(leased, { client: clientId(9) }), from(leased));
    assert.deepEqual(kept(boxes.west, leased), REGISTERED);
    boxes.between = () => 'passes';
    boxes.release();
    boxes.advance(5);
    assert.deepEqual(kept(boxes.west, leased), REGISTERED);
    assert.equal(kept(boxes.east, leased)?.[1], BindingStatus.FREE, 'the end is acknowledged');
  });

  it('[O-37] an update of an address whose registration waits for the disk waits for it, too', () => {
    const { east, west } = boxes;
    east.receive(solicit());
    const [leased = ''] = addressesOf(onlyAnswer(east.takeSent()));
    boxes.disk = 'hangs';
    west.receive(inform(leased, { client: clientId(9) }), from(leased));
    assert.deepEqual(west.takeSent(), []);
    east.receive(request({ transactionId: 2, addresses: [leased] }));
    boxes.disk = 'writes';
    boxes.advance(3);
    assert.deepEqual(kept(west, leased), REGISTERED);
    boxes.release();
    boxes.advance(3);
    assert.deepEqual(kept(west, leased), [LeaseKind.IA_NA, BindingStatus.ACTIVE]);
  });
});
