/** Delegable prefixes go to and fro between the partners (RFC 8156 section 4.2.2); independent addresses never do (section 4.2.1). */
import { type Binding, BindingStatus, LeaseKind, type LeaseName, type LeaseTable, NO_SLOT, handedOver } from '../../lease/index.ts';
import type { EpochSeconds } from '../../wire/index.ts';
import type { RelationshipConfiguration } from '../configuration.ts';
import { toHandOver } from './share.ts';

/** So many change hands at a time: clients wait no longer for it than for one another. */
const PER_STEP_MAX = 64;

/** What the primary does about a balance. */
export interface Balance {
  /** Tries again what could not be done before (POOLREQ). */
  demand(): void;
  /**
   * What is to be done now; it is to be called again until there is nothing, each time after the changes of the last are in
   * the table. `room` is how many more prefixes may be asked for.
   */
  step(room: number, now: EpochSeconds): BalanceStep;
}

export interface BalanceStep {
  /** Prefixes that become the secondary's: to be durable, then told. This box uses them no more. */
  readonly given: readonly Binding[];
  /** Prefixes to ask back. */
  readonly takenBack: readonly number[];
}

export interface BalanceRooms {
  readonly table: LeaseTable;
  readonly configuration: RelationshipConfiguration;
  readonly takeForPartner: (pool: number, count: number) => readonly LeaseName[];
  readonly takeFromPartner: (pool: number, count: number) => readonly LeaseName[];
  /** Something about the lease is under way, or the secondary does not know it as it is. */
  readonly isBusy: (slot: number) => boolean;
}

const NOTHING: BalanceStep = { given: [], takenBack: [] };

export function createBalance({ table, configuration, takeForPartner, takeFromPartner, isBusy }: BalanceRooms): Balance {
  const pools = configuration.pools.filter((number) => {
    const { space, share } = table.pools.pool(number);
    return space.kind === LeaseKind.IA_PD && share !== 'whole';
  });
  /** The delegations of each side when nothing could be done about a pool. */
  const stuck = new Map<number, Delegations>();

  const countsOf = (number: number): Delegations => {
    const pool = table.pools.pool(number);
    return { primary: pool.available('primary'), secondary: pool.available('secondary') };
  };

  /** What is given counts for neither side until it is durable. */
  let onTheirWay: readonly LeaseName[] = [];

  const slotOf = ({ address, prefixLength }: LeaseName): number => table.find(address, 0, prefixLength);

  const isOnItsWay = (name: LeaseName): boolean => {
    const slot = slotOf(name);
    return slot !== NO_SLOT && table.records.lock(slot) !== 0;
  };

  const give = (names: readonly LeaseName[], now: EpochSeconds): readonly Binding[] => {
    const given: Binding[] = [];
    for (const name of names) {
      const slot = slotOf(name);
      if (slot !== NO_SLOT && isBusy(slot)) continue;
      given.push(handedOver(name, slot === NO_SLOT ? undefined : table.readPresent(slot, now), BindingStatus.FREE_BACKUP, now, 0));
    }
    onTheirWay = given;
    return given;
  };

  const balance = (number: number, room: number, now: EpochSeconds): BalanceStep => {
    const counts = countsOf(number);
    if (isAbout(counts, stuck.get(number), configuration.rebalanceThreshold)) return NOTHING;
    const missing = toHandOver(counts.primary, counts.secondary, configuration);
    const count = Math.min(Math.abs(missing), PER_STEP_MAX, room);
    if (count === 0) return NOTHING;
    if (missing > 0) {
      const names = takeForPartner(number, count);
      if (names.length === 0) stuck.set(number, counts);
      return { given: give(names, now), takenBack: [] };
    }
    const wanted = takeFromPartner(number, count).map(slotOf);
    if (wanted.length === 0) stuck.set(number, counts);
    return { given: [], takenBack: wanted.filter((slot) => !isBusy(slot)) };
  };

  return {
    demand() {
      stuck.clear();
    },
    step(room, now) {
      if (onTheirWay.some(isOnItsWay)) return NOTHING;
      onTheirWay = [];
      for (const number of pools) {
        const step = balance(number, room, now);
        if (step.given.length + step.takenBack.length > 0) return step;
      }
      return NOTHING;
    },
  };
}

interface Delegations {
  readonly primary: number;
  readonly secondary: number;
}

/** Whether neither side's delegations changed by more than the threshold since. */
function isAbout(now: Delegations, before: Delegations | undefined, threshold: number): boolean {
  if (before === undefined) return false;
  return isNear(now.primary, before.primary, threshold) && isNear(now.secondary, before.secondary, threshold);
}

function isNear(value: number, other: number, threshold: number): boolean {
  return Math.abs(value - other) <= other * threshold;
}
