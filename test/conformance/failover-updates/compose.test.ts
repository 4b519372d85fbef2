import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Binding, BindingStatus } from '../../../src/lease/index.ts';
import {
  type ClientBindingUpdate,
  ExtensionCode,
  type LeaseUpdate,
  MessageType,
  encodeFailoverMessage,
  epochSeconds,
  extensionOf,
  iaid,
  seconds,
} from '../../../src/wire/index.ts';
import { NOW, address, binding, duid } from '../../unit/lease/leases.ts';
import { Box, MCLT } from './box.ts';
import { leasesOf, update } from './messages.ts';

const ADDRESS = '2001:db8:1::1';
const PREFIX = '2001:db8:2:100::/56';
const NEVER = epochSeconds(0xffffffff);

/** A primary in NORMAL. */
function normal(options: ConstructorParameters<typeof Box>[1] = {}, extensions: readonly number[] = []): Box {
  const box = new Box('primary', options).open(1_000, extensions);
  box.flow.setMode('normal');
  return box;
}

/** Without prefixes to give away. */
const ADDRESSES_ONLY = { settings: { pools: [0] } };

function clientUpdateOf(box: Box): ClientBindingUpdate {
  const [sent, ...others] = box.takeUpdates();
  assert.ok(sent?.kind === 'client');
  assert.deepEqual(others, []);
  return sent;
}

function onlyLease(box: Box): LeaseUpdate {
  const [lease, ...others] = leasesOf({ binding: clientUpdateOf(box) });
  assert.ok(lease !== undefined && others.length === 0);
  return lease;
}

/** What of a lease's times is said. */
function endOptions(lease: LeaseUpdate): readonly boolean[] {
  return [lease.stateExpirationTime, lease.partnerLifetime, lease.expirationTime].map((time) => time !== undefined);
}

