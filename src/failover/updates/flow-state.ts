import type { LeaseTable } from '../../lease/index.ts';
import type { RelationshipConfiguration } from '../configuration.ts';
import type { UpdateCounters } from './counters.ts';
import type { UpdatePort } from './flow.ts';
import type { InFlight } from './in-flight.ts';
import type { LeaseScope } from './scope.ts';
import { Mark, type SlotMarks } from './slot-marks.ts';

/** What the parts of one flow share. */
export interface FlowState {
  readonly configuration: RelationshipConfiguration;
  readonly table: LeaseTable;
  readonly port: UpdatePort;
  readonly scope: LeaseScope;
  readonly counters: UpdateCounters;
  readonly marks: SlotMarks;
  readonly inFlight: InFlight;
  /** Prefixes of which this box does not know whose they are, and that are to be the primary's unless the partner says otherwise. */
  readonly disowned: Set<number>;
}

/** Whether what the table has of a lease is not durable, not all that the client was told, or about to be replaced. */
export function isChanging({ table, marks }: FlowState, slot: number): boolean {
  return table.records.lock(slot) !== 0 || marks.has(slot, Mark.CHANGING) || table.told.has(slot);
}
