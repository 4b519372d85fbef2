/** Two boxes that share pools, each with its own table; what one makes durable the test tells the other. */
import assert from 'node:assert/strict';
import {
  type Binding,
  BindingStatus,
  LeaseKind,
  NEVER,
  NO_SLOT,
  type PoolDefinition,
  expired,
  freedToOwner,
  handedOver,
} from '../../../src/lease/index.ts';
import { type EpochSeconds, epochSeconds, formatAddress, seconds } from '../../../src/wire/index.ts';
import { Box, NOW, name, pool } from '../../unit/lease/leases.ts';

export const MCLT = seconds(3_600);
export const ADDRESSES = '2001:db8::1:0/120';
export const PREFIXES = '2001:db8:100::/52 of /56';

export function at(time: number): EpochSeconds {
  return epochSeconds(NOW + time);
}

/** A box of this role with these pools, the same as its partner's. */
export function boxOf(role: 'primary' | 'secondary', pools: readonly string[] = [ADDRESSES, PREFIXES], excluded: readonly string[] = []): Box {
  return new Box(definitions(role, pools), excluded);
}

export function definitions(role: 'primary' | 'secondary', pools: readonly string[]): PoolDefinition[] {
  return pools.map((text) => pool(text, 'random', role));
}

/** Gives leases to ever new clients until there are none. */
export function giveAll(box: Box, from = 1): string[] {
  const given = new Set<string>();
  for (let client = from; ; client += 1) {
    const text = box.give(client);
    if (!text.includes(':')) {
      assert.equal(text, 'exhausted');
      return [...given];
    }
    assert.ok(!given.has(text), `${text} is given twice`);
    given.add(text);
  }
}

export function isOdd(text: string): boolean {
  const last = name(text).address[15];
  assert.ok(last !== undefined);
  return last % 2 === 1;
}

/** A prefix becomes FREE_BACKUP, or FREE, as a rebalance or the partner's update makes it. */
export function hand(box: Box, text: string, to: 'FREE' | 'FREE_BACKUP'): Binding {
  const slot = box.slot(text);
  const binding = handedOver(name(text), slot === NO_SLOT ? undefined : box.table.read(slot), BindingStatus[to], NOW, 5);
  box.table.put(binding);
  return binding;
}

/** The lease ran out at this time, and the partner is to be told. */
export function expire(box: Box, text: string, time: EpochSeconds = NOW): void {
  const binding = box.table.read(box.slot(text));
  box.table.put(expired({ ...binding, stateExpirationTime: time }, time, 6));
}

/** The partner acknowledged the end of the lease, or need not. */
export function freeToOwner(box: Box, text: string, time: EpochSeconds = NOW): BindingStatus {
  const binding = freedToOwner(box.table.read(box.slot(text)), time, 7);
  box.table.put(binding);
  return binding.status;
}

/** That of all shared pools, and of what is reserved beside them. */
export const RELATIONSHIP = 'east-west';

/** The partner is down since `entry`, and what is its own may be given from MCLT later on. */
export function partnerDown(box: Box, entry: EpochSeconds | undefined, kinds: readonly LeaseKind[] = [LeaseKind.IA_PD]): void {
  const pools = Array.from({ length: box.table.pools.length }, (_, number) => number);
  box.table.setPartnerDown(RELATIONSHIP, pools, entry === undefined ? undefined : { entry, mclt: MCLT });
  box.table.setPartnerShare(pools, kinds, entry === undefined ? NEVER : epochSeconds(entry + MCLT));
}

/** Names of all leases that something is to be done about by then. */
export function due(box: Box, time: EpochSeconds): string[] {
  const slots: number[] = [];
  for (let calls = 0; box.table.takeExpired(time, 7, slots); calls += 1) assert.ok(calls < 10_000, 'it comes to an end');
  return slots.map((slot) => nameOfSlot(box, slot)).sort();
}

function nameOfSlot(box: Box, slot: number): string {
  const length = box.table.records.prefixLength(slot);
  return formatAddress(box.table.records.address(slot)) + (length === 128 ? '' : `/${length}`);
}
