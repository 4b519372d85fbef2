// Names that somebody else has (RFC 4703), and DNS servers that don't do what they are asked.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { MessageType, Rcode } from '../../../src/wire/index.ts';
import { SERVER_ID, createNamedPair, fqdn, provisioning, said } from './boxes.ts';
import type { NamedBox, NamedPair } from './boxes.ts';

/** Leases that outlast what the tests wait for. */
function long(naming = ''): string {
  return provisioning(naming).replace('preferred: 1000s, valid: 3600s', 'preferred: 20000s, valid: 40000s').replace('mclt: 100s', 'mclt: 40000s');
}

function requestOf(box: NamedBox): (client: number, name: string) => void {
  return (client, name) => box.receive(said(MessageType.REQUEST, client, { fqdn: fqdn(name), server: SERVER_ID.east }));
}

function addressOf(box: NamedBox, name: string): string {
  return box.leases().find((line) => line.includes(` ${name}`))?.split(' ')[0] ?? assert.fail(`${name} is there`);
}

describe('a name that is in use', () => {
  let pair: NamedPair;
  let east: NamedBox;
  let request: (client: number, name: string) => void;

  const begin = (naming = ''): void => {
    pair = createNamedPair(long(naming));
    ({ east } = pair);
    pair.advance(20);
    request = requestOf(east);
  };
  beforeEach(() => begin());

  it('[O-5, F-DD-12] of another client stays with that; this one has it when it is free', () => {
    request(1, 'printer');
    pair.advance(5);
    const first = addressOf(east, 'printer');
    request(2, 'printer');
    pair.advance(5);
    assert.deepEqual(pair.zones.records('AAAA'), [`printer.lan.example.com AAAA ${first}`]);
    assert.equal(pair.zones.records('PTR').length, 1);
    assert.ok(east.log.some((line) => /the name printer\.lan\.example\.com .* is somebody else's/.test(line)));
    assert.equal(east.appliance.dnsReport()?.taken[0]?.name, 'printer.lan.example.com');
    east.receive(said(MessageType.RELEASE, 1, { address: first, server: SERVER_ID.east }));
    pair.advance(700);
    const second = addressOf(east, 'printer');
    assert.notEqual(second, first);
    assert.deepEqual(pair.zones.records('AAAA'), [`printer.lan.example.com AAAA ${second}`]);
    assert.deepEqual(east.leases(), [`${second} printer.lan.example.com F R`]);
  });

  it('[O-5] of nobody that is known, as an administrator made it, stays as it is', () => {
    pair.zones.put('www.lan.example.com', 'AAAA', '2001:db8::80');
    request(1, 'www');
    pair.advance(60);
    assert.deepEqual(pair.zones.records(), ['www.lan.example.com AAAA 2001:db8::80']);
    east.receive(said(MessageType.RELEASE, 1, { address: addressOf(east, 'www'), server: SERVER_ID.east }));
    pair.advance(60);
    assert.deepEqual(pair.zones.records(), ['www.lan.example.com AAAA 2001:db8::80']);
  });

  it('[O-5] of the same client gets one more address, and goes with the last one', () => {
    request(1, 'printer');
    pair.advance(5);
    const mine = addressOf(east, 'printer');
    const [dhcid = ''] = pair.zones.records('DHCID');
    // As another server of the same client would.
    pair.zones.put('printer.lan.example.com', 'AAAA', '2001:db8:9::1');
    east.receive(said(MessageType.RELEASE, 1, { address: mine, server: SERVER_ID.east }));
    pair.advance(10);
    assert.deepEqual(pair.zones.records(), ['printer.lan.example.com AAAA 2001:db8:9::1', dhcid]);
    request(1, 'printer');
    pair.advance(10);
    assert.equal(pair.zones.records('AAAA').length, 2);
    assert.deepEqual(pair.zones.records('DHCID'), [dhcid]);
  });

  it('[O-5] goes without a PTR that somebody else made', () => {
    request(1, 'printer');
    pair.advance(5);
    const address = addressOf(east, 'printer');
    const [owner = ''] = pair.zones.records('PTR').map((line) => line.split(' ')[0] ?? '');
    pair.zones.put(owner, 'PTR', 'other.example.net');
    east.receive(said(MessageType.RELEASE, 1, { address, server: SERVER_ID.east }));
    pair.advance(10);
    assert.deepEqual([pair.zones.records('AAAA'), pair.zones.records('PTR').length], [[], 2]);
  });

  it('[O-5] gets a number where the file says so, which both boxes know and which is removed with the lease', () => {
    begin(', when-taken: number');
    request(1, 'printer');
    request(2, 'printer');
    request(3, 'printer');
    pair.advance(10);
    const names = pair.zones.records('AAAA').map((line) => line.split(' ')[0]);
    assert.deepEqual(names, ['printer-2.lan.example.com', 'printer-3.lan.example.com', 'printer.lan.example.com']);
    assert.deepEqual(pair.west.leases(), east.leases());
    const before = pair.zones.requests;
    east.receive(said(MessageType.REBIND, 2, { address: addressOf(east, 'printer-2'), fqdn: fqdn('printer') }));
    pair.advance(10);
    assert.equal(pair.zones.requests, before);
    for (const [client, name] of [[1, 'printer.'], [2, 'printer-'], [3, 'printer-']] as const) {
      const line = east.leases().filter((one) => one.includes(` ${name}`));
      for (const one of line) east.receive(said(MessageType.RELEASE, client, { address: one.split(' ')[0] ?? '', server: SERVER_ID.east }));
    }
    pair.advance(10);
    assert.deepEqual(pair.zones.records(), []);
  });
});

describe('a DNS server that does not do what it is asked', () => {
  let pair: NamedPair;
  let east: NamedBox;

  beforeEach(() => {
    pair = createNamedPair(long());
    ({ east } = pair);
    pair.advance(20);
  });

  for (const rcode of ['REFUSED', 'NOTAUTH', 'NOTZONE', 'NOTIMP', 'SERVFAIL', 'FORMERR'] as const) {
    it(`and says ${rcode} is asked again later, less and less often, and all is well in the end`, () => {
      east.answerWith = { rcode: Rcode[rcode] };
      requestOf(east)(1, 'printer');
      pair.advance(60);
      const soon = east.asked;
      assert.ok(soon > 2 && soon < 15, String(soon));
      pair.advance(600);
      assert.ok(east.asked - soon < 8, String(east.asked - soon));
      assert.match(east.appliance.dnsReport()?.zones[0]?.lastError ?? '', new RegExp(`^${rcode} \\(adding printer\\.lan\\.example\\.com AAAA`));
      east.answerWith = undefined;
      pair.advance(3_700);
      assert.equal(pair.zones.records('AAAA').length, 1);
      assert.deepEqual([...east.alarms.keys()].filter((id) => id.startsWith('dns')), []);
    });
  }

  it('and is silent raises an alarm that names zone and reason, and clears it', () => {
    east.answerWith = { failure: '2001:db8::53: it does not answer' };
    requestOf(east)(1, 'printer');
    pair.advance(30);
    assert.match(east.alarms.get('dns lan.example.com') ?? '', /can't be updated: 2001:db8::53: it does not answer/);
    east.answerWith = undefined;
    pair.advance(60);
    assert.deepEqual([...east.alarms.keys()].filter((id) => id.startsWith('dns')), []);
    assert.equal(pair.zones.records('AAAA').length, 1);
  });

  it('delays no answer to a client, and no lease', () => {
    east.answerWith = 'nothing';
    for (let client = 1; client <= 40; client++) {
      requestOf(east)(client, `client-${client}`);
      assert.equal(east.sent.length, client);
    }
    assert.equal(east.asked, 16, 'no more are under way at a time');
    pair.advance(10);
    assert.equal(east.leases().length, 40);
  });

  it('is told everything when it answers again, and only what still holds', () => {
    east.answerWith = { failure: 'no answer' };
    for (let client = 1; client <= 30; client++) requestOf(east)(client, `client-${client}`);
    pair.advance(30);
    for (const client of [3, 7, 9]) east.receive(said(MessageType.RELEASE, client, { address: addressOf(east, `client-${client}.`), server: SERVER_ID.east }));
    pair.advance(30);
    east.answerWith = undefined;
    pair.advance(600);
    assert.deepEqual(pair.zones.records('AAAA'), east.leases().map((line) => `${line.split(' ')[1]} AAAA ${line.split(' ')[0]}`).sort());
    assert.equal(east.leases().length, 27);
    assert.deepEqual([east.appliance.dnsReport()?.due, east.appliance.dnsReport()?.removals], [0, 0]);
  });
});
