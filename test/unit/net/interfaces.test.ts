import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseMonitorLine, parseSnapshot } from '../../../src/net/interfaces/iproute2-output.ts';
import { interfaceChanges } from '../../../src/net/interfaces/state.ts';
import type { InterfaceState, PassingEvents } from '../../../src/net/interfaces/state.ts';

const NOTHING_PASSED: PassingEvents = { deleted: new Set(), linkLocalRemoved: new Set() };

const ETH1: InterfaceState = {
  name: 'eth1',
  ifindex: 3,
  enabled: true,
  carrier: true,
  operState: 'UP',
  mac: 'ee:18:b5:44:5a:77',
  linkLocal: { address: 'fe80::ec18:b5ff:fe44:5a77', prefixLength: 64, state: 'ready' },
  globalAddresses: [],
};

function kinds(before: readonly InterfaceState[], now: readonly InterfaceState[], passing = NOTHING_PASSED): string[] {
  return interfaceChanges(before, now, passing).map(({ kind, state }) => `${kind} ${state.name}`);
}

/** As iproute2 6.1 prints it, with what is not read left out. */
function printed(...infos: readonly object[]): string {
  return JSON.stringify([
    { ifindex: 1, ifname: 'lo', flags: ['LOOPBACK', 'UP', 'LOWER_UP'], operstate: 'UNKNOWN', address: '00:00:00:00:00:00' },
    {},
    { ifindex: 3, link: 'x', ifname: 'eth1', flags: ['UP', 'LOWER_UP'], operstate: 'UP', address: ETH1.mac, addr_info: infos },
  ]);
}
const LINK_LOCAL = { family: 'inet6', local: 'fe80::ec18:b5ff:fe44:5a77', prefixlen: 64, scope: 'link' };

function second(text: string): InterfaceState | undefined {
  const result = parseSnapshot(text);
  assert.ok(result.ok, result.ok ? '' : result.reason);
  return result.interfaces[1];
}

describe('snapshots of iproute2', () => {
  it('give name, index, carrier, addresses, and pass over empty objects and IPv4', () => {
    const text = printed(
      { family: 'inet', local: '192.0.2.1', prefixlen: 24, scope: 'global' },
      { family: 'inet6', local: '2001:db8::1', prefixlen: 64, scope: 'global' },
      LINK_LOCAL,
    );
    assert.deepEqual(second(text), {
      ...ETH1,
      globalAddresses: [{ address: '2001:db8::1', prefixLength: 64, state: 'ready' }],
    });
  });

  it('tell an address that is being checked from one that is a duplicate and one that may be used meanwhile', () => {
    const state = (flags: object): unknown => second(printed({ ...LINK_LOCAL, ...flags }))?.linkLocal?.state;
    assert.equal(state({ tentative: true }), 'tentative');
    assert.equal(state({ tentative: true, dadfailed: true }), 'duplicate');
    assert.equal(state({ tentative: true, optimistic: true }), 'ready');
  });

  it('take a ready link-local address before another', () => {
    const other = { ...LINK_LOCAL, local: 'fe80::1', tentative: true };
    assert.equal(second(printed(other, LINK_LOCAL))?.linkLocal?.address, LINK_LOCAL.local);
    assert.equal(second(printed(other))?.linkLocal?.address, 'fe80::1');
    assert.equal(second(printed())?.linkLocal, undefined);
  });

  it('count an interface that is switched off as one without a carrier', () => {
    const off = JSON.stringify([{ ifindex: 3, ifname: 'eth1', flags: ['LOWER_UP'] }]);
    const result = parseSnapshot(off);
    assert.ok(result.ok);
    assert.deepEqual([result.interfaces[0]?.enabled, result.interfaces[0]?.carrier], [false, false]);
  });

  it('are refused with the place of the error when they are something else', () => {
    const reason = (text: string): string => {
      const result = parseSnapshot(text);
      assert.ok(!result.ok);
      return result.reason;
    };
    assert.equal(reason('[{"ifindex":3,"ifname":"eth1","flags":"UP"}]'), '0.flags: Invalid type: Expected Array but received "UP"');
    assert.equal(reason('[{"ifname":"eth1"}]'), '0.ifindex: Invalid key: Expected "ifindex" but received undefined');
    assert.equal(reason('{}'), 'top level: Invalid type: Expected Array but received Object');
    assert.match(reason('nonsense'), /not valid JSON/);
    assert.match(reason(''), /end of JSON/);
  });
});

