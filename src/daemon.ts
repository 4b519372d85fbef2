/**
 * The composition root: builds the shell around the core and runs until it is told to stop.
 */
import { randomBytes } from 'node:crypto';
import { createAppliance } from './appliance/index.ts';
import type { Appliance, LostRecords } from './appliance/index.ts';
import { createAlarms, createEventLog, startControl } from './control/index.ts';
import type { EventLog } from './control/index.ts';
import { createEventLoop } from './event-loop.ts';
import type { EventLoop } from './event-loop.ts';
import { LeaseTable } from './lease/index.ts';
import type { HashKey } from './lease/index.ts';
import type { LoadedConfiguration } from './loaded-configuration.ts';
import { createClientPorts, watchInterfaces } from './net/index.ts';
import type { ClientInterface, ClientPort, ReceivedBatch } from './net/index.ts';
import { quarantinePoisonedClients } from './poisoned-clients.ts';
import { expectedBindings, openStore, writeCrashRecord } from './store/index.ts';
import type { Store } from './store/index.ts';
import { epochSeconds } from './wire/index.ts';
import type { Address } from './wire/index.ts';

/** Room for some 5 000 messages that come while the process is busy. */
const RECEIVE_BUFFER_BYTES = 4 << 20;

/** How a process that failed over an invariant ends; its supervisor starts it again. */
const EXIT_FAILED = 70;

export interface DaemonOptions {
  readonly configuration: LoadedConfiguration;
  /** Where identity, leases and crash records live. */
  readonly stateDirectory: string;
  readonly controlSocket: string;
  readonly version: string;
  /** Reads the provisioning file again. @returns what it holds, or its errors as text */
  readonly reload: () => Promise<LoadedConfiguration | string>;
}

/**
 * Runs until SIGTERM or SIGINT, then resolves with everything durable.
 * @returns why it could not start, or undefined
 */
export async function runDaemon(options: DaemonOptions): Promise<string | undefined> {
  const { stateDirectory } = options;
  const date = (): Date => new Date();
  const startedAt = date();
  const log = createEventLog(date, (line) => process.stderr.write(`${line}\n`));
  const alarms = createAlarms(date);
  let loaded = options.configuration;

  const hashKey = hashKeyFrom(randomBytes(8));
  const leases = new LeaseTable(hashKey, await expectedBindings(stateDirectory));
  const opening = await openStore({
    directory: stateDirectory,
    randomBytes,
    now: () => epochSeconds(Math.floor(Date.now() / 1_000)),
    onBinding: (binding) => {
      leases.put(binding);
    },
    onAlarm({ id, raised, text }) {
      log.add(raised ? 'error' : 'info', text);
      if (raised) alarms.raise(id, text);
      else alarms.clear(id);
    },
  });
  if ('error' in opening) return opening.error.text;
  const { store, identity } = opening;
  for (const finding of opening.findings) log.add('warning', finding);
  const lostRecords = lostRecordsOf(store);
  if (lostRecords !== 'none') {
    const text = lossAlarm(lostRecords);
    log.add('error', text);
    alarms.raise('storage-lost', text);
  }

  let revision = opening.counter;
  const appliance = createAppliance({
    configuration: loaded.appliance.server,
    serverId: identity.duid,
    allocationSecret: hashKeyFrom(identity.allocationSecret),
    hashKey,
    leases,
    lostRecords,
    firstRevision: revision + 1,
  });

  const ports = createClientPorts({
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    onBatch: (port, batch) => {
      receive(loop, port, batch);
    },
    onDrained: () => {
      loop.dispatch({ kind: 'drained' });
    },
    onReport: (severity, text) => {
      log.add(severity, text);
    },
  });
  const loop: EventLoop = createEventLoop(appliance, {
    clock: { epochMs: Date.now, monotonicMs: () => performance.now() },
    send(interfaceName, destination, port, bytes) {
      ports.ports.get(interfaceName)?.queue(bytes, destination, port);
    },
    async commit(counter, bindings) {
      const result = await store.commit(counter, bindings, []);
      if (!result.committed) return { kind: 'failed', reason: result.reason, found: result.found };
      revision = counter;
      return { kind: 'committed' };
    },
    log: (severity, text) => {
      log.add(severity, text);
    },
    fail: (error) => {
      endFailed(stateDirectory, appliance, log, error);
    },
  });
  quarantinePoisonedClients(stateDirectory, loop, alarms, log);

  const interfaces = watchInterfaces({
    onChanges: (changes) => {
      ports.follow(changes, interfaces.interfaces);
    },
    onReport: (severity, text) => {
      log.add(severity, text);
    },
  });
  ports.configure(clientInterfaces(loaded), interfaces.interfaces);

  const reload = async (): Promise<string | undefined> => {
    const next = await options.reload();
    if (typeof next === 'string') {
      log.add('error', `the provisioning file was refused, the configuration stays as it was:\n${next}`);
      return next;
    }
    loaded = next;
    loop.dispatch({ kind: 'configured', configuration: next.appliance.server });
    ports.configure(clientInterfaces(next), interfaces.interfaces);
    log.add('info', 'the provisioning file was read again');
    return undefined;
  };

  const control = await startControl(options.controlSocket, {
    appliance,
    applianceName: loaded.appliance.name,
    version: options.version,
    startedAt,
    serverId: identity.duid,
    ports,
    interfaces,
    alarms,
    log,
    configuration: () => loaded.appliance.server,
    configurationText: () => loaded.text,
    storage: () => ({ directory: stateDirectory, generation: generationOf(opening.generations), revision }),
    leaseCommand: async (command) => await loop.leaseCommand(command),
    async acceptStorage() {
      const refusal = await store.accept();
      if (refusal !== undefined) return refusal;
      loop.dispatch({ kind: 'storageAccepted' });
      alarms.clear('storage-lost');
      return undefined;
    },
    reload,
  });

  const onHangup = (): void => void reload();
  process.on('SIGHUP', onHangup);
  await stopSignal();
  log.add('info', 'stopping');
  process.off('SIGHUP', onHangup);
  control.close();
  interfaces.close();
  loop.stop();
  await loop.settle();
  ports.flush();
  ports.close();
  await store.close();
  return undefined;
}

