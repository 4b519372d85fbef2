import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Role } from '../../../src/failover/index.ts';
import { type Binding, BindingStatus } from '../../../src/lease/index.ts';
import { type BindingUpdate, FailoverStatusCode, type LeaseUpdate, epochSeconds } from '../../../src/wire/index.ts';
import { NOW, binding, duid } from '../../unit/lease/leases.ts';
import { Box } from './box.ts';
import { clientUpdate, codeFor, endlessUpdate, leaseUpdate } from './messages.ts';

const { ACTIVE, EXPIRED, RELEASED, PENDING_FREE, FREE, FREE_BACKUP, ABANDONED, RESET } = BindingStatus;
const { OutdatedBindingInformation: OUTDATED, AddressInUse: IN_USE } = FailoverStatusCode;
/** An odd one: the primary's when it is free. */
const LEASE = '2001:db8:1::1';
const NEVER = epochSeconds(0xffffffff);

type Rule = 'accept' | 'accept(3)' | 'time(1)' | 'time(2)';

/** Figure 4 with its cells' numbers, written down a second time. */
const CELLS: readonly (readonly [id: string, own: readonly number[], received: readonly number[], rule: Rule])[] = [
  ['F-CR-1', [ACTIVE], [ACTIVE], 'accept(3)'],
  ['F-CR-2', [ACTIVE], [EXPIRED], 'time(1)'],
  ['F-CR-3', [ACTIVE], [RELEASED], 'accept'],
  ['F-CR-4', [ACTIVE], [FREE, FREE_BACKUP], 'time(1)'],
  ['F-CR-5', [ACTIVE], [RESET, ABANDONED], 'accept'],
  ['F-CR-6', [EXPIRED], [ACTIVE], 'accept'],
  ['F-CR-7', [EXPIRED], [EXPIRED], 'accept'],
  ['F-CR-8', [EXPIRED], [RELEASED], 'accept'],
  ['F-CR-9', [EXPIRED], [FREE, FREE_BACKUP], 'accept'],
  ['F-CR-10', [EXPIRED], [RESET, ABANDONED], 'accept'],
  ['F-CR-11', [RELEASED], [ACTIVE], 'accept'],
  ['F-CR-12', [RELEASED], [EXPIRED], 'accept'],
  ['F-CR-13', [RELEASED], [RELEASED], 'accept'],
  ['F-CR-14', [RELEASED], [FREE, FREE_BACKUP], 'accept'],
  ['F-CR-15', [RELEASED], [RESET, ABANDONED], 'accept'],
  ['F-CR-16', [FREE, FREE_BACKUP], [ACTIVE], 'accept'],
  ['F-CR-17', [FREE, FREE_BACKUP], [EXPIRED], 'accept'],
  ['F-CR-18', [FREE, FREE_BACKUP], [RELEASED], 'accept'],
  ['F-CR-19', [FREE, FREE_BACKUP], [FREE, FREE_BACKUP], 'accept'],
  ['F-CR-20', [FREE, FREE_BACKUP], [RESET, ABANDONED], 'accept'],
  ['F-CR-21', [RESET], [ACTIVE], 'time(2)'],
  ['F-CR-22', [RESET], [EXPIRED], 'accept'],
  ['F-CR-23', [RESET], [RELEASED], 'accept'],
  ['F-CR-24', [RESET], [FREE, FREE_BACKUP], 'accept'],
  ['F-CR-25', [RESET], [RESET, ABANDONED], 'accept'],
  ['F-CR-26', [ABANDONED], [ACTIVE], 'accept'],
  ['F-CR-27', [ABANDONED], [EXPIRED], 'accept'],
  ['F-CR-28', [ABANDONED], [RELEASED], 'accept'],
  ['F-CR-29', [ABANDONED], [FREE, FREE_BACKUP], 'accept'],
  ['F-CR-30', [ABANDONED], [RESET, ABANDONED], 'accept'],
];

function nameOf(status: number): string {
  return Object.entries(BindingStatus).find(([, value]) => value === status)?.[0] ?? String(status);
}

