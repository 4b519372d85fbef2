import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode } from '../../../src/wire/index.ts';
import { PROVISIONING, address, configuration, createBox, duid } from './box.ts';
import type { Box } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';
import { FROM_RELAY, relayed, unwrap } from './relayed.ts';

function withReservations(...reservations: readonly string[]): string {
  return PROVISIONING.replace('  branch:\n', `    reservations: [ ${reservations.join(', ')} ]\n  branch:\n`);
}

function request(box: Box, ias = [iaNa(1)], client = CLIENT): readonly (string | undefined)[] {
  return read(box.exchange(message(MessageType.REQUEST, ias, { client }))).ias.map(({ leases }) => leases[0]?.name);
}

const FOR_CLIENT = '{ duid: "00:03:00:01:02:00:00:00:00:01", addresses: [2001:db8:1::110], prefixes: [2001:db8:100:1100::/56] }';

describe('reservations', () => {
  it('[S-LNK-6] by DUID: the client gets its address and prefix', () => {
    const box = createBox({ provisioning: withReservations(FOR_CLIENT) });
    assert.deepEqual(request(box, [iaNa(7), iaPd(7)]), ['2001:db8:1::110', '2001:db8:100:1100::/56']);
  });

  it('[S-LNK-6] a client gets its reserved prefix without asking for its reserved address', () => {
    assert.deepEqual(request(createBox({ provisioning: withReservations(FOR_CLIENT) }), [iaPd(7)]), ['2001:db8:100:1100::/56']);
  });

  it('a client that has its reserved lease is given that again, and not the one of the pool that it had before', () => {
    const box = createBox();
    const [before] = request(box);
    box.configure(configuration(withReservations(FOR_CLIENT)));
    box.exchange(message(MessageType.RENEW, [iaNa(1, before ?? '')]));
    box.advance(100);
    for (const type of [MessageType.SOLICIT, MessageType.REQUEST] as const) {
      const leases = read(box.exchange(message(type, [iaNa(1)]))).ias[0]?.leases;
      assert.deepEqual(leases?.map(({ name, valid }) => [name, valid]), [['2001:db8:1::110', 2000]]);
    }
    const renewed = read(box.exchange(message(MessageType.RENEW, [iaNa(1)]))).ias[0]?.leases;
    assert.deepEqual(renewed?.map(({ name, valid }) => [name, valid]).sort(), [['2001:db8:1::110', 2000], [before, 0]].sort());
  });

  it('nobody else gets them, not even when asking for them', () => {
    const box = createBox({ provisioning: withReservations(FOR_CLIENT) });
    const [addressGiven, prefixGiven] = request(box, [iaNa(1, '2001:db8:1::110'), iaPd(1, '2001:db8:100:1100::/56')], OTHER_CLIENT);
    assert.ok(addressGiven !== undefined && addressGiven !== '2001:db8:1::110');
    assert.ok(prefixGiven !== undefined && prefixGiven !== '2001:db8:100:1100::/56');
  });

  it('each IA of the client gets one of its leases; when there are no more, one of the pool', () => {
    const box = createBox({
      provisioning: withReservations('{ duid: "00:03:00:01:02:00:00:00:00:01", addresses: [2001:db8:1::2, 2001:db8:1::3] }'),
    });
    const [first, second, third] = request(box, [iaNa(1), iaNa(2), iaNa(3)]);
    assert.deepEqual([first, second], ['2001:db8:1::2', '2001:db8:1::3']);
    assert.match(third ?? '', /^2001:db8:1::1/);
  });

  it('by DUID and IAID: before one by DUID, and for that IA only', () => {
    const box = createBox({
      provisioning: withReservations(
        '{ duid: "00:03:00:01:02:00:00:00:00:01", addresses: [2001:db8:1::2] }',
        '{ duid: "00:03:00:01:02:00:00:00:00:01", iaid: 5, addresses: [2001:db8:1::5] }',
      ),
    });
    assert.deepEqual(request(box, [iaNa(5)]), ['2001:db8:1::5']);
    assert.deepEqual(request(box, [iaNa(6)]), ['2001:db8:1::2']);
  });

  it('[O-22, S-NEW-11] by link-layer address, as the relay nearest to the client tells it', () => {
    const provisioning = PROVISIONING.replace(
      '    prefixes: [2001:db8:2::/64]\n',
      '    prefixes: [2001:db8:2::/64]\n    reservations: [ { link-layer-address: "02:11:22:33:44:55", addresses: [2001:db8:2::10] } ]\n',
    );
    const box = createBox({ provisioning });
    const tells = [{ code: OptionCode.CLIENT_LINKLAYER_ADDR, data: Uint8Array.of(0, 1, 2, 0x11, 0x22, 0x33, 0x44, 0x55) }];
    const leaseOf = (...relays: readonly Parameters<typeof relayed>[1][]): string | undefined =>
      unwrap(box.exchange(relayed(message(MessageType.SOLICIT, [iaNa(1)]), ...relays), FROM_RELAY)).answer.ias[0]?.leases[0]?.name;
    assert.equal(leaseOf({ options: tells }), '2001:db8:2::10');
    assert.notEqual(leaseOf({}, { options: tells }), '2001:db8:2::10', 'another relay’s word does not count');
  });

  it('by link-layer address, as a direct client’s link-local address shows it', () => {
    const box = createBox({ provisioning: withReservations('{ link-layer-address: "02:11:22:33:44:55", addresses: [2001:db8:1::10] }') });
    const leaseFrom = (source: string): string | undefined =>
      read(box.exchange(message(MessageType.SOLICIT, [iaNa(1)]), { source: address(source) })).ias[0]?.leases[0]?.name;
    assert.equal(leaseFrom('fe80::11:22ff:fe33:4455'), '2001:db8:1::10');
    for (const other of ['fe80::11:22fe:fe33:4455', 'fe80::11:22ff:ff33:4455', '2001:db8:1::11:22ff:fe33:4455', 'fe80::211:22ff:fe33:4455']) {
      assert.notEqual(leaseFrom(other), '2001:db8:1::10', other);
    }
    assert.notEqual(leaseFrom('fe80::1234'), '2001:db8:1::10');
  });

  it('by link-layer address, as the peer-address that the relay nearest to the client tells shows it', () => {
    const provisioning = PROVISIONING.replace(
      '    prefixes: [2001:db8:2::/64]\n',
      '    prefixes: [2001:db8:2::/64]\n    reservations: [ { link-layer-address: "02:11:22:33:44:55", addresses: [2001:db8:2::10] } ]\n',
    );
    const box = createBox({ provisioning });
    const shows = 'fe80::11:22ff:fe33:4455';
    const leaseOf = (source: string, ...relays: readonly Parameters<typeof relayed>[1][]): string | undefined => {
      const sent = box.exchange(relayed(message(MessageType.SOLICIT, [iaNa(1)]), ...relays), { ...FROM_RELAY, source: address(source) });
      return unwrap(sent).answer.ias[0]?.leases[0]?.name;
    };
    assert.equal(leaseOf('2001:db8:ffff::1', { peerAddress: shows }, { peerAddress: 'fe80::77' }), '2001:db8:2::10');
    assert.notEqual(leaseOf('2001:db8:ffff::1', { peerAddress: 'fe80::77' }, { peerAddress: shows }), '2001:db8:2::10');
    assert.notEqual(leaseOf(shows, { peerAddress: 'fe80::77' }), '2001:db8:2::10', 'the relay’s own address says nothing of the client');
  });

  it('one that is made while somebody holds the address waits until that lease ends', () => {
    const box = createBox();
    assert.deepEqual(request(box, [iaNa(1, '2001:db8:1::110')], OTHER_CLIENT), ['2001:db8:1::110']);
    box.configure(configuration(withReservations(FOR_CLIENT)));
    const [meanwhile] = request(box);
    assert.ok(meanwhile !== undefined && meanwhile !== '2001:db8:1::110');
    box.advance(100);
    const renewed = read(box.exchange(message(MessageType.RENEW, [iaNa(1, '2001:db8:1::110')], { client: OTHER_CLIENT }))).ias[0]?.leases ?? [];
    assert.equal(renewed.find(({ name }) => name === '2001:db8:1::110')?.valid, 1900, 'what is left, not more');
    box.advance(1904);
    assert.deepEqual(request(box), ['2001:db8:1::110']);
  });

  it('a client with a lease of the pool moves to its reservation at the next Renew', () => {
    const box = createBox();
    const [before] = request(box);
    assert.ok(before !== undefined);
    box.configure(configuration(withReservations(FOR_CLIENT)));
    const leases = read(box.exchange(message(MessageType.RENEW, [iaNa(1, before)]))).ias[0]?.leases ?? [];
    assert.deepEqual(
      leases.map(({ name, valid }) => [name, valid]),
      [['2001:db8:1::110', 2000], [before, 0]],
    );
  });

  it('[S-REN-1] a reserved address and a reserved prefix, of no pool, are extended at each Renew', () => {
    const box = createBox({
      provisioning: withReservations('{ duid: "00:03:00:01:02:00:00:00:00:01", addresses: [2001:db8:1::2], prefixes: [2001:db8:dead::/56] }'),
    });
    request(box, [iaNa(1), iaPd(1)]);
    box.advance(600);
    const { ias } = read(box.exchange(message(MessageType.RENEW, [iaNa(1, '2001:db8:1::2'), iaPd(1, '2001:db8:dead::/56')])));
    assert.deepEqual(
      ias.flatMap(({ leases }) => leases.map(({ name, valid }) => [name, valid])),
      [['2001:db8:1::2', 2000], ['2001:db8:dead::/56', 2000]],
    );
  });

  it('[S-REN-3] a reserved prefix whose length was changed is told to end, and the one of the new length is given', () => {
    const reserved = (length: number): string =>
      withReservations(`{ duid: "00:03:00:01:02:00:00:00:00:01", prefixes: [2001:db8:dead::/${String(length)}] }`);
    const box = createBox({ provisioning: reserved(56) });
    assert.deepEqual(request(box, [iaPd(1)]), ['2001:db8:dead::/56']);
    box.advance(600);
    box.configure(configuration(reserved(57)));
    const [ia] = read(box.exchange(message(MessageType.RENEW, [iaPd(1, '2001:db8:dead::/56')]))).ias;
    const old = ia?.leases.find(({ name }) => name === '2001:db8:dead::/56');
    assert.deepEqual([old?.preferred, old?.valid], [0, 0]);
  });

  it('[S-REN-2] a prefix that is somebody else’s reservation by now runs out with what it has', () => {
    const box = createBox();
    assert.deepEqual(request(box, [iaPd(1, '2001:db8:100:1100::/56')], OTHER_CLIENT), ['2001:db8:100:1100::/56']);
    box.configure(configuration(withReservations(FOR_CLIENT)));
    box.advance(100);
    const renewed = read(box.exchange(message(MessageType.RENEW, [iaPd(1, '2001:db8:100:1100::/56')], { client: OTHER_CLIENT })));
    assert.equal(renewed.ias[0]?.leases.find(({ name }) => name === '2001:db8:100:1100::/56')?.valid, 1900);
  });

  it('[O-19] Prefix Exclude goes with a prefix that is asked for with it, of pool and reservation', () => {
    const box = createBox({
      provisioning: withReservations(
        '{ duid: "00:03:00:01:02:00:00:00:00:01", prefixes: [ { prefix: 2001:db8:dead:bee0::/59, exclude: 2001:db8:dead:beef::/64 } ] }',
      ).replace('2001:db8:100::/48, delegated-length: 56 }', '2001:db8:100::/48, delegated-length: 56, exclude: { length: 64, subnet-id: 5 } }'),
    });
    const exclude = (client: typeof CLIENT, asked: readonly number[]): unknown => {
      const [ia] = read(box.exchange(message(MessageType.REQUEST, [iaPd(1)], { client, request: asked }))).ias;
      return ia?.leases[0]?.options.find(({ code }) => code === OptionCode.PD_EXCLUDE);
    };
    assert.deepEqual(exclude(CLIENT, [OptionCode.PD_EXCLUDE]), {
      code: OptionCode.PD_EXCLUDE,
      value: { prefixLength: 64, subnetId: Uint8Array.of(0x78) },
    });
    assert.deepEqual(exclude(OTHER_CLIENT, [OptionCode.PD_EXCLUDE]), {
      code: OptionCode.PD_EXCLUDE,
      value: { prefixLength: 64, subnetId: Uint8Array.of(5) },
    });
    assert.equal(exclude(duid('00:03:00:01:02:00:00:00:00:03'), []), undefined, 'who does not ask does not know it');
  });
});
