import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { type BindingUpdateMessage, FailoverMessageType, FailoverStatusCode, type LeaseUpdate, encodeFailoverMessage, epochSeconds, iaid, seconds } from '../../../src/wire/index.ts';
import { NOW, address, binding } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { answerTo, clientUpdate, codeFor, codesOf, endlessUpdate, leaseUpdate, leasesOf, takeReply, update } from './messages.ts';

const ODD = '2001:db8:1::1';
const PREFIX = '2001:db8:2:100::/56';
const { MissingBindingInformation: MISSING, UnspecFail: UNSPEC } = FailoverStatusCode;

function secondary(options: ConstructorParameters<typeof Box>[1] = {}): Box {
  return new Box('secondary', options).open();
}

function at(offset: number): ReturnType<typeof epochSeconds> {
  return epochSeconds(NOW + offset);
}

describe('a partner that lies', () => {
  it('gets absurd times refused, with a counter and a line in the log', () => {
    const cases: readonly (readonly [string, Partial<LeaseUpdate>])[] = [
      ['a start in the future', { startTimeOfState: at(100) }],
      ['a client heard by this box in the future', { partnerRawCltTime: at(100) }],
      ['an end in 40 years', { stateExpirationTime: at(40 * 31_536_000) }],
      ['a partner-lifetime of 40 years', { partnerLifetime: at(40 * 31_536_000) }],
      ['an expiration-time in 40 years', { expirationTime: at(40 * 31_536_000) }],
      ['preferred for longer than valid', { preferredLifetime: seconds(7_200) }],
    ];
    for (const [what, lie] of cases) {
      const box = secondary();
      assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD, lie)])), MISSING, what);
      assert.equal(box.flow.counters.leasesRejected.get(MISSING), 1);
      assert.match(box.log.join('\n'), /^warning: refused a binding update with MissingBindingInformation/);
      assert.ok(box.isUnknown(ODD));
    }
    assert.equal(codeFor(secondary(), clientUpdate(1, [leaseUpdate(ODD, { cltTime: at(300) })], { baseTime: at(300) })), MISSING);
  });

  it('is believed as far as two clocks may differ, and as far as a lease may be promised', () => {
    for (const [name, limit] of [['startTimeOfState', 60], ['partnerRawCltTime', 60], ['stateExpirationTime', 0x4000_0000], ['partnerLifetime', 0x4000_0000], ['expirationTime', 0x4000_0000]] as const) {
      for (const [over, code] of [[0, 0], [1, MISSING]] as const) {
        assert.equal(codeFor(secondary(), clientUpdate(1, [leaseUpdate(ODD, { [name]: NOW + limit + over })])), code, name);
      }
    }
  });

  it('gets statuses refused that do not exist', () => {
    for (const status of [0, 9, 255]) assert.equal(codeFor(secondary(), clientUpdate(1, [leaseUpdate(ODD, { bindingStatus: status })])), MISSING);
  });

  it('gets no half of the other box\'s addresses', () => {
    const box = new Box('primary').open();
    assert.equal(codeFor(box, clientUpdate(1, [endlessUpdate(ODD, { bindingStatus: BindingStatus.FREE_BACKUP })])), 0);
    assert.equal(box.read(ODD).status, BindingStatus.FREE);
  });

  it('makes the box keep no more records than it may', () => {
    const box = secondary({ leasesMax: 3 });
    const leases = ['1', '3', '5', '7'].map((last) => leaseUpdate(`2001:db8:1::${last}`));
    assert.deepEqual(codesOf(answerTo(box, clientUpdate(1, leases))), [0, 0, 0, UNSPEC]);
    assert.equal(box.table.size, 3);
    assert.equal(codeFor(box, clientUpdate(2, [leaseUpdate('2001:db8:1::9')])), UNSPEC);
  });

  it('nor by many updates that are gone on with at once', () => {
    const box = secondary({ leasesMax: 2 });
    box.has(binding('2001:db8:1::2'));
    box.begin(box.lease('2001:db8:1::2'));
    box.receive(update(clientUpdate(1, [leaseUpdate('2001:db8:1::2')])));
    box.receive(update(clientUpdate(2, [leaseUpdate('2001:db8:1::1')])));
    box.receive(update(clientUpdate(3, [leaseUpdate('2001:db8:1::3')])));
    while (box.writes.length > 0) box.commit();
    const replies = box.take(FailoverMessageType.BNDREPLY) as BindingUpdateMessage[];
    assert.deepEqual(replies.flatMap((reply) => leasesOf(reply).map(({ status }) => status?.code ?? 0)).sort(), [0, 0, UNSPEC]);
    assert.equal(box.table.size, 2);
  });

  it('nor where those that it may keep are not durable yet', () => {
    const box = secondary({ leasesMax: 1 });
    box.receive(update(clientUpdate(1, [leaseUpdate('2001:db8:1::1')])));
    box.receive(update(clientUpdate(2, [leaseUpdate('2001:db8:1::3')])));
    assert.deepEqual(codesOf(takeReply(box)), [UNSPEC]);
    box.commit();
    assert.deepEqual(codesOf(takeReply(box)), [0]);
  });

  it('gets a lease refused that is in an update twice, not one of another length', () => {
    assert.deepEqual(codesOf(answerTo(secondary(), clientUpdate(1, [leaseUpdate(ODD), leaseUpdate(ODD)]))), [0, MISSING]);
    const box = secondary();
    box.reserve('2001:db8:2:100::/60');
    assert.deepEqual(codesOf(answerTo(box, clientUpdate(1, [leaseUpdate(PREFIX), leaseUpdate('2001:db8:2:100::/60')]))), [0, 0]);
  });

  it('gets an answer that fits a message, however much it sends', () => {
    const leases = Array.from({ length: 700 }, (_, i) => leaseUpdate(`2001:db8:7::${i.toString(16)}`));
    const reply = answerTo(secondary(), clientUpdate(1, leases));
    assert.deepEqual(codesOf(reply), [UNSPEC]);
    assert.deepEqual(reply.binding.kind === 'client' && reply.binding.ias, []);
    const ia = { kind: 3, iaid: iaid(1), t1: seconds(0), t2: seconds(0), leases: leases.slice(0, 257) } as const;
    assert.deepEqual(codesOf(answerTo(secondary(), clientUpdate(1, [], { ias: [ia] }))), [UNSPEC], 'many leases in an IA');
    const empty = Array.from({ length: 257 }, (_, i) => ({ ...ia, iaid: iaid(i), leases: [] }));
    assert.deepEqual(codesOf(answerTo(secondary(), clientUpdate(1, [], { ias: empty }))), [UNSPEC], 'many IAs with nothing in them');
    const most = answerTo(secondary(), clientUpdate(1, leases.slice(0, 256)));
    assert.equal(codesOf(most).length, 256);
    assert.ok(encodeFailoverMessage(most, NOW).length < 65_535);
  });

  it('fills no log', () => {
    const box = secondary();
    for (let i = 0; i < 100; i += 1) codeFor(box, clientUpdate(1, [leaseUpdate('2001:db8:9::1')]));
    assert.deepEqual(box.log, [
      'warning: refused a binding update with ConfigurationConflict: the lease is in no pool of this relationship (2001:db8:9::1)',
    ]);
    box.now = at(11);
    codeFor(box, clientUpdate(1, [leaseUpdate('2001:db8:9::1')]));
    assert.match(box.log[1] ?? '', /\(and 99 more\)/);
  });

  it('is not routed to where no client is', () => {
    const box = secondary();
    const vendor = [{ code: 60, data: new Uint8Array(address('2001:db8::1')) }];
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(PREFIX)], { vendor })), 0);
    assert.equal(box.read(PREFIX).clientAddress, undefined);
    const linkLocal = [{ code: 60, data: new Uint8Array(address('fe80::1')) }];
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(ODD)], { vendor: linkLocal })), 0);
    assert.equal(box.read(ODD).clientAddress, undefined, 'no way leads through an address');
  });
});
