import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus, LeaseKind } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { type Duid, FailoverMessageType, FailoverStatusCode, epochSeconds, seconds } from '../../../src/wire/index.ts';
import { NOW, binding, duid, pool } from '../../unit/lease/leases.ts';
import { toHandOver } from '../../../src/failover/pool-balance/share.ts';
import { Box, type BoxOptions } from './box.ts';
import { clientUpdate, codeFor, endlessUpdate, leaseUpdate, prefixUpdate, update } from './messages.ts';
import { Pair, assertAgree } from './pair.ts';

const NEVER = epochSeconds(0xffffffff);
const NOBODY = new Uint8Array(0) as Duid;
const { FREE, FREE_BACKUP } = BindingStatus;

/** 16 prefixes. */
function smallPool(role: 'primary' | 'secondary', settings: BoxOptions['settings'] = {}): BoxOptions {
  return {
    pools: [pool('2001:db8:1::/64', 'random', role), pool('2001:db8:2::/52 of /56', 'sequential', role)],
    settings,
  };
}

function pairOf(settings: BoxOptions['settings'] = {}): Pair {
  const pair = new Pair();
  for (const role of ['primary', 'secondary'] as const) pair.replace(role, new Box(role, smallPool(role, settings)));
  return pair;
}

function available(box: Box): readonly [primary: number, secondary: number] {
  const prefixes = box.table.pools.pool(1);
  return [prefixes.available('primary'), prefixes.available('secondary')];
}

/** What the allocator would give to a new client. */
function offered(box: Box, client: number): string {
  box.allocator.startMessage(box.now, (slot) => box.flow.mayReturn(slot));
  const found = box.allocator.find([1], duid(client), 1 as Binding['iaid'], undefined);
  return found.outcome === 'found' ? box.allocatedName(found) : found.outcome;
}