function receive(loop: EventLoop, port: ClientPort, batch: ReceivedBatch): void {
  for (let i = 0; i < batch.count; i++) {
    loop.dispatch({
      kind: 'received',
      datagram: {
        // The shared memory is used again for the next batch.
        bytes: batch.payload(i).slice(),
        interfaceName: port.interfaceName,
        source: batch.peer(i).slice() as Address,
        sourcePort: batch.peerPort(i),
        destination: batch.isMulticast(i) ? 'multicast' : 'unicast',
      },
    });
  }
}

function clientInterfaces({ appliance }: LoadedConfiguration): readonly ClientInterface[] {
  return [
    ...appliance.server.links.flatMap((link) =>
      link.interfaces.map((interfaceName) => ({ link: link.name, interfaceName })),
    ),
    ...appliance.relayInterfaces.map((interfaceName) => ({ link: 'relays', interfaceName })),
  ];
}

function lostRecordsOf(store: Store): LostRecords {
  const { mark, records } = store.loss;
  if (mark !== undefined) return 'unknown';
  return records.length === 0 ? 'none' : records.map(({ lease }) => lease);
}

function lossAlarm(lost: LostRecords): string {
  const what =
    typeof lost === 'string'
      ? 'lease records were lost and nobody knows which: clients keep the leases that are known, nobody gets a new one'
      : `${String(lost.length)} lease records can't be read: those leases are not given to anybody`;
  return `${what}; when no client can hold them any more, say "twinlease store accept"`;
}

function generationOf(generations: readonly { readonly id: Uint8Array }[]): string {
  return Buffer.from(generations.at(-1)?.id ?? []).toString('hex');
}

function hashKeyFrom(bytes: Uint8Array): HashKey {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { k0: view.getUint32(0), k1: view.getUint32(4) };
}

/** An invariant is broken: what is in memory can't be trusted any more, what is durable can. */
function endFailed(stateDirectory: string, appliance: Appliance, log: EventLog, error: unknown): never {
  const { inHand } = appliance;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeCrashRecord(stateDirectory, {
    at: new Date(),
    client: inHand?.client,
    message: inHand?.datagram.bytes,
    error: text,
  });
  log.add('error', `the daemon failed and ends: ${text}`);
  process.exit(EXIT_FAILED);
}

async function stopSignal(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
}
