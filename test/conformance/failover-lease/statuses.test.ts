import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Binding,
  BindingStatus,
  LeaseKind,
  NEVER,
  declined,
  expired,
  freed,
  freedToOwner,
  granted,
  handedOver,
  hasEnded,
  isFree,
  released,
  reset,
} from '../../../src/lease/index.ts';
import { InvariantError, epochSeconds, seconds } from '../../../src/wire/index.ts';
import { binding, duid, name } from '../../unit/lease/leases.ts';
import { at } from './pair.ts';

const { ACTIVE, EXPIRED, RELEASED, PENDING_FREE, FREE, FREE_BACKUP, ABANDONED, RESET } = BindingStatus;
const ODD = '2001:db8::1';
const EVEN = '2001:db8::2';
const PREFIX = '2001:db8:100::/56';
const LATER = at(10_000);

/** All that can become of a lease, by the name of the step. */
const STEPS = {
  granted: (before: Binding): Binding => granted({ ...before, linkLayerAddress: undefined, relay: undefined, relayAgent: undefined }, before, LATER, 9),
  released: (before: Binding): Binding => released(before, LATER, 9),
  expired: (before: Binding): Binding => expired(before, LATER, 9),
  declined: (before: Binding): Binding => declined(before, seconds(60), LATER, 9),
  reset: (before: Binding): Binding => reset(before, LATER, 9),
  freed: (before: Binding): Binding => freed(before, LATER, 9),
  freedToOwner: (before: Binding): Binding => freedToOwner(before, LATER, 9),
  toSecondary: (before: Binding): Binding => handedOver(before, before, FREE_BACKUP, LATER, 9),
  toPrimary: (before: Binding): Binding => handedOver(before, before, FREE, LATER, 9),
} as const;

/** What the step makes of a lease with this status; undefined: it is refused. */
function after(step: keyof typeof STEPS, text: string, status: BindingStatus): BindingStatus | undefined {
  try {
    return STEPS[step](binding(text, { status })).status;
  } catch (error) {
    assert.ok(error instanceof InvariantError, String(error));
    return undefined;
  }
}

/** Every status that a step can be taken from, with what comes of it. */
function row(step: keyof typeof STEPS, text: string): (readonly [BindingStatus, BindingStatus])[] {
  return Object.values(BindingStatus).flatMap((from) => {
    const to = after(step, text, from);
    return to === undefined ? [] : [[from, to] as const];
  });
}

