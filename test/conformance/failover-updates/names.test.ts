/** RFC 8156 section 9: what becomes of the names of a lease in the DNS when the partner tells of the lease. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Binding, BindingStatus, LeaseDnsBit, NEVER, decodeLeaseDns, encodeLeaseDns } from '../../../src/lease/index.ts';
import { type DomainName, type LeaseUpdate, encodeDomainNames, epochSeconds, parseDomainName } from '../../../src/wire/index.ts';
import { NOW, binding, duid } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { clientUpdate, codeFor, endlessUpdate, leaseUpdate, prefixUpdate } from './messages.ts';

const LEASE = '2001:db8:1::1';
const PREFIX = '2001:db8:2:100::/56';
const { FORWARD_UP_TO_DATE, OWN, REMOVE } = LeaseDnsBit;

function domainName(text: string): DomainName {
  return parseDomainName(text) ?? assert.fail(text);
}

function names(text: string, bits = 0): Uint8Array {
  const name = encodeDomainNames([domainName(text)]);
  return encodeLeaseDns({ bits, fqdnFlags: 1, name, wanted: name });
}

/** What the partner says of the name of a lease. */
function told(text: string): Partial<LeaseUpdate> {
  return { clientFqdn: { flags: 1, name: encodeDomainNames([domainName(text)]) } };
}

/** "host.example OWN UP-TO-DATE REMOVE" */
function namesOf({ dns }: Binding): string {
  if (dns === undefined) return 'none';
  const { name, bits } = decodeLeaseDns(dns) ?? assert.fail('the names can be read');
  const text = Buffer.from(name.subarray(1)).toString('latin1').replaceAll(/[^a-z]/g, '.').replace(/\.$/, '');
  return `${text}${(bits & OWN) === 0 ? '' : ' OWN'}${(bits & FORWARD_UP_TO_DATE) === 0 ? '' : ' UP-TO-DATE'}${(bits & REMOVE) === 0 ? '' : ' REMOVE'}`;
}

/** A box that has this of the lease, heard of a minute ago. */
function boxWith(text: string, differing: Partial<Binding>): Box {
  const box = new Box('primary').open();
  const before = epochSeconds(NOW - 60);
  box.has(binding(text, { clientLastTransactionTime: before, startTimeOfState: before, ...differing }));
  return box;
}

const released = { bindingStatus: BindingStatus.RELEASED } as const;
const named = { dns: names('host.example', OWN | FORWARD_UP_TO_DATE) };
const free = { bindingStatus: BindingStatus.FREE } as const;
const ended = { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER } as const;
const over = { status: BindingStatus.FREE, stateExpirationTime: NEVER } as const;

describe('the names of a lease of which the partner tells', () => {
  const cases: readonly { readonly what: string; readonly before: Partial<Binding>; readonly update: LeaseUpdate; readonly client?: number; readonly then: string }[] = [
    { what: '[F-DD-6] stay this box’s own where the partner extends it', before: named, update: leaseUpdate(LEASE), then: 'host.example OWN UP-TO-DATE' },
    { what: '[F-DD-4] are the partner’s where it extended it later', before: named, update: leaseUpdate(LEASE, told('other.example')), then: 'other.example' },
    { what: '[F-DD-8] stay when the partner ends it, which is to remove them', before: named, update: endlessUpdate(LEASE, released), then: 'host.example UP-TO-DATE' },
    { what: '[F-DD-8] are the partner’s when it ends it', before: named, update: endlessUpdate(LEASE, { ...released, ...told('other.example') }), then: 'other.example' },
    { what: '[F-DD-8] are the partner’s to remove where both heard the client end it', before: { ...named, ...ended }, update: endlessUpdate(LEASE, released), then: 'host.example UP-TO-DATE' },
    { what: '[F-DD-6] are this box’s to add where it took for ended what the partner extended', before: { dns: names('host.example', OWN), ...ended }, update: leaseUpdate(LEASE), then: 'host.example OWN' },
    { what: '[F-DD-8] are removed where it is free for the partner, maybe by the word of this box', before: { ...named, ...ended }, update: endlessUpdate(LEASE, free), then: 'host.example UP-TO-DATE REMOVE' },
    { what: 'are not those of another client', before: { ...named, ...over }, update: leaseUpdate(LEASE), client: 2, then: 'none' },
    { what: 'are not those of the client’s tenancy before, which is over', before: { ...named, ...over }, update: leaseUpdate(LEASE), then: 'none' },
  ];
  for (const { what, before, update, client = 1, then } of cases) {
    it(what, () => {
      const box = boxWith(LEASE, before);
      assert.equal(codeFor(box, clientUpdate(client, [update])), 0);
      assert.equal(namesOf(box.read(LEASE)), then);
    });
  }

  it('are kept with a lease that this box did not know', () => {
    const box = new Box('primary').open();
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(LEASE, told('Host.example'))])), 0);
    assert.equal(namesOf(box.read(LEASE)), 'host.example');
  });

  it('are none of a prefix of which the partner says that it is nobody’s', () => {
    const box = boxWith(PREFIX, { ...named, status: BindingStatus.RELEASED, stateExpirationTime: NEVER });
    assert.equal(codeFor(box, prefixUpdate(endlessUpdate(PREFIX, { bindingStatus: BindingStatus.FREE, cltTime: undefined }))), 0);
    assert.deepEqual([namesOf(box.read(PREFIX)), box.read(PREFIX).duid], ['none', duid(1)]);
  });

  it('[F-DD-4] are this box’s where it extended the lease later', () => {
    const box = boxWith(LEASE, { ...named, clientLastTransactionTime: NOW });
    const earlier = epochSeconds(NOW - 60);
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(LEASE, { ...told('other.example'), cltTime: earlier, startTimeOfState: earlier })])), 0);
    assert.equal(namesOf(box.read(LEASE)), 'host.example OWN UP-TO-DATE');
  });
});
