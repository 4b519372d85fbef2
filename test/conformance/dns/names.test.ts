// What leases are called, and what clients are told of it (RFC 4704 sections 4 to 6).

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { namesOf, nameText } from '../../../src/dns/index.ts';
import type { DnsConfiguration, LinkNaming } from '../../../src/dns/index.ts';
import { decodeLeaseDns, encodeLeaseDns } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, decodeMessage, encodeDomainNames, optionValue, parseDomainName, reverseName } from '../../../src/wire/index.ts';
import { address } from '../server/box.ts';
import { SERVER_ID, createNamedPair, fqdn, provisioning, said } from './boxes.ts';

const wire = (text: string): Uint8Array => encodeDomainNames([parseDomainName(text) ?? assert.fail(text)]);

const NAMING: LinkNaming = { domain: wire('lan.example.com'), clientNames: true, generated: 'asked', generatedPrefix: 'host', overrideClient: false, reverse: true, whenTaken: 'wait' };

function zonesWith(naming: Partial<LinkNaming> = {}, zones: readonly string[] = ['example.com', '0.0.0.1.ip6.arpa']): DnsConfiguration {
  return { zones: zones.map((text) => ({ text, name: wire(text) })), links: { lan: { ...NAMING, ...naming } } };
}

const ADDRESS = address('1000::1');

/** The option as octets: flags, labels, and the root where it ends in one. */
function option(flags: number, labels: readonly string[], isWhole: boolean): Uint8Array {
  const octets = labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]);
  return Uint8Array.of(flags, ...octets, ...(isWhole ? [0] : []));
}

function named(configuration: DnsConfiguration, asked: Uint8Array | undefined, before?: Uint8Array): string | undefined {
  const dns = namesOf(configuration, 'lan', asked, ADDRESS, before);
  const names = dns && decodeLeaseDns(dns);
  return names && `${nameText(names.name)} ${['S', 'O', 'N'].filter((_, bit) => (names.fqdnFlags & (1 << bit)) !== 0).join('') || '-'}`;
}

const S = 1;
const N = 4;

describe('what a lease is called', () => {
  it('[O-4] is what the client asks for, below the domain of the link', () => {
    assert.equal(named(zonesWith(), option(S, ['printer'], false)), 'printer.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['printer'], true)), 'printer.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['printer', 'lan', 'example', 'com'], true)), 'printer.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['a', 'b', 'lan', 'example', 'com'], true)), 'a.b.lan.example.com S');
  });

  it('[O-4] never lies outside of that domain, and is never the domain itself', () => {
    assert.equal(named(zonesWith(), option(S, ['www', 'example', 'com'], true)), 'www.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['lan', 'example', 'com'], true)), 'lan.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['printer', 'bank', 'test'], true)), 'printer.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['xlan', 'example', 'com'], true)), 'xlan.lan.example.com S');
  });

  it('is made of letters, digits and hyphens, whatever the client says', () => {
    assert.equal(named(zonesWith(), option(S, ["Bob's iPhone"], false)), 'bob-s-iphone.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['\0\xff'], false)), 'host-1000-0-0-0-0-0-0-1.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['a.b'], false)), 'a-b.lan.example.com S');
    assert.equal(named(zonesWith(), option(S, ['x'.repeat(63)], false)), `${'x'.repeat(63)}.lan.example.com S`);
  });

  it('is nothing where the option is cut off, compressed or too long', () => {
    for (const bad of [Uint8Array.of(), Uint8Array.of(S, 5, 0x61), Uint8Array.of(S, 0xc0, 0x0c), option(S, Array.from({ length: 5 }, () => 'y'.repeat(63)), true), Uint8Array.of(S, 0, 1, 0x61)]) {
      assert.equal(named(zonesWith({ generated: 'asked' }), bad), undefined, Buffer.from(bad).toString('hex'));
    }
  });

  it('is made of the address for clients that leave it to the server, for all, or for none', () => {
    const made = 'host-1000-0-0-0-0-0-0-1.lan.example.com S';
    assert.equal(named(zonesWith(), option(S, [], false)), made);
    assert.equal(named(zonesWith(), undefined), undefined);
    assert.equal(named(zonesWith({ generated: 'always' }), undefined), made);
    assert.equal(named(zonesWith({ generated: 'never' }), option(S, [], false)), undefined);
    assert.equal(named(zonesWith({ clientNames: false }), option(S, ['printer'], false)), made);
  });

  it('stays when the client says nothing of it, and on links without names there are none', () => {
    const before = encodeLeaseDns({ bits: 3, fqdnFlags: S, name: wire('printer.lan.example.com'), wanted: wire('printer.lan.example.com') });
    assert.equal(namesOf(zonesWith(), 'lan', undefined, ADDRESS, before), before);
    assert.equal(namesOf(zonesWith(), 'lan', option(S, ['printer'], false), ADDRESS, before), before);
    assert.equal(namesOf(zonesWith(), 'constructor', option(S, ['printer'], false), ADDRESS, undefined), undefined);
  });
});

