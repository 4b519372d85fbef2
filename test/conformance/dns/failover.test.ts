// Which box of a pair adds and removes what, and when (RFC 8156 section 9): after each story the zones are what the leases are.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { MessageType } from '../../../src/wire/index.ts';
import { SERVER_ID, createNamedPair, fqdn, provisioning, said } from './boxes.ts';
import type { NamedBox, NamedPair } from './boxes.ts';

/** The one address that a box has leased. */
function leased(box: NamedBox): string {
  const [only = '', ...others] = box.leases();
  assert.deepEqual(others, []);
  return only.split(' ')[0] ?? '';
}

/** Forward and reverse zone hold what the leases of this box hold, and nothing else. */
function assertZonesAre({ zones }: NamedPair, box: NamedBox): void {
  const leases = box.leases().map((line) => line.split(' '));
  assert.deepEqual(zones.records('AAAA'), leases.map(([address, name]) => `${name} AAAA ${address}`).sort());
  assert.deepEqual(zones.records('PTR').map((line) => line.split(' ')[2]).sort(), leases.map(([, name]) => name).sort());
  assert.equal(zones.records('DHCID').length, new Set(leases.map(([, name]) => name)).size);
}

describe('names of leases that two boxes share', () => {
  let pair: NamedPair;
  let east: NamedBox;
  let west: NamedBox;

  const request = (box: NamedBox, client: number, name: string): void => box.receive(said(MessageType.REQUEST, client, { fqdn: fqdn(name), server: SERVER_ID[box.name] }));
  const renew = (box: NamedBox, client: number, address: string, name?: string): void =>
    box.receive(said(MessageType.REBIND, client, { address, ...(name === undefined ? {} : { fqdn: fqdn(name) }) }));
  const release = (box: NamedBox, client: number, address: string): void => box.receive(said(MessageType.RELEASE, client, { address, server: SERVER_ID[box.name] }));

  beforeEach(() => {
    pair = createNamedPair();
    ({ east, west } = pair);
    pair.advance(20);
  });

  it('[F-DD-6, F-DD-3, F-DD-4] are added once, by the box that gave the lease; its partner hears of it, and asks for nothing', () => {
    request(east, 1, 'printer');
    pair.advance(10);
    const address = leased(east);
    assert.deepEqual(east.leases(), [`${address} printer.lan.example.com F R`]);
    assert.deepEqual(west.leases(), east.leases());
    assertZonesAre(pair, east);
    assert.deepEqual([east.asked, west.asked], [2, 0]);
  });

  it('[F-DD-5, F-DD-11] are told to the partner before they are in the DNS, and once more when they are', () => {
    east.answerWith = 'nothing';
    request(east, 1, 'printer');
    pair.advance(10);
    assert.deepEqual(west.leases(), [`${leased(east)} printer.lan.example.com`]);
  });

  it('[F-DD-6] are not added anew when the lease is extended', () => {
    request(east, 1, 'printer');
    pair.advance(10);
    const before = pair.zones.requests;
    renew(east, 1, leased(east), 'printer');
    pair.advance(10);
    assert.equal(pair.zones.requests, before);
  });

  it('[F-DD-8] are removed once, by the box that told of the end, when its partner has agreed', () => {
    request(east, 1, 'printer');
    pair.advance(10);
    release(east, 1, leased(east));
    pair.advance(10);
    assert.deepEqual(pair.zones.records(), []);
    assert.equal(west.asked, 0);
    assert.equal(pair.zones.requests, 2 + 3);
  });

  it('[F-DD-9] are not removed while the boxes do not hear each other, and removed when they do again', () => {
    request(east, 1, 'printer');
    pair.advance(10);
    const address = leased(east);
    pair.cut();
    pair.advance(30);
    const before = pair.zones.requests;
    release(east, 1, address);
    pair.advance(60);
    assert.equal(pair.zones.requests, before);
    assert.equal(pair.zones.records('AAAA').length, 1);
    pair.join();
    pair.advance(60);
    assert.deepEqual(pair.zones.records(), []);
  });

  it('[F-DD-6] are added by either box for what it gave while it was alone', () => {
    pair.cut();
    pair.advance(30);
    request(east, 1, 'one');
    request(west, 2, 'two');
    pair.advance(30);
    assert.equal(pair.zones.records('AAAA').length, 2);
    const asked = [east.asked, west.asked];
    pair.join();
    pair.advance(60);
    assert.deepEqual([east.asked, west.asked], asked);
    assertZonesAre(pair, east);
    assertZonesAre(pair, west);
  });

  it('[F-DD-7, F-DD-8] are the survivor\'s business when its partner is down: it removes what its partner added', () => {
    request(east, 1, 'printer');
    pair.advance(10);
    const address = leased(east);
    east.crash();
    pair.advance(30);
    west.command('partner-down');
    pair.advance(10);
    renew(west, 1, address);
    release(west, 1, address);
    // Until nobody can have promised it for longer, and MCLT.
    pair.advance(7_000);
    assert.deepEqual(pair.zones.records(), []);
    assert.ok(west.asked > 0);
  });

  it('[F-DD-7] are added by the survivor where its partner had not come to it', () => {
    east.answerWith = 'nothing';
    request(east, 1, 'printer');
    pair.advance(10);
    east.crash();
    pair.advance(30);
    assert.equal(west.asked, 0);
    west.command('partner-down');
    pair.advance(10);
    assertZonesAre(pair, west);
    assert.equal(pair.zones.records('AAAA').length, 1);
  });

  it('[F-DD-8] are removed by the survivor where its partner had the end of the lease, and not come to removing it', () => {
    request(east, 1, 'printer');
    pair.advance(10);
    const address = leased(east);
    east.answerWith = 'nothing';
    release(east, 1, address);
    pair.advance(10);
    assert.equal(pair.zones.records('AAAA').length, 1);
    east.crash();
    pair.advance(30);
    west.command('partner-down');
    pair.advance(10);
    assert.deepEqual(pair.zones.records(), []);
  });

  it('[F-DD-10] are removed after a crash between the end of a lease and its removal', () => {
    request(east, 1, 'printer');
    pair.advance(10);
    const address = leased(east);
    east.answerWith = { failure: 'no answer' };
    release(east, 1, address);
    pair.advance(10);
    assert.deepEqual(east.leases(), []);
    east.crash();
    pair.advance(2);
    assert.equal(pair.zones.records('AAAA').length, 1);
    east.answerWith = undefined;
    east.start();
    pair.advance(30);
    assert.deepEqual(pair.zones.records(), []);
  });

  it('are added after a crash of the box that gave the lease', () => {
    east.answerWith = { failure: 'no answer' };
    request(east, 1, 'printer');
    pair.advance(10);
    east.crash();
    pair.advance(2);
    east.answerWith = undefined;
    east.start();
    pair.advance(30);
    assertZonesAre(pair, east);
    assert.equal(pair.zones.records('AAAA').length, 1);
  });

  it('[F-DD-6] are added anew for a client that comes back to a lease that its partner had ended, and removed', () => {
    pair.cut();
    pair.advance(30);
    request(west, 1, 'printer');
    pair.advance(10);
    const address = leased(west);
    pair.join();
    pair.advance(60);
    release(east, 1, address);
    pair.advance(20);
    assert.deepEqual(pair.zones.records(), []);
    pair.cut();
    pair.advance(30);
    request(west, 1, 'printer');
    pair.advance(10);
    assert.equal(leased(west), address);
    assertZonesAre(pair, west);
  });

  it('[F-DD-9] follow a client that calls itself otherwise at the other box', () => {
    request(east, 1, 'printer');
    pair.advance(10);
    const address = leased(east);
    pair.cut();
    pair.advance(30);
    renew(west, 1, address, 'plotter');
    pair.advance(10);
    // The new name is there, and the old one as long as the boxes do not hear each other.
    assert.deepEqual(pair.zones.records('AAAA').map((line) => line.split('.')[0]), ['plotter', 'printer']);
    pair.join();
    pair.advance(60);
    assert.deepEqual(west.leases(), [`${address} plotter.lan.example.com F R`]);
    assert.deepEqual(east.leases(), west.leases());
    assertZonesAre(pair, west);
  });
});

