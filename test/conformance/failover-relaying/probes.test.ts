/** The secondary asks on the LAN as a client (RFC 7031 section 4.7; R-LH4): what its partner answers, and what follows where it does not. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { probeSolicit } from '../../../src/health/index.ts';
import { LinkEvidence, LinkVerdict, MessageType, OptionCode, decodeMessage, encodeMessage } from '../../../src/wire/index.ts';
import type { Duid, PlainMessage } from '../../../src/wire/index.ts';
import { address, duid } from '../server/box.ts';
import { EAST_ID, PORT_ADDRESS, createBoxes, healthIn, relayedIn } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { clientId, solicit } from './messages.ts';

const STRANGER = duid('00:03:00:01:ba:d0');

describe('the secondary asks as a client on a link of both boxes [R-LH4]', () => {
  let boxes: Boxes;
  let answers: number;
  beforeEach(() => {
    boxes = createBoxes({ beacons: { east: true, west: true } });
    answers = 0;
    boxes.answersOnLan = () => {
      answers++;
      return 'passes';
    };
    for (const box of [boxes.east, boxes.west]) box.kernelSays({});
    boxes.advance(5);
    forget();
  });

  const forget = (): void => {
    answers = 0;
    for (const box of [boxes.east, boxes.west]) {
      box.takeSaid();
      box.takeSent();
      box.takeAsked();
    }
  };
  const told = (box: Box) => healthIn(box.takeSaid()).filter(({ link }) => link === 'lan').map(({ verdict, evidence }) => [verdict, evidence]);
  const asked = ({ bytes, source = PORT_ADDRESS.west }: { bytes: Uint8Array; source?: ReturnType<typeof address> }): void => {
    boxes.east.dispatch({ kind: 'received', datagram: { bytes, interfaceName: 'eth1', source, sourcePort: 546, destination: 'multicast' } });
  };
  const isMuted = (isMute: boolean): void => {
    boxes.answersOnLan = () => (isMute ? 'is dropped' : 'passes');
  };

  it('once a second, and the primary, which serves them, asks nothing', () => {
    boxes.advance(20);
    assert.ok([19, 20, 21].includes(boxes.west.takeAsked().length));
    assert.deepEqual(boxes.east.takeAsked(), []);
    assert.ok(answers >= 19);
    assert.deepEqual(told(boxes.west).filter(([verdict]) => verdict !== LinkVerdict.UP), []);
  });

  it('and nobody gets a lease by it, nor is one held back', () => {
    const leases = (): readonly number[] => [boxes.east, boxes.west].map(({ appliance }) => appliance.leases.size);
    const before = leases();
    boxes.advance(20);
    assert.deepEqual(leases(), before);
  });

  it('and calls the link SUSPECT within 5 s where the answers are dropped on the way though beacons pass: never LOST', () => {
    isMuted(true);
    boxes.advance(5);
    assert.deepEqual(told(boxes.west).at(-1), [LinkVerdict.SUSPECT, LinkEvidence.NO_ADVERTISE]);
    assert.deepEqual(told(boxes.east).filter(([verdict]) => verdict !== LinkVerdict.UP), []);
    boxes.advance(120);
    assert.deepEqual(new Set(told(boxes.west).map(([verdict]) => verdict)), new Set([LinkVerdict.SUSPECT]));
  });

  it('and relays from then on what clients say, from the first message on, until it is answered again', () => {
    boxes.west.receive(solicit({ client: clientId(1) }));
    assert.deepEqual(relayedIn(boxes.west.takeSaid()), [], 'the partner heard it itself');
    isMuted(true);
    boxes.advance(5);
    boxes.west.receive(solicit({ client: clientId(2), transactionId: 2 }));
    assert.deepEqual(boxes.west.takeSent().map(({ message }) => message.type), [MessageType.ADVERTISE]);
    isMuted(false);
    boxes.advance(2);
    assert.deepEqual(told(boxes.west).at(-1), [LinkVerdict.UP, 0]);
    boxes.west.receive(solicit({ client: clientId(3), transactionId: 3 }));
    assert.deepEqual(relayedIn(boxes.west.takeSaid()), []);
  });

  it('and both say which of them is not heard by clients, once it has lasted', () => {
    isMuted(true);
    boxes.advance(15);
    assert.match(boxes.west.alarms.get('east-west link lan') ?? '', /^lan: east does not answer clients there, though it hears this box/);
    assert.match(boxes.east.alarms.get('east-west link lan') ?? '', /^lan: what this box answers clients there does not reach west/);
    isMuted(false);
    boxes.advance(70);
    for (const { alarms } of [boxes.east, boxes.west]) assert.equal(alarms.has('east-west link lan'), false);
  });

  it('and is answered at once by a primary that has more to do than it can: it sheds others', () => {
    for (let number = 0; number < 3_000; number++) asked({ bytes: encodeMessage(solicit({ client: clientId(number), transactionId: number })), source: address(`fe80::c:${number.toString(16)}`) });
    assert.equal(answers, 0, 'all of them wait');
    asked({ bytes: probeSolicit(9) });
    assert.equal(answers, 1);
  });

  it('and nobody else gets in ahead of the others by asking in the same words', () => {
    asked({ bytes: probeSolicit(9), source: address('fe80::bad') });
    asked({ bytes: encodeMessage(solicit({ client: clientId(1) })) });
    assert.equal(answers + boxes.east.takeSent().length, 0);
  });

  it('and who plays the secondary is answered ten times a second and no more: the others wait like everybody', () => {
    for (let i = 0; i < 50; i++) asked({ bytes: probeSolicit(i) });
    assert.equal(answers, 1);
  });

  it('and takes a primary that comes to nothing for seconds, again and again, for none that is mute', () => {
    for (let i = 0; i < 20; i++) {
      boxes.stall('east', 3);
      boxes.advance(2);
    }
    assert.deepEqual(told(boxes.west).filter(([, evidence]) => evidence === LinkEvidence.NO_ADVERTISE), []);
  });

  it('and makes nothing of silence while a thousand messages a second and more are on the LAN', () => {
    isMuted(true);
    for (let i = 0; i < 12; i++) {
      for (let number = 0; number < 2_000; number++) boxes.west.dispatch({ kind: 'received', datagram: {
        bytes: encodeMessage(solicit({ client: clientId(number % 50), transactionId: number })), interfaceName: 'eth1', source: address('fe80::c1'), sourcePort: 546, destination: 'multicast',
      } });
      boxes.advance(1);
    }
    assert.deepEqual(told(boxes.west).filter(([verdict]) => verdict !== LinkVerdict.UP), []);
  });

  for (const [what, happens] of [
    ['whose port has no carrier', () => boxes.west.kernelSays({ hasCarrier: false })],
    ['whose partner is gone: it answers clients itself', () => (boxes.between = () => 'gets lost')],
  ] as const) {
    it(`not a box ${what}`, () => {
      happens();
      boxes.advance(10);
      forget();
      boxes.advance(10);
      assert.deepEqual(boxes.west.takeAsked(), []);
    });
  }

  it('not one whose partner sends no beacons: nobody knows then whom it is to answer first [R-LH8]', () => {
    boxes = createBoxes({ beacons: { east: false, west: true } });
    boxes.west.kernelSays({});
    boxes.advance(10);
    assert.deepEqual(boxes.west.takeAsked(), []);
  });

  describe('and somebody else answers', () => {
    const advertise = (server: Duid, changes: Partial<PlainMessage> = {}): Uint8Array => {
      const [last] = boxes.west.takeAsked().slice(-1);
      const question = decodeMessage(last ?? new Uint8Array());
      assert.ok(question.error === undefined && 'transactionId' in question);
      const client = question.options.filter(({ code }) => code === OptionCode.CLIENTID);
      return encodeMessage({ type: MessageType.ADVERTISE, transactionId: question.transactionId, options: [...client, { code: OptionCode.SERVERID, value: server }], ...changes });
    };
    const heard = (bytes: Uint8Array): void => boxes.west.dispatch({ kind: 'probeAnswered', interfaceName: 'eth1', source: address('fe80::bad'), bytes });
    const alarm = (): string | undefined => boxes.west.alarms.get('east-west lan rogue-server fe80::bad');
    beforeEach(() => {
      boxes.advance(2);
    });

    it('a rogue DHCPv6 server, which an alarm names, until nothing was heard of it for a minute', () => {
      heard(advertise(STRANGER));
      assert.equal(alarm(), 'lan: another DHCPv6 server answers clients there: fe80::bad, DUID 00:03:00:01:ba:d0');
      boxes.advance(59);
      heard(advertise(STRANGER));
      boxes.advance(59);
      assert.notEqual(alarm(), undefined);
      boxes.advance(2);
      assert.equal(alarm(), undefined);
    });

    it('the partner by another address, or what answers no question of this box: no rogue', () => {
      heard(advertise(EAST_ID));
      boxes.advance(2);
      heard(advertise(STRANGER, { transactionId: 0xabcdef }));
      boxes.advance(2);
      heard(advertise(STRANGER, { type: MessageType.REPLY }));
      heard(Uint8Array.of(2, 0, 0));
      assert.equal(alarm(), undefined);
    });

    it('in the place of the partner: it is mute all the same', () => {
      isMuted(true);
      for (let i = 0; i < 6; i++) {
        heard(advertise(STRANGER));
        boxes.advance(1);
      }
      assert.deepEqual(told(boxes.west).at(-1), [LinkVerdict.SUSPECT, LinkEvidence.NO_ADVERTISE]);
    });
  });
});
