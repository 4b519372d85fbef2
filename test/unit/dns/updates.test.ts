// When what is due is asked for: not before stable storage has it, and not where it does not hold any more.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { DnsUpdates } from '../../../src/dns/index.ts';
import type { DnsConfiguration } from '../../../src/dns/index.ts';
import { BindingStatus, DNS_UP_TO_DATE, LeaseDnsBit, LeaseTable, decodeLeaseDns, encodeLeaseDns } from '../../../src/lease/index.ts';
import { Rcode, encodeDomainNames, monotonicMs, parseDomainName } from '../../../src/wire/index.ts';
import { createDnsZones, sha256 } from '../../appliances/dns-zones.ts';
import type { DnsZones } from '../../appliances/dns-zones.ts';
import { binding, duid } from '../lease/leases.ts';

const wire = (text: string): Uint8Array => encodeDomainNames([parseDomainName(text) ?? assert.fail(text)]);

const FORWARD = 'lan.example.com';
const CONFIGURATION: DnsConfiguration = {
  zones: [{ text: FORWARD, name: wire(FORWARD) }],
  links: { lan: { domain: wire(FORWARD), clientNames: true, generated: 'asked', generatedPrefix: 'host', overrideClient: false, reverse: false, whenTaken: 'number' } },
};
const NAMED = encodeLeaseDns({ bits: LeaseDnsBit.OWN, fqdnFlags: 1, name: wire(`printer.${FORWARD}`), wanted: wire(`printer.${FORWARD}`) });
/** As its partner says of a name that it added. */
const byPartner = (name: Uint8Array): Uint8Array => encodeLeaseDns({ bits: DNS_UP_TO_DATE, fqdnFlags: 1, name, wanted: name });
const LEASE = binding('2001:db8:1::5', { status: BindingStatus.ACTIVE, duid: duid(1), dns: NAMED });
const NOW = monotonicMs(0);

