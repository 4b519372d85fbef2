/** An endpoint before its box starts; `start` knows the time. */
import type { HashKey } from '../lease/index.ts';
import { epochSeconds, monotonicMs } from '../wire/index.ts';
import type { Duid, Now } from '../wire/index.ts';
import { createAlarms } from './alarms.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import { createDurableRecord } from './durable-record.ts';
import type { FailoverEffect } from './effect.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { voidFormerAcknowledgements } from './endpoint-configured.ts';
import { createPort } from './endpoint-port.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import { EndpointState } from './endpoint-state.ts';
import type { ClockFacts, DatabaseFacts, LinkTraffic } from './parameters.ts';
import type { PendingChanges } from './pending-changes.ts';
import { createReconnect } from './reconnect.ts';
import { createRelaying } from './relaying/relaying.ts';
import { firstRecord, previousStateOf } from './startup.ts';
import { createTransactionIds } from './transaction-ids.ts';
import type { UpdateFlow, UpdatePort } from './updates/index.ts';

export interface EndpointParameters {
  readonly configuration: RelationshipConfiguration;
  /** What stable storage has of it. */
  readonly stored: EndpointRecord | undefined;
  readonly database: DatabaseFacts;
  readonly timescale: ClockFacts;
  readonly commitCounter: () => number;
  readonly serverId: Duid;
  readonly hashKey: HashKey;
  readonly linkTraffic: (link: string) => LinkTraffic;
  readonly beaconSession?: string | undefined;
  readonly programVersion?: string | undefined;
  readonly changes: PendingChanges;
  readonly emit: (effect: FailoverEffect) => void;
  readonly createFlow: (configuration: RelationshipConfiguration, port: UpdatePort) => UpdateFlow;
  /** The time of the event that is being handled. */
  readonly clock: () => Now;
}

export function createEndpoint(parameters: EndpointParameters): Endpoint {
  const { configuration, stored, database, changes, emit } = parameters;
  const initial = initialRecord(parameters);
  const endpoint: Endpoint = {
    configuration,
    database,
    commitCounter: parameters.commitCounter,
    emit,
    changes,
    alarms: createAlarms(configuration.name, emit),
    record: createDurableRecord(initial, stored === initial, changes, (reason) => {
      logOf(endpoint, 'error', `its state could not be stored (${reason}): the partner is not told of it before it is`);
    }),
    flow: parameters.createFlow(configuration, createPort(() => endpoint, parameters.clock)),
    reconnect: createReconnect(),
    clock: parameters.timescale,
    isClockShared: () => false,
    transactionIds: createTransactionIds(),
    bootTime: UNKNOWN,
    state: EndpointState.STARTUP,
    durableState: EndpointState.STARTUP,
    why: 'the box has started',
    previousState: previousStateOf(initial.state),
    isFirstStart: stored === undefined && !database.isLost,
    failureTime: undefined,
    failureLabel: 0,
    servedUntil: UNKNOWN,
    lastContact: UNKNOWN,
    unreachable: undefined,
    connection: undefined,
    split: undefined,
    splitProblem: undefined,
    relaying: createRelaying(parameters.serverId, parameters.hashKey),
    linkTraffic: parameters.linkTraffic,
    beaconSession: parameters.beaconSession,
    programVersion: parameters.programVersion,
    partnerSeen: undefined,
    isRebuilt: false,
    onLan: { heardOn: [], silentOn: [] },
    linkAlarms: new Map(),
    reach: 'answers',
    held: undefined,
    storageFails: false,
    hasNoClients: false,
    isStopping: false,
    refusal: undefined,
    skewRefusal: undefined,
    offersClock: false,
    nextCertificate: undefined,
    differences: [],
    jointWork: new Map(),
    partnerVersion: undefined,
    wanted: undefined,
    asked: undefined,
    requests: [],
    startupEndsAt: undefined,
    waitEndsAt: undefined,
    partnerDownAt: undefined,
    quietSince: monotonicMs(0),
    unansweredSince: undefined,
    unansweredUpdate: 0,
    heartbeatAt: monotonicMs(0),
  };
  voidFormerAcknowledgements(endpoint);
  return endpoint;
}

/** Until the start. */
const UNKNOWN = epochSeconds(0);

/**
 * Storage that lost something remembers nothing, but where only leases are lost: when the box was last serving, which decides whether a
 * partner that served alone did so beside this box (section 8.3.2 step 5), and what it saw of the partner's database, which may be an old
 * one by now. In another role than before the box has to learn its part.
 */
function initialRecord({ configuration, stored, database, commitCounter }: EndpointParameters): EndpointRecord {
  if (database.isLost) {
    const kept = database.onlyLeasesLost === true && stored !== undefined ? trustedOf(stored) : { ...seenBy(stored), acksVoidThrough: commitCounter() };
    return { ...firstRecord(configuration), ...kept, updateAllNeeded: true };
  }
  if (stored === undefined) return firstRecord(configuration);
  if (stored.role === configuration.role) return stored;
  return {
    ...stored,
    role: configuration.role,
    state: EndpointState.RECOVER,
    previousState: stored.state,
  };
}

/** The partner's database was so far at least: that one was lost here says nothing about that. */
function seenBy(stored: EndpointRecord | undefined): Partial<EndpointRecord> {
  if (stored === undefined) return {};
  const { partnerGeneration, partnerCounter } = stored;
  return { partnerGeneration, partnerCounter };
}

function trustedOf({ lastOperation, partnerGeneration, partnerCounter, acksVoidThrough, timescales }: EndpointRecord): Partial<EndpointRecord> {
  return { lastOperation, partnerGeneration, partnerCounter, acksVoidThrough, timescales: { lastOperation: timescales?.lastOperation ?? 0 } };
}
