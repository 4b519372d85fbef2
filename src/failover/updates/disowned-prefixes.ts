/** Prefixes of which a box that lost records does not know whose they are, while it is told everything again (RFC 8156 section 5.3.6). */
import { BindingStatus, LeaseKind, NEVER, NO_SLOT } from '../../lease/index.ts';
import { type BindingUpdate, type EpochSeconds, epochSeconds } from '../../wire/index.ts';
import { type FlowState, isChanging } from './flow-state.ts';
import { Mark } from './slot-marks.ts';

/**
 * What this box takes for the secondary's free prefixes, and the partner does not speak of, is the primary's: nobody lists what is the
 * primary's and never was a client's. A secondary gives it up at once. A primary takes it when it was told everything: until then a client may have it from the
 * secondary, and the primary serves when a conflict is interrupted (section 8.11).
 */
export interface DisownedPrefixes {
  /** Everything is about to be told. */
  begin(): void;
  /** Everything was told. */
  end(): void;
  /** The partner tells of this. */
  spokenOf(update: BindingUpdate): void;
  /** These leases wait for no commit any more. */
  unlocked(slots: readonly number[]): void;
  /** What could not be stored is tried again after a while. */
  goOn(now: EpochSeconds): void;
  /** When `goOn` has something to do by itself; NEVER: not before something happens. */
  readonly wakeAt: EpochSeconds;
  /** The connection is lost. */
  closed(): void;
}

const AGAIN_SECONDS = 1;

export function createDisownedPrefixes(state: FlowState): DisownedPrefixes {
  const { table, scope, marks, port, configuration, disowned } = state;
  const { records } = table;
  const isPrimary = configuration.role === 'primary';
  let mayBeWritten = false;
  let writeAt: EpochSeconds = NEVER;

  const isSecondarys = (slot: number): boolean =>
    records.kind(slot) === LeaseKind.IA_PD && records.status(slot) === BindingStatus.FREE_BACKUP && scope.has(slot) && !isChanging(state, slot);

  const write = (): void => {
    mayBeWritten = true;
    writeAt = NEVER;
    const slots = [...disowned].filter((slot) => !isChanging(state, slot));
    if (slots.length === 0) return;
    for (const slot of slots) marks.set(slot, Mark.CHANGING);
    port.change(slots.map((slot) => ({ ...table.read(slot), status: BindingStatus.FREE, updateNeeded: false })), []);
  };

  return {
    begin() {
      const slots: number[] = [];
      table.slotsFrom(NO_SLOT, Infinity, isSecondarys, slots);
      disowned.clear();
      for (const slot of slots) disowned.add(slot);
      mayBeWritten = false;
      if (!isPrimary) write();
    },
    end: write,
    spokenOf(update) {
      // That it is the primary's is what its silence says as well.
      if (disowned.size === 0 || update.kind !== 'prefix' || update.lease.bindingStatus === BindingStatus.FREE) return;
      disowned.delete(table.find(update.lease.address, 0, update.lease.prefixLength));
    },
    unlocked(slots) {
      if (disowned.size === 0) return;
      for (const slot of slots) if (records.status(slot) !== BindingStatus.FREE_BACKUP) disowned.delete(slot);
    },
    goOn(now) {
      if (disowned.size === 0 || !mayBeWritten) return;
      for (const slot of disowned) if (isChanging(state, slot)) return;
      if (writeAt === NEVER) writeAt = epochSeconds(now + AGAIN_SECONDS);
      else if (writeAt <= now) write();
    },
    get wakeAt() {
      return writeAt;
    },
    closed() {
      writeAt = NEVER;
      // A primary does not ask again for what it was told.
      if (!isPrimary || !mayBeWritten) disowned.clear();
    },
  };
}
