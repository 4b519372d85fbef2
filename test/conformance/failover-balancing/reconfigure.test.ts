/** Which box asks a client by Reconfigure where two boxes divide the clients (RFC 9915 section 18.3.11; R-LB2): that which answers what follows. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_SLOT } from '../../../src/lease/index.ts';
import { MessageType, formatAddress } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import type { Box, Boxes } from '../failover-relaying/boxes.ts';
import { iaNa, message } from '../server/client.ts';
import { ACCEPTS } from '../server/reconfigured.ts';
import { clientOf, createBalancedBoxes } from './clients.ts';

const { RENEW, REBIND } = MessageType;
const NAMES = ['east', 'west'] as const;

function ask(box: Box, client: Duid, type?: typeof RENEW | typeof REBIND): string | undefined {
  box.refusals.length = 0;
  box.dispatch({ kind: 'leaseCommand', id: 1, command: { action: 'reconfigure', client, type } });
  assert.equal(box.refusals.length, 1);
  return box.refusals[0];
}

/** The client has its lease and its key from this box, and both know. */
function keyed(boxes: Boxes, box: Box, client: Duid): string {
  box.receive(message(MessageType.REQUEST, [iaNa(1)], { client, server: box.serverId, options: [ACCEPTS] }));
  boxes.advance(1);
  const { leases } = box.appliance;
  const slot = leases.firstOfClient(client, 0, client.length);
  assert.notEqual(slot, NO_SLOT);
  return formatAddress(leases.records.address(slot));
}

describe('Reconfigure where two boxes divide the clients', () => {
  for (const owner of NAMES) {
    for (const giver of NAMES) {
      it(`[R-LB2] for a Rebind it is ${owner} whose client it is, whoever gave the lease (${giver}), and that answers it`, () => {
        const boxes = createBalancedBoxes({ edited: (file) => `${file}server: { reconfigure: { clients-per-second: 100 } }\n` });
        const client = clientOf(owner);
        const held = keyed(boxes, boxes[giver], client);
        const other = owner === 'east' ? 'west' : 'east';
        for (const name of NAMES) boxes[name].takeSent();
        assert.match(ask(boxes[other], client, REBIND) ?? '', new RegExp(`would send a Rebind that this box does not answer now: ask it from ${owner}`));
        assert.deepEqual(boxes[other].takeSent(), []);
        assert.equal(ask(boxes[owner], client, REBIND), undefined);
        assert.equal(boxes[owner].takeSent().length, 1);
        for (const name of NAMES) boxes[name].receive(message(REBIND, [iaNa(1, held)], { client }));
        assert.deepEqual(NAMES.filter((name) => boxes[name].takeSent().length > 0), [owner]);
        assert.equal(boxes[owner].appliance.reconfigures?.counters.answered, 1);
      });
    }
  }

  it('[R-LB2] for a Renew it is the box that the client heard last, whosever client it is', () => {
    const boxes = createBalancedBoxes({ edited: (file) => `${file}server: { reconfigure: { clients-per-second: 100 } }\n` });
    const client = clientOf('west');
    keyed(boxes, boxes.east, client);
    assert.match(ask(boxes.west, client, RENEW) ?? '', /renews with east, whom it heard last/);
    assert.equal(ask(boxes.east, client), undefined);
  });
});
