import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { conversion } from '../../../src/clock/index.ts';
import type { Timescale } from '../../../src/clock/index.ts';
import { BindingStatus, LeaseKind, LeaseTable, NEVER, PRESENT_TIMESCALE } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';
import { KEY, binding } from '../../unit/lease/leases.ts';
import { leaseKey } from '../world/lease-key.ts';
import { checkTable } from './table-check.ts';

const PREFIX = '2001:db8:1000:4b00::/56';
const SINCE = 1_800_000_018;
const NTP_SETS_BY = 63;

/** The box was off behind the first, took its partner's clock, and NTP set that. */
const TIMESCALES: readonly Timescale[] = [
  { index: 0, id: Uint8Array.of(0), correction: 0, ahead: 0, begins: 'start' },
  { index: 1, id: Uint8Array.of(1), correction: 65, ahead: 0, begins: 'start' },
  { index: 2, id: Uint8Array.of(2), correction: 63, ahead: 2, begins: 'step' },
  { index: 3, id: Uint8Array.of(3), correction: 0, ahead: NTP_SETS_BY, begins: 'step' },
];
const TRUE_TIMESCALES = TIMESCALES.slice(0, 1);

function prefix(since: number, timescale: number): Binding {
  const time = epochSeconds(since);
  return binding(PREFIX, { kind: LeaseKind.IA_PD, status: BindingStatus.FREE_BACKUP, timescale, clientLastTransactionTime: time, startTimeOfState: time, stateExpirationTime: NEVER });
}

function check(inMemory: Binding, onDisk: Binding, timescales: readonly Timescale[]): void {
  const leases = new LeaseTable(KEY, 1);
  const slot = leases.put(inMemory);
  leases.moveTimes((label) => ({ by: 0, label }), (label) => label === PRESENT_TIMESCALE || conversion(timescales, label - 1).isExact);
  assert.notEqual(slot, 0);
  const disk = { durable: new Map([[leaseKey(onDisk), onDisk]]), lost: 'none' as const, timescales };
  checkTable({ box: { plan: { name: 'B' }, disk }, appliance: { leases, lostRecords: 'none', clock: { timescale: timescales.at(-1)?.id ?? new Uint8Array() } } });
}

const DIFFERS = { invariant: 'table-is-not-the-disk', message: /startTimeOfState/ };

describe('table-is-not-the-disk', () => {
  it('says nothing where both have the same', () => {
    check(prefix(SINCE, PRESENT_TIMESCALE), prefix(SINCE, 0), TRUE_TIMESCALES);
  });

  it('finds a time that differs by a second', () => {
    assert.throws(() => { check(prefix(SINCE + 1, PRESENT_TIMESCALE), prefix(SINCE, 0), TRUE_TIMESCALES); }, DIFFERS);
  });

  it('[R-ST2] an upper bound that the partner agreed to moves with the clock, before its record is written and while the disk knows the time', () => {
    check(prefix(SINCE + NTP_SETS_BY, PRESENT_TIMESCALE), prefix(SINCE, 0), TIMESCALES);
    // At the first clock behind the start it was agreed to.
    check(prefix(SINCE + 2 + NTP_SETS_BY, PRESENT_TIMESCALE), prefix(SINCE, 0), TIMESCALES);
  });

  it('[R-ST2] but not further, and not back', () => {
    assert.throws(() => { check(prefix(SINCE + 3 + NTP_SETS_BY, PRESENT_TIMESCALE), prefix(SINCE, 0), TIMESCALES); }, DIFFERS);
    assert.throws(() => { check(prefix(SINCE - 1, PRESENT_TIMESCALE), prefix(SINCE, 0), TIMESCALES); }, DIFFERS);
  });

  it('[R-ST2] what nobody agreed to since the start stays where the disk has it', () => {
    check(prefix(SINCE, 1), prefix(SINCE, 0), TIMESCALES);
    assert.throws(() => { check(prefix(SINCE + NTP_SETS_BY, 1), prefix(SINCE, 0), TIMESCALES); }, DIFFERS);
  });

  it('[R-ST2] as does what was written since the start', () => {
    check(prefix(SINCE + NTP_SETS_BY, PRESENT_TIMESCALE), prefix(SINCE, 2), TIMESCALES);
    assert.throws(() => { check(prefix(SINCE, PRESENT_TIMESCALE), prefix(SINCE, 2), TIMESCALES); }, DIFFERS);
  });
});
