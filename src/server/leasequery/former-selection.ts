import { NO_SLOT } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import type { Selection } from './selection.ts';
import { SlotSet } from './slot-set.ts';
import { LOOK, WORK_MAX } from './stream.ts';

/**
 * Leases that a requestor asks for, and those that were such before their last change: a client that moved to another relay agent, or whose
 * lease went to another, is told of once more, as it is now, to who asked for it as it was (RFC 7653 section 7).
 */
export class FormerSelection {
  readonly #table: LeaseTable;
  readonly #selected: Selection;
  readonly #was = new SlotSet();
  /** How far the table was looked through for those that are selected to begin with; undefined: it is known of all. */
  #after: number | undefined;

  constructor(table: LeaseTable, selected: Selection) {
    this.#table = table;
    this.#selected = selected;
    if (!selected.canMove) return;
    if (selected.slots === undefined) this.#after = NO_SLOT;
    else for (const slot of selected.slots) this.#was.add(slot);
    for (let work = 0; work < WORK_MAX && this.learns(); work += LOOK * selected.cost);
  }

  /** Of a look at one lease. */
  get cost(): number {
    return this.#selected.cost;
  }

  /** Looks at some leases more, before anything is told. @returns whether there was something to look at */
  learns(): boolean {
    if (this.#after === undefined) return false;
    const found: number[] = [];
    const next = this.#table.slotsFrom(this.#after, LOOK, this.#selected.matches, found);
    for (const slot of found) this.#was.add(slot);
    this.#after = next === NO_SLOT ? undefined : next;
    return true;
  }

  /** They have changed. What they were is not known where nobody has looked yet: it may have been what is asked for. */
  note(slots: readonly number[]): void {
    if (this.#after === undefined) return;
    for (const slot of slots) if (slot > this.#after) this.#was.add(slot);
  }

  isOrWasSelected(slot: number): boolean {
    return this.#was.has(slot) || this.#selected.matches(slot);
  }

  /** As it is now. */
  told(slot: number): void {
    if (!this.#selected.canMove) return;
    if (this.#selected.matches(slot)) this.#was.add(slot);
    else this.#was.delete(slot);
  }
}
