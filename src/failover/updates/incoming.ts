/** The partner's updates: each is answered, behind the change that it makes (RFC 8156 sections 7.5.2 and 4.4.1). */
import { type Binding, hasEnded } from '../../lease/index.ts';
import { type BindingUpdateMessage, type EpochSeconds, FailoverMessageType, FailoverStatusCode } from '../../wire/index.ts';
import { type Acceptance, type AcceptanceRooms, acceptUpdate, refusedWhole } from './accept.ts';
import { countCode } from './counters.ts';
import { type FlowState, isChanging } from './flow-state.ts';
import type { RefusalLog } from './refusal-log.ts';
import { Mark } from './slot-marks.ts';

/** So many new records are asked for before the table is looked at again; each is compared with all. */
const MADE_PER_STEP_MAX = 128;

export interface Incoming {
  /** Updates that wait until stable storage has what was changed before. */
  deferred(): number;
  received(message: BindingUpdateMessage, now: EpochSeconds): void;
  /** Goes on with those that waited, in their order. @returns whether this step asked for changes, which the table has not yet */
  goOn(now: EpochSeconds): boolean;
  clear(): void;
}

/** `newer` is called for the leases of which this box knows more than the partner. */
export function createIncoming(
  state: FlowState,
  leasesMax: number,
  log: RefusalLog,
  newer: (slot: number, now: EpochSeconds) => void,
): Incoming {
  const { table, scope, counters, marks, inFlight, port, configuration } = state;
  const waiting: BindingUpdateMessage[] = [];
  const beingMade: Binding[] = [];
  const rooms: AcceptanceRooms = {
    table,
    scope,
    role: configuration.role,
    mclt: configuration.mclt,
    isRebuilding: () => port.isRebuilding(),
    leasesMax,
    isChanging: (slot) => isChanging(state, slot),
    isOnItsWay: (slot) => inFlight.isAbout(slot),
    isEndOnItsWay: (slot) => marks.has(slot, Mark.SENT) && hasEnded(table.records.status(slot)),
    beingMade,
  };
  /** Changes were asked for in this step: the table has them when it is over. */
  let hasAsked = false;

  const note = (acceptance: Acceptance, now: EpochSeconds): void => {
    counters.leasesAccepted += acceptance.accepted;
    counters.updatesCrossed += acceptance.crossed;
    for (const { code, text } of acceptance.refusals) {
      countCode(counters.leasesRejected, code);
      log.note('refused', code, text, now);
    }
    for (const slot of acceptance.changing) {
      marks.set(slot, Mark.CHANGING);
      marks.clear(slot, Mark.SENT | Mark.REFUSED | Mark.UNTOLD);
    }
  };

  /** @returns false when it has to wait */
  const handle = (message: BindingUpdateMessage, now: EpochSeconds): boolean => {
    const acceptance = acceptUpdate(rooms, message, now);
    if (acceptance === undefined) return false;
    note(acceptance, now);
    if (acceptance.bindings.length > 0) {
      hasAsked = true;
      for (const binding of acceptance.made) beingMade.push(binding);
      port.change(acceptance.bindings, [acceptance.reply]);
    } else {
      port.send(acceptance.reply);
    }
    for (const slot of acceptance.outdated) newer(slot, now);
    return true;
  };

  const defer = (message: BindingUpdateMessage, now: EpochSeconds): void => {
    if (waiting.length < configuration.maxUnackedBndupd) {
      counters.updatesDeferred += 1;
      waiting.push(message);
      return;
    }
    counters.deferredTooMany += 1;
    const refusal = { code: FailoverStatusCode.UnspecFail, text: 'too many updates are unanswered' };
    log.note('refused', refusal.code, refusal.text, now);
    const { transactionId, binding } = message;
    port.send({ type: FailoverMessageType.BNDREPLY, transactionId, binding: refusedWhole(binding, refusal) });
  };

  return {
    deferred() {
      return waiting.length;
    },
    received(message, now) {
      counters.updatesReceived += 1;
      if (waiting.length > 0 || !handle(message, now)) defer(message, now);
    },
    goOn(now) {
      let handled = 0;
      while (handled < waiting.length && beingMade.length < MADE_PER_STEP_MAX) {
        if (!handle(waiting[handled] as BindingUpdateMessage, now)) break;
        handled += 1;
      }
      if (handled > 0) waiting.splice(0, handled);
      const asked = hasAsked;
      hasAsked = false;
      beingMade.length = 0;
      return asked;
    },
    clear() {
      waiting.length = 0;
      beingMade.length = 0;
      hasAsked = false;
    },
  };
}