describe('what is due in the DNS', () => {
  let zones: DnsZones;
  let table: LeaseTable;
  let updates: DnsUpdates;

  const begin = (configuration?: DnsConfiguration): void => {
    zones = createDnsZones([FORWARD]);
    table = new LeaseTable({ k0: 1, k1: 2 }, 0);
    updates = new DnsUpdates({ configuration, removals: [], table, sha256, situation: () => ({ authority: 'all', naming: CONFIGURATION.links['lan'] }) });
  };
  beforeEach(() => begin(CONFIGURATION));

  /** Answers all that is asked for. @returns how many requests that were */
  const answerAll = (): number => {
    let count = 0;
    for (let effects = updates.step(NOW); effects.length > 0; effects = updates.step(NOW)) {
      for (let queue = [...effects]; queue.length > 0; ) {
        const effect = queue.shift();
        if (effect?.kind !== 'dnsUpdate') continue;
        count += 1;
        queue = [...queue, ...updates.answered(effect.id, { rcode: zones.update(effect.message) }, NOW)];
      }
    }
    return count;
  };
  const removal = (): void => updates.remove(LEASE.address, LEASE.duid, NAMED);
  const removeDurably = (): void => {
    removal();
    updates.removals.beginCommit();
    for (const { address } of updates.removals.committed()) updates.lookAt(address);
  };

  it('[F-DD-10] is not removed before stable storage has it, and again not when that failed', () => {
    removal();
    updates.lookAt(LEASE.address);
    assert.equal(answerAll(), 0);
    assert.deepEqual(updates.removals.beginCommit().map(({ names }) => names.length), [1]);
    updates.removals.failed();
    updates.lookAt(LEASE.address);
    assert.equal(answerAll(), 0);
    updates.removals.beginCommit();
    for (const { address } of updates.removals.committed()) updates.lookAt(address);
    assert.equal(answerAll(), 1);
    // That it is done is for the next commit to say.
    assert.deepEqual(updates.removals.beginCommit().map(({ names }) => names), [[]]);
  });

  describe('that was removed while the partner had given the lease to the same client again, and had not said so yet', () => {
    const again = { ...LEASE, dns: byPartner(wire(`printer.${FORWARD}`)) };

    it('is added again when the partner says so', () => {
      removeDurably();
      assert.equal(answerAll(), 1);
      updates.look(table.put(again));
      answerAll();
      assert.equal(zones.records('AAAA').length, 1);
    });

    it('is added again where the partner says so before the server has removed it', () => {
      removeDurably();
      const [asked] = updates.step(NOW);
      updates.look(table.put(again));
      if (asked?.kind === 'dnsUpdate') updates.answered(asked.id, { rcode: zones.update(asked.message) }, NOW);
      answerAll();
      assert.equal(zones.records('AAAA').length, 1);
    });

    it('is left to the partner where the lease is another client\'s, or has another name', () => {
      for (const other of [{ ...again, duid: duid(2) }, { ...again, dns: byPartner(wire(`scanner.${FORWARD}`)) }]) {
        begin(CONFIGURATION);
        removeDurably();
        answerAll();
        updates.look(table.put(other));
        assert.equal(answerAll(), 0);
      }
    });
  });

  it('is not removed where the lease is called so, for the same client', () => {
    table.put(LEASE);
    removeDurably();
    assert.equal(answerAll(), 1, 'it is added, and that is all');
    assert.equal(zones.records('AAAA').length, 1);
    assert.equal(updates.removals.size, 0);
  });

  it('waits while a lease waits for its commit', () => {
    const slot = table.put(LEASE);
    table.lock(slot, 1);
    updates.look(slot);
    assert.equal(answerAll(), 0);
    table.unlock(slot, 1);
    updates.look(slot);
    assert.equal(answerAll(), 1);
  });

  it('waits until there is a zone', () => {
    begin();
    const slot = table.put(LEASE);
    updates.look(slot);
    assert.equal(answerAll(), 0);
    assert.equal(updates.report().held, 1);
    updates.configure(CONFIGURATION);
    assert.equal(answerAll(), 1);
    assert.deepEqual(updates.takeSettled(), [slot]);
  });

  it('raises no alarm for a zone that went from the file while its server was asked', () => {
    updates.look(table.put(LEASE));
    const fail = (at: number): readonly string[] => {
      const [effect] = updates.step(monotonicMs(at));
      assert.ok(effect?.kind === 'dnsUpdate');
      if (at > 1_000) updates.configure(undefined);
      return updates.answered(effect.id, { failure: 'timed out' }, monotonicMs(at)).map(({ kind }) => kind);
    };
    assert.deepEqual([fail(0), fail(10_000)], [[], []]);
  });

  it('is noted with the lease when that waits for nothing, and only with that lease', () => {
    const slot = table.put(LEASE);
    updates.look(slot);
    const [effect] = updates.step(NOW);
    assert.ok(effect?.kind === 'dnsUpdate');
    table.lock(slot, 1);
    updates.answered(effect.id, { rcode: Rcode.NOERROR }, NOW);
    assert.deepEqual(updates.takeSettled(), []);
    table.unlock(slot, 1);
    updates.step(NOW);
    assert.deepEqual(updates.takeSettled(), [slot]);
    assert.equal((decodeLeaseDns(table.records.dns(slot) ?? assert.fail()) ?? assert.fail()).bits & LeaseDnsBit.FORWARD_UP_TO_DATE, 1);
  });

  it('[O-5] goes under its number, too, where the lease ended before that was noted', () => {
    zones.put(`printer.${FORWARD}`, 'AAAA', '2001:db8::80');
    const slot = table.put(LEASE);
    updates.look(slot);
    let [effect] = updates.step(NOW);
    for (let i = 0; i < 2; i++) {
      assert.ok(effect?.kind === 'dnsUpdate');
      [effect] = updates.answered(effect.id, { rcode: zones.update(effect.message) }, NOW);
    }
    [effect] = updates.step(NOW);
    assert.ok(effect?.kind === 'dnsUpdate');
    table.put({ ...LEASE, status: BindingStatus.FREE, dns: undefined });
    updates.answered(effect.id, { rcode: zones.update(effect.message) }, NOW);
    assert.deepEqual(zones.records('AAAA'), [`printer-2.${FORWARD} AAAA 2001:db8:1::5`, `printer.${FORWARD} AAAA 2001:db8::80`]);
    updates.removals.beginCommit();
    for (const { address } of updates.removals.committed()) updates.lookAt(address);
    answerAll();
    assert.deepEqual(zones.records(), [`printer.${FORWARD} AAAA 2001:db8::80`]);
  });
});
