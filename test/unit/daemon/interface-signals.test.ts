import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { interfaceSignals } from '../../../src/daemon/interface-signals.ts';
import type { ClientPort } from '../../../src/net/index.ts';

const LAN = [{ link: 'lan', interfaceName: 'eth1' }];
const KNOWN = new Map([['eth1', { ifindex: 2, name: 'eth1', enabled: true, carrier: true, operState: 'UP', mac: undefined, linkLocal: { address: 'fe80::1', prefixLength: 64, state: 'ready' }, globalAddresses: [] } as const]]);

function portsWith(isOpen: boolean): { readonly ports: ReadonlyMap<string, ClientPort> } {
  const port: ClientPort = { link: 'lan', interfaceName: 'eth1', isOpen: () => isOpen, queue: () => undefined, counters: () => assert.fail() };
  return { ports: new Map([['eth1', port]]) };
}

describe('what the core is told of the interfaces [R-LH1]', () => {
  it('is nothing before their ports are looked after: a box that starts has not lost its links', () => {
    assert.equal(interfaceSignals(LAN, { ports: new Map() }, KNOWN), undefined);
    assert.equal(interfaceSignals(LAN, portsWith(false), new Map()), undefined);
    assert.deepEqual(interfaceSignals([], { ports: new Map() }, KNOWN), []);
  });

  for (const isOpen of [true, false]) {
    it(`is then also whether a socket is open there (${String(isOpen)})`, () => {
      assert.deepEqual(interfaceSignals(LAN, portsWith(isOpen), KNOWN), [{ name: 'eth1', exists: true, isEnabled: true, hasCarrier: true, address: 'ready', isOpen }]);
    });
  }
});
