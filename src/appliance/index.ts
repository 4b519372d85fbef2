/**
 * The core put together. `appliance.step(event, now)` is the whole product without its shell: what
 * happened goes in, what is to be done comes out, in the order in which it must be done. It does no
 * I/O, reads no clock and draws no random numbers; the same events at the same times give the same effects.
 *
 * What holds always:
 * 1. Nothing that is sent speaks of what is not durable; group commit makes that cheap.
 * 2. A lease with a commit waiting or in flight is locked, and its client's messages wait.
 * 3. Everything that can grow has a bound, and what is dropped at it is counted.
 */
import type { HashKey, LeaseTable } from '../lease/index.ts';
import { createServer } from '../server/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import type { Duid } from '../wire/index.ts';
import { createClientMessages } from './client-messages.ts';
import type { MessageInHand } from './client-messages.ts';
import { clientRate } from './client-rate.ts';
import { createCommits } from './commits.ts';
import { createCounters } from './counters.ts';
import type { Counters } from './counters.ts';
import type { Effect } from './effect.ts';
import type { Event } from './event.ts';
import { freeExpiredLeases, wakeForExpiry } from './expiry.ts';
import { createIntake } from './intake.ts';
import type { ShedCounters } from './intake.ts';
import { runLeaseCommand } from './lease-command.ts';
import { createLogLimit } from './log-limit.ts';
import { createQuarantine } from './quarantine.ts';
import { createStorageState } from './storage-state.ts';
import type { LostRecords } from './storage-state.ts';
import type { Now } from '../wire/index.ts';

export type { MessageInHand } from './client-messages.ts';
export type { Counters } from './counters.ts';
export type { Effect } from './effect.ts';
export type { Event, LeaseCommand, ReceivedDatagram } from './event.ts';
export type { ShedCounters } from './intake.ts';
export type { LostRecords } from './storage-state.ts';
export type { Now } from '../wire/index.ts';

export interface ApplianceParameters {
  readonly configuration: ServerConfiguration;
  /** This server's DUID, the same for the life of the box (RFC 9915 section 11). */
  readonly serverId: Duid;
  /** Decides which client gets which lease; the same for the life of the box. */
  readonly allocationSecret: HashKey;
  /** Random at each start: nobody can aim at the hash tables. */
  readonly hashKey: HashKey;
  /** The leases that stable storage holds. */
  readonly leases: LeaseTable;
  readonly lostRecords: LostRecords;
  /** One more than the revision of the last commit that stable storage has. */
  readonly firstRevision: number;
}

export interface Appliance {
  /** What to do now that this happened, in this order. The array is only valid until the next call. */
  step(event: Event, now: Now): readonly Effect[];
  /** For display; nobody outside of the core changes it. */
  readonly leases: LeaseTable;
  readonly counters: Readonly<Counters>;
  readonly shed: Readonly<ShedCounters>;
  readonly lostRecords: LostRecords;
  /** Messages that wait: to be handled, and for a commit. */
  readonly queued: { readonly intake: number; readonly waiting: number };
  /** The message that is being handled: what to blame if `step` throws. */
  readonly inHand: MessageInHand | undefined;
}

/** Messages handled before the sockets are read again. */
const MESSAGES_PER_STEP_MAX = 128;

export function createAppliance(parameters: ApplianceParameters): Appliance {
  const { hashKey } = parameters;
  const table = parameters.leases;
  const storage = createStorageState(table, parameters.lostRecords);
  const server = createServer({ ...parameters, table });
  const commits = createCommits(table, parameters.firstRevision);
  const counters = createCounters();
  const quarantine = createQuarantine();
  const intake = createIntake(clientRate(hashKey));
  let { relayDepthMax } = parameters.configuration;
  const messages = createClientMessages({
    table,
    server,
    commits,
    storage,
    quarantine,
    counters,
    logLimit: createLogLimit(),
    relayDepthMax: () => relayDepthMax,
  });
  const effects: Effect[] = [];
  let wakeAt = Infinity;

  /** While commits pile up messages wait in the intake; while there are none to be had they are answered without. */
  const mayHandle = (now: Now): boolean => !commits.isFull || !storage.condition(now.monotonic).writable;

  const handleMessages = (now: Now): void => {
    for (let left = MESSAGES_PER_STEP_MAX; left > 0 && mayHandle(now); left--) {
      const datagram = intake.take(now.monotonic);
      if (datagram === undefined) return;
      messages.handle(datagram, now, effects);
    }
  };

  const freeExpired = (now: Now): void => {
    const { writable } = storage.condition(now.monotonic);
    const more = freeExpiredLeases(table, commits, counters, writable, now);
    if (more) effects.push({ kind: 'resume' });
    const wake = wakeForExpiry(table, writable, now);
    if (wake.kind === 'wake' && (wake.at < wakeAt || wakeAt <= now.monotonic)) {
      wakeAt = wake.at;
      effects.push(wake);
    }
  };

  const step = (event: Event, now: Now): readonly Effect[] => {
    effects.length = 0;
    switch (event.kind) {
      case 'received':
        intake.put(event.datagram, now.monotonic);
        return effects;
      case 'drained':
        handleMessages(now);
        break;
      case 'timer':
        break;
      case 'committed':
        commits.committed(event.revision, effects);
        storage.succeeded(effects);
        counters.commits++;
        messages.handleWaiting(now, effects);
        break;
      case 'commitFailed':
        counters.commitsFailed++;
        storage.failed(event.reason, now.monotonic, effects);
        dropHeld(commits.failed(event.revision, event.found), event.reason);
        messages.handleWaiting(now, effects);
        break;
      case 'configured':
        ({ relayDepthMax } = event.configuration);
        server.configure(event.configuration);
        break;
      case 'leaseCommand': {
        const refusal = runLeaseCommand(table, commits, event.id, event.command, now);
        if (refusal !== undefined) effects.push({ kind: 'commandDone', id: event.id, refusal });
        break;
      }
      case 'storageAccepted':
        storage.accept(effects);
        break;
      case 'clientQuarantined':
        quarantine.put(event.client, event.until);
        break;
    }
    freeExpired(now);
    if (commits.flush(effects)) storage.commitBegan(now.monotonic);
    if (intake.length > 0 && mayHandle(now)) effects.push({ kind: 'resume' });
    return effects;
  };

  /** Clients ask again; an operator is told at once. */
  const dropHeld = (held: readonly Effect[], reason: string): void => {
    for (const effect of held) {
      if (effect.kind === 'commandDone') {
        effects.push({ ...effect, refusal: `stable storage failed: ${reason}` });
      } else {
        counters.answersDropped++;
      }
    }
  };

  return {
    step,
    leases: table,
    counters,
    shed: intake.shed,
    get lostRecords() {
      return storage.lost;
    },
    get queued() {
      return { intake: intake.length, waiting: messages.waiting };
    },
    get inHand() {
      return messages.inHand;
    },
  };
}