describe('delegable prefixes (RFC 8156 4.2.2)', () => {
  it('[F-AL-20] [F-AL-27] [F-SM-60] all belong to the primary, which gives the secondary its part', () => {
    const pair = pairOf();
    assert.deepEqual(available(pair.primary), [16, 0]);
    pair.connect();
    pair.settle();
    assert.deepEqual(available(pair.primary), [8, 8]);
    assert.deepEqual(available(pair.secondary), [8, 8]);
    assertAgree(pair);
    const other = pairOf({ prefixShare: 0.25 }).connect();
    other.settle();
    assert.deepEqual(available(other.secondary), [12, 4]);
  });

  it('[F-AL-27] the secondary asks when it has told all, once', () => {
    const box = new Box('secondary', smallPool('secondary')).open(1);
    box.has(binding('2001:db8:1::2', { updateNeeded: true }));
    box.flow.setMode('normal');
    box.endStep();
    assert.deepEqual(box.take(FailoverMessageType.POOLREQ), []);
    const partner = new Box('primary', smallPool('primary')).open();
    for (const message of box.take(FailoverMessageType.BNDUPD)) partner.receive(message);
    partner.commit();
    for (const reply of partner.take(FailoverMessageType.BNDREPLY)) box.receive(reply);
    assert.equal(box.take(FailoverMessageType.POOLREQ).length, 1);
    box.flow.setMode('normal');
    box.endStep();
    assert.deepEqual(box.take(FailoverMessageType.POOLREQ), []);
    box.change(box.release('2001:db8:1::2'));
    const [sent] = box.take(FailoverMessageType.BNDUPD);
    assert.ok(sent?.type === FailoverMessageType.BNDUPD && sent.binding.kind === 'client');
    const status = { code: FailoverStatusCode.UnspecFail, text: '' };
    box.receive({ type: FailoverMessageType.BNDREPLY, transactionId: sent.transactionId, binding: { ...sent.binding, baseTime: undefined, status } });
    box.now = box.flow.wakeAt();
    box.endStep();
    assert.equal(box.flow.counters.scans, 2, 'what was refused is told again');
    assert.deepEqual(box.take(FailoverMessageType.POOLREQ), []);
  });

  it('[F-MSG-3] [F-MSG-4] [F-MSG-24] POOLREQ is answered with its transaction-id, and has the balance looked at', () => {
    const box = new Box('primary', smallPool('primary')).open();
    box.flow.setMode('normal');
    box.receive({ type: FailoverMessageType.POOLREQ, transactionId: 0x4711 });
    assert.deepEqual(box.take(FailoverMessageType.POOLRESP).map(({ transactionId }) => transactionId), [0x4711]);
    while (box.writes.length > 0) box.commit();
    assert.equal(box.takeUpdates().length, 8);
    const early = new Box('primary', smallPool('primary')).open();
    early.receive({ type: FailoverMessageType.POOLREQ, transactionId: 1 });
    assert.equal(early.take(FailoverMessageType.POOLRESP).length, 1, 'whenever there is contact');
  });

  it('[F-GAP-23] POOLREQ to a secondary and POOLRESP to a primary are logged and ignored', () => {
    for (const [role, type] of [['secondary', FailoverMessageType.POOLREQ], ['primary', FailoverMessageType.POOLRESP]] as const) {
      const box = new Box(role, smallPool(role, { prefixShare: 0 })).open();
      box.flow.setMode('normal');
      box.endStep();
      box.outbox = [];
      box.receive({ type, transactionId: 1 });
      assert.deepEqual(box.outbox, []);
      assert.equal(box.flow.counters.protocolErrors, 1);
      assert.equal(box.log.length, 1);
    }
  });

  it('[F-AL-21] a delegation that ended belongs to the primary, whoever made it', () => {
    const pair = pairOf({ rebalanceThreshold: 0.9 }).connect();
    pair.settle();
    const name = offered(pair.secondary, 1);
    pair.secondary.change(pair.secondary.lease(name, 1));
    pair.settle();
    assert.equal(pair.primary.read(name).status, BindingStatus.ACTIVE);
    pair.secondary.change(pair.secondary.release(name));
    pair.settle();
    for (const box of pair.boxes) assert.equal(box.read(name).status, FREE);
  });

  it('[F-AL-22] each gives of its own only', () => {
    const pair = pairOf().connect();
    pair.settle();
    for (const box of pair.boxes) {
      const given: string[] = [];
      for (let client = 1; ; client += 1) {
        const name = offered(box, client);
        if (name === 'exhausted') break;
        given.push(name);
        box.has(binding(name, { duid: duid(client) }));
      }
      assert.equal(given.length, 8, box.role);
    }
  });

  it('[F-AL-24] what is given is used no more, from before the secondary hears of it', () => {
    const box = new Box('primary', smallPool('primary')).open();
    box.flow.setMode('normal');
    box.endStep();
    assert.deepEqual(box.outbox, [], 'it is told when that is durable');
    assert.deepEqual(available(box), [8, 0], 'locked, it is nobody\'s');
    while (box.writes.length > 0) box.commit();
    assert.deepEqual(available(box), [8, 8]);
    assert.equal(box.takeUpdates().length, 8);
  });

  it('[F-AL-25] [F-BR-7] [F-LS-29] the primary takes prefixes back, and uses them when the secondary agreed', () => {
    const pair = pairOf({ prefixShare: 0.25 });
    const { primary, secondary } = pair;
    for (let i = 0; i < 8; i += 1) {
      const given = binding(`2001:db8:2:${i}00::/56`, { status: FREE_BACKUP, duid: NOBODY, stateExpirationTime: NEVER, clientLastTransactionTime: epochSeconds(0), startTimeOfState: epochSeconds(NOW - 900) });
      for (const box of pair.boxes) box.has(given);
    }
    pair.connect();
    primary.commit();
    const asked = primary.outbox.filter(({ type }) => type === FailoverMessageType.BNDUPD);
    assert.equal(asked.length, 4);
    assert.deepEqual(available(primary), [8, 8], 'not its own yet');
    pair.settle();
    assert.deepEqual(available(primary), [12, 4]);
    assert.deepEqual(available(secondary), [12, 4]);
    assert.equal(primary.flow.counters.prefixesTakenBack, 4);
    const takenBack = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `2001:db8:2:${i}00::/56`).filter((text) => primary.read(text).status === FREE);
    assert.equal(takenBack.length, 4);
    for (const text of takenBack) {
      assert.equal(primary.read(text).updateNeeded, false, 'that it agreed the secondary knows');
      assert.ok(primary.lazy.includes(primary.slot(text)), 'it is written some time');
    }
    assertAgree(pair);
  });

  it('[F-AL-25] the secondary refuses what it has delegated', () => {
    const box = new Box('secondary', smallPool('secondary')).open();
    box.has(binding('2001:db8:2::/56'));
    const back = prefixUpdate(endlessUpdate('2001:db8:2::/56', { bindingStatus: FREE, cltTime: undefined }));
    assert.equal(codeFor(box, back), FailoverStatusCode.OutdatedBindingInformation);
    assert.equal(box.read('2001:db8:2::/56').status, BindingStatus.ACTIVE);
  });

  it('[F-AL-25] a prefix that the secondary delegated meanwhile stays the client\'s', () => {
    const pair = pairOf({ prefixShare: 0.25 });
    const { secondary } = pair;
    const names = Array.from({ length: 8 }, (_, i) => `2001:db8:2:${i}00::/56`);
    for (const name of names) {
      const given = binding(name, { status: FREE_BACKUP, duid: NOBODY, stateExpirationTime: NEVER, clientLastTransactionTime: epochSeconds(0), startTimeOfState: epochSeconds(NOW - 900) });
      for (const box of pair.boxes) box.has(given);
    }
    for (const [i, name] of names.entries()) secondary.change(secondary.lease(name, i + 1));
    pair.connect();
    pair.settleFor(100);
    for (const name of names) for (const box of pair.boxes) assert.equal(box.read(name).status, BindingStatus.ACTIVE, `${box.role} ${name}`);
    assertAgree(pair);
  });

  it('[F-AL-25] an agreement that comes after the secondary delegated the prefix is none', () => {
    const name = '2001:db8:2:300::/56';
    const box = new Box('primary', smallPool('primary', { prefixShare: 0 })).open();
    box.has(binding(name, { status: FREE_BACKUP, duid: NOBODY, stateExpirationTime: NEVER, clientLastTransactionTime: epochSeconds(0), startTimeOfState: epochSeconds(NOW - 900) }));
    box.flow.setMode('normal');
    box.endStep();
    box.commit();
    const [asked] = box.take(FailoverMessageType.BNDUPD);
    assert.ok(asked?.type === FailoverMessageType.BNDUPD && asked.binding.kind === 'prefix');
    assert.equal(codeFor(box, clientUpdate(1, [leaseUpdate(name)])), 0);
    box.receive({ type: FailoverMessageType.BNDREPLY, transactionId: asked.transactionId, binding: asked.binding });
    assert.equal(box.read(name).status, BindingStatus.ACTIVE);
    assert.equal(box.flow.counters.prefixesTakenBack, 0);
  });

  it('what is given counts as given while it is written', () => {
    const box = new Box('primary', smallPool('primary')).open();
    box.flow.setMode('normal');
    box.endStep();
    box.endStep();
    assert.deepEqual(box.writes.map(({ slots }) => slots.length), [8]);
  });

  it('a prefix that the partner\'s update is about to lease is not given in the same step', () => {
    const box = new Box('primary', smallPool('primary')).open();
    box.flow.setMode('normal');
    box.receive(update(clientUpdate(1, [leaseUpdate('2001:db8:2::/56')])));
    while (box.writes.length > 0) box.commit();
    assert.equal(box.read('2001:db8:2::/56').status, BindingStatus.ACTIVE);
  });

  it('an answer to a take-back that is lost leaves no prefix behind', () => {
    const pair = pairOf({ prefixShare: 0 });
    const { primary, secondary } = pair;
    const name = '2001:db8:2:300::/56';
    const given = binding(name, { status: FREE_BACKUP, duid: NOBODY, stateExpirationTime: NEVER, clientLastTransactionTime: epochSeconds(0), startTimeOfState: epochSeconds(NOW - 900) });
    for (const box of pair.boxes) box.has(given);
    pair.connect();
    while (secondary.read(name).status === FREE_BACKUP) pair.step();
    pair.disconnect();
    assert.deepEqual([primary.read(name).status, secondary.read(name).status], [FREE_BACKUP, FREE]);
    pair.connect();
    pair.settleFor(100);
    assert.deepEqual([primary.read(name).status, secondary.read(name).status], [FREE, FREE]);
  });

  it('a prefix of which the secondary was not told is not asked back', () => {
    const box = new Box('primary', smallPool('primary', { prefixShare: 0 })).open(1);
    box.has(binding('2001:db8:2:300::/56', { status: FREE_BACKUP, duid: NOBODY, stateExpirationTime: NEVER, updateNeeded: true }));
    box.flow.setMode('normal');
    box.endStep();
    const [sent] = box.takeUpdates();
    assert.equal(sent?.kind === 'prefix' && sent.lease.bindingStatus, FREE_BACKUP);
    assert.equal(box.writes.length, 0);
  });

  it('[F-AL-26] a threshold keeps prefixes where they are; more than that moves them', () => {
    const pair = pairOf({ rebalanceThreshold: 0.5 }).connect();
    pair.settle();
    const { primary, secondary } = pair;
    for (let i = 0; i < 3; i += 1) {
      secondary.change(secondary.lease(offered(secondary, 100 + i), 100 + i));
      pair.settle();
    }
    assert.deepEqual(available(primary), [8, 5], 'three of eight');
    for (let i = 0; i < 3; i += 1) {
      secondary.change(secondary.lease(offered(secondary, 200 + i), 200 + i));
      pair.settle();
    }
    const [mine, theirs] = available(primary);
    assert.ok(Math.abs(mine - theirs) <= 1, `${mine} and ${theirs}`);
    assertAgree(pair);
  });

  it('[F-AL-26] how many change hands', () => {
    const half = { prefixShare: 0.5, rebalanceThreshold: 0.2 };
    assert.equal(toHandOver(100, 0, half), 50);
    assert.equal(toHandOver(60, 40, half), 0, 'a fifth off');
    assert.equal(toHandOver(61, 39, half), 11);
    assert.equal(toHandOver(0, 100, half), -50);
    assert.equal(toHandOver(40, 60, half), 0);
    assert.equal(toHandOver(0, 1, half), -1);
    assert.equal(toHandOver(2 ** 24, 0, half), 4_096, 'no more than there need be');
    assert.equal(toHandOver(10, 0, { ...half, prefixShare: 0 }), 0);
  });

  it('[F-AL-6] independent addresses never change hands', () => {
    const pair = pairOf({ pools: [0] }).connect();
    pair.settle();
    assert.equal(pair.primary.flow.counters.updatesSent, 0);
    assert.equal(pair.primary.table.size, 0);
  });

  it('[F-AL-28] [F-GAP-7] every prefix of a pool has the pool\'s length', () => {
    const box = new Box('secondary', smallPool('secondary')).open();
    const other = prefixUpdate(endlessUpdate('2001:db8:2:100::/60', { bindingStatus: FREE_BACKUP, cltTime: undefined }));
    assert.equal(codeFor(box, other), FailoverStatusCode.ConfigurationConflict);
  });

  it('a large pool is handed over piece by piece, within the number of records that a box keeps', () => {
    const pair = new Pair();
    for (const role of ['primary', 'secondary'] as const) {
      pair.replace(role, new Box(role, { pools: [pool('2001:db8:1::/64', 'random', role), pool('2001:db8:200::/40 of /56', 'random', role)], leasesMax: 1_000 }));
    }
    pair.connect();
    pair.settle();
    assert.equal(pair.primary.table.size, 1_000);
    assert.equal(pair.secondary.table.pools.pool(1).available('secondary'), 1_000);
    assertAgree(pair);
  });
});

