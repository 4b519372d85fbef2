/** What a box does with the messages of the other one's clients (R-LB3), and where the other one does not reach them (R-LH5). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { LinkEvidence, LinkVerdict, MessageType, OptionCode, optionValue } from '../../../src/wire/index.ts';
import { EAST_ID, WEST_ID, healthIn, relayedIn } from '../failover-relaying/boxes.ts';
import type { Box, Boxes } from '../failover-relaying/boxes.ts';
import { address } from '../server/box.ts';
import { RELAY, addressesOf, confirm, fromRelay, onlyAnswer, renew, request, solicit } from '../failover-relaying/messages.ts';
import { clientOf, createBalancedBoxes } from './clients.ts';

const SIDES = [['east', 'west', WEST_ID], ['west', 'east', EAST_ID]] as const;
const countRelayed = (box: Box): number => relayedIn(box.takeSaid()).length;

for (const [name, other, otherId] of SIDES) {
  describe(`what ${other}'s clients say to ${name}`, () => {
    let boxes: Boxes;
    let box: Box;
    const client = clientOf(other);
    beforeEach(() => {
      boxes = createBalancedBoxes();
      box = boxes[name];
    });

    it('[R-LB3, O-41] is passed on when they have asked for two seconds, by their own word', () => {
      for (const [elapsed, transactionId] of [[0, 1], [1, 2], [1.99, 3]] as const) {
        box.receive(solicit({ client, elapsed, transactionId }));
        assert.equal(countRelayed(box), 0, String(elapsed));
      }
      box.receive(solicit({ client, elapsed: 2, transactionId: 4 }));
      const answer = onlyAnswer(box.takeSent());
      assert.equal(answer.type, MessageType.ADVERTISE);
      assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), otherId);
      assert.deepEqual([answer.interfaceName, answer.destination, answer.port], ['eth1', 'fe80::c1', 546]);
      assert.equal(box.appliance.failover.relationships[0]?.relayCounters.delayedService, 1);
    });

    it('[R-LB3] or by what was heard of them: not every client counts the time', () => {
      for (const seconds of [0, 1, 0.9]) {
        boxes.advance(seconds);
        box.receive(solicit({ client, transactionId: 7 }));
        assert.equal(countRelayed(box), 0);
      }
      boxes.advance(0.1);
      box.takeSaid();
      box.receive(solicit({ client, transactionId: 7 }));
      assert.equal(countRelayed(box), 1);
    });

    /** When the second and the third of each come, at the earliest and at the latest (RFC 9915 sections 7.6, 15 and 18.2.1). */
    const asking = [
      ['Solicit', solicit, [1, 1.1], [2.9, 3.41]],
      ['Confirm', (options: Parameters<typeof solicit>[0]) => confirm({ ...options, addresses: ['2001:db8:1::5'] }), [0.9, 1.1], [2.61, 3.41]],
    ] as const;
    for (const [what, said, second, third] of asking) {
      for (const countsTime of [true, false]) {
        it(`[R-LB3] the third ${what} is passed on and no other, whatever a client draws by chance, ${countsTime ? 'and counts the time' : 'and counts no time'}`, () => {
          const asks = (at: number, ends: number): number => {
            boxes.advance(at - ends);
            box.takeSaid();
            box.receive(said({ client, transactionId: 7, ...(countsTime ? { elapsed: at } : {}) }));
            return countRelayed(box);
          };
          for (const i of [0, 1]) {
            boxes = createBalancedBoxes();
            box = boxes[name];
            assert.deepEqual([asks(0, 0), asks(second[i] ?? 0, 0), asks(third[i] ?? 0, second[i] ?? 0)], [0, 0, 1]);
          }
        });
      }
    }

    it('[R-LB3] on a link where one had to ask in vain the next ones are passed on as they ask again, for half a minute', () => {
      const next = (number: number) => clientOf(other, number);
      box.receive(solicit({ client, elapsed: 3 }));
      assert.equal(countRelayed(box), 1);
      box.receive(solicit({ client: next(1), transactionId: 2 }));
      assert.equal(countRelayed(box), 0, 'not the first time');
      box.receive(solicit({ client: next(1), elapsed: 1, transactionId: 2 }));
      assert.equal(countRelayed(box), 1);
      box.receive(fromRelay(solicit({ client: next(2), elapsed: 1, transactionId: 3 })), RELAY);
      assert.equal(countRelayed(box), 0, 'another link');
      boxes.advance(31);
      box.takeSaid();
      box.receive(solicit({ client: next(3), elapsed: 1, transactionId: 4 }));
      assert.equal(countRelayed(box), 0);
    });

    it('[R-LB3] is counted where it was passed on, not where it was too much to pass on', () => {
      boxes.between = (from) => (from === box ? 'passes' : 'gets lost');
      for (let n = 0; n < 300; n++) box.receive(solicit({ client: clientOf(other, n), elapsed: 3 }));
      const { delayedService, relayedToPartner, relayShed } = box.appliance.failover.relationships[0]?.relayCounters ?? assert.fail();
      assert.equal(delayedService, relayedToPartner);
      assert.equal(delayedService + relayShed, 300);
      assert.ok(relayShed >= 90);
    });

    it('[R-LB3] is passed on for as long as the file says', () => {
      boxes = createBalancedBoxes({ edited: (file) => file.replace('load-balancing', 'delayed-service: 10s, load-balancing') });
      box = boxes[name];
      box.receive(solicit({ client, elapsed: 9.9 }));
      assert.equal(countRelayed(box), 0);
      box.receive(solicit({ client, elapsed: 10, transactionId: 2 }));
      assert.equal(countRelayed(box), 1);
    });

    it('[R-LB3] the Request behind an Advertise that was passed on is passed on at once', () => {
      box.receive(solicit({ client, elapsed: 4 }));
      const [offered = ''] = addressesOf(onlyAnswer(box.takeSent()));
      box.takeSaid();
      box.receive(request({ client, server: otherId, addresses: [offered], transactionId: 2 }));
      assert.deepEqual(addressesOf(onlyAnswer(box.takeSent())), [offered]);
    });

    it('what names the other box is passed on with the first Elapsed Time, as ever [R-LH5]', () => {
      box.receive(renew({ client, server: otherId, elapsed: 1 }));
      assert.equal(countRelayed(box), 1);
    });

    it('is passed on from the first message on where the other box has no carrier, and no longer [R-LH2]', () => {
      boxes[other].kernelSays({ hasCarrier: false });
      boxes.advance(0.01);
      box.receive(solicit({ client }));
      assert.deepEqual(optionValue(onlyAnswer(box.takeSent()).options, OptionCode.SERVERID), otherId);
      boxes[other].kernelSays({});
      boxes.advance(31);
      box.takeSaid();
      box.receive(solicit({ client, transactionId: 2 }));
      assert.equal(countRelayed(box), 0);
      box.receive(solicit({ client: clientOf(name), transactionId: 3 }));
      assert.equal(box.takeSent().length, 1, 'its own it answers itself all the time');
    });

    describe('on a link where the other box has no port', () => {
      beforeEach(() => {
        boxes = createBalancedBoxes({ edited: (file) => file.replace(new RegExp(`(${other}: .*links: \\{ )lan: \\[eth1\\], `), '$1') });
        box = boxes[name];
        for (const each of [boxes.east, boxes.west]) each.kernelSays({});
        boxes.advance(0.01);
        for (const each of [boxes.east, boxes.west]) each.takeSaid();
      });

      it('is passed on from the first message on, however many there are, and that is no surprise [R-LH5]', () => {
        for (let n = 0; n < 300; n++) {
          box.receive(solicit({ client: clientOf(other, n) }));
          assert.deepEqual(optionValue(onlyAnswer(box.takeSent()).options, OptionCode.SERVERID), otherId);
        }
        assert.equal(box.appliance.failover.relationships[0]?.relayCounters.delayedService, 0);
        assert.ok(!box.log.some((line) => line.includes('answered through this box')));
        const relayed = (of: Box): readonly boolean[] | undefined => of.appliance.failover.relationships[0]?.links.map(({ isRelayed }) => isRelayed);
        assert.deepEqual([relayed(box), relayed(boxes[other])], [[false, true], [false, false]], 'as it is shown, of branch and lan');
        boxes.advance(60);
        box.takeSaid();
        box.receive(renew({ client, server: otherId, addresses: ['2001:db8:1::100'] }));
        assert.equal(countRelayed(box), 1, 'what names the other box as well');
      });

      it('is left to it where a relay agent brings it, which reaches both', () => {
        box.receive(fromRelay(solicit({ client }), { linkAddress: address('2001:db8:1::1') }), RELAY);
        assert.equal(countRelayed(box), 0);
      });
    });

    it('[R-LB4] is answered where the other one has left NORMAL', () => {
      boxes[other].dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'handover' } });
      boxes.advance(0.1);
      box.receive(solicit({ client }));
      assert.equal(onlyAnswer(box.takeSent()).type, MessageType.ADVERTISE);
    });
  });
}

