import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LeaseTable } from '../../../src/lease/index.ts';
import { createServer, linkFinder } from '../../../src/server/index.ts';
import { PROVISIONING, SERVER_ID, configuration } from '../../conformance/server/box.ts';
import { KEY, binding } from '../lease/leases.ts';

const RESERVED = PROVISIONING.replace('  branch:\n', `  branch:
    reservations: [ { duid: "00:03:00:01:0a", addresses: ["2001:db8:2::a"], prefixes: ["2001:db8:900::/56"] } ]
`);

describe('the link of a lease', () => {
  it('is that of its pool, that of its reservation, or that on whose prefix it is', () => {
    const { links, ...others } = configuration(RESERVED);
    const paired = links.map((link) => ({ ...link, relationship: `${link.name}'s` }));
    const table = new LeaseTable(KEY, 0);
    createServer({ configuration: { ...others, links: paired }, serverId: SERVER_ID, table, allocationSecret: KEY });
    const find = linkFinder(table, links);
    const wanted: readonly [lease: string, link: string | undefined, relationship: string | undefined][] = [
      ['2001:db8:2::100', 'branch', undefined],
      ['2001:db8:2::a', 'branch', "branch's"],
      ['2001:db8:900::/56', 'branch', "branch's"],
      ['2001:db8:2::b', 'branch', undefined],
      ['2001:db8:901::/56', undefined, undefined],
    ];
    for (const [lease, link, relationship] of wanted) {
      const slot = table.put(binding(lease));
      assert.equal(find(slot)?.name, link, lease);
      assert.equal(table.pools.relationshipOfStray(slot), relationship, lease);
    }
  });
});
