/** Two partners that have nothing to tell each other have the same on record of every lease that they share. */
import { BindingStatus, LeaseKind, NO_SLOT, isHeldBack } from '../../../src/lease/index.ts';
import type { LeaseReader, LeaseTable } from '../../../src/lease/index.ts';
import type { BoxRun } from '../box/running-box.ts';
import { leaseName } from '../world/lease-key.ts';

/** Clocks are a few seconds apart, and so are the ends that each reckons. */
const SAME_TIME_SECONDS = 6;
/** Two that were so far apart were set since, each to a time that is two seconds off at most: what they had said before moved along. */
const SET_APART_SECONDS = 12;

export interface Allowances {
  /** One may have to tell the other of some leases: they are left out. */
  readonly untold: boolean;
  /** An old record may say more of a prefix that is free: that is told to nobody (section 5.3.6), and comes to its end by itself. */
  readonly oldRecords: boolean;
  /** A clock restarted without the time, and was told it later. */
  readonly clocksWereOff: boolean;
}

/** The first lease of these pools that they have differently, and how. Compared where they are: this is done often, and hardly ever finds anything. */
export function disagreement({ appliance: { leases: first } }: BoxRun, { appliance: { leases: second } }: BoxRun, pools: readonly number[], { untold, oldRecords, clocksWereOff }: Allowances): string | undefined {
  const own = first.records;
  const others = second.records;
  slots.length = 0;
  first.slotsFrom(NO_SLOT, Infinity, (slot) => pools.includes(own.pool(slot)), slots);
  for (const slot of slots) {
    first.copyWords(slot, words);
    const found = second.findWords(words, own.prefixLength(slot));
    const isFound = found !== NO_SLOT;
    const kind = own.kind(slot);
    const status = own.status(slot);
    const otherStatus = isFound ? others.status(found) : BindingStatus.FREE;
    if (oldRecords && kind === LeaseKind.IA_PD && (status === BindingStatus.FREE || otherStatus === BindingStatus.FREE)) continue;
    const isSame = status === otherStatus || (isFree(status, kind) && isFree(otherStatus, kind));
    if (isSame && (status !== BindingStatus.ACTIVE || !isFound)) continue;
    if (untold && (isUnsettled(first, slot) || (isFound && isUnsettled(second, found)))) continue;
    const difference = isSame ? differenceOfActive(own, slot, others, found, clocksWereOff ? SET_APART_SECONDS : SAME_TIME_SECONDS) : `status ${String(status)} and ${String(otherStatus)}`;
    if (difference !== undefined) return `${leaseName(first.read(slot))}: ${difference}`;
  }
  return undefined;
}

const slots: number[] = [];
const words = new Uint32Array(4);

/** Of a record that can't be read nobody is told, until the partner's word or the operator's takes its place. */
function isUnsettled({ records }: LeaseTable, slot: number): boolean {
  return records.updateNeeded(slot) || records.lock(slot) !== 0 || isHeldBack(records, slot);
}

/** Both have it as leased. */
function differenceOfActive(own: LeaseReader, slot: number, others: LeaseReader, other: number, apartSeconds: number): string | undefined {
  const client = own.duid(slot);
  if (!others.isClient(other, client, 0, client.length)) return 'two clients';
  if (own.iaid(slot) !== others.iaid(other)) return `IAID ${String(own.iaid(slot))} and ${String(others.iaid(other))}`;
  // Each box has its own upper bound of a time that nobody knows (R-ST2, rule 6); at the earlier one the later one is told.
  if (!own.isExact(slot) || !others.isExact(other)) return undefined;
  const end = own.stateExpirationTime(slot);
  const otherEnd = others.stateExpirationTime(other);
  return Math.abs(end - otherEnd) > apartSeconds ? `until ${String(end)} and ${String(otherEnd)}` : undefined;
}

/** Whose a free address is its number says; a free prefix belongs to one of the boxes, and both know to which. */
function isFree(status: BindingStatus, kind: number): boolean {
  return status === BindingStatus.FREE || (kind === LeaseKind.IA_NA && status === BindingStatus.FREE_BACKUP);
}
