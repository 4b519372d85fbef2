import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, expired } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, StatusCode, epochSeconds } from '../../../src/wire/index.ts';
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

    it('does not extend it for another IA, or where the partner was told', () => {
      const box = pairedServer();
      const name = lease(box);
      expire(box);
      box.authority = untold;
      assert.equal(answered(box.ask(message(RENEW, [iaNa(2, name)]))).ias[0]?.status, StatusCode.NoBinding);
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
});
