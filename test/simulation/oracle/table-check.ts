/** What a box holds in memory is what its disk holds, whenever no commit is under way. */
import type { Appliance } from '../../../src/appliance/index.ts';
import { conversion } from '../../../src/clock/index.ts';
import type { Timescale } from '../../../src/clock/index.ts';
import { BindingStatus, NO_SLOT, PRESENT_TIMESCALE, hasEnded, movedTime } from '../../../src/lease/index.ts';
import type { Binding, LeaseReader, LeaseTable } from '../../../src/lease/index.ts';
import { sameBytes } from '../../../src/wire/index.ts';
import type { Disk } from '../box/disk.ts';
import type { BoxPlan } from '../schedule/schedule.ts';
import { leaseKey, leaseName } from '../world/lease-key.ts';
import { Violation } from './violation.ts';

type Conversion = ReturnType<typeof conversion>;

const NOTHING = new Uint8Array();
const AS_IT_IS: Conversion = { by: 0, isExact: true };

/** A run of the program, and the disk that it runs on. */
interface Compared {
  readonly box: { readonly plan: Pick<BoxPlan, 'name'>; readonly disk: Pick<Disk, 'durable' | 'lost' | 'timescales'> };
  readonly appliance: { readonly leases: LeaseTable; readonly lostRecords: Appliance['lostRecords']; readonly clock: { readonly timescale: Uint8Array } };
}

export function checkTable({ box, appliance }: Compared): void {
  const table = appliance.leases;
  const { durable, lost, timescales } = box.disk;
  // Until the disk knows of the timescale that memory is in the two can't be compared.
  if (!sameBytes(timescales.at(-1)?.id ?? NOTHING, appliance.clock.timescale)) return;
  const held = typeof lost === 'string' ? [] : lost.map(leaseKey);
  for (const [key, binding] of durable) {
    if (held.length > 0 && held.includes(key)) continue;
    const slot = table.find(binding.address, 0, binding.prefixLength);
    if (slot === NO_SLOT) throw new Violation('table-is-not-the-disk', `${box.plan.name} does not know ${leaseName(binding)}`);
    const difference = differenceOf(table, slot, binding, timescales);
    if (difference !== undefined || table.records.lock(slot) !== 0) {
      throw new Violation('table-is-not-the-disk', `${box.plan.name} and its disk differ in ${leaseName(binding)}: ${difference ?? 'it is locked'}`);
    }
  }
  const readable = durable.size - held.filter((key) => durable.has(key)).length;
  // What can't be read is held back, until that is accepted or the partner has told all.
  const known = readable + (appliance.lostRecords === 'none' ? 0 : held.length);
  if (table.size !== known) {
    throw new Violation('table-is-not-the-disk', `${box.plan.name} knows ${String(table.size)} leases, its disk ${String(known)}`);
  }
}

/** Compared where it is, with its times moved to the present timescale (R-ST2): nothing is copied for a comparison that is made all the time. */
function differenceOf(table: LeaseTable, slot: number, onDisk: Binding, timescales: readonly Timescale[]): string | undefined {
  const inTable = table.records;
  if (waitsForRide(inTable.status(slot), onDisk.status)) return undefined;
  const placed = timescales.length === 1 ? AS_IT_IS : conversion(timescales, onDisk.timescale);
  const difference = differenceBeyond(AS_WRITTEN, inTable, slot, onDisk, placed.by);
  if (difference === undefined || !isRewritten(table, slot, onDisk, timescales)) return difference;
  return differenceBeyond(rewritten(placed, timescales), inTable, slot, onDisk, placed.by);
}

function differenceBeyond({ past, end }: Allowed, inTable: LeaseReader, slot: number, onDisk: Binding, by: number): string | undefined {
  return (
    within(NONE, 'status', inTable.status(slot), onDisk.status) ??
    within(NONE, 'iaid', inTable.iaid(slot), onDisk.iaid) ??
    within(end, 'stateExpirationTime', inTable.stateExpirationTime(slot), movedTime(onDisk.stateExpirationTime, by)) ??
    within(past, 'startTimeOfState', inTable.startTimeOfState(slot), movedTime(onDisk.startTimeOfState, by)) ??
    within(past, 'clientLastTransactionTime', inTable.clientLastTransactionTime(slot), movedTime(onDisk.clientLastTransactionTime, by)) ??
    (inTable.isClient(slot, onDisk.duid, 0, onDisk.duid.length) ? undefined : 'client')
  );
}

/** By how much a time in memory may be before the one on the disk, and by how much behind it, in seconds. */
interface Range {
  readonly before: number;
  readonly behind: number;
}

interface Allowed {
  /** For moments that were. */
  readonly past: Range;
  /** For the end of the lease. */
  readonly end: Range;
}

const NONE: Range = { before: 0, behind: 0 };
const AS_WRITTEN: Allowed = { past: NONE, end: NONE };

/**
 * The partner agreed to upper bounds: they are times of the present timescale from then on, and what was is not later than that moment. That
 * rides on a later commit as well. When the clock is set meanwhile they move along, whereas what the disk has may be known exactly by then.
 */
function rewritten({ isExact }: Conversion, timescales: readonly Timescale[]): Allowed {
  let [before, behind] = [0, 0];
  for (const { ahead } of timescales.slice(lastStart(timescales) + 1)) {
    before += Math.max(0, 0 - ahead);
    behind += Math.max(0, ahead);
  }
  return { past: { before: isExact ? before : Infinity, behind }, end: { before, behind } };
}

/** Memory has it in the present timescale, the disk in one that the box was off behind. */
function isRewritten(table: LeaseTable, slot: number, onDisk: Binding, timescales: readonly Timescale[]): boolean {
  const start = timescales[lastStart(timescales)];
  return start !== undefined && onDisk.timescale < start.index && table.records.isExact(slot) && table.read(slot).timescale === PRESENT_TIMESCALE;
}

function lastStart(timescales: readonly Timescale[]): number {
  return timescales.findLastIndex(({ begins }) => begins === 'start');
}

function within({ before, behind }: Range, field: string, inTable: number, onDisk: number): string | undefined {
  return inTable >= onDisk - before && inTable <= onDisk + behind ? undefined : `${field} ${String(inTable)} and ${String(onDisk)}`;
}

/**
 * What the partner acknowledged rides on a later commit, also behind one that failed: to forget it is safe. It is the end of a lease, or
 * that the secondary gave back a prefix (RFC 8156 section 7.7).
 */
function waitsForRide(inTable: BindingStatus, onDisk: BindingStatus): boolean {
  const isGivenBack = inTable === BindingStatus.FREE && onDisk === BindingStatus.FREE_BACKUP;
  return isGivenBack || ((inTable === BindingStatus.FREE || inTable === BindingStatus.FREE_BACKUP) && hasEnded(onDisk));
}
