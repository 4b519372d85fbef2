/** An update flow without updates, held in the test's hands: the endpoint's own rules are what is tested here. */
import { NEVER } from '../../../src/lease/index.ts';
import type { UpdateFlow, UpdateMode, UpdatePort, UpdateProgress } from '../../../src/failover/updates/index.ts';
import { createUpdateCounters } from '../../../src/failover/updates/counters.ts';

export interface QuietFlow extends UpdateFlow {
  readonly port: UpdatePort;
  /** Requests of the partner that wait for `answer`, unless they are answered at once. */
  readonly requests: { readonly kind: 'unacked' | 'all'; readonly transactionId: number }[];
  answersAtOnce: boolean;
  unacked: number;
  mode: UpdateMode;
  isOpen: boolean;
  window: number;
  readonly heard: number[];
  readonly changed: number[];
  answer(): void;
}

export function createQuietFlow(port: UpdatePort): QuietFlow {
  const flow: QuietFlow = {
    port,
    requests: [],
    answersAtOnce: true,
    unacked: 0,
    mode: 'idle',
    isOpen: false,
    window: 0,
    heard: [],
    changed: [],
    answer() {
      for (const { transactionId } of flow.requests.splice(0)) port.updatesDone(transactionId);
    },
    opened(window) {
      flow.isOpen = true;
      flow.window = window;
    },
    closed() {
      flow.isOpen = false;
      flow.requests.length = 0;
      flow.unacked = 0;
    },
    setMode(mode) {
      flow.mode = mode;
    },
    leasesChanged: (slots) => void flow.changed.push(...slots),
    unlocked: () => undefined,
    serveRequest(kind, transactionId) {
      flow.requests.push({ kind, transactionId });
      if (flow.answersAtOnce) flow.answer();
    },
    received: ({ type }) => void flow.heard.push(type),
    pump: () => undefined,
    wakeAt: NEVER,
    pending: (): UpdateProgress => ({
      unacked: flow.unacked,
      waiting: 0,
      scanned: 1,
      deferred: 0,
      refused: 0,
      isDone: flow.unacked === 0,
    }),
    mayReturn: () => false,
    counters: createUpdateCounters(),
  };
  return flow;
}
