import { BindingStatus, LeaseKind, NEVER, NO_SLOT, toBeTold } from '../../lease/index.ts';
import { type BareMessage, type BindingUpdateMessage, type EpochSeconds, FailoverMessageType, epochSeconds } from '../../wire/index.ts';
import { createBalance } from '../pool-balance/index.ts';
import { createUpdateCounters } from './counters.ts';
import { type FlowState, isChanging } from './flow-state.ts';
import type { UpdateFlow, UpdateFlowParameters } from './flow.ts';
import { InFlight } from './in-flight.ts';
import { createIncoming } from './incoming.ts';
import { createOutgoing } from './outgoing.ts';
import { RefusalLog } from './refusal-log.ts';
import { leaseScope } from './scope.ts';
import { Mark, SlotMarks } from './slot-marks.ts';

/** What could not be stored is tried again after so many seconds. */
const DISOWN_AGAIN = 1;

export function createUpdateFlow(parameters: UpdateFlowParameters): UpdateFlow {
  const { configuration, table, port, leasesMax } = parameters;
  const { records } = table;
  const scope = leaseScope(table, configuration);
  const counters = createUpdateCounters();
  const marks = new SlotMarks();
  const inFlight = new InFlight();
  const state: FlowState = { configuration, table, port, scope, counters, marks, inFlight };
  const log = new RefusalLog(port);
  let isOpen = false;
  let isNormal = false;

  const askForPrefixes = (): void => {
    if (configuration.role === 'secondary') port.send({ type: FailoverMessageType.POOLREQ, transactionId: port.nextTransactionId() });
  };
  const outgoing = createOutgoing(state, log, askForPrefixes);
  const incoming = createIncoming(state, leasesMax, log, (slot, now) => outgoing.insist(slot, now));
  const balance = createBalance({
    table,
    configuration,
    takeForPartner: parameters.takeForPartner,
    takeFromPartner: parameters.takeFromPartner,
    isBusy: (slot) => isChanging(state, slot) || inFlight.isAbout(slot) || records.updateNeeded(slot),
  });

  const bareReceived = ({ type, transactionId }: BareMessage): void => {
    const isExpected = (type === FailoverMessageType.POOLREQ) === (configuration.role === 'primary');
    if (!isExpected) {
      counters.protocolErrors += 1;
      port.log('warning', `a ${configuration.role} gets no such message: the partner mistakes its role`);
    } else if (type === FailoverMessageType.POOLREQ) {
      counters.poolRequestsReceived += 1;
      port.send({ type: FailoverMessageType.POOLRESP, transactionId });
      balance.demand();
    }
  };

  /**
   * Prefixes to be given become the secondary's before it hears of it, those to be taken back stay its own until it agreed. That it
   * was asked is durable: if its answer is lost, the two must not think differently of a prefix for ever.
   */
  const balancePools = (now: EpochSeconds): void => {
    const { given, takenBack } = balance.step(outgoing.room, now);
    counters.prefixesGiven += given.length;
    const asked = takenBack.map((slot) => toBeTold(table.read(slot)));
    for (const slot of takenBack) marks.set(slot, Mark.RECLAIMED | Mark.CHANGING);
    if (given.length + asked.length > 0) port.change([...given, ...asked], []);
  };

  const isOwnPrefix = (slot: number): boolean =>
    records.kind(slot) === LeaseKind.IA_PD && records.status(slot) === BindingStatus.FREE_BACKUP && scope.has(slot) && !isChanging(state, slot);

  /** Prefixes that are to be the primary's again and are not yet, and of which the primary has not spoken. */
  const disowned = new Set<number>();
  let disownAt: EpochSeconds = NEVER;

  const disown = (): void => {
    disownAt = NEVER;
    const slots = [...disowned];
    if (slots.length === 0) return;
    for (const slot of slots) marks.set(slot, Mark.CHANGING);
    port.change(slots.map((slot) => ({ ...table.read(slot), status: BindingStatus.FREE, updateNeeded: false })), []);
  };

  const noteDisowned = (slots: readonly number[]): void => {
    if (disowned.size === 0) return;
    for (const slot of slots) if (records.status(slot) !== BindingStatus.FREE_BACKUP) disowned.delete(slot);
  };

  const isSpokenOf = ({ binding }: BindingUpdateMessage): void => {
    if (disowned.size === 0 || binding.kind !== 'prefix') return;
    disowned.delete(table.find(binding.lease.address, 0, binding.lease.prefixLength));
  };

  const goOnDisowning = (now: EpochSeconds): void => {
    for (const slot of disowned) if (isChanging(state, slot)) return;
    if (disowned.size === 0) return;
    if (disownAt === NEVER) disownAt = epochSeconds(now + DISOWN_AGAIN);
    else if (disownAt <= now) disown();
  };

  return {
    counters,
    opened(partnerWindow, extensions) {
      isOpen = true;
      outgoing.opened(partnerWindow, extensions);
    },
    closed() {
      isOpen = false;
      isNormal = false;
      disowned.clear();
      disownAt = NEVER;
      incoming.clear();
      outgoing.closed();
    },
    setMode(mode) {
      isNormal = mode === 'normal';
      outgoing.setMode(mode);
    },
    leasesChanged(slots) {
      for (const slot of slots) {
        marks.clear(slot, Mark.SENT | Mark.REFUSED);
        if (!inFlight.isAbout(slot)) marks.set(slot, Mark.UNTOLD);
        outgoing.enqueue(slot);
      }
    },
    unlocked(slots) {
      for (const slot of slots) {
        marks.clear(slot, Mark.CHANGING);
        outgoing.enqueue(slot);
      }
      noteDisowned(slots);
    },
    serveRequest(kind, transactionId) {
      outgoing.serve(kind === 'all' ? 'everything' : 'unacked', transactionId);
    },
    received(message, now) {
      switch (message.type) {
        case FailoverMessageType.BNDUPD:
          isSpokenOf(message);
          incoming.received(message, now);
          break;
        case FailoverMessageType.BNDREPLY:
          outgoing.answered(message, now);
          break;
        case FailoverMessageType.POOLREQ:
        case FailoverMessageType.POOLRESP:
          bareReceived(message);
          break;
      }
    },
    disownPrefixes() {
      const owned: number[] = [];
      table.slotsFrom(NO_SLOT, Infinity, isOwnPrefix, owned);
      for (const slot of owned) disowned.add(slot);
      disown();
    },
    pump(now) {
      if (!isOpen) return;
      goOnDisowning(now);
      const hasAsked = incoming.goOn(now);
      outgoing.pump(now);
      // What was asked for in this step is not in the table yet: it might be a prefix that would be given.
      if (isNormal && configuration.role === 'primary' && !hasAsked) balancePools(now);
    },
    get wakeAt() {
      return epochSeconds(Math.min(outgoing.wakeAt, disownAt));
    },
    pending() {
      return { ...outgoing.progress(), deferred: incoming.deferred };
    },
    get oldestUnanswered() {
      return inFlight.oldest;
    },
    mayReturn(slot) {
      const status = records.status(slot);
      return marks.has(slot, Mark.UNTOLD) && (status === BindingStatus.EXPIRED || status === BindingStatus.RELEASED);
    },
  };
}
