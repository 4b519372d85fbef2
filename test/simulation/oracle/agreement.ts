/** Two partners that have nothing to tell each other have the same on record of every lease that they share. */
import { BindingStatus, LeaseKind, NO_SLOT, isHeldBack } from '../../../src/lease/index.ts';
import type { Binding, LeaseTable } from '../../../src/lease/index.ts';
import type { BoxRun } from '../box/running-box.ts';
import { leaseName } from '../world/lease-key.ts';

/** Clocks are a few seconds apart, and so are the ends that each reckons. */
const SAME_TIME_SECONDS = 6;

export interface Allowances {
  /** One may have to tell the other of some leases: they are left out. */
  readonly untold: boolean;
  /** An old record may say more of a prefix that is free: that is told to nobody (section 5.3.6), and comes to its end by itself. */
  readonly oldRecords: boolean;
}

/** The first lease of these pools that they have differently, and how. */
export function disagreement({ appliance: { leases: first } }: BoxRun, { appliance: { leases: second } }: BoxRun, pools: readonly number[], { untold, oldRecords }: Allowances): string | undefined {
  const slots: number[] = [];
  first.slotsFrom(NO_SLOT, Infinity, (slot) => pools.includes(first.records.pool(slot)), slots);
  for (const slot of slots) {
    const binding = first.read(slot);
    const found = second.find(binding.address, 0, binding.prefixLength);
    if (untold && (isUnsettled(first, slot) || (found !== NO_SLOT && isUnsettled(second, found)))) continue;
    const other = found === NO_SLOT ? undefined : second.read(found);
    if (oldRecords && binding.kind === LeaseKind.IA_PD && [binding.status, other?.status ?? BindingStatus.FREE].includes(BindingStatus.FREE)) continue;
    const difference = differenceOf(binding, other);
    if (difference !== undefined) return `${leaseName(binding)}: ${difference}`;
  }
  return undefined;
}

/** Of a record that can't be read nobody is told, until the partner's word or the operator's takes its place. */
function isUnsettled({ records }: LeaseTable, slot: number): boolean {
  return records.updateNeeded(slot) || records.lock(slot) !== 0 || isHeldBack(records, slot);
}

function differenceOf(a: Binding, b: Binding | undefined): string | undefined {
  const status = b?.status ?? BindingStatus.FREE;
  if (a.status !== status && !(isFree(a.status, a.kind) && isFree(status, a.kind))) return `status ${String(a.status)} and ${String(status)}`;
  if (a.status !== BindingStatus.ACTIVE || b === undefined) return undefined;
  if (!a.duid.every((octet, i) => octet === b.duid[i])) return 'two clients';
  if (a.iaid !== b.iaid) return `IAID ${String(a.iaid)} and ${String(b.iaid)}`;
  if (Math.abs(a.stateExpirationTime - b.stateExpirationTime) > SAME_TIME_SECONDS) {
    return `until ${String(a.stateExpirationTime)} and ${String(b.stateExpirationTime)}`;
  }
  return undefined;
}

/** Whose a free address is its number says; a free prefix belongs to one of the boxes, and both know to which. */
function isFree(status: BindingStatus, kind: number): boolean {
  return status === BindingStatus.FREE || (kind === LeaseKind.IA_NA && status === BindingStatus.FREE_BACKUP);
}
