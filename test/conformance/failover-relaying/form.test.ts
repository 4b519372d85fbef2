/** The form of what is relayed, and the way back (RFC 9915 section 19, RFC 8357; R-LH5). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { BindingStatus, NO_SLOT } from '../../../src/lease/index.ts';
import { ExtensionCode, FailoverMessageType, MessageType, OptionCode, extension, formatAddress, optionValue } from '../../../src/wire/index.ts';
import type { PlainRelayMessage } from '../../../src/wire/index.ts';
import { address, CLIENT_ADDRESS } from '../server/box.ts';
import { acknowledgementsIn, createBoxes, readRelayed, relayedIn } from './boxes.ts';
import type { Boxes } from './boxes.ts';
import { RELAY, addressesOf, confirm, fromRelay, onlyAnswer, release, renew, request, solicit, decline } from './messages.ts';

const text = (octets: Uint8Array | undefined): string => new TextDecoder().decode(octets);

describe('a relayed message [R-LH5]', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBoxes();
  });

  const relayed = (): PlainRelayMessage => {
    const [message, ...others] = relayedIn(boxes.west.takeSaid()).map(readRelayed);
    assert.ok(message !== undefined && others.length === 0, 'one message was relayed');
    return message;
  };

  it('is what a relay agent on the link would send', () => {
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    const forward = relayed();
    assert.equal(forward.type, MessageType.RELAY_FORW);
    assert.equal(forward.hopCount, 0);
    assert.equal(formatAddress(forward.linkAddress), '2001:db8:1::');
    assert.equal(formatAddress(forward.peerAddress), 'fe80::c1');
    assert.equal(text(optionValue(forward.options, OptionCode.INTERFACE_ID)), 'lan');
    assert.equal(optionValue(forward.options, OptionCode.RELAY_PORT), undefined);
  });

  it('from a relay agent with a global address has one hop more and no link-address (section 19.1.2)', () => {
    boxes.west.receive(fromRelay(solicit({ elapsed: 1.1 }), { hopCount: 3 }), RELAY);
    const forward = relayed();
    assert.deepEqual([forward.hopCount, formatAddress(forward.linkAddress), formatAddress(forward.peerAddress)], [4, '::', '2001:db8:ffff::1']);
    assert.equal(text(optionValue(forward.options, OptionCode.INTERFACE_ID)), 'branch');
  });

  it('from a relay agent with a link-local address has the link-address', () => {
    boxes.west.receive(fromRelay(solicit({ elapsed: 1.1 })), { ...RELAY, source: address('fe80::99') });
    assert.equal(formatAddress(relayed().linkAddress), '2001:db8:2::');
  });

  it('is refused at hop 8', () => {
    boxes.west.receive(fromRelay(solicit({ elapsed: 1.1 }), { hopCount: 7 }), RELAY);
    assert.equal(relayed().hopCount, 8);
    boxes.west.receive(fromRelay(solicit({ elapsed: 1.1, transactionId: 2 }), { hopCount: 8 }), RELAY);
    assert.deepEqual(relayedIn(boxes.west.takeSaid()), []);
  });

  it('of a relay agent that sends from a port of its own names it, and the answer goes there (RFC 8357)', () => {
    const own = fromRelay(solicit({ elapsed: 1.1 }), { options: [{ code: OptionCode.RELAY_PORT, value: 0 }] });
    boxes.west.receive(own, { ...RELAY, sourcePort: 1_547 });
    assert.equal(optionValue(relayed().options, OptionCode.RELAY_PORT), 1_547);
    const [sent] = boxes.west.takeSent();
    assert.deepEqual([sent?.destination, sent?.port], ['2001:db8:ffff::1', 1_547]);
  });

  it('is handled as if the client had been heard here: the wrapper is stored with no lease, and told to nobody', () => {
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    const [offered = ''] = addressesOf(onlyAnswer(boxes.west.takeSent()));
    boxes.west.receive(request({ transactionId: 2, addresses: [offered] }));
    boxes.advance(1);
    for (const box of [boxes.east, boxes.west]) {
      const { leases } = box.appliance;
      const slot = leases.find(address(offered), 0, 128);
      const { relay, relayAgent } = leases.read(slot);
      assert.ok(relay === undefined || relay.length === 0, `${box.name} keeps no relay agent`);
      assert.ok(relayAgent === undefined);
    }
  });

  it('gets its answer once, and in time: later than a second after it was heard nobody waits for it', () => {
    boxes.between = (from, message) => (from === boxes.east && relayedIn([message]).length > 0 ? 'waits' : 'passes');
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    assert.deepEqual(boxes.west.takeSent(), []);
    boxes.advance(0.9);
    boxes.release();
    assert.equal(boxes.west.takeSent().length, 1);
    boxes.west.receive(solicit({ elapsed: 2 }));
    boxes.advance(1.1);
    boxes.release();
    assert.deepEqual(boxes.west.takeSent(), []);
    assert.equal(boxes.west.appliance.failover.relationships[0]?.relayCounters.relayLate, 1);
  });

  it('that was on its way for more than a second is dropped where it arrives', () => {
    boxes.west.kernelSays({});
    boxes.advance(6);
    boxes.between = (from, message) => (from === boxes.west && relayedIn([message]).length > 0 ? 'waits' : 'passes');
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    boxes.advance(0.9);
    boxes.release();
    assert.equal(boxes.east.appliance.counters.received[MessageType.SOLICIT], 1);
    boxes.west.receive(solicit({ elapsed: 2 }));
    boxes.advance(1.1);
    boxes.east.takeSaid();
    boxes.release();
    assert.equal(boxes.east.appliance.counters.received[MessageType.SOLICIT], 1);
    assert.equal(acknowledgementsIn(boxes.east.takeSaid()).length, 1, 'that it came is acknowledged all the same [R-LH7]');
  });

  it('that is heard both ways is answered once each way, with one binding', () => {
    boxes.disk = 'hangs';
    boxes.east.receive(request());
    boxes.west.receive(request({ elapsed: 1.1 }));
    boxes.disk = 'writes';
    boxes.release();
    boxes.advance(0.1);
    const direct = onlyAnswer(boxes.east.takeSent());
    const relayedAnswer = onlyAnswer(boxes.west.takeSent());
    assert.equal(addressesOf(direct).length, 1);
    assert.deepEqual(addressesOf(relayedAnswer), addressesOf(direct));
    assert.equal(boxes.east.appliance.leases.count(BindingStatus.ACTIVE), 1);
  });

  it('for a link that the relationship does not have is discarded', () => {
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    const [{ message } = assert.fail('one was relayed')] = relayedIn(boxes.west.takeSaid());
    boxes.east.takeSaid();
    const wlan = message.slice();
    // The Interface-Id stands behind the header: 4 octets, then the name.
    wlan.set(new TextEncoder().encode('wan'), 34 + 4);
    const vendor = [extension(ExtensionCode.RELAYED_MESSAGE, { number: 99, message: wlan })];
    const connection = 1;
    for (const id of [connection, 2]) {
      boxes.east.dispatch({ kind: 'failover', event: { kind: 'message', connection: id, message: { type: FailoverMessageType.CONTACT, transactionId: 5, vendor }, receivedAt: boxes.epoch } });
    }
    assert.deepEqual(acknowledgementsIn(boxes.east.takeSaid()), [{ number: 99, outcome: 2 }]);
    assert.equal(boxes.east.appliance.counters.received[MessageType.SOLICIT], 1);
  });
});

describe('a Release or Decline that comes twice [R-LH5]', () => {
  for (const [name, ends] of [['Release', release], ['Decline', decline]] as const) {
    it(`a late copy of a ${name} frees nothing that the client got since`, () => {
      const boxes = createBoxes();
      const give = (transactionId: number): string => {
        boxes.east.receive(request({ transactionId }));
        const [lease = ''] = addressesOf(onlyAnswer(boxes.east.takeSent()));
        return lease;
      };
      const isHeld = (lease: string): boolean => {
        const { leases } = boxes.east.appliance;
        const slot = leases.find(address(lease), 0, 128);
        return slot !== NO_SLOT && leases.read(slot).status === BindingStatus.ACTIVE;
      };
      const lease = give(1);
      boxes.east.receive(ends({ transactionId: 2, addresses: [lease] }));
      assert.equal(isHeld(lease), false);
      assert.equal(onlyAnswer(boxes.east.takeSent()).status, 0);
      boxes.west.receive(ends({ transactionId: 2, elapsed: 1, addresses: [lease] }));
      const again = onlyAnswer(boxes.west.takeSent());
      assert.deepEqual([again.status, again.ias], [0, []], 'a copy is answered as the first one was');
      const next = give(3);
      assert.equal(isHeld(next), true);
      boxes.west.receive(ends({ transactionId: 2, elapsed: 3, addresses: [next] }));
      assert.ok(isHeld(next), 'the copy freed nothing');
      assert.deepEqual(boxes.west.takeSent(), [], 'and nobody is told that it did');
      boxes.east.receive(ends({ transactionId: 4, addresses: [next] }));
      assert.equal(isHeld(next), false, 'another one does');
    });
  }

  it('after a commit that failed it is acted upon: nothing had come of the first', () => {
    const boxes = createBoxes();
    boxes.east.receive(request());
    const [lease = ''] = addressesOf(onlyAnswer(boxes.east.takeSent()));
    boxes.advance(1);
    const { leases } = boxes.east.appliance;
    const before = leases.read(leases.find(address(lease), 0, 128));
    boxes.found = [before];
    boxes.disk = 'is full';
    boxes.east.receive(release({ transactionId: 2, addresses: [lease] }));
    boxes.disk = 'writes';
    boxes.advance(1);
    assert.deepEqual(boxes.east.takeSent(), []);
    boxes.east.receive(release({ transactionId: 2, addresses: [lease] }));
    assert.equal(onlyAnswer(boxes.east.takeSent()).status, 0);
    assert.notEqual(leases.read(leases.find(address(lease), 0, 128)).status, BindingStatus.ACTIVE);
  });
});

describe('silence is legal', () => {
  it('a Confirm that nobody can answer gets none', () => {
    const boxes = createBoxes();
    boxes.west.receive(confirm({ elapsed: 1 }));
    boxes.west.receive(renew({ elapsed: 1, server: CLIENT_ADDRESS as never }));
    assert.deepEqual(boxes.west.takeSent(), []);
    boxes.advance(10);
    assert.equal(boxes.connected, true);
  });
});