describe('the statuses of a lease (RFC 8156 7.2, figure 2)', () => {
  it('[F-LS-20, F-LS-21] (1), (2) a free lease is given, by the primary or the secondary', () => {
    const fromFree = row('granted', ODD).filter(([from]) => isFree(from));
    assert.deepEqual(fromFree, [[FREE, ACTIVE], [FREE_BACKUP, ACTIVE]]);
  });

  it('[F-LS-1, F-AL-31] nothing else is given, but for an ended lease to the client that had it', () => {
    assert.deepEqual(row('granted', ODD).map(([from]) => from), [EXPIRED, RELEASED, PENDING_FREE, FREE, FREE_BACKUP, RESET]);
    const ended = binding(ODD, { status: EXPIRED, ackedPartnerLifetime: at(1), partnerLifetime: at(2), expirationTime: at(3) });
    const grant = { ...ended, linkLayerAddress: undefined, relay: undefined, relayAgent: undefined };
    assert.throws(() => granted({ ...grant, duid: duid(2) }, ended, LATER, 9), InvariantError);
    const { ackedPartnerLifetime, partnerLifetime, expirationTime } = granted(grant, ended, LATER, 9);
    assert.deepEqual([ackedPartnerLifetime, partnerLifetime, expirationTime], [at(1), at(2), at(3)], 'the tenancy goes on');
  });

  it('[F-LS-22, F-LS-3] (3) a lease in use is released', () => {
    assert.deepEqual(row('released', ODD), [[ACTIVE, RELEASED]]);
  });

  it('[F-LS-23, F-LS-2] (8) a lease in use runs out', () => {
    assert.deepEqual(row('expired', ODD), [[ACTIVE, EXPIRED]]);
  });

  it('[F-LS-24, F-LS-7] (9) a lease in use is found unusable', () => {
    assert.deepEqual(row('declined', ODD), [[ACTIVE, ABANDONED]]);
  });

  it('[F-LS-25, F-LS-8] (10) an abandoned one is made usable again', () => {
    assert.deepEqual(row('reset', ODD), [[ABANDONED, RESET]]);
  });

  it('[F-LS-26, F-LS-27, F-LS-28, F-LS-4] (4), (5), (6) what ended goes to its owner at once: PENDING-FREE is passed through', () => {
    assert.deepEqual(row('freedToOwner', ODD), [[EXPIRED, FREE], [RELEASED, FREE], [PENDING_FREE, FREE], [RESET, FREE]]);
    assert.deepEqual(row('freedToOwner', PREFIX), [[EXPIRED, FREE], [RELEASED, FREE], [PENDING_FREE, FREE], [RESET, FREE]]);
    assert.deepEqual(row('freedToOwner', EVEN), [[EXPIRED, FREE_BACKUP], [RELEASED, FREE_BACKUP], [PENDING_FREE, FREE_BACKUP], [RESET, FREE_BACKUP]]);
    const made = Object.keys(STEPS).flatMap((step) => row(step as keyof typeof STEPS, EVEN).map(([, to]) => to));
    assert.ok(!made.includes(PENDING_FREE));
  });

  it('[F-LS-30, F-GAP-8] which follows the text, not figure 3: a prefix of the secondary becomes FREE, an even address FREE_BACKUP', () => {
    assert.equal(after('freedToOwner', PREFIX, RELEASED), FREE);
    assert.equal(after('freedToOwner', EVEN, RELEASED), FREE_BACKUP);
    const even = binding('2001:db8:100::2/128', { kind: LeaseKind.IA_PD, status: RELEASED });
    assert.equal(freedToOwner(even, LATER, 9).status, FREE, 'a prefix of 128 bits is a prefix');
  });

  it('[F-LS-29] (7) a free prefix changes hands, also one that nobody had yet, and the partner is to be told', () => {
    assert.deepEqual(row('toSecondary', PREFIX), [[FREE, FREE_BACKUP]]);
    assert.deepEqual(row('toPrimary', PREFIX), [[FREE_BACKUP, FREE]]);
    const made = handedOver(name(PREFIX), undefined, FREE_BACKUP, LATER, 9);
    assert.deepEqual(
      { ...made, address: undefined },
      {
        ...binding(PREFIX, {
          status: FREE_BACKUP,
          duid: new Uint8Array(0) as Binding['duid'],
          preferredLifetime: seconds(0),
          validLifetime: seconds(0),
          clientLastTransactionTime: epochSeconds(0),
          startTimeOfState: LATER,
          stateExpirationTime: NEVER,
          updateNeeded: true,
          revision: 9,
        }),
        iaid: 0,
        address: undefined,
        linkLayerAddress: undefined,
        relay: undefined,
        reconfigureData: undefined,
        clientAddress: undefined,
        dns: undefined,
      },
    );
    assert.equal(handedOver(name(PREFIX), binding(PREFIX, { status: FREE }), FREE_BACKUP, LATER, 9).updateNeeded, true);
    assert.deepEqual(handedOver(name(PREFIX), binding(PREFIX, { status: FREE }), FREE_BACKUP, LATER, 9).duid, duid(1), 'its last client is a hint');
  });

  it('[F-LS-31] ACTIVE and ABANDONED end by themselves, the others have no end', () => {
    const ends = Object.keys(STEPS).flatMap((step) =>
      Object.values(BindingStatus).flatMap((from) => {
        if (after(step as keyof typeof STEPS, PREFIX, from) === undefined) return [];
        const { status, stateExpirationTime } = STEPS[step as keyof typeof STEPS](binding(PREFIX, { status: from }));
        return [[status, stateExpirationTime !== NEVER] as const];
      }),
    );
    for (const [status, hasEnd] of ends) assert.equal(hasEnd, status === ACTIVE || status === ABANDONED, String(status));
  });

  it('are free, or ended, or neither', () => {
    assert.deepEqual(Object.values(BindingStatus).filter(isFree), [FREE, FREE_BACKUP]);
    assert.deepEqual(Object.values(BindingStatus).filter(hasEnded), [EXPIRED, RELEASED, PENDING_FREE, RESET]);
  });

  it('[F-LT-10] no promise of one tenancy reaches into the next', () => {
    const promised = { partnerLifetime: at(1), ackedPartnerLifetime: at(2), expirationTime: at(3), partnerRawCltTime: at(4) };
    for (const step of [freed, freedToOwner]) {
      const free = step(binding(ODD, { status: EXPIRED, ...promised }), LATER, 9);
      assert.deepEqual([free.partnerLifetime, free.ackedPartnerLifetime, free.expirationTime, free.partnerRawCltTime], [0, 0, 0, at(4)]);
    }
    for (const ended of [released(binding(ODD, promised), LATER, 9), expired(binding(ODD, promised), LATER, 9)]) {
      assert.deepEqual([ended.partnerLifetime, ended.ackedPartnerLifetime, ended.expirationTime], [at(1), at(2), at(3)], 'the end alone is not enough');
    }
  });
});
