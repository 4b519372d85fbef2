import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, NEVER } from '../../../src/lease/index.ts';
import { type BindingUpdateMessage, type Duid, FailoverMessageType, FailoverStatusCode, epochSeconds } from '../../../src/wire/index.ts';
import { NOW, binding } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { clientUpdate, leaseUpdate, leasesOf, update } from './messages.ts';

const PREFIX = '2001:db8:2:300::/56';
const { ACTIVE, FREE, FREE_BACKUP } = BindingStatus;

/** A primary that asks the one prefix of the secondary back: that it does is durable, and the update is on its way. */
function askingBack(): { readonly box: Box; readonly asked: BindingUpdateMessage } {
  const box = new Box('primary', { settings: { pools: [0, 1], prefixShare: 0 } }).open();
  box.has(binding(PREFIX, {
    status: FREE_BACKUP,
    duid: new Uint8Array(0) as Duid,
    stateExpirationTime: NEVER,
    clientLastTransactionTime: epochSeconds(0),
    startTimeOfState: epochSeconds(NOW - 900),
  }));
  box.flow.setMode('normal');
  box.endStep();
  box.commit();
  return { box, asked: takeUpdate(box) };
}

function takeUpdate(box: Box): BindingUpdateMessage {
  const [sent, ...others] = box.take(FailoverMessageType.BNDUPD);
  assert.ok(sent?.type === FailoverMessageType.BNDUPD);
  assert.deepEqual(others, []);
  return sent;
}

const statusOf = (sent: BindingUpdateMessage): readonly (number | undefined)[] => leasesOf(sent).map(({ bindingStatus }) => bindingStatus);

/** The secondary's answer, an agreement unless it says why not. */
function answer(box: Box, { transactionId, binding: told }: BindingUpdateMessage, code?: FailoverStatusCode): void {
  assert.ok(told.kind === 'prefix');
  const status = code === undefined ? undefined : { code, text: '' };
  box.receive({ type: FailoverMessageType.BNDREPLY, transactionId, binding: { ...told, lease: { ...told.lease, status } } });
}

describe('prefixes that the primary asks back (RFC 8156 4.2.2)', () => {
  it('[F-AL-25] are its own since it asked, once the secondary agrees', () => {
    const { box, asked } = askingBack();
    assert.deepEqual(statusOf(asked), [FREE]);
    box.now = epochSeconds(NOW + 7);
    answer(box, asked);
    assert.deepEqual([box.read(PREFIX).status, box.read(PREFIX).startTimeOfState], [FREE, NOW]);
  });

  it('[F-AL-25] are told to be the secondary\'s again when it does not agree', () => {
    const { box, asked } = askingBack();
    answer(box, asked, FailoverStatusCode.OutdatedBindingInformation);
    assert.equal(box.read(PREFIX).status, FREE_BACKUP);
    box.now = box.flow.wakeAt();
    box.endStep();
    const told = takeUpdate(box);
    assert.deepEqual(statusOf(told), [FREE_BACKUP]);
    answer(box, told);
    assert.equal(box.read(PREFIX).status, FREE_BACKUP);
    box.commit();
    assert.deepEqual(statusOf(takeUpdate(box)), [FREE], 'and asked back anew');
  });

  it('[F-AL-25] stay the secondary\'s where it is told by now that they are', () => {
    const { box, asked } = askingBack();
    box.flow.leasesChanged([box.slot(PREFIX)]);
    box.endStep();
    const told = takeUpdate(box);
    assert.deepEqual(statusOf(told), [FREE_BACKUP]);
    answer(box, asked);
    assert.equal(box.read(PREFIX).status, FREE_BACKUP);
    answer(box, told);
    assert.equal(box.read(PREFIX).status, FREE_BACKUP);
    assert.equal(box.flow.counters.prefixesTakenBack, 0);
  });

  it('[F-AL-25] stay the secondary\'s where it got them anew meanwhile', () => {
    const { box, asked } = askingBack();
    box.has({ ...box.read(PREFIX), revision: box.revision + 1 });
    answer(box, asked);
    assert.equal(box.read(PREFIX).status, FREE_BACKUP);
    assert.equal(box.flow.counters.prefixesTakenBack, 0);
  });

  it('[F-AL-25] are the client\'s to which the secondary gave them, though its agreement comes together with that', () => {
    const { box, asked } = askingBack();
    box.flow.received(update(clientUpdate(1, [leaseUpdate(PREFIX)])), box.now);
    box.flow.received({ type: FailoverMessageType.BNDREPLY, transactionId: asked.transactionId, binding: asked.binding }, box.now);
    box.endStep();
    box.commit();
    assert.equal(box.read(PREFIX).status, ACTIVE);
    assert.deepEqual([box.lazy, box.flow.counters.prefixesTakenBack], [[], 0]);
  });
});
