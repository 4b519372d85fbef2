import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Role } from '../../../src/failover/index.ts';
import { BindingStatus, NEVER } from '../../../src/lease/index.ts';
import { type Duid, FailoverMessageType, epochSeconds } from '../../../src/wire/index.ts';
import { binding, duid } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { clientUpdate, endlessUpdate, leaseUpdate, prefixUpdate, update } from './messages.ts';

const [PREFIX, OTHER] = ['2001:db8:2:100::/56', '2001:db8:2:200::/56'];
const { ACTIVE, FREE, FREE_BACKUP } = BindingStatus;
const SECONDARYS = { status: FREE_BACKUP, duid: new Uint8Array(0) as Duid, stateExpirationTime: NEVER };

/** A box that lost records, and has the secondary's prefixes of an old one. It has asked for everything. */
function asking(role: Role, ...prefixes: readonly string[]): Box {
  const box = new Box(role).open();
  box.flow.setMode('serve-only');
  for (const prefix of prefixes) box.has(binding(prefix, SECONDARYS));
  box.flow.askedForEverything();
  box.endStep();
  return box;
}

function pass(box: Box, duration: number): void {
  box.now = epochSeconds(box.now + duration);
  box.endStep();
}

describe('prefixes of which a box that lost records does not know whose they are (RFC 8156 5.3.6)', () => {
  it('[F-UP-9] are those that it takes for the secondary’s free ones, of the pools that the two share', () => {
    const box = new Box('secondary', { settings: { pools: [0, 1], prefixShare: 1 } }).open();
    const others = { '2001:db8:1::2': FREE_BACKUP, '2001:db8:2:300::/56': ACTIVE, '2001:db8:2:400::/56': FREE, '2001:db8:9::/64': FREE_BACKUP } as const;
    for (const [lease, status] of Object.entries(others)) box.has(binding(lease, status === ACTIVE ? {} : { ...SECONDARYS, status }));
    box.has(binding(PREFIX, SECONDARYS));
    box.flow.askedForEverything();
    box.endStep();
    box.commit();
    assert.deepEqual([...box.durable.keys()], [PREFIX]);
    assert.deepEqual([box.read(PREFIX).status, box.read(PREFIX).updateNeeded], [FREE, false], 'the partner knows');
    for (const [lease, status] of Object.entries(others)) assert.equal(box.read(lease).status, status);
    assert.equal(box.flow.wakeAt(), NEVER, 'that was all');
  });

  it('[F-UP-9] are none where there are none: nothing is written', () => {
    assert.deepEqual(asking('secondary').writes, []);
  });

  it('[F-UP-9] are not those that the partner spoke of a moment before', () => {
    const box = new Box('secondary').open();
    box.flow.setMode('serve-only');
    box.receive(update(prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: FREE_BACKUP, cltTime: undefined }))));
    box.flow.askedForEverything();
    box.endStep();
    box.commit();
    for (let second = 0; second < 3; second++) pass(box, 1);
    assert.equal(box.read(PREFIX).status, FREE_BACKUP);
  });

  it('[F-UP-9] stay as they are at a primary until it was told everything', () => {
    const box = asking('primary', PREFIX);
    for (let second = 0; second < 3; second++) pass(box, 1);
    assert.deepEqual([box.writes, box.flow.wakeAt()], [[], NEVER]);
    box.flow.everythingTold();
    box.endStep();
    box.commit();
    assert.equal(box.read(PREFIX).status, FREE);
  });

  it('[F-UP-9] are written once, though the partner says at the same time that they are the primary’s', () => {
    const box = asking('primary', PREFIX, OTHER);
    box.now = epochSeconds(box.now + 60);
    box.receive(update(prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: FREE, cltTime: undefined, startTimeOfState: box.now }))));
    box.flow.everythingTold();
    box.endStep();
    assert.deepEqual(box.writes.map(({ slots }) => slots.map((slot) => box.nameOf(slot))), [[PREFIX], [OTHER]]);
  });

  it('[F-UP-9] are not changed by an update of the same step before that is durable', () => {
    const box = new Box('secondary').open();
    box.has(binding(PREFIX, SECONDARYS));
    box.flow.askedForEverything();
    box.flow.received(update(clientUpdate(1, [leaseUpdate(PREFIX)])), box.now);
    box.endStep();
    assert.equal(box.flow.pending().deferred, 1);
    while (box.writes.length > 0) box.commit();
    assert.deepEqual([box.read(PREFIX).status, box.read(PREFIX).duid], [ACTIVE, duid(1)]);
    assert.equal(box.take(FailoverMessageType.BNDREPLY).length, 1);
  });

  it('[F-UP-9] are tried again a second after they could not be stored, and not while that is under way', () => {
    const box = asking('secondary', PREFIX);
    assert.equal(box.flow.wakeAt(), NEVER, 'the write is under way');
    box.fail();
    box.endStep();
    assert.deepEqual([box.writes.length, box.flow.wakeAt()], [0, box.now + 1]);
    pass(box, 1);
    assert.deepEqual([box.writes.length, box.flow.wakeAt()], [1, NEVER]);
    pass(box, 5);
    assert.deepEqual([box.writes.length, box.flow.wakeAt()], [1, NEVER]);
  });

  it('[F-UP-9] are forgotten with the connection by a secondary, which asks again', () => {
    const box = asking('secondary', PREFIX);
    box.fail();
    box.flow.closed();
    box.open();
    pass(box, 1);
    pass(box, 1);
    assert.deepEqual([box.writes, box.flow.wakeAt()], [[], NEVER]);
    box.flow.askedForEverything();
    box.endStep();
    box.commit();
    assert.equal(box.read(PREFIX).status, FREE);
  });

  it('[F-UP-9] are forgotten with the connection by a primary that was not told everything', () => {
    const box = asking('primary', PREFIX);
    box.flow.closed();
    box.open();
    box.flow.setMode('serve-only');
    box.flow.serveRequest('all', 1);
    box.endStep();
    assert.equal(box.takeUpdates().length, 1, 'it tells whose it is by its record');
  });
});
