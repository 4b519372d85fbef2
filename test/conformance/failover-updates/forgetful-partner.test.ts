import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, NEVER } from '../../../src/lease/index.ts';
import { FailoverMessageType, FailoverStatusCode, epochSeconds } from '../../../src/wire/index.ts';
import { NOW, binding, duid } from '../../unit/lease/leases.ts';
import { Box, MCLT } from './box.ts';
import { clientUpdate, codeFor, endlessUpdate, leaseUpdate, prefixUpdate } from './messages.ts';
import { Pair, exchange } from './pair.ts';

const ODD = '2001:db8:1::1';

describe('a partner that lost records (RFC 8156 8.5, 8.6)', () => {
  it('[F-LS-22] a lease that ended is not free because a box without its records says yes, but when that box is in NORMAL again', () => {
    const pair = new Pair({ settings: { pools: [0] } });
    const { primary, secondary } = pair;
    const lease = '2001:db8:1::1';
    primary.has(binding(lease, { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER, updateNeeded: true }));
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    primary.flow.serveRequest('all', 1);
    primary.endStep();
    exchange(pair, primary, secondary);
    assert.deepEqual(primary.done, [1]);
    assert.equal(primary.read(lease).status, BindingStatus.EXPIRED, 'it may have told a client of a later end before it forgot');
    primary.now = epochSeconds(primary.now + 60);
    secondary.now = primary.now;
    for (const box of pair.boxes) {
      box.flow.setMode('normal');
      box.endStep();
    }
    exchange(pair, primary, secondary);
    assert.equal(primary.read(lease).status, BindingStatus.FREE);
  });

  it('[F-UP-9] disowns prefixes again a second after that could not be stored, but for those that the primary spoke of since', () => {
    const pair = new Pair({ settings: { pools: [0, 1] } });
    const { primary, secondary } = pair;
    const own = { status: BindingStatus.FREE_BACKUP, duid: duid(0).subarray(0, 0) as ReturnType<typeof duid>, stateExpirationTime: NEVER };
    primary.has(binding('2001:db8:2:100::/56', own));
    for (const number of ['100', '200']) secondary.has(binding(`2001:db8:2:${number}::/56`, own));
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    secondary.flow.askedForEverything();
    secondary.endStep();
    secondary.fail();
    assert.equal(secondary.flow.wakeAt(), secondary.now + 1);
    assert.equal(secondary.writes.length, 0, 'not at once');
    primary.flow.serveRequest('all', 1);
    primary.endStep();
    exchange(pair, primary, secondary);
    secondary.now = epochSeconds(secondary.now + 1);
    secondary.endStep();
    secondary.commit();
    assert.equal(secondary.read('2001:db8:2:100::/56').status, BindingStatus.FREE_BACKUP);
    assert.equal(secondary.durable.get('2001:db8:2:200::/56')?.status, BindingStatus.FREE);
    secondary.now = epochSeconds(secondary.now + 1);
    secondary.endStep();
    assert.equal(secondary.writes.length, 0, 'that was all');
  });

  it('[F-UP-9] a primary that does not know whose a prefix is does not tell the secondary, which asks for all as well, that it has it', () => {
    const pair = new Pair({ settings: { pools: [1] } });
    pair.replace('primary', new Box('primary', { settings: { pools: [1] }, isRebuilding: true }));
    const { primary, secondary } = pair;
    const own = { status: BindingStatus.FREE_BACKUP, duid: duid(0).subarray(0, 0) as ReturnType<typeof duid>, stateExpirationTime: NEVER };
    const [kept, lost] = ['2001:db8:2:100::/56', '2001:db8:2:200::/56'];
    for (const prefix of [kept, lost]) primary.has(binding(prefix, own));
    secondary.has(binding(kept, own));
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    primary.flow.askedForEverything();
    for (const box of pair.boxes) {
      box.flow.serveRequest('all', 1);
      box.endStep();
    }
    for (const [from, to] of [[primary, secondary], [secondary, primary], [primary, secondary]] as const) {
      for (const message of from.outbox.splice(0)) to.receive(message);
      while (to.writes.length > 0) to.commit();
    }
    primary.flow.everythingTold();
    primary.endStep();
    primary.commit();
    assert.deepEqual(pair.boxes.map(({ done }) => done), [[1], [1]]);
    assert.equal(primary.read(lost).status, BindingStatus.FREE, 'the secondary has no record of it');
    assert.equal(secondary.durable.has(lost), false, 'and gets none');
    for (const box of pair.boxes) assert.equal(box.read(kept).status, BindingStatus.FREE_BACKUP);
  });

  it('[F-UP-9] a primary takes back what the secondary says is free, as what that says nothing of, also where its own record is no older', () => {
    const box = new Box('primary', { isRebuilding: true }).open();
    const prefix = '2001:db8:2:100::/56';
    box.has(binding(prefix, { status: BindingStatus.FREE_BACKUP, stateExpirationTime: NEVER, clientLastTransactionTime: epochSeconds(NOW - 90), startTimeOfState: NOW, updateNeeded: true }));
    box.flow.askedForEverything();
    assert.equal(codeFor(box, prefixUpdate(endlessUpdate(prefix, { bindingStatus: BindingStatus.FREE, cltTime: undefined }))), FailoverStatusCode.OutdatedBindingInformation);
    assert.equal(box.read(prefix).status, BindingStatus.FREE_BACKUP);
    box.flow.everythingTold();
    box.endStep();
    box.commit();
    assert.equal(box.read(prefix).status, BindingStatus.FREE);
  });

  it('keeps a lease whose record it lost for as long as it may have promised it: MCLT behind what the partner was told', () => {
    const told = leaseUpdate(ODD, { cltTime: epochSeconds(NOW - 90), stateExpirationTime: epochSeconds(NOW + 60), partnerLifetime: epochSeconds(NOW + 60), expirationTime: epochSeconds(NOW + 600) });
    const empty = new Box('secondary').open();
    assert.equal(codeFor(empty, clientUpdate(1, [told])), 0);
    assert.deepEqual([empty.read(ODD).stateExpirationTime, empty.read(ODD).updateNeeded], [NOW + 600 + MCLT, true]);
    for (const [lead, end] of [[1, 3_600 + 61], [0, 3_600 + 60], [-10, 3_600 + 50], [-3_600, 60]] as const) {
      const box = new Box('secondary').open();
      assert.equal(codeFor(box, clientUpdate(1, [{ ...told, expirationTime: epochSeconds(NOW + 60 + lead) }])), 0);
      const { stateExpirationTime, updateNeeded } = box.read(ODD);
      assert.deepEqual([stateExpirationTime, updateNeeded], [NOW + end, end > 60], `${String(lead)} s later than what the partner promised itself`);
    }
    const ofPartner = new Box('secondary').open();
    assert.equal(codeFor(ofPartner, clientUpdate(1, [{ ...told, expirationTime: undefined }])), 0);
    assert.deepEqual([ofPartner.read(ODD).stateExpirationTime, ofPartner.read(ODD).updateNeeded], [NOW + 60, false]);
  });

  it('takes a lease that expired for its partner alone for leased, for as long as it may have promised it, while it is told everything again', () => {
    const pair = new Pair({ settings: { pools: [0] } });
    pair.replace('primary', new Box('primary', { settings: { pools: [0] }, isRebuilding: true }));
    const { primary, secondary } = pair;
    const over = { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER, startTimeOfState: epochSeconds(NOW - 20), updateNeeded: true };
    secondary.has(binding(ODD, { ...over, expirationTime: epochSeconds(NOW + 40) }));
    secondary.has(binding('2001:db8:1::3', { ...over, expirationTime: epochSeconds(NOW - 30) }));
    for (const box of pair.boxes) {
      box.open();
      box.flow.setMode('serve-only');
    }
    secondary.flow.serveRequest('all', 1);
    secondary.endStep();
    exchange(pair, secondary, primary);
    assert.deepEqual([primary.read(ODD).status, primary.read(ODD).stateExpirationTime, primary.read(ODD).updateNeeded], [BindingStatus.ACTIVE, NOW + 40 + MCLT, true]);
    const other = primary.read('2001:db8:1::3');
    assert.deepEqual([other.status, other.stateExpirationTime], [BindingStatus.ACTIVE, NOW - 30 + MCLT], 'it may have given MCLT behind a promise that is over');
  });

  it('nor does a Release that its partner alone heard end what it may have told the client since, by its word until then', () => {
    for (const status of [BindingStatus.RELEASED, BindingStatus.RESET]) {
      for (const before of [undefined, { clientLastTransactionTime: epochSeconds(NOW - 60), startTimeOfState: epochSeconds(NOW - 60), stateExpirationTime: epochSeconds(NOW + 10) }]) {
        const pair = new Pair({ settings: { pools: [0] } });
        pair.replace('primary', new Box('primary', { settings: { pools: [0] }, isRebuilding: true }));
        const { primary, secondary } = pair;
        if (before !== undefined) primary.has(binding(ODD, before));
        const heard = { clientLastTransactionTime: epochSeconds(NOW - 20), startTimeOfState: epochSeconds(NOW - 20), partnerRawCltTime: epochSeconds(NOW - 60) };
        secondary.has(binding(ODD, { ...heard, status, stateExpirationTime: NEVER, updateNeeded: true, expirationTime: epochSeconds(NOW + 40) }));
        for (const box of pair.boxes) {
          box.open();
          box.flow.setMode('serve-only');
        }
        secondary.flow.serveRequest('all', 1);
        secondary.endStep();
        exchange(pair, secondary, primary);
        assert.deepEqual([primary.read(ODD).status, primary.read(ODD).stateExpirationTime, primary.read(ODD).updateNeeded], [BindingStatus.ACTIVE, NOW + 40 + MCLT, true]);
        primary.isRebuilding = false;
        for (const box of pair.boxes) {
          box.now = epochSeconds(NOW + 30);
          box.flow.setMode('normal');
          box.endStep();
        }
        exchange(pair, primary, secondary);
        for (const box of pair.boxes) assert.deepEqual([box.read(ODD).status, box.read(ODD).stateExpirationTime], [BindingStatus.ACTIVE, NOW + 40 + MCLT], 'its partner believes that');
      }
    }
  });

  it('but one that comes later does', () => {
    const box = new Box('primary', { isRebuilding: true }).open();
    const released = endlessUpdate(ODD, { bindingStatus: BindingStatus.RELEASED, cltTime: epochSeconds(NOW - 20), startTimeOfState: epochSeconds(NOW - 20), expirationTime: epochSeconds(NOW + 40) });
    assert.equal(codeFor(box, clientUpdate(1, [released])), 0);
    box.isRebuilding = false;
    box.now = epochSeconds(NOW + 30);
    const later = { ...released, cltTime: epochSeconds(NOW + 20), startTimeOfState: epochSeconds(NOW + 20) };
    assert.equal(codeFor(box, clientUpdate(1, [later], { baseTime: box.now })), 0);
    assert.equal(box.read(ODD).status, BindingStatus.FREE);
  });

  it('keeps a lease of which it has an old record for as long as it may have promised it since, while it is told everything again', () => {
    const told = leaseUpdate(ODD, { cltTime: epochSeconds(NOW - 90), stateExpirationTime: epochSeconds(NOW + 60), partnerLifetime: epochSeconds(NOW + 60), expirationTime: epochSeconds(NOW + 600) });
    const cases = [
      { what: 'the same client', before: { ackedPartnerLifetime: epochSeconds(NOW + 600), stateExpirationTime: epochSeconds(NOW + 30), clientLastTransactionTime: epochSeconds(NOW - 120) } },
      { what: 'free at that time', before: { status: BindingStatus.FREE, stateExpirationTime: NEVER, clientLastTransactionTime: epochSeconds(NOW - 900), startTimeOfState: epochSeconds(NOW - 900) } },
    ];
    for (const { what, before } of cases) {
      for (const isRebuilding of [true, false]) {
        const box = new Box('secondary', { isRebuilding }).open();
        box.has(binding(ODD, before));
        assert.equal(codeFor(box, clientUpdate(1, [told])), 0, what);
        assert.deepEqual([box.read(ODD).stateExpirationTime, box.read(ODD).updateNeeded], isRebuilding ? [NOW + 600 + MCLT, true] : [NOW + 60, false], what);
      }
    }
  });

  it('takes up again what expired in its old record, and what it may have extended since', () => {
    const told = leaseUpdate(ODD, { cltTime: undefined, startTimeOfState: epochSeconds(NOW - 90), stateExpirationTime: epochSeconds(NOW - 30), partnerLifetime: epochSeconds(NOW - 30), partnerRawCltTime: epochSeconds(NOW - 90) });
    const before = { status: BindingStatus.EXPIRED, stateExpirationTime: NEVER, startTimeOfState: epochSeconds(NOW - 10), clientLastTransactionTime: epochSeconds(NOW - 90), updateNeeded: true };
    for (const [promised, isRebuilding, isHeld] of [[40, true, true], [1 - MCLT, true, true], [-MCLT, true, false], [40, false, false]] as const) {
      const box = new Box('primary', { isRebuilding }).open();
      box.has(binding(ODD, before));
      const code = codeFor(box, clientUpdate(1, [{ ...told, expirationTime: epochSeconds(NOW + promised) }]));
      const { status, stateExpirationTime } = box.read(ODD);
      const expected = isHeld ? [0, BindingStatus.ACTIVE, NOW + promised + MCLT] : [FailoverStatusCode.OutdatedBindingInformation, BindingStatus.EXPIRED, NEVER];
      assert.deepEqual([code, status, stateExpirationTime], expected, `${String(promised)} ${String(isRebuilding)}`);
    }
  });

  it('believes that a lease is free that it still has as leased in an old record, where its client was not heard later', () => {
    const before = { stateExpirationTime: epochSeconds(NOW + 300), clientLastTransactionTime: epochSeconds(NOW - 90), startTimeOfState: epochSeconds(NOW - 90), updateNeeded: false };
    for (const status of [BindingStatus.FREE, BindingStatus.EXPIRED]) {
      for (const [heard, isRebuilding, isBelieved] of [[-60, true, true], [-120, true, false], [-60, false, false]] as const) {
        const box = new Box('secondary', { isRebuilding }).open();
        box.has(binding(ODD, before));
        const free = endlessUpdate(ODD, { bindingStatus: status, cltTime: epochSeconds(NOW + heard), startTimeOfState: epochSeconds(NOW + heard) });
        assert.equal(codeFor(box, clientUpdate(1, [free])), isBelieved ? 0 : FailoverStatusCode.OutdatedBindingInformation);
        assert.equal(box.read(ODD).status, isBelieved ? BindingStatus.FREE : BindingStatus.ACTIVE, `${String(status)} ${String(heard)} ${String(isRebuilding)}`);
      }
    }
  });

  it('believes, as the primary, that it gave a lease to another client than its old record has, where the partner knows that from it', () => {
    const before = { duid: duid(2), startTimeOfState: epochSeconds(NOW - 900), clientLastTransactionTime: epochSeconds(NOW - 700), stateExpirationTime: epochSeconds(NOW + 30) };
    for (const [given, isRebuilding, code] of [[-600, true, 0], [-1_000, true, FailoverStatusCode.AddressInUse], [-600, false, FailoverStatusCode.AddressInUse]] as const) {
      const box = new Box('primary', { isRebuilding }).open();
      box.has(binding(ODD, { ...before, ackedPartnerLifetime: epochSeconds(NOW + 100) }));
      const told = leaseUpdate(ODD, { cltTime: undefined, startTimeOfState: epochSeconds(NOW + given), partnerRawCltTime: epochSeconds(NOW + given), stateExpirationTime: epochSeconds(NOW - 20), expirationTime: epochSeconds(NOW + 40) });
      assert.equal(codeFor(box, clientUpdate(1, [told])), code);
      const { duid: client, stateExpirationTime, ackedPartnerLifetime } = box.read(ODD);
      const expected = code === 0 ? [duid(1), NOW + 40 + MCLT, 0] : [duid(2), NOW + 30, NOW + 100];
      assert.deepEqual([client, stateExpirationTime, ackedPartnerLifetime], expected, `${String(given)} ${String(isRebuilding)}`);
    }
  });

  it('[R-ST1, F-LT-10] what records of an old database say was acknowledged is void, also where the disk gives it back; what is acknowledged since counts', () => {
    const box = new Box('primary', { settings: { pools: [0] } }).open();
    const acked = { ackedPartnerLifetime: epochSeconds(NOW + 600), updateNeeded: false };
    const [prefix, later, other] = ['2001:db8:2:100::/56', '2001:db8:1::3', '2001:db8:1::5'] as const;
    box.has(binding(ODD, { ...acked, revision: 5 }), binding(other, { ...acked, revision: 4 }), binding(later, { ...acked, revision: 6 }), binding(prefix, { ...acked, revision: 5 }));
    box.flow.voidAcknowledgements(5);
    const fromNow = (time: number): number => (time === 0 ? 0 : time - NOW);
    const promises = (text: string): readonly number[] => [fromNow(box.read(text).ackedPartnerLifetime), fromNow(box.read(text).partnerLifetime)];
    assert.deepEqual([ODD, other].map(promises), [[0, 600], [0, 600]]);
    assert.deepEqual([later, prefix].map(promises), [[600, 0], [600, 0]], 'one of a later commit, and one of no relationship of this');
    box.has(binding(ODD, { ...acked, revision: 5 }));
    box.flow.unlocked([box.slot(ODD)]);
    assert.deepEqual(promises(ODD), [0, 600], 'a write failed, and what the disk has was read again');
    box.flow.unlocked([box.slot(later)]);
    assert.deepEqual(promises(later), [600, 0]);
    box.flow.setMode('normal');
    box.endStep();
    box.change({ ...box.lease(ODD), revision: 7 });
    const [sent] = box.take(FailoverMessageType.BNDUPD);
    assert.ok(sent?.type === FailoverMessageType.BNDUPD && sent.binding.kind === 'client');
    const ias = sent.binding.ias.map((ia) => ({ ...ia, leases: ia.leases.map((lease) => ({ ...lease, partnerLifetimeSent: lease.partnerLifetime, partnerLifetime: undefined })) }));
    box.receive({ type: FailoverMessageType.BNDREPLY, transactionId: sent.transactionId, binding: { ...sent.binding, baseTime: undefined, ias } });
    assert.deepEqual(promises(ODD), [261_000, 0]);
  });

  it('does not take what expired for its partner for a word of the client: what the client told the partner since is believed', () => {
    const box = new Box('primary', { isRebuilding: true }).open();
    const heard = epochSeconds(NOW - 90);
    box.has(binding(ODD, { clientLastTransactionTime: heard, startTimeOfState: heard }));
    const over = endlessUpdate(ODD, { bindingStatus: BindingStatus.EXPIRED, cltTime: epochSeconds(NOW - 60), startTimeOfState: epochSeconds(NOW - 50), expirationTime: epochSeconds(NOW - 50) });
    assert.equal(codeFor(box, clientUpdate(1, [over])), 0);
    assert.deepEqual([box.read(ODD).status, box.read(ODD).clientLastTransactionTime], [BindingStatus.ACTIVE, heard]);
    box.isRebuilding = false;
    const since = epochSeconds(NOW - 30);
    assert.equal(codeFor(box, clientUpdate(1, [endlessUpdate(ODD, { bindingStatus: BindingStatus.RELEASED, cltTime: since, startTimeOfState: since })])), 0);
    assert.equal(box.read(ODD).status, BindingStatus.FREE);
  });

  it('holds what its old record has as leased to the later of that end and of what it may have promised since', () => {
    for (const own of [MCLT, MCLT - 100]) {
      const box = new Box('primary', { isRebuilding: true }).open();
      box.has(binding(ODD, { stateExpirationTime: epochSeconds(NOW + own), clientLastTransactionTime: epochSeconds(NOW - 90), startTimeOfState: epochSeconds(NOW - 90) }));
      const over = endlessUpdate(ODD, { bindingStatus: BindingStatus.EXPIRED, cltTime: epochSeconds(NOW - 60), startTimeOfState: epochSeconds(NOW - 20), expirationTime: epochSeconds(NOW - 50) });
      assert.equal(codeFor(box, clientUpdate(1, [over])), 0);
      assert.deepEqual([box.read(ODD).status, box.read(ODD).stateExpirationTime, box.read(ODD).updateNeeded], [BindingStatus.ACTIVE, NOW + Math.max(own, MCLT - 50), true]);
    }
  });
});
