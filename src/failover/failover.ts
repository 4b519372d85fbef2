/** All relationships of this box. */
import { NO_POOL } from '../lease/index.ts';
import { ExtensionCode, FailoverMessageType, FailoverStatusCode, epochSeconds, invariant, monotonicMs } from '../wire/index.ts';
import type { FailoverMessage, EpochSeconds, Now } from '../wire/index.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import { createEndpoint } from './create-endpoint.ts';
import type { FailoverEffect } from './effect.ts';
import { lookForAlarms } from './endpoint-alarms.ts';
import { certificateToCome, partnerCertificateKept, tellCertificate } from './endpoint-certificates.ts';
import { clockChanged, clockSet, sharesClock } from './endpoint-clock.ts';
import { command } from './endpoint-commands.ts';
import { configured } from './endpoint-configured.ts';
import { connected, disconnect, lost, offered } from './endpoint-connection.ts';
import { watchDeadLinks } from './endpoint-dead-links.ts';
import { settle } from './endpoint-debts.ts';
import { isServing, signsOfLife } from './endpoint-heartbeat.ts';
import { sayJointWork, watchJointWork } from './endpoint-joint-work.ts';
import { lookForLinkAlarms } from './endpoint-link-alarms.ts';
import { linksChanged } from './endpoint-links.ts';
import { received } from './endpoint-messages.ts';
import { createPort } from './endpoint-port.ts';
import { offer, passByPartner } from './endpoint-relaying.ts';
import { relayReplyHeard } from './endpoint-udp-relaying.ts';
import { dialFailed, start, stop } from './endpoint-start.ts';
import { storageChanged } from './endpoint-storage.ts';
import { nextDueAt, timePassed, watchTimes } from './endpoint-timers.ts';
import { viewOf } from './endpoint-view.ts';
import type { Endpoint } from './endpoint.ts';
import { changedRecord } from './endpoint-record.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import { EndpointState } from './endpoint-state.ts';
import type { FailoverEvent } from './event.ts';
import type { FailoverParameters } from './parameters.ts';
import { createPendingChanges } from './pending-changes.ts';
import { createReceptions } from './receptions.ts';
import type { RelationshipView } from './relationship-view.ts';
import { createTransactionIds } from './transaction-ids.ts';
import type { UpdateFlow, UpdateFlowParameters, UpdatePort } from './updates/index.ts';

export interface Failover {
  /** What to do now that this happened, in this order. The array is only valid until the next call. */
  step(event: FailoverEvent, now: Now): readonly FailoverEffect[];
  /** Undefined when there is no relationship of this name. */
  relationship(name: string): RelationshipView | undefined;
  readonly relationships: readonly RelationshipView[];
  /** Records that should ride on a commit that is about to be made: that the box is alive and answers clients (section 8.3.2). */
  heartbeats(now: Now): readonly EndpointRecord[];
  /**
   * This box lost its storage, and since its start everything came back from the partners of all its pools, with the waits
   * that this takes: what it has is whole again (sections 8.5 to 8.8).
   */
  hasRecoveredStorage(): boolean;
}

/** Happens with every lease, and changes nothing that an operator has to know. */
function isRoutine(event: FailoverEvent): boolean {
  switch (event.kind) {
    case 'leasesChanged':
    case 'unlocked':
    case 'clientMessage':
    case 'updates':
      return true;
    case 'message':
      return event.message.type === FailoverMessageType.BNDUPD || event.message.type === FailoverMessageType.BNDREPLY;
    default:
      return false;
  }
}

/** What makes the update flow of an endpoint; `createFailover` has the real one. */
export type CreateUpdateFlow = (parameters: UpdateFlowParameters) => UpdateFlow;

/** An event loop that comes back later than this did not listen meanwhile. */
const STALL_MS = 100;