describe('lines of the iproute2 monitor', () => {
  const line = (text: string): string => {
    const parsed = parseMonitorLine(text);
    return parsed.kind === 'other' ? 'other' : `${parsed.kind} ${parsed.ifindex}`;
  };

  it('name an interface that was deleted, but not one that left a bridge', () => {
    assert.equal(line('Deleted 3: eth1@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default \\    link/ether'), 'deleted 3');
    assert.equal(line('Deleted 4: eth1: <BROADCAST,MULTICAST,UP> mtu 1500 master br0 state UP \\    link/ether'), 'other');
  });

  it('name an interface that lost a link-local address, and no other address', () => {
    assert.equal(line('Deleted 12: eth1    inet6 fe80::1/64 scope link tentative \\       valid_lft forever'), 'linkLocalRemoved 12');
    assert.equal(line('Deleted 12: eth1    inet6 2001:db8::fe80/64 scope global \\       valid_lft forever'), 'other');
    assert.equal(line('Deleted 12: eth1    inet 192.0.2.1/24 scope global eth1\\       valid_lft forever'), 'other');
  });

  it('are otherwise only a sign that something happened', () => {
    assert.equal(line('2: eth1@x: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 \\    link/ether'), 'other');
    assert.equal(line('no such line'), 'other');
    assert.equal(line(''), 'other');
  });
});

describe('changes between two snapshots', () => {
  it('are none when nothing changed', () => {
    assert.deepEqual(kinds([ETH1], [structuredClone(ETH1)]), []);
  });

  it('name what appeared, is gone, or was renamed, and give names up before they are taken', () => {
    const eth2 = { ...ETH1, name: 'eth2', ifindex: 4 };
    assert.deepEqual(kinds([], [ETH1]), ['appeared eth1']);
    assert.deepEqual(kinds([ETH1], []), ['gone eth1']);
    assert.deepEqual(kinds([ETH1], [{ ...ETH1, name: 'eth9' }]), ['renamed eth9']);
    assert.deepEqual(kinds([ETH1], [{ ...ETH1, ifindex: 9 }, eth2]), ['gone eth1', 'appeared eth1', 'appeared eth2']);
  });

  it('show an interface that was deleted and made anew with the same index', () => {
    const passing = { ...NOTHING_PASSED, deleted: new Set([3, 7]) };
    assert.deepEqual(kinds([ETH1], [ETH1], passing), ['gone eth1', 'appeared eth1']);
  });

  it('tell carrier from address', () => {
    assert.deepEqual(kinds([ETH1], [{ ...ETH1, carrier: false, operState: 'DOWN' }]), ['carrier eth1']);
    assert.deepEqual(kinds([ETH1], [{ ...ETH1, enabled: false }]), ['carrier eth1']);
    assert.deepEqual(kinds([ETH1], [{ ...ETH1, mac: '02:00:00:00:00:01' }]), ['address eth1']);
    const linkLocal = { address: 'fe80::1', prefixLength: 64, state: 'tentative' } as const;
    assert.deepEqual(kinds([ETH1], [{ ...ETH1, linkLocal }]), ['address eth1']);
    assert.deepEqual(kinds([ETH1], [{ ...ETH1, linkLocal: undefined }]), ['address eth1']);
    assert.deepEqual(kinds([ETH1], [{ ...ETH1, globalAddresses: [linkLocal] }]), ['address eth1']);
  });

  it('show that IPv6 restarted, but not before it is back', () => {
    const without = { ...ETH1, linkLocal: undefined };
    const passing = { ...NOTHING_PASSED, linkLocalRemoved: new Set([3]) };
    assert.deepEqual(kinds([ETH1], [ETH1], passing), ['ipv6-restarted eth1']);
    assert.deepEqual(kinds([ETH1], [without], passing), ['address eth1']);
    assert.deepEqual(kinds([without], [ETH1]), ['address eth1', 'ipv6-restarted eth1']);
  });
});