describe('ended delegations (RFC 8156 4.2.2.1)', () => {
  /** A primary with a delegation of client 1 that it has told. */
  function delegating(): { readonly pair: Pair; readonly name: string } {
    const pair = pairOf({ prefixShare: 0 }).connect();
    pair.settle();
    const name = offered(pair.primary, 1);
    pair.primary.change(pair.primary.lease(name, 1));
    pair.settle();
    return { pair, name };
  }

  it('[F-AL-30] [F-LS-26] no other client gets it before the partner knows that it ended', () => {
    const { pair, name } = delegating();
    pair.disconnect();
    pair.primary.change(pair.primary.release(name));
    for (let client = 2; client < 30; client += 1) assert.notEqual(offered(pair.primary, client), name);
    pair.connect();
    pair.settle();
    assert.equal(pair.primary.read(name).status, FREE);
  });

  it('[F-AL-31] its client may have it back as long as nothing was said of its end', () => {
    const { pair, name } = delegating();
    pair.disconnect();
    pair.primary.change(pair.primary.release(name));
    const slot = pair.primary.slot(name);
    assert.ok(pair.primary.flow.mayReturn(slot));
    assert.equal(offered(pair.primary, 1), name);
    pair.connect();
    assert.equal(pair.primary.flow.mayReturn(slot), false, 'it is said');
    assert.notEqual(offered(pair.primary, 1), name);
    pair.disconnect();
    assert.equal(pair.primary.flow.mayReturn(slot), false, 'it may have been heard');
  });

  it('[F-AL-31] after a restart nobody knows what was said', () => {
    const { pair, name } = delegating();
    pair.disconnect();
    pair.primary.change(pair.primary.release(name));
    const restarted = new Box('primary', smallPool('primary'));
    restarted.has(pair.primary.read(name));
    assert.equal(restarted.flow.mayReturn(restarted.slot(name)), false);
  });

  it('[F-AL-29] in PARTNER-DOWN it is free by itself when the partner can\'t have promised it any more', () => {
    const { pair, name } = delegating();
    pair.disconnect();
    const { primary } = pair;
    primary.change(primary.release(name));
    const { ackedPartnerLifetime } = primary.read(name);
    assert.ok(ackedPartnerLifetime > NOW);
    primary.table.setPartnerDown('east-west', [0, 1], { entry: epochSeconds(NOW + 10), mclt: seconds(3_600) });
    const due: number[] = [];
    primary.table.takeExpired(epochSeconds(ackedPartnerLifetime + 3_599), 100, due);
    assert.deepEqual(due, []);
    primary.table.takeExpired(epochSeconds(ackedPartnerLifetime + 3_600), 100, due);
    assert.deepEqual(due, [primary.slot(name)]);
  });

  it('[F-AL-23] in PARTNER-DOWN the partner\'s prefixes come after the own ones', () => {
    const pair = pairOf().connect();
    pair.settle();
    const { primary } = pair;
    pair.disconnect();
    primary.table.setPartnerShare([1], [LeaseKind.IA_PD], epochSeconds(NOW + 100));
    const statuses: number[] = [];
    for (let client = 1; client <= 16; client += 1) {
      primary.now = epochSeconds(NOW + (client <= 8 ? 0 : 100));
      const name = offered(primary, client);
      statuses.push(primary.isUnknown(name) ? FREE : primary.read(name).status);
      primary.has(binding(name, { duid: duid(client) }));
    }
    assert.deepEqual(statuses, [...new Array<number>(8).fill(FREE), ...new Array<number>(8).fill(FREE_BACKUP)]);
  });
});
