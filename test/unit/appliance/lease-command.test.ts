import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import type { LeaseCommand } from '../../../src/appliance/index.ts';
import { MessageType } from '../../../src/wire/index.ts';
import { address, createBox } from '../../conformance/server/box.ts';
import type { Box } from '../../conformance/server/box.ts';
import { iaNa, iaPd, message, read } from '../../conformance/server/client.ts';

function command(box: Box, action: LeaseCommand['action'], lease: string): void {
  const [text = '', length = '128'] = lease.split('/');
  box.dispatch({ kind: 'leaseCommand', id: 1, command: { action, address: address(text), prefixLength: Number(length) } });
}

function bind(box: Box, ia = iaNa(1)): string {
  const lease = read(box.exchange(message(MessageType.REQUEST, [ia]))).ias[0]?.leases[0]?.name;
  assert.ok(lease !== undefined);
  return lease;
}

describe('an operator’s commands for one lease', () => {
  it('release frees what a client holds, address or prefix, and says so when it is durable', () => {
    for (const ia of [iaNa(1), iaPd(1)]) {
      const box = createBox();
      const lease = bind(box, ia);
      command(box, 'release', lease);
      assert.deepEqual(box.log, ['command 1: done']);
      assert.equal([...box.durable.values()][0]?.status, BindingStatus.FREE);
    }
  });

  it('reset frees a declined address, release does not', () => {
    const box = createBox();
    const lease = bind(box);
    box.deliver(message(MessageType.DECLINE, [iaNa(1, lease)]));
    command(box, 'release', lease);
    assert.deepEqual(box.log, [`command 1: ${lease} is not leased to anybody`]);
    command(box, 'reset', lease);
    assert.deepEqual(box.log.slice(1), ['command 1: done']);
    assert.equal(box.durable.get(`${lease}/128`)?.status, BindingStatus.FREE);
  });

  it('a lease that is free, unknown, or being changed right now is refused with the reason', () => {
    const box = createBox({ commits: 'by hand' });
    command(box, 'release', '2001:db8:1::7');
    command(box, 'release', '2001:db8:100::/56');
    box.deliver(message(MessageType.REQUEST, [iaNa(1, '2001:db8:1::110')]));
    command(box, 'reset', '2001:db8:1::110');
    box.commitSucceeds();
    command(box, 'release', '2001:db8:1::110');
    box.commitSucceeds();
    command(box, 'release', '2001:db8:1::110');
    assert.deepEqual(box.log, [
      'command 1: there is no lease 2001:db8:1::7',
      'command 1: there is no lease 2001:db8:100::/56',
      'command 1: 2001:db8:1::110 is being changed right now: try again',
      'command 1: done',
      'command 1: 2001:db8:1::110 is not leased to anybody',
    ]);
  });
});
