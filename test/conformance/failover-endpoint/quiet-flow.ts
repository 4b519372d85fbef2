/** An update flow without updates, held in the test's hands: the endpoint's own rules are what is tested here. */
import { NEVER } from '../../../src/lease/index.ts';
import type { UpdateFlow, UpdateMode, UpdatePort, UpdateProgress } from '../../../src/failover/updates/index.ts';
import { createUpdateCounters } from '../../../src/failover/updates/counters.ts';

export interface QuietFlow extends UpdateFlow {
  readonly port: UpdatePort;
  /** Requests of the partner that are not answered yet. */
  readonly requests: { readonly kind: 'unacked' | 'all'; readonly transactionId: number }[];
  /** While false, requests wait. */
  answers: boolean;
  unacked: number;
  /** Names the update that waits longest, where some do. */
  oldest: number;
  mode: UpdateMode;
  isOpen: boolean;
  window: number;
  /** How often it was let go on over the connection of now. */
  pumped: number;
  readonly heard: number[];
  readonly changed: number[];
  /** How often it was said that nobody knows any more whose the free prefixes are. */
  disowned: number;
  /** Up to which commit acknowledgements are void. */
  voidThrough: number;
  /** How often all was told. */
  wasToldEverything: number;
}

export function createQuietFlow(port: UpdatePort): QuietFlow {
  const flow: QuietFlow = {
    port,
    requests: [],
    answers: true,
    unacked: 0,
    oldest: 1,
    mode: 'idle',
    isOpen: false,
    window: 0,
    pumped: 0,
    heard: [],
    changed: [],
    disowned: 0,
    wasToldEverything: 0,
    voidThrough: 0,
    opened(window) {
      flow.isOpen = true;
      flow.window = window;
    },
    closed() {
      flow.isOpen = false;
      flow.pumped = 0;
      flow.requests.length = 0;
      flow.unacked = 0;
    },
    setMode(mode) {
      flow.mode = mode;
    },
    leasesChanged: (slots) => void flow.changed.push(...slots),
    unlocked: () => undefined,
    serveRequest: (kind, transactionId) => void flow.requests.push({ kind, transactionId }),
    voidAcknowledgements(revision) {
      flow.voidThrough = revision;
    },
    askedForEverything() {
      flow.disowned++;
    },
    everythingTold() {
      flow.wasToldEverything++;
    },
    received: ({ type }) => void flow.heard.push(type),
    pump() {
      flow.pumped++;
      if (flow.answers) for (const { transactionId } of flow.requests.splice(0)) port.updatesDone(transactionId);
    },
    wakeAt: () => NEVER,
    pending: (): UpdateProgress => ({
      unacked: flow.unacked,
      waiting: 0,
      scanned: 1,
      deferred: 0,
      refused: 0,
      isDone: flow.unacked === 0,
    }),
    oldestUnanswered() {
      return flow.unacked === 0 ? 0 : flow.oldest;
    },
    mayReturn: () => false,
    counters: createUpdateCounters(),
  };
  return flow;
}
