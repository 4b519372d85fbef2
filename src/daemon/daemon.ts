/**
 * The composition root: builds the shell around the core and runs until it is told to stop.
 */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { createAppliance } from '../appliance/index.ts';
import { clockAtStart } from './clock-at-start.ts';
import { watchClock } from './clock-watch.ts';
import { compileForService, compileForStart } from './compile-at-start.ts';
import { createAlarms, createEventLog, createLoadHistory, startControl } from '../control/index.ts';
import type { Subject } from '../control/index.ts';
import { keepRoutesAndAddresses } from './own-addresses.ts';
import { clientInterfaces } from './client-interfaces.ts';
import type { DaemonOptions } from './daemon-options.ts';
import { keepDns } from './dns.ts';
import { createEventLoop } from './event-loop.ts';
import type { EventLoop } from './event-loop.ts';
import type { FailoverEvent, Severity } from '../failover/index.ts';
import { endFailed } from './failure.ts';
import { LeaseTable } from '../lease/index.ts';
import type { LoadedConfiguration } from './configuration/loaded-configuration.ts';
import { logRefusal } from './configuration/log-refusal.ts';
import { createRest } from '../memory/index.ts';
import { createClientPorts, watchInterfaces } from '../net/index.ts';
import { lossAlarm, lostRecordsOf } from './lost-records.ts';
import { createOutlets } from './outlets.ts';
import { watchFlash } from './flash-wear.ts';
import { keepOldDatabase, keepWhatIsLeft } from './old-database.ts';
import { openJointWork } from './partner/joint-work.ts';
import { NOBODY, partnersOf } from './partner/partners-of.ts';
import type { Partners } from './partner/partner-certificates.ts';
import { quarantinePoisonedClients } from './poisoned-clients.ts';
import { copyBatch } from './received-datagrams.ts';
import { keepReconfigure } from './reconfigure.ts';
import { hashKeyFrom } from './hash-key.ts';
import { interfaceSignals } from './interface-signals.ts';
import { changedRelationships } from './partner/relationship-changes.ts';
import { keepAdvertisements } from './router-advertisements.ts';
import { settleSoon } from './settle.ts';
import { watchSharedWork } from './shared-work.ts';
import { listenForSignals } from './signals.ts';
import { expectedBindings, openStore } from '../store/index.ts';
import { createClockKeeper, createStamps, createSystemTime, readKernelClock } from '../time/index.ts';

/** Room for some 5 000 messages that come while the process is busy. */
const RECEIVE_BUFFER_BYTES = 4 << 20;

/** Memory is given back when there is little to do; how busy the box is is noted. */
const TICK_MS = 10_000;

const STOPPING = 'the daemon is stopping';
/** A disk that has not answered by then will not: nobody was told of the commit that is in flight. */
const LAST_COMMIT_MS = 5_000;

/**
 * Runs until SIGTERM or SIGINT, then resolves with everything durable.
 * @returns why it could not start, or undefined
 */
