/** What the partner is told, in which order and at which pace; and what its answers come to. */
import { BindingStatus, NEVER } from '../../lease/index.ts';
import { type BindingReplyMessage, type EpochSeconds, epochSeconds } from '../../wire/index.ts';
import { acknowledge } from './acknowledge.ts';
import { ChangeQueue } from './change-queue.ts';
import type { FlowState } from './flow-state.ts';
import type { UpdateMode, UpdateProgress } from './flow.ts';
import type { RefusalLog } from './refusal-log.ts';
import { type Scan, createScans } from './scans.ts';
import { createSender } from './sender.ts';
import { Mark } from './slot-marks.ts';

/** Changes that wait to be told. What finds no room is found by a scan. */
const CHANGES_MAX = 8_192;
/** Never so many updates are on their way, whatever window the partner opens. */
const WINDOW_MAX = 4_096;
/** What the partner refused is told again after this long, and twice as long after each time that did not help. */
const RESCAN_SECONDS = 30;
const RESCAN_SECONDS_MAX = 960;
const AT_ONCE = epochSeconds(0);

export interface Outgoing {
  opened(partnerWindow: number, extensions: readonly number[]): void;
  closed(): void;
  setMode(mode: UpdateMode): void;
  /** The partner has to be told of this lease. */
  enqueue(slot: number): void;
  /** Of this lease the partner had less than this box: it is told, again if it was before, then not at once (section 7.5.4). */
  insist(slot: number, now: EpochSeconds): void;
  serve(extent: 'unacked' | 'everything', transactionId: number): void;
  answered(message: BindingReplyMessage, now: EpochSeconds): void;
  /** How many more updates may be sent now. */
  room(): number;
  pump(now: EpochSeconds): void;
  wakeAt(): EpochSeconds;
  progress(): Omit<UpdateProgress, 'deferred'>;
}

