import { BindingStatus, toBeTold } from '../../lease/index.ts';
import { type BareMessage, type EpochSeconds, FailoverMessageType, epochSeconds } from '../../wire/index.ts';
import { createBalance } from '../pool-balance/index.ts';
import { createUpdateCounters } from './counters.ts';
import { createDisownedPrefixes } from './disowned-prefixes.ts';
import { type FlowState, isChanging } from './flow-state.ts';
import type { UpdateFlow, UpdateFlowParameters } from './flow.ts';
import { InFlight } from './in-flight.ts';
import { createIncoming } from './incoming.ts';
import { createOutgoing } from './outgoing.ts';
import { RefusalLog } from './refusal-log.ts';
import { leaseScope } from './scope.ts';
import { Mark, SlotMarks } from './slot-marks.ts';
import { createVoidAcknowledgements } from './void-acknowledgements.ts';

export function createUpdateFlow(parameters: UpdateFlowParameters): UpdateFlow {
  const { configuration, table, port, leasesMax } = parameters;
  const { records } = table;
  const scope = leaseScope(table, configuration);
  const counters = createUpdateCounters();
  const marks = new SlotMarks();
  const inFlight = new InFlight();
  const state: FlowState = { configuration, table, port, scope, counters, marks, inFlight, disowned: new Set() };
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
    const { given, takenBack } = balance.step(outgoing.room(), now);
    counters.prefixesGiven += given.length;
    const asked = takenBack.map((slot) => toBeTold(table.read(slot)));
    for (const slot of takenBack) marks.set(slot, Mark.RECLAIMED | Mark.CHANGING);
    if (given.length + asked.length > 0) port.change([...given, ...asked], []);
  };

  const disowned = createDisownedPrefixes(state);
  const voided = createVoidAcknowledgements(state);

  return {
    counters,
    opened(partnerWindow, extensions) {
      isOpen = true;
      outgoing.opened(partnerWindow, extensions);
    },
    closed() {
      isOpen = false;
      isNormal = false;
      disowned.closed();
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
      voided.unlocked(slots);
      for (const slot of slots) {
        marks.clear(slot, Mark.CHANGING);
        outgoing.enqueue(slot);
      }
      disowned.unlocked(slots);
    },
    serveRequest(kind, transactionId) {
      outgoing.serve(kind === 'all' ? 'everything' : 'unacked', transactionId);
    },
    received(message, now) {
      switch (message.type) {
        case FailoverMessageType.BNDUPD:
          disowned.spokenOf(message.binding);
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
    voidAcknowledgements(revision) {
      voided.through(revision);
    },
    askedForEverything() {
      disowned.begin();
    },
    everythingTold() {
      disowned.end();
    },
    pump(now) {
      if (!isOpen) return;
      disowned.goOn(now);
      const hasAsked = incoming.goOn(now);
      outgoing.pump(now);
      // What was asked for in this step is not in the table yet: it might be a prefix that would be given.
      if (isNormal && configuration.role === 'primary' && !hasAsked) balancePools(now);
    },
    wakeAt() {
      return epochSeconds(Math.min(outgoing.wakeAt(), disowned.wakeAt));
    },
    pending() {
      return { ...outgoing.progress(), deferred: incoming.deferred() };
    },
    oldestUnanswered() {
      return inFlight.oldest;
    },
    mayReturn(slot) {
      const status = records.status(slot);
      return marks.has(slot, Mark.UNTOLD) && (status === BindingStatus.EXPIRED || status === BindingStatus.RELEASED);
    },
  };
}