describe('where two boxes divide the clients, each asks the other one on the LAN [R-LH4]', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBalancedBoxes({ beacons: { east: true, west: true } });
    for (const box of [boxes.east, boxes.west]) box.kernelSays({});
    boxes.advance(5);
  });

  const told = (box: Box) => healthIn(box.takeSaid()).filter(({ link }) => link === 'lan').map(({ verdict, evidence }) => [verdict, evidence]);

  it('and each is answered, whose bucket the question may fall into', () => {
    for (const box of [boxes.east, boxes.west]) {
      box.takeAsked();
      box.takeSaid();
    }
    boxes.advance(20);
    for (const box of [boxes.east, boxes.west]) {
      assert.ok([19, 20, 21].includes(box.takeAsked().length));
      assert.deepEqual(told(box).filter(([verdict]) => verdict !== LinkVerdict.UP), []);
    }
  });

  for (const [name, other, otherId] of SIDES) {
    it(`${name} finds out that ${other}'s answers do not arrive, and passes on what its clients say from then on`, () => {
      boxes.answersOnLan = (from) => (from === boxes[other] ? 'is dropped' : 'passes');
      boxes.advance(5);
      assert.deepEqual(told(boxes[name]).at(-1), [LinkVerdict.SUSPECT, LinkEvidence.NO_ADVERTISE]);
      boxes[name].takeSent();
      boxes[name].receive(solicit({ client: clientOf(other) }));
      assert.deepEqual(optionValue(onlyAnswer(boxes[name].takeSent()).options, OptionCode.SERVERID), otherId);
    });
  }
});