/** `synced` is called once in NORMAL, when all that the partner did not know was answered (section 8.8). */
export function createOutgoing(state: FlowState, log: RefusalLog, synced: () => void): Outgoing {
  const { table, marks, inFlight, counters, port, scope } = state;
  const { records } = table;
  const fresh = new ChangeQueue(CHANGES_MAX);
  const settling = new ChangeQueue(CHANGES_MAX);
  const sender = createSender(state);
  let mode: UpdateMode = 'idle';
  let window = 0;
  let isSynced = false;
  let rescanAt = NEVER;
  let rescanSeconds = RESCAN_SECONDS;
  let isScansTurn = false;

  const rescanFrom = (time: number): void => {
    rescanAt = epochSeconds(Math.min(rescanAt, time));
  };

  const push = (queue: ChangeQueue, mark: number, slot: number, dueTime: EpochSeconds): void => {
    if (marks.has(slot, mark)) return;
    if (queue.push(slot, dueTime)) {
      marks.set(slot, mark);
    } else {
      counters.changesOverflowed += 1;
      rescanFrom(AT_ONCE);
    }
  };

  /** An expired lease comes back when the partner will believe it; everything else that is not told now comes back by itself. */
  const passedOver = (slot: number, now: EpochSeconds): void => {
    if (records.status(slot) !== BindingStatus.EXPIRED || !records.updateNeeded(slot)) return;
    const dueTime = sender.settledFrom(slot);
    if (dueTime > now && !marks.has(slot, Mark.SENT)) push(settling, Mark.SETTLING, slot, dueTime);
  };

  const done = (scan: Scan): void => {
    if (scan.transactionId !== undefined) {
      port.updatesDone(scan.transactionId);
    } else if (!isSynced) {
      isSynced = true;
      synced();
    }
  };

  const scans = createScans(state, sender, { passedOver, done });

  const scanForOwn = (): void => {
    if (scans.isFull()) {
      rescanFrom(AT_ONCE);
      return;
    }
    counters.scans += 1;
    rescanAt = NEVER;
    scans.add({ extent: 'settled', transactionId: undefined });
  };

  const tellNextOf = (queue: ChangeQueue, mark: number, now: EpochSeconds): boolean => {
    while (queue.length > 0 && queue.dueTime <= now) {
      const slot = queue.shift();
      marks.clear(slot, mark);
      if (sender.isWanted(slot, 'settled', now)) {
        sender.tell(slot, 'settled', now);
        return true;
      }
      passedOver(slot, now);
    }
    return false;
  };

  const tellNextChange = (now: EpochSeconds): boolean =>
    mode === 'normal' && (tellNextOf(fresh, Mark.QUEUED, now) || tellNextOf(settling, Mark.SETTLING, now));

  /** Neither fresh changes nor a scan wait for the other. */
  const tellNext = (now: EpochSeconds): boolean => {
    isScansTurn = !isScansTurn;
    return isScansTurn ? scans.sendNext(now) || tellNextChange(now) : tellNextChange(now) || scans.sendNext(now);
  };

  const enqueue = (slot: number): void => {
    if (mode === 'normal' && scope.has(slot) && records.updateNeeded(slot) && !marks.has(slot, Mark.SENT)) push(fresh, Mark.QUEUED, slot, AT_ONCE);
  };

  return {
    opened(partnerWindow, extensions) {
      window = Math.min(partnerWindow, WINDOW_MAX);
      inFlight.open(window);
      sender.extensions = extensions;
      rescanSeconds = RESCAN_SECONDS;
      rescanAt = NEVER;
    },
    closed() {
      inFlight.open(0);
      window = 0;
      mode = 'idle';
      scans.clear();
      fresh.clear();
      settling.clear();
      marks.clearAll(~Mark.UNTOLD);
    },
    setMode(wanted) {
      if (wanted === mode) return;
      const wasNormal = mode === 'normal';
      mode = wanted;
      if (wanted === 'normal') {
        isSynced = false;
        scanForOwn();
      } else if (wasNormal) {
        scans.cancelOwn();
      }
    },
    enqueue,
    insist(slot, now) {
      if (records.updateNeeded(slot)) {
        rescanFrom(now + rescanSeconds);
        return;
      }
      table.noteForPartner(slot, epochSeconds(0));
      port.lazyChange([slot]);
      marks.clear(slot, Mark.SENT);
      enqueue(slot);
    },
    serve(extent, transactionId) {
      if (!scans.isFull()) {
        scans.add({ extent, transactionId });
        return;
      }
      counters.protocolErrors += 1;
      port.log('warning', 'the partner asks for updates again and again before it got them');
    },
    answered(message, now) {
      counters.repliesReceived += 1;
      const sent = inFlight.take(message.transactionId);
      if (sent === undefined) {
        counters.repliesUnexpected += 1;
        log.noteUnexpectedReply(now);
        return;
      }
      const answered = acknowledge(state, sent, message, now, (code, text) => log.note('the partner refused', code, text, now));
      counters.repliesUnexpected += answered.misfits;
      if (answered.changed.length > 0) port.lazyChange(answered.changed);
      if (answered.acked > 0) rescanSeconds = RESCAN_SECONDS;
      if (answered.acked < sent.leases.length) rescanFrom(now + rescanSeconds);
      scans.answered(sent.sequence);
    },
    room() {
      return window - inFlight.size;
    },
    pump(now) {
      if (mode === 'idle') return;
      if (mode === 'normal' && rescanAt <= now && scans.length() === 0) {
        rescanSeconds = Math.min(rescanSeconds * 2, RESCAN_SECONDS_MAX);
        scanForOwn();
      }
      while (!inFlight.isFull && tellNext(now));
    },
    wakeAt() {
      if (mode === 'idle' || inFlight.isFull) return NEVER;
      if (scans.canGoOn()) return AT_ONCE;
      if (mode !== 'normal') return NEVER;
      const settles = settling.length > 0 ? settling.dueTime : NEVER;
      return epochSeconds(Math.min(settles, scans.length() === 0 ? rescanAt : NEVER));
    },
    progress() {
      const isQuiet = scans.length() === 0 && inFlight.size === 0;
      return {
        unacked: inFlight.size,
        waiting: fresh.length + settling.length,
        scanned: scans.progress(),
        refused: marks.refused,
        isDone: isQuiet && (mode !== 'normal' || (isSynced && fresh.length === 0)),
      };
    },
  };
}
