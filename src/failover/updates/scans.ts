/** Scans over all leases: for UPDREQ and UPDREQALL (RFC 8156 sections 5.3.5 to 5.3.7), and for what changed while nothing could be sent. */
import { NO_SLOT } from '../../lease/index.ts';
import { type EpochSeconds, invariant } from '../../wire/index.ts';
import { type FlowState, isChanging } from './flow-state.ts';
import type { Extent, Sender } from './sender.ts';
import { Mark } from './slot-marks.ts';

/** Why all leases are looked at. */
export interface Scan {
  readonly extent: Extent;
  /** Of the partner's request; undefined: the box wants it itself. */
  readonly transactionId: number | undefined;
}

export interface Scans {
  /** How many wait or are under way. */
  length(): number;
  /** How far the one that is under way is, 0..1; 1 when there is none. */
  progress(): number;
  /** Something can be looked at now, without any other event. */
  canGoOn(): boolean;
  /** Whether there is room for another one. */
  isFull(): boolean;
  add(scan: Scan): void;
  clear(): void;
  /** Drops those that the box wanted itself. */
  cancelOwn(): void;
  /** Sends the next update of the scan under way. @returns false when there is none to send now */
  sendNext(now: EpochSeconds): boolean;
  /** The update with this sequence number was answered. */
  answered(sequence: number): void;
}

/** A partner that asks again before it was answered gets an answer to each; it has no reason to do so more often. */
const SCANS_MAX = 8;
/**
 * With so many updates on their way a scan waits for answers. Clients don't feel what so few cost (2 ms), and what is on its way is
 * forgotten while it is young; with a full window the heap was collected twice a second.
 */
const ON_THE_WAY_MAX = 64;
/** Leases looked at in one piece. */
const CHUNK = 512;
/** Leases looked at before others have their turn: about a millisecond. */
const LOOKED_AT_MAX = 32_768;

/** What becomes of a scan. */
export interface ScanEnds {
  /** The partner has not to be told of this lease now. */
  readonly passedOver: (slot: number, now: EpochSeconds) => void;
  /** All that the scan had to tell was answered. */
  readonly done: (scan: Scan) => void;
}

export function createScans(state: FlowState, sender: Sender, { passedOver, done }: ScanEnds): Scans {
  const { table, marks, inFlight, scope } = state;
  const waiting: Scan[] = [];
  const chunk: number[] = [];
  /** Of `chunk`, the next to look at. */
  let next = 0;
  /** The last slot that was looked at. */
  let cursor = NO_SLOT;
  /** All leases were read into a chunk. */
  let isRead = false;
  /** All of them were told of where that was needed. */
  let isExhausted = false;
  /** Once it is exhausted: of the updates up to this one, so many were not answered. */
  let lastSequence = 0;
  let unanswered = 0;
  let isStalled = false;

  const hasRoom = (): boolean => !inFlight.isFull && inFlight.size < ON_THE_WAY_MAX;

  const restart = (): void => {
    chunk.length = 0;
    next = 0;
    cursor = NO_SLOT;
    isRead = false;
    isExhausted = false;
    unanswered = 0;
    marks.clearAll(Mark.COVERED);
  };

  const finishIfAnswered = (): void => {
    while (isExhausted && unanswered === 0) {
      const scan = waiting.shift();
      invariant(scan !== undefined, 'the scan that ends is the first one');
      restart();
      done(scan);
    }
  };

  const exhaust = (): void => {
    isExhausted = true;
    lastSequence = inFlight.sequence;
    unanswered = inFlight.size;
    finishIfAnswered();
  };

  const concerns = (scan: Scan, slot: number): boolean =>
    scope.has(slot) && (scan.extent === 'everything' || table.records.updateNeeded(slot));

  const readChunk = (scan: Scan): void => {
    chunk.length = 0;
    next = 0;
    cursor = table.slotsFrom(cursor, CHUNK, (slot) => concerns(scan, slot), chunk);
    isRead = cursor === NO_SLOT;
  };

  /** Whether the slot has to be come back to: what the table has of it now is not to be told. */
  const hasToWait = (scan: Scan, slot: number): boolean =>
    isChanging(state, slot) && !marks.has(slot, Mark.COVERED) && concerns(scan, slot);

  return {
    length() {
      return waiting.length;
    },
    progress() {
      if (waiting.length === 0 || isExhausted) return waiting.length === 0 ? 1 : 0.99;
      return Math.min(0.99, cursor / Math.max(1, table.size));
    },
    canGoOn() {
      return waiting.length > 0 && !isExhausted && !isStalled && hasRoom();
    },
    isFull() {
      return waiting.length >= SCANS_MAX;
    },
    add(scan) {
      invariant(waiting.length < SCANS_MAX, 'a full list of scans takes nothing more');
      waiting.push(scan);
      if (waiting.length === 1) restart();
    },
    clear() {
      waiting.length = 0;
      restart();
    },
    cancelOwn() {
      const first = waiting[0];
      const requests = waiting.filter(({ transactionId }) => transactionId !== undefined);
      waiting.splice(0, waiting.length, ...requests);
      if (waiting[0] !== first) restart();
    },
    sendNext(now) {
      isStalled = false;
      if (!hasRoom()) return false;
      for (let looked = 0; looked <= LOOKED_AT_MAX; ) {
        const scan = waiting[0];
        if (scan === undefined || isExhausted) return false;
        if (next < chunk.length) {
          const slot = chunk[next] as number;
          isStalled = hasToWait(scan, slot);
          if (isStalled) return false;
          if (sender.isWanted(slot, scan.extent, now)) {
            sender.tell(slot, scan.extent, now);
            return true;
          }
          passedOver(slot, now);
          next += 1;
        } else if (isRead) {
          exhaust();
        } else {
          readChunk(scan);
          looked += CHUNK;
        }
      }
      return false;
    },
    answered(sequence) {
      if (!isExhausted || sequence > lastSequence) return;
      unanswered -= 1;
      finishIfAnswered();
    },
  };
}