export async function runDaemon(options: DaemonOptions): Promise<string | undefined> {
  const { stateDirectory } = options;
  const signals = listenForSignals();
  let loaded = options.configuration;
  const systemTime = createSystemTime(loaded.appliance.clock);
  const stamps = createStamps(() => systemTime.status() !== 'unconfirmed');
  const startedAt = stamps.moment();
  process.stderr.on('error', () => undefined); // Whoever read the log may be gone; that is no reason to stop serving.
  const log = createEventLog(stamps, (text, line) => {
    process.stderr.write(`${text}\n`);
    outlets.send(line);
  });
  const alarms = createAlarms(stamps);
  const outlets = createOutlets(loaded.appliance.name, alarms, stamps, dirname(options.controlSocket), stateDirectory);
  await outlets.configure(loaded.appliance, log);
  let stopping = false;
  const isStopping = (): boolean => stopping;
  let partners: Partners = NOBODY;

  for (const warning of loaded.warnings) log.add('warning', warning);
  const isPaired = loaded.appliance.relationships.length > 0;
  const paired = isPaired ? await import('./partner/paired.ts') : undefined;
  const trust = paired?.createPartnerTrust({
    stateDirectory,
    applianceName: loaded.appliance.name,
    date: stamps.date,
    monotonicMs: stamps.moment,
    log,
    alarms,
    onPin: () => usePins(),
    onNextCertificate: (certificate) => onPartnerEvent({ kind: 'nextCertificate', certificate }),
    onPartnerCertificateKept: (relationship, certificate) =>
      onPartnerEvent({ kind: 'partnerCertificateKept', relationship, certificate }),
    onIdentity(identity) {
      partners = { ...partners, identity };
      outlets.leasequery.useIdentity(identity);
      usePins();
    },
  });
  const known = await partnersOf(loaded, trust);
  if ('error' in known) return known.error;
  partners = known;
  if (partners.identity?.warning !== undefined) log.add('warning', partners.identity.warning);

  const hashKey = hashKeyFrom(randomBytes(8));
  compileForStart();
  const leases = new LeaseTable(hashKey, await expectedBindings(stateDirectory));
  const opening = await openStore({
    directory: stateDirectory,
    randomBytes,
    now: stamps.epoch,
    onBinding: (binding) => {
      leases.fill(binding);
    },
    onAlarm(news) {
      log.add(news.raised ? 'error' : 'info', news.text);
      alarms.follow(news);
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
    if (isPaired) await keepWhatIsLeft(opening, log);
  }

  const clockKeeper = createClockKeeper(stateDirectory);
  const dns = keepDns(loaded.appliance, opening.removals, stamps.epoch, (event) => isStopping() || loop.dispatch(event));
  const reconfigure = await keepReconfigure(stateDirectory, () => loaded, options.read, stamps.epoch(), (text) => log.add('warning', text));
  let revision = opening.counter;
  const appliance = createAppliance({
    configuration: loaded.appliance.server,
    serverId: identity.duid,
    allocationSecret: hashKeyFrom(identity.allocationSecret),
    hashKey,
    leases,
    lostRecords,
    firstRevision: revision + 1,
    relationships: partners.relationships,
    endpoints: opening.endpoints,
    clock: clockAtStart(opening, systemTime, clockKeeper),
    database: { generations: opening.generations, isLost: lostRecords !== 'none', onlyLeasesLost: typeof lostRecords !== 'string' },
    beaconSession: randomBytes(8).toString('hex'),
    programVersion: options.version, dns: dns.start, reconfigure: reconfigure.start,
  });

  compileForService();
  const load = createLoadHistory(TICK_MS / 1_000, appliance, () => loaded.appliance.server);
  stamps.follow(appliance);
  const fail = (error: unknown): never => endFailed(stateDirectory, stamps.date(), appliance.inHand, log, error);
  process.on('uncaughtException', fail);

  const report = (severity: Severity, text: string): void => {
    log.add(severity, text);
  };
  /** A socket was opened or closed, or the kernel said something: what it means for the clients is the core's to judge. */
  const lookAtInterfaces = (): void => {
    const seen = stopping ? undefined : interfaceSignals(clientInterfaces(loaded), ports, interfaces.interfaces);
    if (seen !== undefined) loop.dispatch({ kind: 'interfaces', signals: seen });
  };
  const rest = createRest();
  const ports = createClientPorts({
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    onBatch: (port, batch) => {
      if (stopping) return;
      rest.heard(batch.count);
      for (const datagram of copyBatch(batch, port.interfaceName)) loop.dispatch({ kind: 'received', datagram });
    },
    onDrained: () => {
      if (!stopping) loop.dispatch({ kind: 'drained' });
    },
    onReport(severity, text) {
      report(severity, text);
      // Within a change of several ports it is not told yet what the others are.
      if (isPaired) setImmediate(lookAtInterfaces);
    },
  });
  const history = await paired?.openFailoverHistory(stateDirectory, stamps, log);
  const onPartnerEvent = (event: FailoverEvent): void => {
    if (!stopping) loop.dispatch({ kind: 'failover', event });
  };
  const connections = paired?.createPartnerConnections({
    dispatch(event) {
      if (!stopping) loop.dispatch(event);
    },
    onReport: report,
    clock: stamps.epoch,
    stateDirectory,
    alarms,
  });
  const loop: EventLoop = createEventLoop(appliance, {
    time: systemTime,
    send(interfaceName, destination, port, bytes) {
      ports.ports.get(interfaceName)?.queue(bytes, destination, port);
    },
    async commit(counter, bindings, endpoints, clock, removals) {
      const result = await store.commit(counter, bindings, [], endpoints, clock, removals);
      if (!result.committed) return { kind: 'failed', reason: result.reason, found: result.found };
      revision = counter;
      return { kind: 'committed' };
    },
    setDatabaseAside: () => void keepOldDatabase(store, log),
    route: (route) => routes.set(route),
    stand: (standings) => [routes, advertisements].forEach((each) => each.stand(standings)),
    ...(trust === undefined ? {} : { certificates: (news) => void trust.said(news) }),
    transition: (transition) => history?.add(transition),
    jointWork: (said) => jointWork.heard(said),
    partners: connections?.world,
    dnsUpdate: dns.send, ...reconfigure.world,
    alarm: alarms.follow,
    log: report,
    fail,
  });
  quarantinePoisonedClients(stateDirectory, loop, stamps, alarms, log);

  const routes = keepRoutesAndAddresses(appliance, loaded.appliance, report, options.setsAddresses);
  const advertisements = keepAdvertisements({ directory: dirname(options.controlSocket), report, alarms });
  const interfaces = watchInterfaces({
    onChanges: (changes) => {
      ports.follow(changes, interfaces.interfaces);
      connections?.follow(changes, interfaces.interfaces);
      routes.follow(changes, interfaces.interfaces);
      advertisements.follow();
      lookAtInterfaces();
    },
    onReport: report,
  });

  const usePins = (): void => {
    if (trust === undefined || isStopping()) return;
    partners = trust.withPins(partners);
    tellOfConfiguration();
  };

  /** To the core and to the partners. */
  const tellOfConfiguration = (): void => {
    const { server: configuration, dns: names } = loaded.appliance;
    loop.dispatch({ kind: 'configured', configuration, relationships: partners.relationships, dns: names?.updates });
    connections?.open(loaded, partners);
  };

  const reloadNow = async (): Promise<string | undefined> => {
    const next = await options.read(options.provisioningFile);
    if (isStopping()) return STOPPING;
    if (typeof next === 'string') return logRefusal(log, next);
    const changed = changedRelationships(partners.relationships, next.appliance.relationships);
    if (changed !== undefined) return logRefusal(log, changed);
    const nextPartners = await partnersOf(next, trust);
    if ('error' in nextPartners) return logRefusal(log, nextPartners.error);
    if (isStopping()) return STOPPING;
    [loaded, partners] = [next, nextPartners];
    dns.configure(next.appliance);
    for (const warning of next.warnings) log.add('warning', warning);
    tellOfConfiguration();
    await outlets.configure(next.appliance, log);
    ports.configure(clientInterfaces(next), interfaces.interfaces);
    routes.configure(next.appliance);
    advertisements.configure(next.appliance);
    systemTime.configure(next.appliance.clock);
    lookAtInterfaces();
    log.add('info', 'the provisioning file was read again');
    // Not waited for: what is undone is read again behind this.
    void jointWork.look();
    return undefined;
  };

  /** @returns what it holds, or why it could not be used in place of the file that is in use */
  const tryFile = async (file: string): Promise<LoadedConfiguration | string> => {
    const next = await options.read(file);
    if (typeof next === 'string') return next;
    return changedRelationships(partners.relationships, next.appliance.relationships) ?? (await trust?.refusal(next.appliance)) ?? next;
  };

  // One after another, so that the file as it was last is the one that is used in the end.
  let lastReload: Promise<string | undefined> = Promise.resolve(undefined);
  const reload = async (): Promise<string | undefined> => {
    lastReload = lastReload.then(reloadNow);
    return await lastReload;
  };

  const askedToStop = Promise.withResolvers<'request'>();
  /** Who asks for it by the control socket puts no other daemon in this one's place: a factory reset. */
  let ending: 'signal' | 'request' = 'signal';
  const jointWork = await openJointWork({
    file: options.provisioningFile,
    paired,
    loaded: () => loaded,
    tryFile,
    reload,
    date: stamps.date,
    appliance,
    ...options,
    dispatch: onPartnerEvent,
    command: async (relationship, command) => await loop.failoverCommand(relationship, command),
    log,
    alarms,
  });

  const subject: Subject = {
    appliance,
    applianceName: loaded.appliance.name,
    version: options.version,
    startedAt,
    stamps,
    systemClock: () => ({ now: systemTime.read().epoch, maxError: readKernelClock().maxError }),
    serverId: identity.duid,
    ports,
    interfaces,
    alarms,
    log,
    configuration: () => loaded.appliance.server,
    configurationText: () => loaded.text,
    storage: () => ({ directory: stateDirectory, generation: Buffer.from(opening.generations.at(-1)?.id ?? []).toString('hex'), revision }),
    relationships: partners.relationships,
    dnsSender: dns.counters,
    dnsServers: dns.servers,
    leasequeryTcp: outlets.leasequery.view,
    partnerConnections: () => connections?.links.counters() ?? {},
    failoverHistory: () => history?.list() ?? [],
    load: () => load.report(),
    leaseCommand: async (command) => await loop.leaseCommand(command),
    failoverCommand: async (relationship, command) => await loop.failoverCommand(relationship, command),
    clockCommand: async (time) => await loop.clockCommand(time),
    pairings: () => trust?.report(partners) ?? [],
    certificateRotation: async (action) => (trust === undefined ? 'this box has no partner' : await trust.rotate(action)),
    pairingCommand: async (relationship, action) => await trust?.command(relationship, action),
    async acceptStorage() {
      const refusal = await store.accept();
      if (refusal !== undefined) return refusal;
      loop.dispatch({ kind: 'storageAccepted' });
      alarms.clear('storage-lost');
      return undefined;
    },
    reload,
    stop: () => setImmediate(askedToStop.resolve, 'request'),
    provisioningFile: options.provisioningFile,
    ...jointWork.subject,
  };
  const control = await startControl(options.controlSocket, subject);

  if (typeof control !== 'string') {
    // Leases may have ended while the box was off. What is reserved by that is, before the first client asks.
    loop.dispatch({ kind: 'timer' });
    await reconfigure.settled();
    ports.configure(clientInterfaces(loaded), interfaces.interfaces);
    lookAtInterfaces();
    advertisements.configure(loaded.appliance);
    options.heartbeat.follow(alarms);
    const stopFlashWatch = watchFlash(stateDirectory, alarms, report);
    if (connections?.open(loaded, partners) === true) {
      loop.dispatch({ kind: 'failover', event: { kind: 'start' } });
      void trust?.resume();
    }
    signals.onHangup(() => void reload());
    reconfigure.begin((event) => isStopping() || loop.dispatch(event));
    settleSoon(stateDirectory);
    const lookAtWork = watchSharedWork(appliance.failover, alarms, report);
    const ticking = setInterval(() => {
      rest.look();
      load.sample();
      lookAtWork();
    }, TICK_MS);
    const stopWatching = watchClock(systemTime, appliance, clockKeeper, loop, () => history?.clockChanged());
    outlets.show(subject);
    await jointWork.look();
    ending = await Promise.race([signals.stop.then(() => 'signal' as const), askedToStop.promise]);
    jointWork.close();
    clearInterval(ticking);
    stopWatching();
    stopFlashWatch();
    log.add('info', 'stopping');
    control.close();
  }

  loop.dispatch({ kind: 'failover', event: { kind: 'stopping' } });
  stopping = true;
  interfaces.close();
  if (!(await loop.stop(LAST_COMMIT_MS))) {
    log.add('warning', 'stable storage does not answer: the last changes may be missing from it, no client was told of them');
  }
  dns.close();
  await connections?.close();
  await history?.settled();
  routes.close();
  advertisements[ending === 'request' ? 'end' : 'leave']();
  ports.flush();
  ports.close();
  await store.close();
  outlets.close();
  return typeof control === 'string' ? control : undefined;
}
