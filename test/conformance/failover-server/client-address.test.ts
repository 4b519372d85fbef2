/** Where the client of a delegated prefix is reached, so that the partner can route the prefix at once (R-ST3). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType } from '../../../src/wire/index.ts';
import { CLIENT_ADDRESS, address } from '../server/box.ts';
import { CLIENT, iaNa, iaPd, message } from '../server/client.ts';
import { RELAY_ADDRESS, relayed } from '../server/relayed.ts';
import { pairedServer } from './paired-server.ts';
import type { PairedServer } from './paired-server.ts';

/** By the kind of its lease, what is kept of where the client is reached. */
function kept({ table }: PairedServer): Record<string, Uint8Array | undefined> {
  const found: Record<string, Uint8Array | undefined> = {};
  for (let slot = table.firstOfClient(CLIENT, 0, CLIENT.length); slot !== 0; slot = table.nextOfClient(slot)) {
    const { kind, clientAddress } = table.read(slot);
    found[kind === 3 ? 'address' : 'prefix'] = clientAddress;
  }
  return found;
}

const REQUEST = message(MessageType.REQUEST, [iaNa(1), iaPd(2)]);

describe('the address of a client with a delegated prefix', () => {
  it('[R-ST3] is kept with the prefix, and is that of the last message; an address needs none', () => {
    const box = pairedServer();
    box.ask(REQUEST);
    assert.deepEqual(kept(box), { address: undefined, prefix: CLIENT_ADDRESS });
    const moved = address('fe80::77');
    box.ask(message(MessageType.RENEW, [iaNa(1), iaPd(2)]), moved);
    assert.deepEqual(kept(box), { address: undefined, prefix: moved });
  });

  it('[R-ST3] is not kept behind a relay agent, whose data says it, nor where it is no link-local one', () => {
    const box = pairedServer();
    box.ask(relayed(REQUEST, { linkAddress: '2001:db8:1::5' }), RELAY_ADDRESS);
    assert.equal(kept(box)['prefix'], undefined);
    box.ask(REQUEST);
    assert.deepEqual(kept(box)['prefix'], CLIENT_ADDRESS);
    box.ask(relayed(message(MessageType.RENEW, [iaPd(2)]), { linkAddress: '2001:db8:1::5' }), RELAY_ADDRESS);
    assert.equal(kept(box)['prefix'], undefined, 'nor longer than it is true');
    box.ask(REQUEST, address('2001:db8:1::99'));
    assert.equal(kept(box)['prefix'], undefined);
  });

  it('is kept where there is no partner to tell, for the route of this box', () => {
    const box = pairedServer(({ prefixPools }) => ({ prefixPools: prefixPools.map((pool) => ({ ...pool, replicated: false })) }));
    box.ask(REQUEST);
    assert.deepEqual(kept(box), { address: undefined, prefix: CLIENT_ADDRESS });
  });
});
