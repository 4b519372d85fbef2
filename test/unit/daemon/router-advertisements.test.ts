import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RouterStanding } from '../../../src/appliance/index.ts';
import { loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import type { AdvertisedLink } from '../../../src/config/index.ts';
import { advertisementsOf } from '../../../src/daemon/router-advertisements.ts';
import type { RouterFacts } from '../../../src/daemon/router-advertisements.ts';

const FILE = `
version: 1
appliances: { box: { links: { lan: [eth1, eth2], iot: [eth3], quiet: [eth4] }, relay-interfaces: [uplink] } }
options: { dns-servers: [2001:db8::53], domain-search: [example.com] }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff" } ]
    options: { dns-servers: ["2001:db8:1::53"] }
    router-advertisements: {}
  iot:
    prefixes: [2001:db8:2::/64]
    router-advertisements: { managed: false, autonomous: true, needs-default-route: false, dns: false, interval: 30s, router-lifetime: 90s, preferred: 1h, valid: 1d }
  quiet: { prefixes: [2001:db8:3::/64] }
`;

function links(): readonly AdvertisedLink[] {
  const loaded = loadProvisioning(new TextEncoder().encode(FILE), 'test.yaml');
  assert.ok('document' in loaded, JSON.stringify(loaded));
  const resolved = resolveAppliance(loaded.document, undefined);
  assert.ok(!('error' in resolved));
  return resolved.advertisedLinks;
}

const STANDING: RouterStanding = { link: 'lan', preference: 'medium', isLeft: false };
const FACTS: RouterFacts = { standings: [STANDING, { ...STANDING, link: 'iot' }], defaultRoutes: ['uplink'], isForwarding: () => true };

/** By interface, router lifetime and preference. */
function lifetimes(changes: Partial<RouterFacts>): Readonly<Record<string, string>> {
  const all = advertisementsOf(links(), { ...FACTS, ...changes });
  return Object.fromEntries(all.map(({ interfaceName, routerLifetime, preference }) => [interfaceName, `${routerLifetime} ${preference}`]));
}

describe('what hosts are told of a box as a router', () => {
  it('is what the file says of their link, on each interface there, with the link\'s own DNS servers (RFC 8106)', () => {
    const [iot, lan] = advertisementsOf(links(), FACTS);
    assert.deepEqual(lan, {
      interfaceName: 'eth1', managed: true, otherConfig: true, interval: 600, routerLifetime: 2_700, preference: 'medium',
      prefixes: ['2001:db8:1::/64'], autonomous: false, preferred: 2_700, valid: 5_400,
      dnsServers: ['2001:db8:1::53'], domainSearch: ['example.com'],
    });
    assert.deepEqual(iot, {
      interfaceName: 'eth3', managed: false, otherConfig: true, interval: 30, routerLifetime: 90, preference: 'medium',
      prefixes: ['2001:db8:2::/64'], autonomous: true, preferred: 3_600, valid: 86_400, dnsServers: [], domainSearch: [],
    });
    assert.deepEqual(lifetimes({}), { eth1: '2700 medium', eth2: '2700 medium', eth3: '90 medium' }, 'and nothing where the file says nothing');
  });

  it('is nothing on a link that nobody knows anything of', () => {
    assert.deepEqual(lifetimes({ standings: [{ ...STANDING, preference: 'high' }] }), { eth1: '2700 high', eth2: '2700 high' });
    assert.deepEqual(lifetimes({ standings: [] }), {});
  });

  it('has a lifetime of 0 where hosts are to leave the box, and only there (RFC 4861 6.2.5)', () => {
    const standings = [{ ...STANDING, isLeft: true }, { ...STANDING, link: 'iot' }];
    assert.deepEqual(lifetimes({ standings }), { eth1: '0 medium', eth2: '0 medium', eth3: '90 medium' });
  });

  it('has a lifetime of 0 without a default route, or with one that leads back to hosts (RFC 7084 G-4, G-5)', () => {
    const without = { eth1: '0 medium', eth2: '0 medium', eth3: '90 medium' };
    assert.deepEqual(lifetimes({ defaultRoutes: [] }), without);
    assert.deepEqual(lifetimes({ defaultRoutes: ['eth2', 'eth3'] }), without);
    assert.deepEqual(lifetimes({ defaultRoutes: ['eth2', 'wan'] }), { eth1: '2700 medium', eth2: '2700 medium', eth3: '90 medium' });
  });

  it('has a lifetime of 0 where the kernel does not forward (RFC 4861 6.2.5)', () => {
    assert.deepEqual(lifetimes({ isForwarding: (name) => name !== 'eth2' }), { eth1: '2700 medium', eth2: '0 medium', eth3: '90 medium' });
  });
});
