/** Acknowledgements of what is relayed, and a service that is dead behind a live connection (R-LH7); link health (R-LH2); a plain partner. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import {
  ExtensionCode,
  FailoverMessageType,
  LinkEvidence,
  LinkVerdict,
  RelayOutcome,
  extensionsOf,
} from '../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import { acknowledgementsIn, createBoxes, healthIn, relayedIn } from './boxes.ts';
import type { Boxes } from './boxes.ts';
import { addressesOf, clientId, confirm, onlyAnswer, rebind, request, solicit } from './messages.ts';

describe('the core acknowledges each relayed message at once [R-LH7]', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBoxes();
  });

  const outcomes = (): readonly number[] => {
    const numbers = relayedIn(boxes.west.takeSaid()).map(({ number }) => number);
    const acknowledged = acknowledgementsIn(boxes.east.takeSaid());
    assert.deepEqual(acknowledged.map(({ number }) => number), numbers, 'each by its number');
    return acknowledged.map(({ outcome }) => outcome);
  };

  it('that it was answered', () => {
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    assert.deepEqual(outcomes(), [RelayOutcome.ANSWERED]);
  });

  it('that it was discarded: that is no fault', () => {
    boxes.west.receive(rebind({ elapsed: 10 }));
    assert.deepEqual(outcomes(), [RelayOutcome.DISCARDED]);
  });

  it('that it waits for stable storage, however long that takes', () => {
    boxes.disk = 'hangs';
    boxes.west.receive(request({ elapsed: 1.1 }));
    assert.deepEqual(outcomes(), [RelayOutcome.WAITING]);
    boxes.west.receive(request({ elapsed: 2 }));
    assert.deepEqual(outcomes(), [RelayOutcome.WAITING], 'and so does what waits behind it');
    assert.deepEqual(boxes.west.takeSent(), []);
  });

  it('that it was shed', () => {
    // It used up its share there: some 40 messages at once.
    for (let number = 0; number < 60; number++) boxes.east.receive(confirm({ transactionId: number }));
    boxes.west.receive(rebind({ elapsed: 10 }));
    assert.equal(outcomes().at(-1), RelayOutcome.SHED);
  });
});

describe('a service that is dead behind a live connection [R-LH7]', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBoxes();
  });

  const stateOf = (name: 'east' | 'west'): number | undefined => boxes[name].appliance.failover.relationships[0]?.state;
  const withoutAcknowledgements = (): void => {
    boxes.between = (from, message) => (from === boxes.east && acknowledgementsIn([message]).length > 0 ? 'gets lost' : 'passes');
  };

  it('is left after 3 s with a DISCONNECT, and its clients are served', () => {
    withoutAcknowledgements();
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    boxes.advance(2.9);
    assert.equal(stateOf('west'), EndpointState.NORMAL);
    boxes.west.takeSaid();
    boxes.advance(0.2);
    assert.equal(stateOf('west'), EndpointState.COMMUNICATIONS_INTERRUPTED);
    assert.ok(boxes.west.takeSaid().some(({ type }) => type === FailoverMessageType.DISCONNECT));
    assert.ok(boxes.west.log.some((line) => line.includes('dead behind its connection')));
    boxes.west.takeSent();
    boxes.west.receive(solicit({ elapsed: 5 }));
    assert.equal(boxes.west.takeSent().length, 1);
  });

  it('a missing answer convicts nobody', () => {
    boxes.between = (from, message) => (from === boxes.east && relayedIn([message]).length > 0 ? 'gets lost' : 'passes');
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    boxes.advance(10);
    assert.equal(stateOf('west'), EndpointState.NORMAL);
  });

  it('in a resync it may be slow', () => {
    boxes.between = (from, message) =>
      from === boxes.east && (acknowledgementsIn([message]).length > 0 || message.type === FailoverMessageType.UPDDONE) ? 'gets lost' : 'passes';
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'resync-all' } });
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    boxes.advance(30);
    assert.ok(!boxes.west.takeSaid().some(({ type }) => type === FailoverMessageType.DISCONNECT));
  });

  it('a full disk is not that: it says so, and leaves by itself', () => {
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    const [lease = ''] = addressesOf(onlyAnswer(boxes.west.takeSent()));
    boxes.disk = 'is full';
    boxes.west.receive(request({ transactionId: 2, addresses: [lease] }));
    boxes.east.takeSaid();
    boxes.west.receive(request({ transactionId: 3, elapsed: 1, addresses: [lease] }));
    assert.equal(acknowledgementsIn(boxes.east.takeSaid()).length, 1);
    boxes.west.takeSaid();
    boxes.advance(6);
    assert.ok(!boxes.west.takeSaid().some(({ type }) => type === FailoverMessageType.DISCONNECT), 'it is not the partner that leaves');
  });

  it('the time that this box did not listen does not count', () => {
    boxes.between = (from) => (from === boxes.east ? 'waits' : 'passes');
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    boxes.stall('west', 4);
    boxes.advance(2.9);
    assert.ok(!boxes.west.takeSaid().some(({ type }) => type === FailoverMessageType.DISCONNECT));
  });
});

describe('what the boxes tell each other of their links [R-LH2]', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBoxes();
  });

  it('is told at once when it changes, and every 5 s', () => {
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(0.01);
    const [first, ...others] = healthIn(boxes.east.takeSaid()).filter(({ link }) => link === 'lan');
    assert.deepEqual([first?.verdict, first?.evidence, others.length], [LinkVerdict.LOST, LinkEvidence.NO_CARRIER, 0]);
    boxes.advance(4.9);
    assert.deepEqual(healthIn(boxes.east.takeSaid()), []);
    boxes.advance(10.2);
    assert.equal(healthIn(boxes.east.takeSaid()).filter(({ link }) => link === 'lan').length, 3);
  });

  it('says since when, and how much was heard and said there', () => {
    boxes.east.kernelSays({});
    boxes.advance(0.01);
    const [before] = healthIn(boxes.east.takeSaid());
    for (let number = 0; number < 3; number++) boxes.east.receive(solicit({ client: clientId(number) }));
    boxes.advance(10);
    const last = healthIn(boxes.east.takeSaid()).filter(({ link }) => link === 'lan').at(-1);
    assert.deepEqual([last?.verdict, last?.received, last?.sent, last?.since], [LinkVerdict.UP, 3, 3, before?.since]);
  });

  it('is for links that both have, and is shown to the operator of either', () => {
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.west.kernelSays({});
    boxes.advance(0.01);
    assert.deepEqual(new Set(healthIn(boxes.east.takeSaid()).map(({ link }) => link)), new Set(['lan', 'branch']));
    const [branch, lan] = boxes.west.appliance.failover.relationships[0]?.links ?? [];
    assert.deepEqual([lan?.link, lan?.own?.verdict, lan?.partner?.verdict, lan?.partner?.evidence, lan?.isRelayed], ['lan', 'UP', 'LOST', 'no carrier', true]);
    assert.deepEqual([branch?.own, branch?.partner, branch?.isRelayed], [undefined, undefined, false], 'its clients come through relays: nobody has looked');
    assert.ok(boxes.west.log.some((line) => line.includes('lan: east does not reach its clients (LOST, no carrier)')), boxes.west.log.join('\n'));
    boxes.east.kernelSays({});
    boxes.advance(0.01);
    assert.ok(boxes.west.log.some((line) => line.includes('lan: east reaches its clients again')));
  });

  it('is forgotten with the connection', () => {
    const heard = () => boxes.west.appliance.failover.relationships[0]?.links[1]?.partner?.verdict;
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(0.01);
    assert.equal(heard(), 'LOST');
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'pause' } });
    assert.equal(heard(), undefined);
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 2, relationship: 'east-west', command: 'resume' } });
    boxes.advance(30);
    assert.equal(heard(), 'LOST');
  });

  it('a client that only this box hears, on a link that the partner calls well, is a line in the log, once a minute', () => {
    for (let number = 0; number < 5; number++) boxes.west.receive(solicit({ elapsed: 1, client: clientId(number) }));
    assert.equal(boxes.west.log.filter((line) => line.includes('was answered through this box')).length, 1);
  });
});

describe('with a partner that does not relay', () => {
  const codes = (messages: readonly FailoverMessage[]): ReadonlySet<number> =>
    new Set(messages.flatMap((message) => ('vendor' in message ? message.vendor.map(({ code }) => code) : [])));
  const OURS = [ExtensionCode.LINK_HEALTH, ExtensionCode.RELAYED_MESSAGE, ExtensionCode.RELAY_ACKNOWLEDGEMENT, ExtensionCode.SENDER_CLOCK, ExtensionCode.SERVER_ID];

  for (const relaying of [{ east: false, west: true }, { east: true, west: false }, { east: false, west: false }]) {
    it(`nothing of it is said (east ${String(relaying.east)}, west ${String(relaying.west)}) [R-LH8]`, () => {
      const boxes = createBoxes({ relaying });
      boxes.east.kernelSays({ hasCarrier: false });
      boxes.west.kernelSays({ hasCarrier: false });
      boxes.west.receive(solicit({ elapsed: 1.1 }));
      boxes.advance(12);
      for (const box of [boxes.east, boxes.west]) {
        const said = box.takeSaid();
        assert.ok(said.length > 10);
        assert.deepEqual(OURS.filter((code) => codes(said).has(code)), []);
        assert.deepEqual(box.takeSent(), []);
      }
    });
  }

  it('what it sends all the same is of no effect', () => {
    const boxes = createBoxes({ relaying: { east: false, west: true } });
    const announced = extensionsOf([], ExtensionCode.EXTENSIONS);
    assert.deepEqual(announced, []);
    boxes.west.receive(solicit({ elapsed: 1.1 }));
    assert.deepEqual(relayedIn(boxes.west.takeSaid()), []);
  });
});
