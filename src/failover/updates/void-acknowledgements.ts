/** What an old copy of a disk says was acknowledged (R-ST1; RFC 8156 sections 4.4, 7.3). */
import { NO_SLOT } from '../../lease/index.ts';
import type { FlowState } from './flow-state.ts';

/**
 * The partner may have forgotten by now, with the consent of this box, what it acknowledged when the record was written: the lease was
 * given back, and is free. It would be given for MCLT behind what nobody knows. What the partner still has it acknowledges again when it
 * is told of the lease next.
 */
export interface VoidAcknowledgements {
  /** Those in records of these commits, and all before, are void. */
  through(revision: number): void;
  /** These leases wait for no commit any more: where that failed, the table has again what the disk has. */
  unlocked(slots: readonly number[]): void;
}

export function createVoidAcknowledgements({ table, scope }: FlowState): VoidAcknowledgements {
  const { records } = table;
  let last = 0;

  const isVoid = (slot: number): boolean => records.ackedPartnerLifetime(slot) !== 0 && records.revision(slot) <= last && scope.has(slot);

  return {
    through(revision) {
      last = revision;
      const slots: number[] = [];
      table.slotsFrom(NO_SLOT, Infinity, isVoid, slots);
      for (const slot of slots) table.voidAcknowledgement(slot);
    },
    unlocked(slots) {
      if (last === 0) return;
      for (const slot of slots) if (isVoid(slot)) table.voidAcknowledgement(slot);
    },
  };
}
