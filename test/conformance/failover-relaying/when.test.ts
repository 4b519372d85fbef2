/** When a box relays what its partner must answer (RFC 7031 section 4.7, R-LH5), and when it does not. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { FailoverMessageType, MessageType, OptionCode, optionValue } from '../../../src/wire/index.ts';
import { address, duid } from '../server/box.ts';
import { createBoxes, relayedIn, EAST_ID, WEST_ID } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { RELAY, addressesOf, clientId, fromRelay, onlyAnswer, rebind, renew, request, solicit } from './messages.ts';

const countRelayed = (box: Box): number => relayedIn(box.takeSaid()).length;

describe('a message that the partner must answer is relayed [R-LH5]', () => {
  let boxes: Boxes;
  let west: Box;
  beforeEach(() => {
    boxes = createBoxes();
    ({ west } = boxes);
  });

  it('not for the first time: the partner hears it, too', () => {
    west.receive(solicit());
    assert.equal(countRelayed(west), 0);
    assert.deepEqual(west.takeSent(), []);
  });

  it('with an Elapsed Time, and the answer of the partner goes out', () => {
    west.receive(solicit({ elapsed: 1.1 }));
    const answer = onlyAnswer(west.takeSent());
    assert.equal(answer.type, MessageType.ADVERTISE);
    assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), EAST_ID);
    assert.equal(addressesOf(answer).length, 1);
    assert.deepEqual([answer.interfaceName, answer.destination, answer.port], ['eth1', 'fe80::c1', 546]);
    assert.deepEqual(boxes.east.takeSent(), [], 'what came by relay goes back by relay');
  });

  it('when the client says the same again, though without an Elapsed Time', () => {
    west.receive(solicit({ transactionId: 7 }));
    west.receive(solicit({ transactionId: 8 }));
    west.receive(solicit({ transactionId: 7, client: clientId(2) }));
    assert.equal(countRelayed(west), 0, 'another transaction, another client');
    west.receive(solicit({ transactionId: 7 }));
    assert.equal(countRelayed(west), 1);
    boxes.advance(31);
    west.takeSaid();
    west.receive(solicit({ transactionId: 8 }));
    assert.equal(countRelayed(west), 0, 'what was heard long ago is no repetition');
  });

  it('when the last answer of this client came that way: the Request behind a relayed Advertise', () => {
    west.receive(solicit({ elapsed: 1.1 }));
    const [offered = ''] = addressesOf(onlyAnswer(west.takeSent()));
    boxes.advance(29);
    west.takeSaid();
    west.receive(request({ transactionId: 2, client: clientId(2), addresses: [offered] }));
    assert.equal(countRelayed(west), 0, 'another client');
    west.receive(request({ transactionId: 2, addresses: [offered] }));
    assert.deepEqual(addressesOf(onlyAnswer(west.takeSent())), [offered]);
    boxes.advance(31);
    west.takeSaid();
    west.receive(renew({ transactionId: 3, addresses: [offered] }));
    assert.equal(countRelayed(west), 0, 'half a minute later it is as any other');
  });

  for (const [what, signals] of [
    ['has no carrier', { hasCarrier: false }],
    ['is gone', { exists: false }],
    ['was switched off', { isEnabled: false }],
    ['has an address that another device has', { address: 'duplicate' }],
    ['has an address that is being checked', { address: 'tentative' }],
  ] as const) {
    it(`from the first time on where the partner's port ${what} [R-LH2]`, () => {
      boxes.east.kernelSays({});
      west.receive(solicit({ transactionId: 1 }));
      assert.equal(countRelayed(west), 0);
      boxes.advance(1.1);
      boxes.east.kernelSays(signals);
      boxes.advance(0.01);
      west.receive(solicit({ transactionId: 2 }));
      assert.equal(onlyAnswer(west.takeSent()).type, MessageType.ADVERTISE);
      boxes.east.kernelSays({});
      boxes.advance(31);
      west.takeSaid();
      west.receive(solicit({ transactionId: 3 }));
      assert.equal(countRelayed(west), 0, 'and that is over [R-LH6]');
    });
  }

  it('for the first time in the second before the partner says that it lost the link [R-LH2]', () => {
    boxes.east.kernelSays({});
    boxes.advance(0.01);
    west.receive(solicit({ client: clientId(1) }));
    boxes.advance(0.8);
    west.receive(solicit({ client: clientId(2) }));
    west.receive(fromRelay(solicit({ client: clientId(3) })), RELAY);
    boxes.advance(0.3);
    assert.deepEqual(west.takeSent(), []);
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(0.01);
    const answer = onlyAnswer(west.takeSent());
    assert.deepEqual(optionValue(answer.options, OptionCode.CLIENTID), clientId(2), 'not what is older, and not what came on another link');
    boxes.east.kernelSays({});
    boxes.advance(0.01);
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(0.01);
    assert.deepEqual(west.takeSent(), [], 'once');
  });

  it('to the secondary as well: a Renew of a lease that it gave', () => {
    boxes.east.receive(renew({ server: WEST_ID, elapsed: 10 }));
    const answer = onlyAnswer(boxes.east.takeSent());
    assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), WEST_ID);
  });

  it('also where only its relay agent reaches this box', () => {
    west.receive(fromRelay(solicit({ elapsed: 1.1 })), RELAY);
    const [sent] = west.takeSent();
    assert.ok(sent !== undefined && 'hopCount' in sent.message, 'a Relay-reply for the relay agent');
    assert.deepEqual([sent.interfaceName, sent.destination, sent.port], ['uplink', '2001:db8:ffff::1', 547]);
  });
});

describe('a message is not relayed [R-LH5]', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBoxes();
  });

  it('where this box answers it itself', () => {
    boxes.east.receive(solicit({ elapsed: 1.1 }));
    assert.equal(countRelayed(boxes.east), 0);
    assert.equal(boxes.east.takeSent().length, 1);
  });

  it('where it is for another server', () => {
    boxes.west.receive(renew({ elapsed: 10, server: duid('00:03:00:01:99') }));
    boxes.west.receive(request({ elapsed: 10, server: WEST_ID }));
    assert.equal(countRelayed(boxes.west), 0);
  });

  it('where the state that the partner told last does not answer it', () => {
    boxes.east.receive(rebind({ elapsed: 10, client: clientId(9) }));
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'pause' } });
    boxes.west.takeSaid();
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    assert.equal(countRelayed(boxes.west), 0, 'there is no connection');
    assert.equal(countRelayed(boxes.east), 0, 'the secondary answers no Rebind');
  });

  it('where the partner is only starting', () => {
    const says = (startup: boolean): void => {
      const message = {
        type: FailoverMessageType.STATE,
        transactionId: 9,
        serverState: EndpointState.NORMAL,
        serverFlags: { startup, communicated: true, ackStartup: false },
        startTimeOfState: boxes.epoch,
        vendor: [],
      } as const;
      for (const connection of [1, 2]) boxes.west.dispatch({ kind: 'failover', event: { kind: 'message', connection, message, receivedAt: boxes.epoch } });
    };
    says(true);
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    assert.equal(countRelayed(boxes.west), 0);
    says(false);
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    assert.equal(countRelayed(boxes.west), 1);
  });

  it('where it came from the partner, whichever way', () => {
    boxes.west.receive(fromRelay(solicit({ elapsed: 1.1 })), { ...RELAY, source: address('fd00::1') });
    assert.equal(countRelayed(boxes.west), 0, 'an ordinary relay agent on the partner');
    boxes.west.receive(rebind({ elapsed: 10 }));
    assert.equal(countRelayed(boxes.west), 1);
    assert.equal(countRelayed(boxes.east), 0, 'what is relayed to a box ends there');
  });

  it('where its link has no partner', () => {
    const sole = { interfaceName: 'eth2' };
    boxes.west.receive(solicit({ elapsed: 1.1 }), sole);
    assert.equal(countRelayed(boxes.west), 0);
    assert.equal(boxes.west.takeSent().length, 1, 'this box answers it itself');
  });

  it('where it came to this box’s own address: that is discarded unseen', () => {
    boxes.west.receive(solicit({ elapsed: 1.1 }), { destination: 'unicast' });
    assert.equal(countRelayed(boxes.west), 0);
  });

  it('where it is longer than 8 KiB', () => {
    const long = (octets: number) => {
      const plain = solicit({ elapsed: 1.1 });
      return { ...plain, options: [...plain.options, { code: 65_000, data: new Uint8Array(octets) }] };
    };
    boxes.west.receive(long(8_000));
    assert.equal(countRelayed(boxes.west), 1);
    boxes.west.receive(long(8_192));
    assert.equal(countRelayed(boxes.west), 0);
    assert.equal(boxes.west.appliance.failover.relationships[0]?.relayCounters.relayRefused, 1);
  });
});

describe('how much is relayed', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBoxes();
  });

  const flood = (count: number): number => {
    for (let number = 0; number < count; number++) boxes.west.receive(rebind({ elapsed: 10, client: clientId(number) }));
    return countRelayed(boxes.west);
  };

  it('[R-LH5] an attacker whose Rebinds nobody may answer gets 200 at once and 200 a second, and the connection lives', () => {
    assert.ok(Math.abs(flood(1_000) - 200) <= 1);
    boxes.advance(1);
    assert.ok(Math.abs(flood(1_000) - 200) <= 1);
    boxes.advance(10);
    assert.equal(boxes.connected, true);
    assert.deepEqual(boxes.west.takeSent(), []);
    assert.ok((boxes.west.appliance.failover.relationships[0]?.relayCounters.relayShed ?? 0) >= 1_600);
  });

  it('[R-LH5] no rate counts for a link that is lost, where nobody else hears the clients', () => {
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(0.01);
    boxes.west.takeSaid();
    assert.equal(flood(1_000), 1_000);
  });

  it('[R-LH5] so many are under way and no more', () => {
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(0.01);
    boxes.west.takeSaid();
    boxes.between = (from) => (from === boxes.west ? 'waits' : 'passes');
    assert.equal(flood(2_000), 1_024);
    boxes.advance(2);
    boxes.between = () => 'passes';
    boxes.release();
    assert.equal(flood(500), 500, 'room again when they were acknowledged');
  });

  it('[R-LH5] a partner that sheds is left alone for a second, but not for a link that is lost', () => {
    const one = clientId(1);
    // The client used up its share there: some 40 messages at once.
    for (let number = 0; number < 60; number++) boxes.east.receive(rebind({ client: one, transactionId: number }));
    boxes.west.receive(rebind({ elapsed: 10, client: one }));
    assert.equal(countRelayed(boxes.west), 1);
    boxes.west.receive(rebind({ elapsed: 10, client: clientId(2) }));
    assert.equal(countRelayed(boxes.west), 0);
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(0.01);
    boxes.west.takeSaid();
    boxes.west.receive(rebind({ elapsed: 10, client: clientId(3) }));
    assert.equal(countRelayed(boxes.west), 1);
    boxes.east.kernelSays({});
    boxes.advance(1.1);
    boxes.west.takeSaid();
    boxes.west.receive(rebind({ elapsed: 10, client: clientId(4) }));
    assert.equal(countRelayed(boxes.west), 1);
  });
});
