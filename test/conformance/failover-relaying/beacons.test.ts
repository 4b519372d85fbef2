/** Beacons between two boxes on a link, what clients say to both, and the verdicts that follow (RFC 7031 section 4.7; R-LH1 to R-LH3). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { ExtensionCode, FailoverMessageType, LinkEvidence, LinkVerdict, MessageType, extensionOf } from '../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import { createBoxes, healthIn, relayedIn } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { clientId, request, solicit } from './messages.ts';
import { address } from '../server/box.ts';

const { NO_BEACON, BEACON_NOT_HEARD, CLIENTS_NOT_HEARD, NO_CARRIER } = LinkEvidence;

describe('two boxes that hear each other’s beacons on a link [R-LH1]', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBoxes({ beacons: { east: true, west: true } });
    boxes.east.kernelSays({});
    boxes.west.kernelSays({});
    boxes.advance(5);
    for (const box of [boxes.east, boxes.west]) box.takeSaid();
  });

  const verdicts = (): readonly (string | undefined)[] => [boxes.east, boxes.west].map((box) => ownVerdict(box));
  const ownVerdict = (box: Box): string | undefined => {
    const link = box.appliance.failover.relationships[0]?.links.find((one) => one.link === 'lan');
    return link?.own === undefined ? undefined : `${link.own.verdict}${link.own.evidence === '' ? '' : `: ${link.own.evidence}`}`;
  };
  /** What the box told its partner of the link in the meantime. */
  const told = (box: Box) => healthIn(box.takeSaid()).filter(({ link }) => link === 'lan').map(({ verdict, evidence }) => [verdict, evidence]);

  it('call it UP, and have nothing to say', () => {
    boxes.advance(600);
    assert.deepEqual(verdicts(), ['UP', 'UP']);
    assert.deepEqual(new Set(told(boxes.east).map(([, evidence]) => evidence)), new Set([0]));
  });

  for (const [what, lost, evidence] of [
    ['neither', ['east', 'west'], { east: NO_BEACON, west: NO_BEACON }],
    ['the secondary', ['east'], { east: BEACON_NOT_HEARD, west: NO_BEACON }],
    ['the primary', ['west'], { east: NO_BEACON, west: BEACON_NOT_HEARD }],
  ] as const) {
    it(`call it SUSPECT within 1.5 s where ${what} hears the other one any more, and both know which way it is [R-LH2]`, () => {
      boxes.onLan = ({ name }) => (lost.some((one) => one === name) ? 'gets lost' : 'passes');
      boxes.advance(1.5);
      assert.deepEqual(told(boxes.east).at(-1), [LinkVerdict.SUSPECT, evidence.east]);
      assert.deepEqual(told(boxes.west).at(-1), [LinkVerdict.SUSPECT, evidence.west]);
    });

    it(`relay a new client’s first message within 1 s where ${what} hears the other one [R-LH5]`, () => {
      boxes.onLan = ({ name }) => (lost.some((one) => one === name) ? 'gets lost' : 'passes');
      boxes.west.receive(solicit({ client: clientId(1) }));
      boxes.advance(0.95);
      assert.deepEqual(boxes.west.takeSent().map(({ message }) => message.type), [MessageType.ADVERTISE], 'it came at the moment of the loss');
      boxes.west.receive(solicit({ client: clientId(2), transactionId: 2 }));
      assert.deepEqual(boxes.west.takeSent().map(({ message }) => message.type), [MessageType.ADVERTISE], 'it waits for nothing');
    });
  }

  for (const stalled of [0.3, 0.45, 0.6, 0.9, 2]) {
    it(`and make nothing of a partner that came to nothing for ${String(stalled)} s, and says something over the connection before its next beacon`, () => {
      for (let i = 0; i < 10; i++) {
        // It begins at any moment between two beacons, and between two signs of life.
        boxes.advance(1 + i * 0.037);
        boxes.stall('east', stalled);
        boxes.east.receive(solicit({ client: clientId(i), transactionId: 10 + i }));
        boxes.east.receive(request({ client: clientId(i), transactionId: 30 + i }));
        boxes.stall('east', 0.16);
      }
      boxes.advance(1);
      for (const box of [boxes.east, boxes.west]) assert.deepEqual(told(box).filter(([verdict]) => verdict !== LinkVerdict.UP), [], box.name);
    });
  }

  it('call it UP again a second after the loss, and relay no more [R-LH6]', () => {
    boxes.onLan = () => 'gets lost';
    boxes.advance(10);
    boxes.onLan = () => 'passes';
    boxes.advance(0.9);
    assert.notEqual(ownVerdict(boxes.west), 'UP');
    boxes.advance(0.6);
    assert.deepEqual(verdicts(), ['UP', 'UP']);
    boxes.west.takeSaid();
    boxes.west.receive(solicit({ client: clientId(3) }));
    assert.deepEqual(relayedIn(boxes.west.takeSaid()), []);
  });

  it('blame nobody but the port that has no carrier: its box says so, and no beacon is to be expected of it', () => {
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(5);
    assert.deepEqual(verdicts(), ['LOST: no carrier', 'UP']);
    boxes.east.kernelSays({});
    boxes.advance(5);
    assert.deepEqual(verdicts(), ['UP', 'UP']);
    assert.deepEqual([...new Set(told(boxes.west).map(([verdict]) => verdict))], [LinkVerdict.UP]);
    assert.deepEqual(told(boxes.east).map(([, evidence]) => evidence).filter((bits) => bits !== 0 && bits !== NO_CARRIER), []);
  });

  it('take no stall of the other one for a dead link, nor one of their own', () => {
    for (const name of ['east', 'west'] as const) {
      boxes.stall(name, 0.9);
      boxes.advance(3);
      assert.deepEqual([told(boxes.east), told(boxes.west)].flat().filter(([verdict]) => verdict !== LinkVerdict.UP), []);
    }
  });

  it('call nothing SUSPECT while they have no connection: a partner that is dead sends no beacons', () => {
    boxes.between = () => 'gets lost';
    boxes.onLan = () => 'gets lost';
    boxes.advance(20);
    assert.deepEqual(verdicts(), ['UP', 'UP']);
  });

  describe('of which one is deaf, with its light on [R-LH3]', () => {
    const clientsAtWest = (count: number): void => {
      for (let number = 1; number <= count; number++) {
        const source = address(`fe80::c:${number.toString(16)}`);
        boxes.west.receive(solicit({ client: clientId(number), transactionId: number }), { source });
      }
    };

    it('learns by three clients that only its partner hears that it is the one: LOST', () => {
      boxes.onLan = () => 'gets lost';
      boxes.advance(3);
      clientsAtWest(3);
      boxes.advance(1);
      assert.deepEqual(told(boxes.east).at(-1), [LinkVerdict.LOST, NO_BEACON | CLIENTS_NOT_HEARD]);
      assert.deepEqual(told(boxes.west).at(-1), [LinkVerdict.SUSPECT, NO_BEACON]);
    });

    it('is not lost by two of them', () => {
      boxes.onLan = () => 'gets lost';
      boxes.advance(3);
      clientsAtWest(2);
      boxes.advance(1);
      assert.deepEqual(told(boxes.east).at(-1), [LinkVerdict.SUSPECT, NO_BEACON]);
    });

    it('is not lost while it hears clients of its own: the LAN is in two halves', () => {
      boxes.onLan = () => 'gets lost';
      boxes.advance(3);
      clientsAtWest(5);
      boxes.east.receive(solicit({ client: clientId(9), transactionId: 9 }), { source: address('fe80::c:9') });
      boxes.advance(1);
      assert.deepEqual(told(boxes.east).at(-1), [LinkVerdict.SUSPECT, NO_BEACON | CLIENTS_NOT_HEARD]);
    });
  });

  it('say nothing of the session that others could use: it comes in CONNECTREPLY and the first STATE, once', () => {
    const sessions = (messages: readonly FailoverMessage[]) =>
      messages.flatMap((message) => {
        const session = 'vendor' in message ? extensionOf(message.vendor, ExtensionCode.BEACON_SESSION) : undefined;
        return session === undefined ? [] : [message.type];
      });
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'pause' } });
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 2, relationship: 'east-west', command: 'resume' } });
    for (const box of [boxes.east, boxes.west]) box.takeSaid();
    boxes.advance(30);
    assert.deepEqual(sessions(boxes.east.takeSaid()), [FailoverMessageType.STATE]);
    assert.deepEqual(sessions(boxes.west.takeSaid()), [FailoverMessageType.CONNECTREPLY]);
    assert.deepEqual(verdicts(), ['UP', 'UP']);
  });

  it('do not count one that is played again on another link or relationship', () => {
    boxes.onLan = () => 'gets lost';
    const beacon = { relationship: 'east-west', link: 'lan', mark: { session: '0'.repeat(16), sequence: 1_000_000 }, heard: undefined };
    for (let i = 0; i < 20; i++) {
      boxes.advance(0.1);
      for (const changed of [beacon, { ...beacon, link: 'wlan' }, { ...beacon, relationship: 'other' }]) {
        boxes.west.dispatch({ kind: 'beacon', interfaceName: 'eth1', source: address('fe80::bad'), beacon: changed });
      }
    }
    assert.equal(ownVerdict(boxes.west), 'SUSPECT: it does not hear its partner there');
  });
});

describe('with a partner that sends no beacons [R-LH8]', () => {
  for (const beacons of [{ east: true, west: false }, { east: false, west: true }]) {
    it(`none are expected, and nothing is said of them (${JSON.stringify(beacons)})`, () => {
      const boxes = createBoxes({ beacons });
      for (const box of [boxes.east, boxes.west]) box.kernelSays({});
      boxes.advance(10);
      for (const box of [boxes.east, boxes.west]) {
        assert.deepEqual(healthIn(box.takeSaid()).filter(({ evidence }) => evidence !== 0), []);
        assert.equal(box.appliance.failover.relationships[0]?.beacons, undefined);
      }
    });
  }
});
