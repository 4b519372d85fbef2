import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, expired, handedOver } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, StatusCode, epochSeconds, seconds } from '../../../src/wire/index.ts';
import { address } from '../server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message } from '../server/client.ts';
import type { Answer } from '../server/client.ts';
import { MCLT, NORMAL_PRIMARY, START, pairedServer } from './paired-server.ts';
import type { PairedServer } from './paired-server.ts';

const { SOLICIT, REQUEST, RENEW, REBIND, RELEASE, DECLINE } = MessageType;
const RAPID_COMMIT = [{ code: OptionCode.RAPID_COMMIT, value: true }] as const;

function answered(answer: Answer | string): Answer {
  assert.ok(typeof answer !== 'string', `the message is answered, not dropped: ${answer as string}`);
  return answer;
}

/** Requests an address for IA 1; returns its text. */
function lease(box: PairedServer): string {
  const name = answered(box.ask(message(REQUEST, [iaNa(1)]))).ias[0]?.leases[0]?.name;
  assert.ok(name !== undefined, 'the client gets an address');
  return name;
}

/** Kept for the client, outside of the pools. */
const RESERVATION = {
  duid: CLIENT,
  iaid: undefined,
  linkLayerAddress: undefined,
  addresses: [address('2001:db8:1::2')],
  prefixes: [],
  options: [],
};

function slotOf(box: PairedServer): number {
  return box.table.firstOfClient(CLIENT, 0, CLIENT.length);
}

