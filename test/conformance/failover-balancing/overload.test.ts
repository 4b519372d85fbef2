/** What a box with too much to do makes of the other one's clients: their Solicits take no place from those of its own (R-LB2). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { MessageType, OptionCode, encodeMessage, optionValue } from '../../../src/wire/index.ts';
import type { Duid, PlainMessage } from '../../../src/wire/index.ts';
import { CLIENT_ADDRESS } from '../server/box.ts';
import { relayedIn } from '../failover-relaying/boxes.ts';
import type { Box, Boxes } from '../failover-relaying/boxes.ts';
import { clientId, onlyAnswer, solicit } from '../failover-relaying/messages.ts';
import { clientOf, createBalancedBoxes, ownerOf } from './clients.ts';

const SIDES = [['east', 'west'], ['west', 'east']] as const;
/** Other clients than the first ones. */
function clientsOf(box: 'east' | 'west', count: number): readonly Duid[] {
  const clients: Duid[] = [];
  for (let n = 1_000; clients.length < count; n++) if (ownerOf(clientId(n)) === box) clients.push(clientId(n));
  return clients;
}

for (const [name, other] of SIDES) {
  describe(`${name}, with too much to do, and Solicits of ${other}'s clients`, () => {
    let boxes: Boxes;
    let box: Box;
    beforeEach(() => {
      boxes = createBalancedBoxes();
      box = boxes[name];
    });

    /** It arrives, and there is no time to handle it. */
    const enqueue = (said: PlainMessage): void => {
      box.dispatch({ kind: 'received', datagram: { bytes: encodeMessage(said), interfaceName: 'eth1', source: CLIENT_ADDRESS, sourcePort: 546, destination: 'multicast' } });
    };
    const drain = (): void => {
      for (let i = 0; i < 40; i++) box.dispatch({ kind: 'drained' });
    };
    const answered = (): ReadonlySet<string> => {
      const clients = box.takeSent().map(({ message }) => optionValue(message.options, OptionCode.CLIENTID) as Uint8Array);
      return new Set(clients.map((client) => Buffer.from(client).toString('hex')));
    };
    const isAnswered = (client: Duid): boolean => answered().has(Buffer.from(client).toString('hex'));
    it('[R-LB2] keeps those of its own, however many of the other one\'s come behind them', () => {
      const own = [0, 1, 2, 3, 4].map((n) => clientOf(name, n));
      for (const client of own) enqueue(solicit({ client }));
      for (const client of clientsOf(other, 3_000)) enqueue(solicit({ client }));
      const { shed } = box.appliance;
      assert.equal(shed.solicit, 0);
      assert.ok(shed.partnerSolicit > 0);
      drain();
      assert.equal(answered().size, own.length);
    });

    it('[R-LB2] those that are sent again as well: the other one\'s may be the one that is overloaded', () => {
      enqueue(solicit({ client: clientOf(name), elapsed: 1 }));
      for (const client of clientsOf(other, 3_000)) enqueue(solicit({ client, elapsed: 1 }));
      assert.equal(box.appliance.shed.repeatedSolicit, 0);
      drain();
      assert.ok(isAnswered(clientOf(name)));
    });

    it('[R-LB2] calls it no overload that some wait that are the other one\'s: of its own all are kept', () => {
      enqueue(solicit({ client: clientOf(other) }));
      boxes.advance(0.2);
      assert.equal(box.appliance.queued.intake, 1);
      for (const client of clientsOf(name, 200)) enqueue(solicit({ client }));
      assert.equal(box.appliance.shed.solicit, 0);
    });

    it('[R-LB3] comes to them all the same, one among sixteen of its own', () => {
      enqueue(solicit({ client: clientOf(other), elapsed: 3 }));
      for (const client of clientsOf(name, 300)) enqueue(solicit({ client }));
      let answersBefore: number | undefined;
      boxes.between = (from, message) => {
        if (from === box && relayedIn([message]).length > 0) answersBefore = box.takeSent().length;
        return 'passes';
      };
      drain();
      assert.ok(answersBefore !== undefined && answersBefore < 16, String(answersBefore));
    });

    it('[R-LH2] counts them as its own clients where the other one has lost the link: nobody else hears them', () => {
      boxes[other].kernelSays({ hasCarrier: false });
      boxes.advance(0.01);
      for (const client of clientsOf(other, 2_100)) enqueue(solicit({ client }));
      assert.deepEqual([box.appliance.shed.partnerSolicit, box.appliance.shed.solicit], [0, 2_100 - 2_048]);
    });

    it('[R-LB4] knows no difference while the two are not in NORMAL', () => {
      boxes[other].dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'pause' } });
      boxes.advance(1);
      enqueue(solicit({ client: clientOf(other) }));
      box.dispatch({ kind: 'drained' });
      assert.equal(onlyAnswer(box.takeSent()).type, MessageType.ADVERTISE);
    });
  });
}