/** The own record, of client 1, who was here 1000 s ago; whether its time is over is the test's. */
function own(status: number, differing: Partial<Binding> = {}): Binding {
  const long = epochSeconds(NOW - 1_000);
  const end = status === ACTIVE ? epochSeconds(NOW + 2_600) : NEVER;
  return binding(LEASE, {
    status: status as BindingStatus,
    clientLastTransactionTime: long,
    startTimeOfState: long,
    stateExpirationTime: end,
    ...differing,
  });
}

/** What a partner says of client `client`'s lease, both its times being `at`. */
function said(status: number, at: number, client = 2, differing: Partial<LeaseUpdate> = {}): BindingUpdate {
  const times = { bindingStatus: status, cltTime: epochSeconds(at), startTimeOfState: epochSeconds(at), ...differing };
  return clientUpdate(client, [status === ACTIVE ? leaseUpdate(LEASE, times) : endlessUpdate(LEASE, times)]);
}

function verdict(role: Role, record: Binding | undefined, update: BindingUpdate): number {
  const box = new Box(role).open();
  if (record !== undefined) box.has(record);
  return codeFor(box, update);
}

function forEachPair(own_: readonly number[], received: readonly number[], check: (own: number, received: number) => void): void {
  for (const mine of own_) for (const theirs of received) check(mine, theirs);
}

