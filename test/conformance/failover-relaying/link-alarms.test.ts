/** Alarms about links, before it hurts (RFC 7031 section 4.7; R-LH6, R-LH7), and what is answered when a partner turns out to be dead. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { MessageType } from '../../../src/wire/index.ts';
import { address } from '../server/box.ts';
import { createBoxes } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { clientId, solicit } from './messages.ts';

describe('an alarm about a link that two boxes share [R-LH6]', () => {
  let boxes: Boxes;
  const alarmOf = (box: Box): string | undefined => box.alarms.get('east-west link lan');

  beforeEach(() => {
    boxes = createBoxes({ beacons: { east: true, west: true } });
    boxes.east.kernelSays({});
    boxes.west.kernelSays({});
    boxes.advance(5);
  });

  it('comes at once on both boxes where a port is dead, says whose and since when, and stays a minute when it is whole again', () => {
    boxes.west.kernelSays({ hasCarrier: false });
    boxes.advance(0.1);
    assert.match(alarmOf(boxes.east) ?? '', /^lan has no backup: west does not reach its clients there \(no carrier since \d\d:\d\d UTC\)$/);
    assert.match(alarmOf(boxes.west) ?? '', /^lan has no backup: this box does not reach its clients there \(no carrier since \d\d:\d\d UTC\), and east passes on/);
    boxes.west.kernelSays({});
    boxes.advance(59);
    assert.ok(alarmOf(boxes.east) !== undefined && alarmOf(boxes.west) !== undefined);
    boxes.advance(2);
    assert.deepEqual([alarmOf(boxes.east), alarmOf(boxes.west)], [undefined, undefined]);
  });

  it('is one alarm where the port comes and goes [R-LH9]', () => {
    let raised = 0;
    for (let i = 0; i < 10; i++) {
      boxes.west.kernelSays({ hasCarrier: i % 2 === 1 });
      if (alarmOf(boxes.east) === undefined) raised++;
      boxes.advance(30);
    }
    assert.equal(raised, 1);
  });

  it('does not come for a burst of loss, and does for what lasts', () => {
    boxes.onLan = () => 'gets lost';
    boxes.advance(4);
    boxes.onLan = () => 'passes';
    boxes.advance(10);
    assert.equal(alarmOf(boxes.east), undefined);
    boxes.onLan = () => 'gets lost';
    boxes.advance(7);
    assert.match(alarmOf(boxes.east) ?? '', /^lan: the two boxes do not hear each other there/);
    assert.match(alarmOf(boxes.west) ?? '', /^lan: the two boxes do not hear each other there/);
  });

  it('names the direction that is lost', () => {
    boxes.onLan = ({ name }) => (name === 'east' ? 'gets lost' : 'passes');
    boxes.advance(8);
    assert.match(alarmOf(boxes.east) ?? '', /^lan: west is heard there and does not hear this box/);
    assert.match(alarmOf(boxes.west) ?? '', /^lan: east is not heard there though it hears this box/);
  });

  it('says that both are dead where both are [R-LH7]', () => {
    boxes.west.kernelSays({ hasCarrier: false });
    boxes.east.kernelSays({ isEnabled: false });
    boxes.advance(0.1);
    assert.match(alarmOf(boxes.east) ?? '', /^lan: neither box reaches its clients there; this box: switched off since .*; west: no carrier since/);
  });

  const clientsAt = (box: Box, first: number): void => {
    for (let number = first; number < first + 4; number++) {
      box.receive(solicit({ client: clientId(number), transactionId: number }), { source: address(`fe80::c:${number.toString(16)}`) });
    }
  };

  it('says that the LAN is in two halves where each box hears clients that the other one does not', () => {
    // The secondary answers Renews: those are what the primary passes on.
    boxes.onLan = () => 'gets lost';
    boxes.advance(8);
    clientsAt(boxes.west, 1);
    clientsAt(boxes.east, 16);
    boxes.advance(1);
    assert.match(alarmOf(boxes.east) ?? '', /^lan: the two boxes do not hear each other there/, 'the primary answers its clients itself: west is told of none');
    assert.match(alarmOf(boxes.west) ?? '', /^lan: the two boxes do not hear each other there/);
  });

  it('says whose port it is when clients have shown it', () => {
    boxes.onLan = () => 'gets lost';
    boxes.advance(8);
    clientsAt(boxes.west, 1);
    boxes.advance(1);
    assert.match(alarmOf(boxes.west) ?? '', /^lan has no backup: east does not reach its clients there \(it does not hear its partner there, its partner hears clients that it does not since/);
    assert.match(alarmOf(boxes.east) ?? '', /^lan has no backup: this box does not reach its clients there/);
  });

  it('that cables are swapped comes where the partner’s beacon is heard on another port, and goes a minute after the last', () => {
    const sessionOf = (box: Box): string => box.name.charCodeAt(0).toString(16).padStart(16, '0');
    const beacon = (sequence: number) => ({ relationship: 'east-west', link: 'lan', mark: { session: sessionOf(boxes.west), sequence }, heard: undefined });
    const id = 'east-west lan cables eth0';
    boxes.east.dispatch({ kind: 'beacon', interfaceName: 'eth1', source: address('fe80::ee'), beacon: beacon(5_000) });
    assert.equal(boxes.east.alarms.has(id), false, 'where it belongs');
    boxes.east.dispatch({ kind: 'beacon', interfaceName: 'eth0', source: address('fe80::ee'), beacon: beacon(5_001) });
    assert.match(boxes.east.alarms.get(id) ?? '', /what west says on lan is heard on eth0, which is no port of a link that clients are on$/);
    boxes.east.dispatch({ kind: 'beacon', interfaceName: 'eth2', source: address('fe80::ee'), beacon: beacon(5_002) });
    assert.match(boxes.east.alarms.get('east-west lan cables eth2') ?? '', /heard on eth2, which is on wlan$/);
    boxes.advance(59);
    assert.equal(boxes.east.alarms.has(id), true);
    boxes.advance(2);
    assert.equal(boxes.east.alarms.has(id), false);
  });

  it('is joined by what the boxes hear of each other when the connection is gone [R-PD1]', () => {
    boxes.between = () => 'gets lost';
    boxes.advance(20);
    const onLan = () => boxes.east.appliance.failover.relationships[0]?.onLan;
    assert.deepEqual(onLan(), { heardOn: ['lan'], silentOn: [] });
    boxes.onLan = () => 'gets lost';
    boxes.advance(5);
    assert.deepEqual(onLan(), { heardOn: [], silentOn: ['lan'] });
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(1);
    assert.deepEqual(onLan(), { heardOn: [], silentOn: [] }, 'with a dead port it can say nothing');
  });
});

describe('a Solicit that was left to a partner that turns out to be dead [R-LH9]', () => {
  it('is answered in the moment in which this box begins to serve, and once', () => {
    const boxes = createBoxes();
    boxes.west.receive(solicit({ client: clientId(1) }));
    boxes.between = () => 'gets lost';
    boxes.advance(2);
    boxes.west.receive(solicit({ client: clientId(2), transactionId: 2 }));
    boxes.west.receive(solicit({ client: clientId(2), transactionId: 2 }));
    boxes.advance(1);
    assert.deepEqual(boxes.west.takeSent(), []);
    boxes.west.receive(solicit({ client: clientId(3), transactionId: 3 }));
    boxes.advance(10);
    const types = boxes.west.takeSent().map(({ message }) => message.type);
    assert.deepEqual(types, [MessageType.ADVERTISE, MessageType.ADVERTISE], 'the first client asked too long ago: it asks again');
  });
});