export function createFailoverWith(createUpdateFlow: CreateUpdateFlow, parameters: FailoverParameters): Failover {
  const { relationships, table } = parameters;
  const effects: FailoverEffect[] = [];
  const emit = (effect: FailoverEffect): void => void effects.push(effect);
  let clock: Now = { epoch: epochSeconds(0), monotonic: monotonicMs(0) };
  let wakeAt = Infinity;

  const createFlow = (configuration: RelationshipConfiguration, port: UpdatePort): UpdateFlow =>
    createUpdateFlow({ ...parameters, configuration, port });

  const changes = createPendingChanges(emit);
  const endpoints = relationships.map((configuration) =>
    createEndpoint({
      ...parameters,
      configuration,
      stored: parameters.endpoints.find(({ relationship }) => relationship === configuration.name),
      changes,
      emit,
      timescale: parameters.clock,
      clock: () => clock,
      createFlow,
    }),
  );
  for (const endpoint of endpoints) {
    endpoint.isClockShared = () => endpoints.some((other) => other !== endpoint && sharesClock(other));
  }
  const views = endpoints.map((endpoint) => viewOf(endpoint, () => clock));
  const receptions = createReceptions(relationships, createTransactionIds(), emit);
  const endpointOf = (name: string): Endpoint | undefined =>
    endpoints.find(({ configuration }) => configuration.name === name);

  const handle = (event: FailoverEvent): void => {
    switch (event.kind) {
      case 'start':
        for (const endpoint of endpoints) start(endpoint, clock);
        break;
      case 'connected': {
        const { connection, relationship, partnerAddress, certificate } = event;
        const endpoint = relationship === undefined ? undefined : endpointOf(relationship);
        if (endpoint !== undefined) connected(endpoint, connection, certificate, clock);
        else receptions.connected(connection, partnerAddress, certificate, clock.monotonic);
        break;
      }
      case 'message':
        messageCame(event.connection, event.message, event.receivedAt);
        break;
      case 'updates':
        for (const message of event.messages) messageCame(event.connection, message, event.receivedAt);
        break;
      case 'malformed': {
        const endpoint = connectedBy(event.connection);
        if (endpoint === undefined) receptions.malformed(event.connection, event.error);
        else disconnect(endpoint, { code: FailoverStatusCode.UnspecFail, text: event.error }, 'refused', clock);
        break;
      }
      case 'closed': {
        receptions.closed(event.connection);
        const endpoint = connectedBy(event.connection);
        if (endpoint !== undefined) lost(endpoint, event.reason, 'lost', clock);
        break;
      }
      case 'dialFailed': {
        const endpoint = endpointOf(event.relationship);
        if (endpoint !== undefined) dialFailed(endpoint, event.reason, clock);
        break;
      }
      case 'partnerHost': {
        const endpoint = endpointOf(event.relationship);
        if (endpoint !== undefined) endpoint.reach = event.reach;
        break;
      }
      case 'timer':
        receptions.timePassed(clock.monotonic);
        for (const endpoint of endpoints) timePassed(endpoint, clock);
        break;
      case 'leasesChanged':
        forEachShare(event.slots, ({ flow }, slots) => flow.leasesChanged(slots));
        break;
      case 'unlocked':
        forEachShare(event.slots, ({ flow }, slots) => flow.unlocked(slots));
        break;
      case 'changed':
        invariant(changes.end(event.token, undefined), 'what became durable was asked for');
        break;
      case 'changeFailed':
        invariant(changes.end(event.token, event.reason), 'what could not be stored was asked for');
        break;
      case 'command': {
        const endpoint = endpointOf(event.relationship);
        const refusal =
          endpoint === undefined ? `there is no relationship "${event.relationship}"` : command(endpoint, event.command, clock);
        emit({ kind: 'commandDone', id: event.id, refusal });
        break;
      }
      case 'configured':
        for (const configuration of event.relationships) {
          const endpoint = endpointOf(configuration.name);
          invariant(endpoint?.configuration.role === configuration.role, 'the relationships stay the same ones');
          configured(endpoint, configuration, () => createFlow(configuration, createPort(() => endpoint, () => clock)), clock);
        }
        receptions.configure(event.relationships);
        break;
      case 'storage':
        for (const endpoint of endpoints) storageChanged(endpoint, event.works, clock);
        break;
      case 'clientMessage': {
        const endpoint = endpoints.find(({ configuration }) => configuration.links.includes(event.offered.link));
        if (endpoint !== undefined) offer(endpoint, event.offered, clock);
        break;
      }
      case 'relayReply': {
        const endpoint = endpointOf(event.relationship);
        if (endpoint !== undefined) relayReplyHeard(endpoint, event.bytes, clock);
        break;
      }
      case 'reconfigure': {
        const endpoint = endpointOf(event.relationship);
        if (endpoint !== undefined) passByPartner(endpoint, event.passed, clock);
        break;
      }
      case 'links':
        for (const endpoint of endpoints) linksChanged(endpoint, event.links, clock);
        break;
      case 'nextCertificate':
        for (const endpoint of endpoints) certificateToCome(endpoint, event.certificate);
        break;
      case 'partnerCertificateKept': {
        const endpoint = endpointOf(event.relationship);
        if (endpoint !== undefined) partnerCertificateKept(endpoint, event.certificate, clock);
        break;
      }
      case 'sharedCommit': {
        const endpoint = endpointOf(event.relationship);
        if (endpoint !== undefined) sayJointWork(endpoint, ExtensionCode.SHARED_COMMIT, event.message, clock);
        break;
      }
      case 'pairUpdate': {
        const endpoint = endpointOf(event.relationship);
        if (endpoint !== undefined) sayJointWork(endpoint, ExtensionCode.PAIR_UPDATE, event.message, clock);
        break;
      }
      case 'partnerOnLan': {
        const endpoint = endpointOf(event.relationship);
        if (endpoint !== undefined) endpoint.onLan = { heardOn: event.heardOn, silentOn: event.silentOn };
        break;
      }
      case 'clockSet':
        for (const endpoint of endpoints) clockSet(endpoint, event.rebase, clock);
        break;
      case 'clock':
        for (const endpoint of endpoints) clockChanged(endpoint, clock);
        break;
      case 'stopping':
        for (const endpoint of endpoints) stop(endpoint, clock);
        break;
      case 'writable':
        break;
    }
  };

  const connectedBy = (connection: number): Endpoint | undefined =>
    endpoints.find((endpoint) => endpoint.connection?.id === connection);

  const messageCame = (id: number, message: FailoverMessage, receivedAt: EpochSeconds): void => {
    const endpoint = connectedBy(id);
    if (endpoint?.connection !== undefined) {
      received(endpoint, endpoint.connection, message, receivedAt, clock);
      return;
    }
    const found = receptions.heard(id, message);
    if (found === undefined || message.type !== FailoverMessageType.CONNECT) return;
    const offeredTo = endpointOf(found.name);
    if (offeredTo !== undefined) offered(offeredTo, id, message, receivedAt, clock);
  };

  /** Each endpoint is told of the leases of its pools, and of those reserved on its links outside of all pools. */
  const forEachShare = (slots: readonly number[], tell: (endpoint: Endpoint, slots: readonly number[]) => void): void => {
    for (const endpoint of endpoints) {
      const { name, pools } = endpoint.configuration;
      const own = slots.filter((slot) => {
        const pool = table.records.pool(slot);
        return pool === NO_POOL ? table.pools.relationshipOfStray(slot) === name : pools.includes(pool);
      });
      if (own.length > 0) tell(endpoint, own);
    }
  };

  /** Silence while this box did not listen proves nothing. */
  const noteStall = (): void => {
    const late = clock.monotonic - wakeAt;
    if (late <= STALL_MS) return;
    for (const { connection, relaying } of endpoints) {
      connection?.keepalive.stalled(late, clock.monotonic);
      relaying.excusedUntil = clock.monotonic;
    }
    wakeAt = clock.monotonic;
  };

  const wake = (): void => {
    let next = receptions.nextDueAt();
    for (const endpoint of endpoints) next = Math.min(next, nextDueAt(endpoint, clock));
    if (next === Infinity || (next >= wakeAt && wakeAt > clock.monotonic)) return;
    wakeAt = Math.max(next, clock.monotonic);
    emit({ kind: 'wake', at: monotonicMs(wakeAt) });
  };

  return {
    step(event, now) {
      effects.length = 0;
      clock = now;
      noteStall();
      handle(event);
      for (const endpoint of endpoints) {
        watchDeadLinks(endpoint, now);
        settle(endpoint, now);
        tellCertificate(endpoint, now);
        watchJointWork(endpoint);
        watchTimes(endpoint, now);
        if (isRoutine(event)) continue;
        lookForAlarms(endpoint);
        lookForLinkAlarms(endpoint, now);
      }
      wake();
      return effects;
    },
    relationship: (name) => views.find((view) => view.name === name),
    relationships: views,
    hasRecoveredStorage() {
      if (!parameters.database.isLost) return false;
      const covered = new Set(endpoints.flatMap(({ configuration }) => configuration.pools));
      return (
        covered.size === table.pools.length &&
        endpoints.every(({ durableState, isRebuilt }) => isRebuilt && durableState === EndpointState.NORMAL)
      );
    },
    heartbeats(now) {
      return endpoints.filter(isServing).map((endpoint) => {
        endpoint.servedUntil = now.epoch;
        return changedRecord(endpoint.record.current, signsOfLife(endpoint, now));
      });
    },
  };
}
