/** The names of a lease in binding updates (RFC 8156 sections 5.5.3 and 9.2). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { heardNames, mergedNames, partnersNames, toldNames } from '../../../src/failover/updates/lease-dns.ts';
import { LeaseDnsBit, decodeLeaseDns, encodeLeaseDns } from '../../../src/lease/index.ts';
import type { LeaseDns } from '../../../src/lease/index.ts';
import { encodeDomainNames, parseDomainName } from '../../../src/wire/index.ts';
import type { DnsFlags, DomainName } from '../../../src/wire/index.ts';

const { FORWARD_UP_TO_DATE, REVERSE_UP_TO_DATE, SYNTHESIZED, USING_REQUESTED, OWN, REMOVE } = LeaseDnsBit;
const S = 1;
const NO_FLAGS: DnsFlags = { usingRequestedFqdn: false, synthesizedName: false, reverseUpToDate: false, forwardUpToDate: false };

function domainName(text: string): DomainName {
  return parseDomainName(text) ?? assert.fail(text);
}

/** In wire form. */
function whole(text: string): Uint8Array {
  return encodeDomainNames([domainName(text)]);
}

const HOST = whole('host.example');
const OTHER = whole('other.example');

function names(differing: Partial<LeaseDns> = {}): Uint8Array {
  return encodeLeaseDns({ bits: 0, fqdnFlags: S, name: HOST, wanted: HOST, ...differing });
}

function read(dns: Uint8Array | undefined): LeaseDns | undefined {
  return dns === undefined ? undefined : (decodeLeaseDns(dns) ?? assert.fail('what was made can be read'));
}

describe('what the partner is told of the names of a lease (F-GAP-14)', () => {
  it('[F-DD-3] is what was wanted, what stands in the DNS, and how far that is', () => {
    const told = toldNames(names({ bits: FORWARD_UP_TO_DATE | SYNTHESIZED, name: OTHER }));
    assert.deepEqual(told, {
      clientFqdn: { flags: S, name: HOST },
      dnsRemoval: { hostName: 'other.example', flags: { ...NO_FLAGS, forwardUpToDate: true, synthesizedName: true } },
    });
  });

  it('is nothing where there are none, or where they can’t be read', () => {
    assert.deepEqual(toldNames(undefined), {});
    assert.deepEqual(toldNames(Uint8Array.of(0, 0, 9)), {});
  });

  it('[F-DD-3] arrives as it was, but for what is each box’s own', () => {
    for (const bits of [0, FORWARD_UP_TO_DATE, REVERSE_UP_TO_DATE, SYNTHESIZED, USING_REQUESTED]) {
      const kept = { bits, fqdnFlags: 6, name: OTHER, wanted: HOST };
      assert.deepEqual(read(heardNames(toldNames(names({ ...kept, bits: bits | OWN | REMOVE })))), kept);
    }
  });
});

describe('what is heard of the names of a lease', () => {
  const wanted = { flags: 0, name: whole('Host.Example') };

  it('is in small letters, and only the flags of RFC 4704', () => {
    assert.deepEqual(read(heardNames({ clientFqdn: { ...wanted, flags: 0xff } })), { bits: 0, fqdnFlags: 7, name: HOST, wanted: HOST });
    assert.deepEqual(read(heardNames({ dnsRemoval: { hostName: domainName('OTHER.example') } })), { bits: 0, fqdnFlags: S, name: OTHER, wanted: OTHER });
  });

  it('is the name in the DNS before the one that was wanted, each where it is whole', () => {
    const flags = { ...NO_FLAGS, reverseUpToDate: true };
    assert.deepEqual(read(heardNames({ clientFqdn: wanted, dnsRemoval: { hostName: domainName('other.example'), flags } })), { bits: REVERSE_UP_TO_DATE, fqdnFlags: 0, name: OTHER, wanted: HOST });
    assert.deepEqual(read(heardNames({ clientFqdn: wanted, dnsRemoval: { flags } })), { bits: REVERSE_UP_TO_DATE, fqdnFlags: 0, name: HOST, wanted: HOST });
    const partial = { flags: S, name: HOST.subarray(0, -1) };
    assert.deepEqual(read(heardNames({ clientFqdn: partial, dnsRemoval: { hostName: domainName('other.example') } })), { bits: 0, fqdnFlags: S, name: OTHER, wanted: OTHER });
  });

  it('is nothing where no name is whole, or it is the root alone', () => {
    const root = whole('.');
    assert.equal(heardNames({}), undefined);
    assert.equal(heardNames({ clientFqdn: { flags: S, name: HOST.subarray(0, -1) } }), undefined);
    assert.equal(heardNames({ clientFqdn: { flags: S, name: root }, dnsRemoval: { hostName: domainName('.'), flags: NO_FLAGS } }), undefined);
  });
});

describe('the names of a lease of which both boxes know some', () => {
  it('[F-DD-4] are those of the box that knows any', () => {
    const mine = names();
    for (const isOwnNewer of [true, false]) {
      assert.equal(mergedNames(mine, undefined, isOwnNewer), mine);
      assert.equal(mergedNames(undefined, mine, isOwnNewer), mine);
      assert.equal(mergedNames(undefined, undefined, isOwnNewer), undefined);
    }
  });

  it('are those that can be read', () => {
    const broken = Uint8Array.of(0, 0, 9);
    for (const isOwnNewer of [true, false]) {
      assert.deepEqual(mergedNames(names(), broken, isOwnNewer), names());
      assert.deepEqual(mergedNames(broken, names(), isOwnNewer), names());
    }
  });

  it('are those of the newer record where the DNS is to have another name', () => {
    const [mine, theirs] = [names({ bits: OWN }), names({ bits: FORWARD_UP_TO_DATE, name: OTHER, wanted: OTHER })];
    assert.equal(mergedNames(mine, theirs, true), mine);
    assert.equal(mergedNames(mine, theirs, false), theirs);
  });

  it('[F-DD-4] of one name: what either has done counts, and what each does itself stays its own', () => {
    const mine = names({ bits: OWN | REVERSE_UP_TO_DATE, fqdnFlags: 0 });
    const theirs = names({ bits: REMOVE | FORWARD_UP_TO_DATE, wanted: OTHER });
    const bits = OWN | REVERSE_UP_TO_DATE | FORWARD_UP_TO_DATE;
    assert.deepEqual(read(mergedNames(mine, theirs, true)), { bits, fqdnFlags: 0, name: HOST, wanted: HOST });
    assert.deepEqual(read(mergedNames(mine, theirs, false)), { bits, fqdnFlags: S, name: HOST, wanted: OTHER });
    for (const bit of [FORWARD_UP_TO_DATE, REVERSE_UP_TO_DATE, SYNTHESIZED, USING_REQUESTED]) {
      assert.equal(read(mergedNames(names(), names({ bits: bit }), true))?.bits, bit);
    }
  });

  it('[F-DD-6] of a lease that the partner ended are its to deal with; of one that it extended this box adds what is not there yet', () => {
    assert.equal(partnersNames(undefined, false), undefined);
    const all = names({ bits: OWN | REMOVE | FORWARD_UP_TO_DATE });
    assert.deepEqual([false, true].map((isLeased) => read(partnersNames(all, isLeased))?.bits), [FORWARD_UP_TO_DATE, OWN | FORWARD_UP_TO_DATE]);
  });
});