describe('a server whose link is in a failover relationship', () => {
  it('[F-RS-1] answers nothing that failover leaves to the partner', () => {
    const box = pairedServer();
    box.authority = { ...NORMAL_PRIMARY, answers: (type, addressed) => type !== SOLICIT && addressed };
    assert.equal(box.ask(message(SOLICIT, [iaNa(1)])), 'partner-answers');
    assert.equal(answered(box.ask(message(REQUEST, [iaNa(1)]))).type, MessageType.REPLY);
    assert.equal(box.ask(message(REBIND, [iaNa(1)])), 'partner-answers');
  });

  it('[F-LT-1, F-LT-2] gives a new lease for MCLT at most, and says so in the Advertise', () => {
    const box = pairedServer();
    const offered = answered(box.ask(message(SOLICIT, [iaNa(1)]))).ias[0];
    assert.equal(offered?.leases[0]?.valid, MCLT);
    const given = answered(box.ask(message(REQUEST, [iaNa(1)]))).ias[0];
    assert.equal(given?.leases[0]?.valid, MCLT);
    assert.equal(given.leases[0].preferred, MCLT);
  });

  it('[F-LT-1] tells what it gave alone for no longer than it might give it by now, late or while nothing can be written: its client may not know of it yet', () => {
    const box = pairedServer();
    box.authority = { ...NORMAL_PRIMARY, lifetimeFor: (desired) => desired };
    const name = lease(box);
    box.storage = { writable: false, lost: false };
    assert.ok((answered(box.ask(message(RENEW, [iaNa(1, name)]))).ias[0]?.leases[0]?.valid ?? 0) > MCLT, 'there is no limit');
    box.authority = NORMAL_PRIMARY;
    for (const [type, isLate] of [[RENEW, true], [RENEW, false], [REQUEST, false], [REBIND, false], [SOLICIT, false]] as const) {
      box.isLate = isLate;
      const ia = answered(box.ask(message(type, [iaNa(1, name)]))).ias[0];
      assert.deepEqual(ia?.leases.map((told) => [told.name, told.valid, told.preferred]), [[name, MCLT, MCLT]]);
      assert.deepEqual([ia.t1, ia.t2], [MCLT * 0.5, MCLT * 0.8], 'the client asks again before that ends');
    }
    const slot = slotOf(box);
    box.table.acknowledge(slot, box.table.records.stateExpirationTime(slot));
    assert.ok((answered(box.ask(message(RENEW, [iaNa(1, name)]))).ias[0]?.leases[0]?.valid ?? 0) > MCLT, 'nor is there, once the partner knows');
  });

  it('[F-LT-1] the same of a lease that is not extended any more: its client asks again until it ends', () => {
    const box = pairedServer();
    box.authority = { ...NORMAL_PRIMARY, lifetimeFor: (desired) => desired };
    lease(box);
    box.configure({ addressPools: [] });
    box.authority = NORMAL_PRIMARY;
    const ia = answered(box.ask(message(RENEW, [iaNa(1)]))).ias[0];
    assert.deepEqual([ia?.leases[0]?.valid, ia?.t1, ia?.t2], [MCLT, MCLT * 0.5, MCLT * 0.8]);
  });

  it('[F-LT-7] takes T1 and T2 from the actual lifetimes where those are cut', () => {
    const box = pairedServer();
    const given = answered(box.ask(message(REQUEST, [iaNa(1)]))).ias[0];
    assert.deepEqual([given?.t1, given?.t2], [MCLT / 2, MCLT * 0.8]);
  });

  it('[F-LT-2] gives the desired lifetime once the partner has acknowledged enough', () => {
    const box = pairedServer();
    lease(box);
    box.table.acknowledge(slotOf(box), box.table.records.partnerLifetime(slotOf(box)));
    box.now = START + MCLT / 2;
    const renewed = answered(box.ask(message(RENEW, [iaNa(1)]))).ias[0];
    assert.equal(renewed?.leases[0]?.valid, 2000);
  });

  it('[F-LT-5] gives the desired lifetime at once where nothing limits it: the partner is down', () => {
    const box = pairedServer();
    box.authority = { ...NORMAL_PRIMARY, lifetimeFor: (desired) => desired };
    assert.equal(answered(box.ask(message(REQUEST, [iaNa(1)]))).ias[0]?.leases[0]?.valid, 2000);
  });

  it('[F-RS-11] discards what names the partner\'s identifier, also where this box serves alone', () => {
    const box = pairedServer();
    const name = lease(box);
    for (const type of [REQUEST, RENEW, RELEASE, DECLINE]) {
      assert.equal(box.ask(message(type, [iaNa(1, name)], { server: OTHER_CLIENT })), 'other-server');
    }
  });

  it('[F-LT-3, F-DB-3] notes the partner-lifetime to send, and that the partner is to be told', () => {
    const box = pairedServer();
    lease(box);
    const { records } = box.table;
    assert.equal(records.partnerLifetime(slotOf(box)), START + MCLT / 2 + 2000);
    assert.equal(records.updateNeeded(slotOf(box)), true);
  });

  it('[F-LT-3, F-DB-3] notes both at a renewal as well', () => {
    const box = pairedServer();
    lease(box);
    const slot = slotOf(box);
    box.table.acknowledge(slot, box.table.records.partnerLifetime(slot));
    box.now = START + 100;
    box.ask(message(RENEW, [iaNa(1)]));
    assert.equal(box.table.records.partnerLifetime(slot), box.now + 1_000 + 2_000);
    assert.equal(box.table.records.updateNeeded(slot), true);
  });

  it('[F-LT-7] keeps the T1 and T2 of the file where it gives the whole lifetime', () => {
    const lifetimes = { preferred: seconds(1_000), valid: seconds(2_000), t1: seconds(100), t2: seconds(900) };
    const box = pairedServer();
    box.configure(({ addressPools }) => ({ addressPools: addressPools.map((pool) => ({ ...pool, lifetimes })) }));
    const times = (): readonly unknown[] => {
      const [ia] = answered(box.ask(message(REQUEST, [iaNa(1)]))).ias;
      return [ia?.t1, ia?.t2, ia?.leases[0]?.valid];
    };
    assert.deepEqual(times(), [MCLT / 2, MCLT * 0.8, MCLT]);
    box.authority = { ...NORMAL_PRIMARY, lifetimeFor: (desired) => desired };
    assert.deepEqual(times(), [100, 900, 2_000]);
  });

  it('gives leases of a pool that is exempt from failover for their whole time, and tells nobody', () => {
    const box = pairedServer();
    box.configure(({ addressPools }) => ({ addressPools: addressPools.map((pool) => ({ ...pool, share: 'whole', replicated: false })) }));
    for (const type of [SOLICIT, REQUEST, RENEW]) {
      assert.equal(answered(box.ask(message(type, [iaNa(1)]))).ias[0]?.leases[0]?.valid, 2_000);
    }
    assert.deepEqual([box.table.records.partnerLifetime(slotOf(box)), box.table.records.updateNeeded(slotOf(box))], [0, false]);
    box.ask(message(RELEASE, [iaNa(1, lease(box))]));
    assert.equal(box.table.records.status(slotOf(box)), BindingStatus.FREE, 'nobody has to know that it ended');
  });

  it('[R-XR3] tells the partner of a reserved lease outside of the pools, and of its end', () => {
    const box = pairedServer({ reservations: [RESERVATION] });
    const given = answered(box.ask(message(REQUEST, [iaNa(1)]))).ias[0]?.leases[0];
    assert.deepEqual([given?.name, given?.valid], ['2001:db8:1::2', MCLT]);
    const slot = slotOf(box);
    assert.equal(box.table.records.updateNeeded(slot), true);
    box.table.acknowledge(slot, box.table.records.partnerLifetime(slot));
    box.ask(message(RELEASE, [iaNa(1, '2001:db8:1::2')]));
    assert.deepEqual([box.table.records.status(slot), box.table.records.updateNeeded(slot)], [BindingStatus.RELEASED, true]);
  });

  it('[R-XR3] tells nobody of one where the link is in no relationship', () => {
    const box = pairedServer({ reservations: [RESERVATION], relationship: undefined, addressPools: [], prefixPools: [] });
    assert.equal(answered(box.ask(message(REQUEST, [iaNa(1)]))).ias[0]?.leases[0]?.valid, 2_000);
    assert.equal(box.table.records.updateNeeded(slotOf(box)), false);
    box.ask(message(RELEASE, [iaNa(1, '2001:db8:1::2')]));
    assert.equal(box.table.records.status(slotOf(box)), BindingStatus.FREE);
  });

  it('[S-CNF-3] confirms nothing on a link of which no prefix is known', () => {
    const box = pairedServer({ prefixes: [] });
    assert.equal(box.ask(message(MessageType.CONFIRM, [iaNa(1, '2001:db8:1::1')])), 'nothing-to-confirm');
  });

  it('[F-AL-20, F-AL-25] has prefixes for the partner, and takes them back', () => {
    const box = pairedServer();
    const [first, ...others] = box.server.takeForPartner(1, 1);
    assert.ok(first !== undefined && others.length === 0);
    box.table.put(handedOver(first, undefined, BindingStatus.FREE_BACKUP, epochSeconds(START), 1));
    assert.deepEqual(box.server.takeFromPartner(1, 2), [first]);
  });

  it('[F-AL-1] gives of its addresses only its own half', () => {
    const box = pairedServer();
    const last = Number.parseInt(lease(box).slice(-1), 16);
    assert.equal(last % 2, 1);
  });

  it('[F-LS-22] keeps a released lease from everybody until the partner knows', () => {
    const box = pairedServer();
    const name = lease(box);
    assert.equal(answered(box.ask(message(RELEASE, [iaNa(1, name)]))).status, StatusCode.Success);
    assert.equal(box.table.records.status(slotOf(box)), BindingStatus.RELEASED);
    assert.equal(box.table.records.updateNeeded(slotOf(box)), true);
    const other = answered(box.ask(message(REQUEST, [iaNa(1, name)], { client: OTHER_CLIENT }))).ias[0];
    assert.notEqual(other?.leases[0]?.name, name);
  });

  it('[F-LS-24] tells the partner of a declined address', () => {
    const box = pairedServer();
    const name = lease(box);
    box.table.acknowledge(slotOf(box), box.table.records.partnerLifetime(slotOf(box)));
    box.ask(message(DECLINE, [iaNa(1, name)]));
    assert.equal(box.table.records.status(slotOf(box)), BindingStatus.ABANDONED);
    assert.equal(box.table.records.updateNeeded(slotOf(box)), true);
  });

  it('[F-RS-8] makes no new lease where failover forbids it, and extends those on record', () => {
    const box = pairedServer();
    lease(box);
    box.authority = { ...NORMAL_PRIMARY, newLeases: false, alone: false };
    assert.equal(answered(box.ask(message(RENEW, [iaNa(1)]))).ias[0]?.leases[0]?.valid, MCLT);
    assert.equal(box.ask(message(RENEW, [iaNa(2)])), 'partner-may-know');
    assert.equal(box.ask(message(REQUEST, [iaPd(3)], { client: OTHER_CLIENT })), 'partner-may-know');
  });

  it('[F-RS-8] answers what is on record, and leaves out the IAs beside it that the partner may know', () => {
    for (const type of [SOLICIT, REQUEST, RENEW] as const) {
      const box = pairedServer();
      lease(box);
      box.authority = { ...NORMAL_PRIMARY, newLeases: false, alone: false };
      assert.deepEqual(answered(box.ask(message(type, [iaNa(2), iaNa(1)]))).ias.map(({ iaid }) => iaid), [1]);
    }
  });

  describe('when a lease ended and nothing was said of that', () => {
    const untold = { ...NORMAL_PRIMARY, alone: false, mayReturn: () => true };

    function expire(box: PairedServer): void {
      const slot = slotOf(box);
      box.now = box.table.records.stateExpirationTime(slot) + 10;
      box.table.put(expired(box.table.read(slot), epochSeconds(box.now), 9));
    }

    for (const type of [RENEW, REBIND] as const) {
      it(`[F-AL-31] extends it in answer to message type ${type}: the partner that is not heard may have done so before`, () => {
        const box = pairedServer();
        const name = lease(box);
        expire(box);
        box.authority = untold;
        const again = answered(box.ask(message(type, [iaNa(1, name)]))).ias[0];
        assert.deepEqual(again?.leases.map(({ name: other, valid }) => [other, valid]), [[name, MCLT]]);
        assert.equal(box.table.records.status(slotOf(box)), BindingStatus.ACTIVE);
        assert.equal(box.table.records.stateExpirationTime(slotOf(box)), box.now + MCLT);
        assert.equal(box.table.records.updateNeeded(slotOf(box)), true);
      });
    }

    it('[F-AL-31] gives it back to a client that asks anew, expired or released, with what was promised of it', () => {
      for (const status of [BindingStatus.EXPIRED, BindingStatus.RELEASED]) {
        const box = pairedServer();
        const name = lease(box);
        const slot = slotOf(box);
        box.table.acknowledge(slot, epochSeconds(START + 100));
        if (status === BindingStatus.EXPIRED) expire(box);
        else box.ask(message(RELEASE, [iaNa(1, name)]));
        assert.notEqual(answered(box.ask(message(SOLICIT, [iaNa(1)]))).ias[0]?.leases[0]?.name, name, 'not when the partner was told');
        box.authority = untold;
        assert.equal(answered(box.ask(message(SOLICIT, [iaNa(1)]))).ias[0]?.leases[0]?.name, name);
        assert.equal(answered(box.ask(message(REQUEST, [iaNa(1, name)]))).ias[0]?.leases[0]?.name, name);
        assert.equal(box.table.records.ackedPartnerLifetime(slot), START + 100);
        assert.equal(box.table.size, 1);
      }
    });

    it('a Release or Decline of it changes nothing', () => {
      const box = pairedServer();
      const name = lease(box);
      expire(box);
      box.authority = untold;
      for (const type of [RELEASE, DECLINE] as const) {
        assert.equal(answered(box.ask(message(type, [iaNa(1, name)]))).ias[0]?.status, StatusCode.NoBinding);
        assert.equal(box.table.records.status(slotOf(box)), BindingStatus.EXPIRED);
      }
    });

    it('[F-AL-31] does not extend what the client gave back, or what is in no pool of the link any more', () => {
      const released = pairedServer();
      const name = lease(released);
      released.ask(message(RELEASE, [iaNa(1, name)]));
      released.authority = untold;
      assert.equal(answered(released.ask(message(RENEW, [iaNa(1, name)]))).ias[0]?.status, StatusCode.NoBinding);
      const elsewhere = pairedServer();
      lease(elsewhere);
      expire(elsewhere);
      elsewhere.configure({ addressPools: [] });
      elsewhere.authority = untold;
      assert.equal(answered(elsewhere.ask(message(RENEW, [iaNa(1)]))).ias[0]?.status, StatusCode.NoBinding);
    });

    it('does not extend it for another IA, or where the partner was told', () => {
      const box = pairedServer();
      const name = lease(box);
      expire(box);
      box.authority = untold;
      assert.equal(answered(box.ask(message(RENEW, [iaNa(2, name)]))).ias[0]?.status, StatusCode.NoBinding);
      assert.equal(answered(box.ask(message(RENEW, [iaPd(1)]))).ias[0]?.status, StatusCode.NoBinding, 'an IA_PD with the same IAID');
      box.authority = { ...untold, mayReturn: () => false };
      assert.equal(answered(box.ask(message(RENEW, [iaNa(1, name)]))).ias[0]?.status, StatusCode.NoBinding);
    });
  });

  it('[F-LT-54] extends a lease whose end has passed here while the partner may have told the client a later one', () => {
    const box = pairedServer();
    const name = lease(box);
    const slot = slotOf(box);
    const known = box.table.read(slot);
    box.table.put({ ...known, clientLastTransactionTime: epochSeconds(0), partnerRawCltTime: known.clientLastTransactionTime, expirationTime: epochSeconds(START + 9_000) });
    box.authority = { ...NORMAL_PRIMARY, alone: false };
    box.now = START + 8_999;
    box.storage = { writable: false, lost: false };
    for (const type of [REQUEST, RENEW, REBIND]) assert.equal(box.ask(message(type, [iaNa(1, name)])), 'storage-unavailable', 'its client is not told that it is over');
    box.storage = { writable: true, lost: false };
    assert.equal(answered(box.ask(message(REBIND, [iaNa(1, name)]))).ias[0]?.leases[0]?.name, name);
    box.table.put({ ...box.table.read(slot), clientLastTransactionTime: epochSeconds(0), stateExpirationTime: known.stateExpirationTime });
    box.now = START + 9_000;
    assert.equal(box.ask(message(REBIND, [iaNa(1, name)])), 'partner-may-know');
  });

  describe('where the partner may answer the same clients', () => {
    const both = { ...NORMAL_PRIMARY, alone: false };

    it('[R-XR5] answers a Solicit with Rapid Commit by an Advertise', () => {
      const box = pairedServer({ rapidCommit: true });
      assert.equal(answered(box.ask(message(SOLICIT, [iaNa(1)], { options: RAPID_COMMIT }))).type, MessageType.REPLY);
      box.authority = both;
      const other = box.ask(message(SOLICIT, [iaNa(1)], { client: OTHER_CLIENT, options: RAPID_COMMIT }));
      assert.equal(answered(other).type, MessageType.ADVERTISE);
    });

    it('[R-XR5] makes no lease in answer to a Renew', () => {
      const box = pairedServer();
      box.authority = both;
      assert.equal(answered(box.ask(message(RENEW, [iaNa(1)]))).ias[0]?.status, StatusCode.NoBinding);
    });

    it('[R-XR5] is silent to a Rebind for a lease that only the partner may know', () => {
      const box = pairedServer({ rapidCommit: true });
      box.authority = both;
      assert.equal(box.ask(message(REBIND, [iaNa(1, '2001:db8:1::101')])), 'partner-may-know');
      assert.equal(box.table.size, 0);
    });
  });

  it('[R-ST2] says nothing of what is left of a lease, where nobody knows how much that is, and nothing of it can be written', () => {
    const box = pairedServer();
    lease(box);
    box.table.moveTimes(() => ({ by: 0, label: 7 }), () => false);
    box.storage = { writable: false, lost: false };
    for (const type of [SOLICIT, REQUEST, RENEW, REBIND]) assert.equal(box.ask(message(type, [iaNa(1)])), 'storage-unavailable', String(type));
    box.storage = { writable: true, lost: false };
    assert.equal(answered(box.ask(message(RENEW, [iaNa(1)]))).ias[0]?.leases[0]?.valid, MCLT);
  });

  it('[R-ST2] ends a lease that it may not extend, and of which nobody knows how much is left', () => {
    const box = pairedServer();
    lease(box);
    box.configure({ addressPools: [] });
    assert.equal(answered(box.ask(message(RENEW, [iaNa(1)]))).ias[0]?.leases[0]?.valid, MCLT, 'what is left is told');
    box.table.moveTimes(() => ({ by: 0, label: 7 }), () => false);
    assert.equal(answered(box.ask(message(RENEW, [iaNa(1)]))).ias[0]?.leases[0]?.valid, 0);
  });

  it('notes that a client was heard which it tells what is left, while stable storage takes no writes: not for an Advertise, not for its own pools', () => {
    const box = pairedServer();
    lease(box);
    const slot = slotOf(box);
    box.storage = { writable: false, lost: false };
    box.now += 100;
    answered(box.ask(message(SOLICIT, [iaNa(1)])));
    assert.equal(box.table.told.has(slot), false, 'an offer promises nothing');
    for (const type of [REQUEST, RENEW, REBIND]) {
      box.table.told.forget(slot);
      answered(box.ask(message(type, [iaNa(1)])));
      assert.equal(box.table.told.has(slot), true);
    }
    const single = pairedServer((link) => ({ addressPools: link.addressPools.map((pool) => ({ ...pool, share: 'whole', replicated: false })) }));
    lease(single);
    single.storage = { writable: false, lost: false };
    answered(single.ask(message(RENEW, [iaNa(1)])));
    assert.equal(single.table.told.size, 0);
  });
});