describe('conflict resolution (RFC 8156 7.5.4, figure 4)', () => {
  for (const [id, owns, receives, rule] of CELLS) {
    const rows = `${owns.map(nameOf).join('/')} here, ${receives.map(nameOf).join('/')} received`;
    if (rule === 'accept') {
      it(`[${id}] ${rows}: the later one counts`, () => {
        forEachPair(owns, receives, (mine, theirs) => {
          for (const role of ['primary', 'secondary'] as const) {
            const words = `${role}: ${nameOf(mine)}, ${nameOf(theirs)}`;
            assert.equal(verdict(role, own(mine), said(theirs, NOW - 994)), 0, `${words} 6 s later`);
            assert.equal(verdict(role, own(mine), said(theirs, NOW - 1_006)), OUTDATED, `${words} 6 s earlier`);
          }
        });
      });
    } else if (rule === 'time(1)') {
      it(`[${id}] ${rows}: believed when the own time is over`, () => {
        forEachPair(owns, receives, (mine, theirs) => {
          const ending = (end: number): Binding => own(mine, { stateExpirationTime: epochSeconds(end) });
          assert.equal(verdict('primary', ending(NOW - 1), said(theirs, NOW - 2_000)), 0, 'over');
          assert.equal(verdict('primary', ending(NOW), said(theirs, NOW)), OUTDATED, 'not over yet');
          assert.equal(verdict('secondary', ending(NOW + 100), said(theirs, NOW, 1)), OUTDATED, 'nor for the same client');
        });
      });
    } else if (rule === 'time(2)') {
      it(`[${id}] ${rows}: believed when a client was heard after it was reset`, () => {
        const reset = own(RESET, { clientLastTransactionTime: epochSeconds(NOW - 9_000) });
        assert.equal(verdict('primary', reset, said(ACTIVE, NOW - 994)), 0);
        assert.equal(verdict('primary', reset, said(ACTIVE, NOW - 996)), OUTDATED, 'at the same time');
        assert.equal(verdict('secondary', reset, said(ACTIVE, NOW, 2, { cltTime: undefined })), OUTDATED, 'no client was heard');
      });
    } else {
      it(`[${id}] ${rows}: another client yields to the primary's, unless it was heard after that one got it`, () => {
        assert.equal(verdict('primary', own(ACTIVE), said(ACTIVE, NOW - 2_000, 1)), 0, 'the same client, whenever');
        assert.equal(verdict('primary', own(ACTIVE), said(ACTIVE, NOW - 994)), 0);
        assert.equal(verdict('primary', own(ACTIVE), said(ACTIVE, NOW - 996)), IN_USE, 'at the same time');
        assert.equal(verdict('primary', own(ACTIVE), said(ACTIVE, NOW, 2, { cltTime: undefined })), IN_USE, 'not heard');
        assert.equal(verdict('secondary', own(ACTIVE), said(ACTIVE, NOW - 2_000)), 0, 'the secondary yields');
      });
    }
  }

  it('[F-CR-31] of a lease without a record everything is believed', () => {
    for (const status of [ACTIVE, EXPIRED, RELEASED, FREE, FREE_BACKUP, RESET, ABANDONED]) {
      assert.equal(verdict('primary', undefined, said(status, NOW - 100_000)), 0, nameOf(status));
    }
  });

  it('[F-CR-32] PENDING-FREE counts as the free status that it leads to', () => {
    assert.equal(verdict('primary', own(ACTIVE), said(PENDING_FREE, NOW)), OUTDATED, 'time(1)');
    assert.equal(verdict('primary', own(EXPIRED), said(PENDING_FREE, NOW - 1_006)), OUTDATED, 'accept');
    const box = new Box('primary').open();
    box.has(own(RELEASED));
    assert.equal(codeFor(box, said(PENDING_FREE, NOW)), 0);
    assert.equal(box.read(LEASE).status, FREE, 'the low bit of the address makes it the primary\'s');
  });

  it('[F-BA-5] the time of an update is that of the client for leased, expired and released, the later one for others', () => {
    const early = epochSeconds(NOW - 2_000);
    const late = epochSeconds(NOW);
    for (const status of [EXPIRED, RELEASED]) {
      const record = own(RELEASED);
      assert.equal(verdict('primary', record, said(status, NOW, 2, { cltTime: early, startTimeOfState: late })), OUTDATED);
      assert.equal(verdict('primary', record, said(status, NOW, 2, { cltTime: late, startTimeOfState: early })), 0);
      assert.equal(verdict('primary', record, said(status, NOW, 2, { cltTime: undefined, startTimeOfState: late })), 0);
    }
    for (const status of [FREE, ABANDONED, RESET]) {
      const record = own(RELEASED);
      assert.equal(verdict('primary', record, said(status, NOW, 2, { cltTime: early, startTimeOfState: late })), 0);
      assert.equal(verdict('primary', record, said(status, NOW, 2, { cltTime: late, startTimeOfState: early })), 0);
      assert.equal(verdict('primary', record, said(status, NOW, 2, { cltTime: early, startTimeOfState: early })), OUTDATED);
    }
  });

  it('[F-BA-6] the time of the own record is when this box heard the client, else when its status began', () => {
    const heard = own(RELEASED, { startTimeOfState: NOW });
    assert.equal(verdict('primary', heard, said(ABANDONED, NOW - 500)), 0, 'after the client was heard');
    const unheard = own(RELEASED, { startTimeOfState: NOW, clientLastTransactionTime: epochSeconds(0) });
    assert.equal(verdict('primary', unheard, said(ABANDONED, NOW - 500)), OUTDATED, 'before the status began');
    const heardByPartner = { startTimeOfState: NOW, clientLastTransactionTime: epochSeconds(0), partnerRawCltTime: epochSeconds(NOW - 3_600) };
    assert.equal(verdict('primary', own(RELEASED, heardByPartner), said(ABANDONED, NOW - 500)), OUTDATED, 'what the partner heard does not matter');
    const never = { startTimeOfState: NOW, clientLastTransactionTime: epochSeconds(0) };
    assert.equal(verdict('primary', own(EXPIRED, never), said(ABANDONED, NOW - 500)), OUTDATED, 'nobody heard it');
  });

  it('what was said of a free lease before it was handed over does not undo that', () => {
    const handed = own(FREE_BACKUP, { startTimeOfState: NOW });
    assert.equal(verdict('primary', handed, said(FREE, NOW - 500)), OUTDATED);
    assert.equal(verdict('primary', handed, said(FREE, NOW + 6)), 0);
  });

  it('[F-CR-16] a lease that became free here is leased where the partner promised it to a client heard later than the last one here', () => {
    const freed = (differing: Partial<Binding> = {}): Binding => own(FREE, { startTimeOfState: NOW, updateNeeded: true, ...differing });
    const promise = (heard: number, end: number, client: number): BindingUpdate =>
      said(ACTIVE, NOW + heard, client, { stateExpirationTime: epochSeconds(NOW + end) });
    for (const client of [1, 2]) {
      assert.equal(verdict('primary', freed(), promise(-20, 50, client)), 0, 'both served alone, and the client asked there');
      assert.equal(verdict('primary', freed(), promise(-20, -1, client)), OUTDATED, 'that is over, too');
      assert.equal(verdict('primary', freed({ clientLastTransactionTime: epochSeconds(NOW - 10) }), promise(-20, 50, client)), OUTDATED, 'it was given back here later');
      const unheard = freed({ clientLastTransactionTime: epochSeconds(0), partnerRawCltTime: epochSeconds(NOW - 10) });
      assert.equal(verdict('primary', unheard, promise(-20, 50, client)), OUTDATED, 'it was given back there later');
    }
  });

  it('[F-BA-7] the letter of the rules: later is more than 5 s later', () => {
    assert.equal(verdict('primary', own(RELEASED, { updateNeeded: true }), said(RESET, NOW - 995)), OUTDATED, 'accept, 5 s');
    assert.equal(verdict('primary', own(RELEASED, { updateNeeded: true }), said(RESET, NOW - 994)), 0, 'accept, 6 s');
  });

  it('[F-TM-4] [F-GAP-11] at the same time the partner is believed, unless this box has something to tell as well', () => {
    for (const at of [NOW - 1_005, NOW - 1_000, NOW - 995]) {
      assert.equal(verdict('primary', own(ACTIVE), said(RELEASED, at, 1)), 0, 'nothing to tell');
      assert.equal(verdict('primary', own(ACTIVE, { updateNeeded: true }), said(RELEASED, at, 1)), OUTDATED, 'a change to tell');
    }
  });

  it('[F-GAP-11] of two changes at the same time one side yields, and not both', () => {
    const statuses = [ACTIVE, EXPIRED, RELEASED, ABANDONED, RESET];
    forEachPair(statuses, statuses, (a, b) => {
      if (a === ACTIVE || b === ACTIVE) return;
      const atPrimary = verdict('primary', own(a, { updateNeeded: true }), said(b, NOW - 1_000));
      const atSecondary = verdict('secondary', own(b, { duid: duid(2), updateNeeded: true }), said(a, NOW - 1_000, 1));
      assert.equal([atPrimary, atSecondary].filter((code) => code === 0).length, 1, `${nameOf(a)} and ${nameOf(b)}`);
    });
    assert.equal(verdict('secondary', own(ACTIVE, { updateNeeded: true }), said(RELEASED, NOW - 1_000, 1)), OUTDATED, 'a client may hold it');
    assert.equal(verdict('primary', own(RELEASED, { updateNeeded: true }), said(ACTIVE, NOW - 1_000, 1)), 0, 'a client may hold it');
    const over = said(ACTIVE, NOW - 1_000, 1, { stateExpirationTime: epochSeconds(NOW - 1) });
    assert.equal(verdict('secondary', own(EXPIRED, { updateNeeded: true }), over), OUTDATED, 'none does any more');
    const justOver = said(ACTIVE, NOW - 1_000, 1, { stateExpirationTime: NOW });
    assert.equal(verdict('secondary', own(EXPIRED, { updateNeeded: true }), justOver), OUTDATED, 'it is over at its end');
    for (const end of [NOW - 1, NOW]) {
      const ended = own(ACTIVE, { updateNeeded: true, stateExpirationTime: epochSeconds(end) });
      assert.equal(verdict('primary', ended, said(RELEASED, NOW - 1_000, 1)), 0, 'nor here');
    }
    const heldOver = own(ABANDONED, { updateNeeded: true, stateExpirationTime: epochSeconds(NOW - 1) });
    assert.equal(verdict('primary', heldOver, said(RELEASED, NOW - 1_000, 1)), OUTDATED, 'of what is leased alone');
    assert.equal(verdict('primary', own(RELEASED, { updateNeeded: true }), said(ABANDONED, NOW - 1_000, 1)), 0, 'an unknown host may use it');
    assert.equal(verdict('secondary', own(ABANDONED, { updateNeeded: true }), said(RELEASED, NOW - 1_000, 1)), OUTDATED, 'the same');
  });

  it('[F-GAP-12] a lease that expired here is leased as long as the partner promised it', () => {
    const record = own(EXPIRED, { updateNeeded: true });
    const promise = (end: number, client: number): BindingUpdate => said(ACTIVE, NOW - 5_000, client, { stateExpirationTime: epochSeconds(end) });
    assert.equal(verdict('primary', record, promise(NOW + 50, 1)), 0);
    assert.equal(verdict('primary', record, promise(NOW - 50, 1)), OUTDATED, 'that is over, too');
    assert.equal(verdict('primary', record, promise(NOW, 1)), OUTDATED, 'it ends now');
    assert.equal(verdict('primary', own(RELEASED, { updateNeeded: true }), promise(NOW + 50, 1)), OUTDATED, 'the client gave it back');
    const setAside = said(ABANDONED, NOW - 5_000, 1, { stateExpirationTime: epochSeconds(NOW + 50) });
    assert.equal(verdict('primary', record, setAside), OUTDATED, 'that it is set aside is no promise');
    assert.equal(verdict('primary', record, promise(NOW + 50, 2)), OUTDATED, 'another client');
  });

  it('a lease that expired here without a word of the client is no reason to refuse its renewal there', () => {
    const record = own(EXPIRED, {
      clientLastTransactionTime: epochSeconds(0),
      partnerRawCltTime: epochSeconds(NOW - 3_600),
      startTimeOfState: NOW,
      updateNeeded: true,
    });
    assert.equal(verdict('secondary', record, said(ACTIVE, NOW - 20, 1, { stateExpirationTime: epochSeconds(NOW - 1) })), 0);
  });

  it('a lease that a client may hold is reset only if the client was heard later', () => {
    const reset = (heard: number): BindingUpdate => said(RESET, NOW, 1, { cltTime: epochSeconds(NOW + heard) });
    assert.equal(verdict('primary', own(ACTIVE), reset(-1_100)), OUTDATED, 'the partner reset it later');
    assert.equal(verdict('primary', own(ACTIVE), reset(-900)), 0);
    assert.equal(verdict('primary', own(ACTIVE, { stateExpirationTime: NOW }), reset(-1_100)), OUTDATED, 'to the very end');
    assert.equal(verdict('primary', own(ACTIVE, { stateExpirationTime: epochSeconds(NOW - 1) }), reset(-1_100)), 0, 'nobody holds it');
    assert.equal(verdict('primary', own(ACTIVE), said(RESET, NOW, 1, { cltTime: undefined })), 0, 'no client is spoken of');
    const known = (heard: number): BindingUpdate => said(RESET, NOW, 2, { cltTime: undefined, partnerRawCltTime: epochSeconds(NOW + heard) });
    assert.equal(verdict('primary', own(ACTIVE), known(-1_100)), OUTDATED, 'the partner knows its client by this box alone');
    assert.equal(verdict('primary', own(ACTIVE), known(-900)), 0);
    assert.equal(verdict('primary', own(ACTIVE), said(ABANDONED, NOW, 1, { cltTime: epochSeconds(NOW - 1_100) })), 0, 'a client that declines it holds it no more');
  });

  it('that a lease of the same client ended is no conflict, whoever noticed first', () => {
    for (const status of [EXPIRED, RELEASED, RESET, ABANDONED]) {
      assert.equal(verdict('primary', own(status, { updateNeeded: true }), said(status, NOW - 5_000, 1)), 0, nameOf(status));
    }
  });
});
