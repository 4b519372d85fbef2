import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LeaseTable } from '../../../src/lease/index.ts';
import { decodeLeaseDns, encodeLeaseDns, hasDnsBits, LeaseDnsBit, toBeRemoved, withDnsBits } from '../../../src/lease/lease-dns.ts';
import { KEY, binding } from './leases.ts';

/** In wire form. */
function whole(text: string): Uint8Array {
  const labels = text.split('.').map((label) => [label.length, ...Buffer.from(label, 'latin1')]);
  return Uint8Array.from([...labels.flat(), 0]);
}

const host = whole('host.example');
const other = whole('host-2.example');

describe('the names of a lease', () => {
  for (const [what, name, wanted] of [['the one that was wanted', host, host], ['another one than was wanted', other, host]] as const) {
    it(`are read as they were written: ${what}`, () => {
      const names = { bits: LeaseDnsBit.OWN | LeaseDnsBit.REVERSE_UP_TO_DATE, fqdnFlags: 3, name, wanted };
      assert.deepEqual(decodeLeaseDns(encodeLeaseDns(names)), names);
    });
  }

  it('take the octets of one name where both are the same', () => {
    assert.equal(encodeLeaseDns({ bits: 0, fqdnFlags: 0, name: host, wanted: host }).length, 3 + host.length);
    assert.equal(encodeLeaseDns({ bits: 0, fqdnFlags: 0, name: other, wanted: host }).length, 3 + other.length + host.length);
  });

  it('are not read from what is cut short, anywhere, or has no end', () => {
    const one = encodeLeaseDns({ bits: 1, fqdnFlags: 0, name: host, wanted: host });
    for (let length = 0; length < one.length; length += 1) assert.equal(decodeLeaseDns(one.slice(0, length)), undefined, `${String(length)} octets`);
    const two = encodeLeaseDns({ bits: 1, fqdnFlags: 0, name: host, wanted: other });
    for (let length = one.length + 1; length < two.length; length += 1) assert.equal(decodeLeaseDns(two.slice(0, length)), undefined, `${String(length)} octets`);
    const endless = encodeLeaseDns({ bits: 1, fqdnFlags: 0, name: host, wanted: other });
    endless[3 + host.length - 1] = 1;
    assert.equal(decodeLeaseDns(endless), undefined);
  });

  it('have a bit when all that is asked for are set', () => {
    const { OWN, REMOVE } = LeaseDnsBit;
    const dns = encodeLeaseDns({ bits: OWN, fqdnFlags: 0, name: host, wanted: host });
    assert.equal(hasDnsBits(dns, OWN), true);
    assert.equal(hasDnsBits(dns, OWN | REMOVE), false);
    assert.equal(hasDnsBits(undefined, OWN), false);
  });

  it('change their bits in a copy', () => {
    const { FORWARD_UP_TO_DATE, OWN, REMOVE } = LeaseDnsBit;
    const dns = encodeLeaseDns({ bits: OWN | FORWARD_UP_TO_DATE, fqdnFlags: 0, name: host, wanted: host });
    const changed = withDnsBits(dns, REMOVE, FORWARD_UP_TO_DATE);
    assert.deepEqual([dns[0], changed[0]], [OWN | FORWARD_UP_TO_DATE, OWN | REMOVE]);
    assert.deepEqual(changed.slice(1), dns.slice(1));
  });

  it('are to be removed where there are any', () => {
    assert.equal(toBeRemoved(undefined), undefined);
    const dns = encodeLeaseDns({ bits: 0, fqdnFlags: 0, name: host, wanted: host });
    assert.equal(hasDnsBits(toBeRemoved(dns), LeaseDnsBit.REMOVE), true);
  });

  it('are kept by the lease table with their lease, and go with it', () => {
    const table = new LeaseTable(KEY, 0);
    const dns = encodeLeaseDns({ bits: 0, fqdnFlags: 0, name: host, wanted: host });
    const [named, unnamed, later] = [table.put(binding('2001:db8::1', { dns })), table.put(binding('2001:db8::2')), table.put(binding('2001:db8::3'))];
    table.setDns(later, dns);
    assert.deepEqual([named, unnamed, later].map((slot) => table.records.dns(slot)), [dns, undefined, dns]);
    assert.deepEqual(table.read(named).dns, dns);
    assert.deepEqual([...table.records.namedSlots()], [named, later]);
    table.setDns(later, undefined);
    table.remove(named);
    assert.deepEqual([...table.records.namedSlots()], []);
  });
});