describe('names of leases of two boxes that each took the other for down', () => {
  it('[F-DD-8] are those of the client that keeps an address: the box that had given it to another removes what it had added', () => {
    const pair = createNamedPair(provisioning('', 'east-west: { primary: east, secondary: west, insecure: true, mclt: 100s, use-partner-addresses: true }').replace('::1ff', '::100'));
    const { east, west, zones } = pair;
    pair.advance(20);
    pair.cut();
    pair.advance(30);
    for (const box of [east, west]) box.command('partner-down');
    // Until each may give away what was the other's.
    pair.advance(7_000);
    east.receive(said(MessageType.REQUEST, 1, { fqdn: fqdn('one'), server: SERVER_ID.east }));
    pair.advance(10);
    west.receive(said(MessageType.REQUEST, 2, { fqdn: fqdn('two'), server: SERVER_ID.west }));
    pair.advance(10);
    assert.deepEqual([leased(east), zones.records('AAAA').length], [leased(west), 2]);
    pair.join();
    pair.advance(60);
    assert.deepEqual(east.leases(), west.leases());
    assertZonesAre(pair, east);
  });

  it('[F-DD-8] are added once more where one box removed them, as it did not hear the client at the other', () => {
    const pair = createNamedPair();
    const { east, west, zones } = pair;
    pair.advance(20);
    east.receive(said(MessageType.REQUEST, 1, { fqdn: fqdn('printer'), server: SERVER_ID.east }));
    pair.advance(10);
    const address = leased(east);
    pair.cut();
    pair.advance(30);
    for (const box of [east, west]) box.command('partner-down');
    for (let hour = 0; hour < 3; hour++) {
      east.receive(said(MessageType.REBIND, 1, { address, fqdn: fqdn('printer') }));
      pair.advance(3_000);
    }
    assert.deepEqual([leased(east), west.leases(), zones.records()], [address, [], []]);
    // What it removed it forgets.
    west.crash();
    west.start();
    pair.join();
    pair.advance(60);
    assertZonesAre(pair, east);
    assertZonesAre(pair, west);
    assert.equal(zones.records('AAAA').length, 1);
  });
});

describe('a box without DNS updates, whose partner has them', () => {
  it('[F-DD-1, F-DD-2] keeps what it is told, warns, and gives it back to a partner that lost it', () => {
    const text = provisioning();
    const without = text.replace(/dns-updates:[^]*?(?=links:\n {2}lan)/, '').replace(/\n {4}dns-updates: .*/, '');
    const { east, west, zones, advance } = createNamedPair(text, without);
    advance(20);
    for (const client of [1, 2]) east.receive(said(MessageType.REQUEST, client, { fqdn: fqdn(`client-${client}`), server: SERVER_ID.east }));
    advance(10);
    assert.deepEqual(west.leases(), east.leases());
    assert.equal(west.leases().length, 2);
    assert.equal(west.log.filter((line) => /the partner enters leases into the DNS/.test(line)).length, 1);
    assert.deepEqual([west.asked, zones.records('AAAA').length], [0, 2]);
  });
});