describe('what the partner is told (RFC 8156 7.4)', () => {
  it('[F-BU-1] [F-BU-7] [F-BU-8] a lease that was given, with what the client was told, once that is durable', () => {
    const box = normal(ADDRESSES_ONLY);
    box.begin(box.lease(ADDRESS));
    box.endStep();
    assert.deepEqual(box.takeUpdates(), [], 'not before it is durable');
    box.commit();
    const sent = clientUpdateOf(box);
    assert.deepEqual(sent.clientId, duid(1));
    assert.equal(sent.baseTime, NOW);
    assert.deepEqual(sent.ias.map(({ kind, iaid: number, t1, t2 }) => [kind, number, t1, t2]), [[3, 1, 1_800, 2_880]]);
    assert.deepEqual(sent.ias[0]?.leases, [
      {
        address: address(ADDRESS),
        prefixLength: 128,
        preferredLifetime: MCLT,
        validLifetime: MCLT,
        bindingStatus: BindingStatus.ACTIVE,
        startTimeOfState: NOW,
        stateExpirationTime: NOW + MCLT,
        partnerLifetime: NOW + 261_000,
        expirationTime: 0,
        partnerRawCltTime: undefined,
        cltTime: NOW,
      },
    ]);
  });

  it('[F-BU-2] the end of a lease', () => {
    const box = normal(ADDRESSES_ONLY);
    box.has(binding(ADDRESS), binding('2001:db8:1::3', { stateExpirationTime: NOW }));
    box.change(box.release(ADDRESS));
    assert.equal(onlyLease(box).bindingStatus, BindingStatus.RELEASED);
    box.change(box.expire('2001:db8:1::3'));
    box.now = epochSeconds(NOW + 6);
    box.endStep();
    assert.equal(onlyLease(box).bindingStatus, BindingStatus.EXPIRED);
  });

  it('[F-GAP-22] an expired lease when the partner\'s clock must be behind its end as well', () => {
    const box = normal(ADDRESSES_ONLY);
    box.has(binding(ADDRESS, { stateExpirationTime: NOW }));
    box.change(box.expire(ADDRESS));
    assert.equal(box.flow.wakeAt(), NOW + 6);
    box.now = epochSeconds(NOW + 5);
    box.endStep();
    assert.deepEqual(box.takeUpdates(), []);
    box.now = epochSeconds(NOW + 6);
    box.endStep();
    assert.equal(onlyLease(box).bindingStatus, BindingStatus.EXPIRED);
  });

  it('[F-BU-3] on entering NORMAL all that the partner did not acknowledge', () => {
    const box = new Box('primary', ADDRESSES_ONLY);
    box.has(binding(ADDRESS, { updateNeeded: true }), binding('2001:db8:1::3', { duid: duid(2) }), binding('2001:db8:1::5', { duid: duid(3), updateNeeded: true }));
    box.open();
    box.flow.setMode('serve-only');
    box.endStep();
    assert.deepEqual(box.takeUpdates(), [], 'in other states nothing by itself');
    box.flow.setMode('normal');
    box.endStep();
    const clients = box.takeUpdates().map((sent) => sent.kind === 'client' && sent.clientId?.at(-1));
    assert.deepEqual(clients, [1, 3]);
  });

  it('[F-BU-4] [F-BU-5] [F-MSG-1] [F-MSG-23] all leases of a client that changed are in one CLIENT_DATA, by their IAs', () => {
    const box = normal(ADDRESSES_ONLY);
    box.change(box.lease(ADDRESS, 1), box.lease('2001:db8:1::3', 1), box.lease('2001:db8:1::5', 1, MCLT, 2), box.lease('2001:db8:1::7', 2));
    const [first, second, ...others] = box.takeUpdates();
    assert.ok(first?.kind === 'client' && second?.kind === 'client');
    assert.deepEqual(others, []);
    assert.deepEqual(first.clientId, duid(1));
    assert.deepEqual(first.ias.map(({ iaid: number, leases }) => [number, leases.length]), [[2, 1], [1, 2]]);
    assert.deepEqual(second.clientId, duid(2));
  });

  it('[F-BU-4] addresses and prefixes of a client go together', () => {
    const box = normal();
    box.takeUpdates();
    while (box.writes.length > 0) box.commit();
    box.takeUpdates();
    box.change(box.lease(ADDRESS, 1), box.lease('2001:db8:2:fe00::/56', 1));
    const [sent] = box.takeUpdates();
    assert.ok(sent?.kind === 'client');
    assert.deepEqual(sent.ias.map(({ kind }) => kind).sort(), [25, 3]);
  });

  it('[F-BU-5] the client\'s relay and reconfigure key, if any', () => {
    const box = normal(ADDRESSES_ONLY);
    const header = [MessageType.RELAY_FORW, 0, ...address('2001:db8:1::'), ...address('fe80::1')];
    const interfaceId = [0, 18, 0, 2, 0x65, 0x30];
    const chain = Uint8Array.from([...header, ...interfaceId, 0, 9, 0, 77]);
    const key = Uint8Array.from([0, 0, 0, 100, ...new Array<number>(16).fill(7)]);
    box.change({ ...box.lease(ADDRESS), relay: chain, relayAgent: address('2001:db8:9::9'), reconfigureData: key });
    const sent = clientUpdateOf(box);
    assert.deepEqual(sent.relay?.message, Uint8Array.from([...header, ...interfaceId]), 'without the client\'s message');
    assert.deepEqual(sent.relay.peerAddress, address('2001:db8:9::9'), 'whom it came from (RFC 5007 4.1.2.4), not whom that relay agent heard');
    assert.deepEqual(sent.reconfigure, { time: 100, key: key.subarray(4) });
    const other = new Box('secondary').open();
    other.receive(update(sent));
    assert.deepEqual(other.read(ADDRESS).relay?.subarray(0, -2), chain.subarray(0, -2), 'the length of what was cut off is not known');
    assert.deepEqual(other.read(ADDRESS).relayAgent, address('2001:db8:9::9'));
    assert.deepEqual(other.read(ADDRESS).reconfigureData, key);
  });

  it('[F-OPT-32] the relay agent is :: where it was not kept, and that is kept as not known', () => {
    const box = normal(ADDRESSES_ONLY);
    const chain = Uint8Array.from([MessageType.RELAY_FORW, 0, ...address('2001:db8:1::'), ...address('fe80::1'), 0, 9, 0, 77]);
    box.change({ ...box.lease(ADDRESS), relay: chain });
    const sent = clientUpdateOf(box);
    assert.deepEqual(sent.relay?.peerAddress, address('::'));
    const other = new Box('secondary').open();
    other.receive(update(sent));
    assert.ok(other.read(ADDRESS).relay !== undefined);
    assert.equal(other.read(ADDRESS).relayAgent, undefined);
  });

  it('[F-BU-5] of several leases of a client the one that it was heard for last tells its way', () => {
    const header = (link: string): number[] => [MessageType.RELAY_FORW, 0, ...address(link), ...address('fe80::1'), 0, 9, 0, 0];
    for (const [first, second, wanted] of [[10, 20, '2001:db8:b::'], [20, 10, '2001:db8:a::'], [10, 10, '2001:db8:a::']] as const) {
      const box = new Box('primary', ADDRESSES_ONLY).open();
      const heard = (time: number, link: string): Partial<Binding> =>
        ({ clientLastTransactionTime: epochSeconds(NOW - 100 + time), relay: Uint8Array.from(header(link)), updateNeeded: true });
      // The table walks a client's leases from the one that was put last.
      box.has(binding('2001:db8:1::3', heard(second, '2001:db8:b::')), binding(ADDRESS, heard(first, '2001:db8:a::')));
      box.flow.setMode('normal');
      box.endStep();
      assert.deepEqual(clientUpdateOf(box).relay?.message.subarray(2, 18), new Uint8Array(address(wanted)), `${first}, ${second}`);
    }
  });

  it('[F-BU-7] T1 and T2 of an IA are those that its client was told last, and 0 where nothing is leased', () => {
    const told = { t1: seconds(70), t2: seconds(80) };
    const released = { status: BindingStatus.RELEASED, stateExpirationTime: NEVER };
    for (const [leases, ...times] of [
      [[{ renewal: told }], [70, 80]],
      [[{ preferredLifetime: seconds(3_600) }], [1_800, 2_880]],
      [[{ preferredLifetime: seconds(0xffffffff), validLifetime: seconds(0xffffffff) }], [0xffffffff, 0xffffffff]],
      [[{ renewal: { t1: seconds(0), t2: seconds(0) } }], [0, 0]],
      [[{ preferredLifetime: seconds(3_600), ...released }], [0, 0]],
      [[{ preferredLifetime: seconds(3_600) }, { preferredLifetime: seconds(600) }], [300, 480]],
      [[{ preferredLifetime: seconds(600) }, { preferredLifetime: seconds(3_600) }], [300, 480]],
      [[{ preferredLifetime: seconds(3_600) }, { preferredLifetime: seconds(600), ...released }], [1_800, 2_880]],
      [[{ renewal: told }, { preferredLifetime: seconds(600), clientLastTransactionTime: epochSeconds(NOW + 1) }], [300, 480]],
      [[{ preferredLifetime: seconds(600), clientLastTransactionTime: epochSeconds(NOW + 1) }, { renewal: told }], [300, 480]],
      [[{ iaid: iaid(7), renewal: told }, { iaid: iaid(8), preferredLifetime: seconds(600) }], [300, 480], [70, 80]],
    ] as const) {
      const box = new Box('primary', ADDRESSES_ONLY).open();
      box.has(...leases.map((differing, i) => binding(`2001:db8:1::${2 * i + 1}`, { clientLastTransactionTime: NOW, ...differing, updateNeeded: true })));
      box.flow.setMode('normal');
      box.endStep();
      assert.deepEqual(clientUpdateOf(box).ias.map(({ t1, t2 }) => [t1, t2]), times);
    }
  });

  it('[F-BU-5] of nested relays the lengths are put right', () => {
    const box = normal(ADDRESSES_ONLY);
    const header = [MessageType.RELAY_FORW, 0, ...address('2001:db8:1::'), ...address('fe80::1')];
    const chain = Uint8Array.from([...header, 0, 9, 0, 100, ...header, 0, 9, 0, 62]);
    box.change({ ...box.lease(ADDRESS), relay: chain });
    assert.deepEqual(clientUpdateOf(box).relay?.message, Uint8Array.from([...header, 0, 9, 0, 34, ...header]));
  });

  it('[F-BU-6] no VPN, as there is none but the global one', () => {
    const box = normal(ADDRESSES_ONLY);
    box.change(box.lease(ADDRESS));
    assert.equal(clientUpdateOf(box).vss, undefined);
  });

  it('[F-BU-9] when the client was last heard, not when its lease ended', () => {
    const box = normal(ADDRESSES_ONLY);
    box.has(binding(ADDRESS, { clientLastTransactionTime: epochSeconds(NOW - 7_200), stateExpirationTime: NOW }));
    box.change(box.expire(ADDRESS));
    box.now = epochSeconds(NOW + 100);
    box.endStep();
    const lease = onlyLease(box);
    assert.equal(lease.cltTime, NOW - 7_200);
    assert.equal(lease.startTimeOfState, NOW);
  });

  it('[F-BU-10] when the partner was last heard to have heard the client', () => {
    const box = normal(ADDRESSES_ONLY);
    box.has(binding(ADDRESS, { partnerRawCltTime: epochSeconds(NOW - 100), clientLastTransactionTime: epochSeconds(0) }));
    box.change({ ...box.read(ADDRESS), updateNeeded: true });
    const lease = onlyLease(box);
    assert.equal(lease.partnerRawCltTime, NOW - 100);
    assert.equal(lease.cltTime, undefined, 'this box never heard it');
  });

  it('[F-BU-11] [F-BU-13] a free prefix goes by itself, without a client', () => {
    const box = normal();
    box.endStep();
    box.commit();
    const sent = box.takeUpdates();
    assert.ok(sent.length > 0);
    for (const one of sent) {
      assert.ok(one.kind === 'prefix');
      assert.equal(one.baseTime, NOW);
      assert.equal(one.lease.bindingStatus, BindingStatus.FREE_BACKUP);
      assert.equal(one.lease.startTimeOfState, NOW);
      assert.deepEqual(endOptions(one.lease), [false, false, false]);
    }
  });

  it('[F-BU-11] a free prefix that remembers its last client goes by itself as well', () => {
    const box = new Box('primary').open();
    box.has(binding(PREFIX, { status: BindingStatus.FREE_BACKUP, stateExpirationTime: NEVER, updateNeeded: true }));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('unacked', 1);
    box.endStep();
    assert.deepEqual(box.takeUpdates().map(({ kind }) => kind), ['prefix']);
  });

  it('[F-BU-13] a prefix that is set aside and never had a client goes by itself as well', () => {
    const box = new Box('primary').open();
    box.has(binding(PREFIX, { status: BindingStatus.ABANDONED, duid: duid(1).subarray(0, 0) as Binding['duid'], updateNeeded: true }));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('unacked', 1);
    box.endStep();
    assert.deepEqual(box.takeUpdates().map((sent) => [sent.kind, leasesOf({ binding: sent })[0]?.bindingStatus]), [['prefix', BindingStatus.ABANDONED]]);
  });

  it('[F-BU-12] [F-LS-31] the times of an end with a status that ends, and not without', () => {
    for (const [status, end, ends] of [
      [BindingStatus.ACTIVE, NOW + 7_200, true],
      [BindingStatus.ABANDONED, NOW + 600, true],
      [BindingStatus.ABANDONED, 0xffffffff, false],
      [BindingStatus.RELEASED, 0xffffffff, false],
      [BindingStatus.RESET, 0xffffffff, false],
      [BindingStatus.FREE, 0xffffffff, false],
    ] as const) {
      const box = normal(ADDRESSES_ONLY);
      box.change(binding(ADDRESS, { status, stateExpirationTime: epochSeconds(end), updateNeeded: true, startTimeOfState: epochSeconds(NOW - 60) }));
      assert.deepEqual(endOptions(onlyLease(box)), [ends, ends, ends], `status ${status}`);
    }
  });

  it('[F-BU-13] a leased lease goes with its client', () => {
    const box = normal();
    box.change(box.lease('2001:db8:2:fe00::/56'));
    assert.ok(box.takeUpdates().some((sent) => sent.kind === 'client' && sent.ias[0]?.kind === 25));
  });

  it('[F-BU-12] the partner-lifetime is never less than what the client was promised or the partner acknowledged', () => {
    const box = new Box('primary', ADDRESSES_ONLY).open();
    box.has(binding(ADDRESS, { ackedPartnerLifetime: epochSeconds(NOW + 9_000) }), binding('2001:db8:1::3', { duid: duid(2) }));
    box.flow.setMode('serve-only');
    box.flow.serveRequest('all', 1);
    box.endStep();
    const lifetimes = box.takeUpdates().flatMap((sent) => leasesOf({ binding: sent }).map(({ partnerLifetime }) => partnerLifetime));
    assert.deepEqual(lifetimes, [NOW + 9_000, NOW + 7_200]);
  });

  it('[F-BU-14] a client with very many leases has them in several messages, each of which fits', () => {
    const box = normal(ADDRESSES_ONLY);
    const leases = Array.from({ length: 700 }, (_, i) => box.lease(`2001:db8:1::${(2 * i + 1).toString(16)}`, 1, MCLT, i));
    box.change(...leases);
    const sent = box.takeUpdates();
    assert.equal(sent.length, 3);
    assert.equal(new Set(sent.flatMap((one) => leasesOf({ binding: one }).map((lease) => lease.address.join()))).size, 700);
    for (const one of sent) assert.ok(encodeFailoverMessage(update(one), NOW).length < 65_535);
  });

  it('[R-ST3] the address that the client of a prefix is reached at, to a partner that knows what that is', () => {
    const box = normal({}, [ExtensionCode.CLIENT_ADDRESS]);
    const reached = address('fe80::42');
    box.change({ ...box.lease('2001:db8:2:fe00::/56'), clientAddress: reached });
    const sent = box.takeUpdates().find(({ kind }) => kind === 'client');
    assert.ok(sent?.kind === 'client');
    assert.deepEqual(extensionOf(sent.vendor, ExtensionCode.CLIENT_ADDRESS), reached);
    const partner = new Box('secondary').open();
    partner.receive(update(sent));
    assert.deepEqual(partner.read('2001:db8:2:fe00::/56').clientAddress, new Uint8Array(reached));
    const plain = normal();
    plain.change({ ...plain.lease('2001:db8:2:fe00::/56'), clientAddress: reached });
    const bare = plain.takeUpdates().find(({ kind }) => kind === 'client');
    assert.ok(bare?.kind === 'client');
    assert.deepEqual(bare.vendor, [], 'and to no other');
  });

  it('[R-ST3] of leases that were heard at different times, where the client was reached last', () => {
    for (const [first, second] of [['fe80::1', 'fe80::2'], ['fe80::2', 'fe80::1']] as const) {
      const box = normal({}, [ExtensionCode.CLIENT_ADDRESS]);
      const lease = (name: string, reached: string, heard: number): Binding => ({ ...box.lease(name), clientAddress: address(reached), clientLastTransactionTime: epochSeconds(heard) });
      box.change(lease('2001:db8:2:fe00::/56', first, first === 'fe80::2' ? NOW : NOW - 10), lease('2001:db8:2:fd00::/56', second, second === 'fe80::2' ? NOW : NOW - 10));
      const sent = box.takeUpdates().find(({ kind }) => kind === 'client');
      assert.ok(sent?.kind === 'client');
      assert.deepEqual(extensionOf(sent.vendor, ExtensionCode.CLIENT_ADDRESS), address('fe80::2'));
    }
  });

  it('[F-EP-2] nothing of leases of other pools', () => {
    const box = normal(ADDRESSES_ONLY);
    box.change(binding('2001:db8:9::1', { updateNeeded: true }), binding(PREFIX, { updateNeeded: true, iaid: iaid(9), validLifetime: seconds(1) }));
    assert.deepEqual(box.takeUpdates(), []);
  });
});