describe('who adds it', () => {
  it('[O-4] is the server where the client asks for that (S)', () => {
    assert.equal(named(zonesWith(), option(S, ['printer'], false)), 'printer.lan.example.com S');
  });

  it('[O-4] is the client where it wants to, or nobody (N), unless the server is told to override that (O)', () => {
    assert.equal(named(zonesWith(), option(0, ['printer'], false)), 'printer.lan.example.com -');
    assert.equal(named(zonesWith(), option(N, ['printer'], false)), 'printer.lan.example.com N');
    // S means nothing beside N.
    assert.equal(named(zonesWith(), option(N | S, ['printer'], false)), 'printer.lan.example.com N');
    assert.equal(named(zonesWith({ overrideClient: true }), option(0, ['printer'], false)), 'printer.lan.example.com SO');
    assert.equal(named(zonesWith({ overrideClient: true }), option(N, ['printer'], false)), 'printer.lan.example.com SO');
  });

  it('[O-4] is not the server where no zone of its has the name: it says so (O), and N where it adds no PTR either', () => {
    assert.equal(named(zonesWith({}, ['0.0.0.1.ip6.arpa']), option(S, ['printer'], false)), 'printer.lan.example.com O');
    assert.equal(named(zonesWith({}, []), option(S, ['printer'], false)), 'printer.lan.example.com ON');
  });
});

describe('a client in an exchange', () => {
  const answeredTo = (requested: readonly number[], type: 'SOLICIT' | 'REQUEST' = 'REQUEST'): { readonly flags: number; readonly name: string } | undefined => {
    const pair = createNamedPair();
    pair.advance(20);
    const message = said(MessageType[type], 1, { fqdn: fqdn('printer'), server: type === 'REQUEST' ? SERVER_ID.east : undefined });
    pair.east.receive({ ...message, options: message.options.map((each) => (each.code === OptionCode.ORO ? { code: OptionCode.ORO, value: requested } : each)) });
    pair.advance(1);
    const decoded = decodeMessage(pair.east.sent.at(-1) ?? assert.fail('it is answered'));
    assert.ok(decoded.error === undefined && 'transactionId' in decoded);
    const value = optionValue(decoded.options, OptionCode.CLIENT_FQDN);
    return value && { flags: value.flags, name: nameText(value.name) };
  };

  it('[O-4] is told its name where it sent the option and asks for it, and only then', () => {
    assert.deepEqual(answeredTo([OptionCode.CLIENT_FQDN]), { flags: S, name: 'printer.lan.example.com' });
    assert.equal(answeredTo([OptionCode.DNS_SERVERS]), undefined);
  });

  it('[O-4] is told it in an Advertise, and nothing is added for that', () => {
    assert.deepEqual(answeredTo([OptionCode.CLIENT_FQDN], 'SOLICIT'), { flags: S, name: 'printer.lan.example.com' });
    const pair = createNamedPair();
    pair.advance(20);
    pair.east.receive(said(MessageType.SOLICIT, 1, { fqdn: fqdn('printer') }));
    pair.advance(20);
    assert.equal(pair.zones.requests, 0);
  });

  it('[O-4] has records that live for a third of its lease, ten minutes at least', () => {
    for (const [valid, ttl] of [['3600s', 1_200], ['900s', 600]] as const) {
      const pair = createNamedPair(provisioning().replace('preferred: 1000s, valid: 3600s', `preferred: 300s, valid: ${valid}`));
      pair.advance(20);
      // What a partner has acknowledged by then: until then it is MCLT.
      for (let i = 0; i < 2; i++) {
        pair.east.receive(said(MessageType.REQUEST, 1, { fqdn: fqdn(i === 0 ? 'one' : 'two'), server: SERVER_ID.east }));
        pair.advance(10);
      }
      const [record = ''] = pair.zones.records('AAAA');
      assert.equal(pair.zones.ttlOf(record), ttl);
    }
  });

  it('[O-4] loses its records when it declines the address', () => {
    const pair = createNamedPair();
    pair.advance(20);
    pair.east.receive(said(MessageType.REQUEST, 1, { fqdn: fqdn('printer'), server: SERVER_ID.east }));
    pair.advance(10);
    const [line = ''] = pair.east.leases();
    assert.equal(pair.zones.records('AAAA').length, 1);
    pair.east.receive(said(MessageType.DECLINE, 1, { address: line.split(' ')[0] ?? '', server: SERVER_ID.east }));
    pair.advance(10);
    assert.deepEqual(pair.zones.records(), []);
  });
});

describe('the name of an address in the reverse zone', () => {
  it('[O-7] has its nibbles, the last one first (RFC 3596 section 2.5)', () => {
    assert.equal(nameText(reverseName(address('4321:0:1:2:3:4:567:89ab'))), 'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa');
    assert.equal(nameText(reverseName(address('2001:db8:1::'), 48)), '1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa');
  });
});
