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
import { createFailover, relayAcknowledgement } from '../failover/index.ts';
import type { Failover } from '../failover/index.ts';
import { createServer } from '../server/index.ts';
import { MessageType, RelayOutcome, monotonicMs } from '../wire/index.ts';
import { createCapacity } from './capacity.ts';
import { createClientMessages } from './client-messages.ts';
import { clientRate } from './client-rate.ts';
import { createClockwork } from './clockwork.ts';
import { createCommits } from './commits.ts';
import type { Group, Held } from './commits.ts';
import { createCounters } from './counters.ts';
import { createDelegatedRoutes } from './delegated-routes.ts';
import { createDnsWork } from './dns-work.ts';
import type { Effect } from './effect.ts';
import type { Event } from './event.ts';
import { forgetEndedRegistrations, freeExpiredLeases, nextLookAtExpiry } from './expiry.ts';
import { createIntake } from './intake.ts';
import { runLeaseCommand } from './lease-command.ts';
import { createLeasequeryWork } from './leasequery-work.ts';
import { linkAuthorities } from './link-authorities.ts';
import { createLinkTraffic } from './link-traffic.ts';
import { createLinkWatch } from './link-watch.ts';
import { createLogLimit } from './log-limit.ts';
import type { ApplianceParameters } from './parameters.ts';
import { hearAsRelayAgent } from './partner-relay-agent.ts';
import { createPartners } from './partners.ts';
import { createPartnersClients } from './partners-clients.ts';
import { createQuarantine } from './quarantine.ts';
import { RECONFIGURE_OFF, createReconfigures } from './reconfigure/reconfigures.ts';
import { relayedDatagram } from './relayed-datagram.ts';
import { createRouterStandings } from './router-standings.ts';
import { createServerProbes } from './server-probes.ts';
import { createStorageState } from './storage-state.ts';
import { createUnansweredSolicits } from './unanswered-solicits.ts';
import { createTimekeeping, placedEndpoint } from './timekeeping.ts';
import { type Appliance, Whole } from './whole.ts';
import type { Now } from '../wire/index.ts';

export type { MessageInHand } from './client-messages.ts';
export type { DelegatedRoute } from './delegated-routes.ts';
export type { DnsStart } from './dns-work.ts';
export type { Effect } from './effect.ts';
export type { Event, LeaseCommand, ReceivedDatagram, ReconfigureCommand } from './event.ts';
export type { ApplianceParameters } from './parameters.ts';
export type { ReconfigureStart } from './reconfigure/reconfigures.ts';
export type { RouterStanding } from './router-standings.ts';
export type { LostRecords } from './storage-state.ts';
export type { Appliance } from './whole.ts';

/** What rides on commits gets one of its own after this long without one. */
const RIDE_WAIT_MS = 1_000;

const TIMER = { kind: 'timer' } as const;
/** An answer that waited longer for its commit is made anew: its lifetimes began when the message was handled. */
const HELD_MAX_MS = 2_000;
/** Messages handled before the sockets are read again. */
const MESSAGES_PER_STEP_MAX = 128;

export function createAppliance(parameters: ApplianceParameters): Appliance {
  const { hashKey } = parameters;
  const table = parameters.leases;
  const counters = createCounters();
  const storage = createStorageState(table, parameters.lostRecords);
  const dns = parameters.dns && createDnsWork(parameters.dns, table, parameters.configuration, () => failover);
  const reconfigures =
    parameters.reconfigure &&
    createReconfigures(parameters.reconfigure, {
      ...parameters,
      table,
      failover: () => failover,
      authorityOf: (link) => authorityOf(link),
      toPartner: (event, now, given) => partners.handle(event, now, given),
      interfaces: () => links.interfaces().flatMap(({ name, exists }) => (exists ? name : [])),
      isBusy: () => intake.length > 0 || commits.isFull(), isPartnerHeard: (link, now) => links.partnerOn(link, now.monotonic) === 'heard',
      counters,
    });
  const server = createServer({ ...parameters, table, names: dns?.names, reconfigure: reconfigures?.means });
  const timekeeping = createTimekeeping(parameters.clock, table);
  const leasequery = createLeasequeryWork({ table, serverId: parameters.serverId, storage, clock: timekeeping.facts, failover: () => failover }, parameters.configuration);
  const commits = createCommits(table, parameters.firstRevision, timekeeping.stored, dns);
  const routes = createDelegatedRoutes(table, parameters.configuration);
  const quarantine = createQuarantine();
  const traffic = createLinkTraffic(parameters.configuration);
  const failover: Failover = createFailover({
    relationships: parameters.relationships,
    endpoints: parameters.endpoints.map((record) => placedEndpoint(record, timekeeping.placed)),
    database: parameters.database,
    clock: timekeeping.facts,
    commitCounter: () => commits.durableRevision(),
    table,
    leasesMax: parameters.configuration.leasesMax,
    serverId: parameters.serverId,
    hashKey,
    linkTraffic: (link) => traffic.of(link),
    beaconSession: parameters.beaconSession, programVersion: parameters.programVersion,
    takeForPartner: (pool, count) => server.takeForPartner(pool, count),
    takeFromPartner: (pool, count) => server.takeFromPartner(pool, count),
  });
  const probes = createServerProbes(parameters.configuration, parameters.serverId, failover);
  const links = createLinkWatch({
    configuration: parameters.configuration,
    failover,
    beaconSession: parameters.beaconSession,
    isUnanswered: (link) => probes.isUnanswered(link),
  });
  const standings = createRouterStandings({ configuration: parameters.configuration, failover, partnerOn: (link, now) => links.partnerOn(link, now) });
  const interfacesOf = (link: string): readonly string[] => configuredLinks.find(({ name }) => name === link)?.interfaces ?? [];
  const partners = createPartners({ failover, table, commits, traffic, relationships: parameters.relationships, interfacesOf, changing: (binding) => dns?.replacedBy(binding), waysTo: (agent) => reconfigures?.waysTo(agent) ?? [] });
  const clockwork = createClockwork({ timekeeping, table, commits, partners, leasequery, reconfigures });
  let authorityOf = linkAuthorities(failover, parameters.relationships);
  const unanswered = createUnansweredSolicits();
  const partnersClients = createPartnersClients({ server, failover, partners, unanswered, relayDepthMax: () => relayDepthMax, authorityOf: (link) => authorityOf(link) }, parameters.relationships);
  const intake = createIntake(clientRate(hashKey), leasequery.permits, (datagram) => partnersClients.isFromOne(datagram));
  const capacity = createCapacity(table, parameters.relationships.map(({ name }) => name));
  let { relayDepthMax, leasesMax, links: configuredLinks } = parameters.configuration;
  let { relationships } = parameters;
  const isPaired = relationships.length > 0;

  const messages = createClientMessages({
    table,
    server,
    commits,
    storage,
    quarantine,
    counters,
    logLimit: createLogLimit(),
    traffic,
    remembersReleases: parameters.relationships.some(({ relaying, relayByUdp }) => relaying || relayByUdp !== undefined),
    answers: (message, link, now) => reconfigures?.answers(message, link, now), heardRelayAgent: (datagram, port) => reconfigures?.heardRelayAgent(datagram, port),
    leaveToPartner: (datagram, decoded, now, given) => {
      partnersClients.leave(datagram, decoded, now, given);
    },
    leasequery,
    authorityOf: (link) => authorityOf(link),
    relayDepthMax: () => relayDepthMax,
  });
  const effects: Effect[] = [];
  /** By relationship, as it was after the last step. */
  const answersSolicits = new Map<string, boolean>();
  let [wakeAt, ridersDueAt] = [Infinity, Infinity];
  let storageWorks = true;

  /** While commits pile up messages wait in the intake; while there are none to be had they are answered without. */
  const mayHandle = (now: Now): boolean => !commits.isFull() || !storage.condition(now.monotonic).writable;

  const handleMessages = (now: Now): void => {
    for (let left = MESSAGES_PER_STEP_MAX; left > 0 && mayHandle(now); left--) {
      const datagram = intake.take(now.monotonic);
      if (datagram === undefined) return;
      routes.heard(datagram);
      messages.handle(datagram, now, effects);
    }
  };

  /** What a partner relayed waits its turn like what came itself; that it has come is said at once (R-LH7). */
  const handleRelayed = (now: Now): void => {
    const relayed = partners.takeRelayed();
    if (relayed.length === 0) return;
    const datagrams = relayed.map(relayedDatagram);
    for (const datagram of datagrams) links.partnerHeard(datagram, now.monotonic);
    for (const datagram of datagrams) if (!intake.put(datagram, now.monotonic)) datagram.relayed.outcome = RelayOutcome.SHED;
    handleMessages(now);
    for (const { relayed: { message, outcome } } of datagrams) {
      effects.push({ kind: 'sendToPartner', connection: message.connection, message: relayAcknowledgement(message, outcome) });
    }
  };

  const lookAtLinks = (now: Now): void => {
    probes.look(links.interfaces(), now.monotonic, effects);
    for (const news of links.look(now, effects)) partners.handle(news, now, effects);
    const changed = standings.look(links.reports(), now.monotonic);
    if (changed !== undefined) effects.push({ kind: 'routerStandings', standings: changed });
  };

  /** From now on this box answers whatever it left to its partner: those who wait need not ask again. */
  const answerUnanswered = (now: Now): void => {
    for (const { name, responsiveness: { answers, share } } of failover.relationships) {
      const doesAnswer = share === undefined && answers(MessageType.SOLICIT, false);
      if (answersSolicits.get(name) === false && doesAnswer) {
        for (const datagram of unanswered.take(name, now.monotonic)) intake.put(datagram, now.monotonic);
      }
      answersSolicits.set(name, doesAnswer);
    }
  };

  const freeExpired = (writable: boolean, now: Now): void => {
    // Nothing ends by a clock that nobody confirmed (R-ST2).
    if (!timekeeping.facts.isTrusted()) return;
    const more = freeExpiredLeases(table, commits, counters, writable, now);
    if (more) effects.push({ kind: 'resume' });
  };

  /** A box that can't commit leaves its clients to its partner. */
  const tellOfStorage = (now: Now): void => {
    if (!isPaired || now.monotonic < storage.failsAt() === storageWorks) return;
    storageWorks = !storageWorks;
    partners.handle({ kind: 'storage', works: storageWorks }, now, effects);
  };

  const beginCommit = (now: Now): void => {
    const began = commits.flush(effects, () => partners.heartbeats(now)) || (now.monotonic >= ridersDueAt && commits.flushRiders(effects));
    if (began) {
      storage.commitBegan(now.monotonic);
      ridersDueAt = Infinity;
    }
    ridersDueAt = commits.hasRiders() ? Math.min(ridersDueAt, now.monotonic + RIDE_WAIT_MS) : Infinity;
  };

  /** One wish for all; to be woken too early costs less than to say so at every step. */
  const wake = (writable: boolean, now: Now): void => {
    // While a commit is in flight its end is what is waited for.
    const rideAt = commits.isIdle() ? ridersDueAt : Infinity;
    const failsAt = isPaired && storageWorks ? storage.failsAt() : Infinity;
    const at = Math.min(nextLookAtExpiry(table, writable && timekeeping.facts.isTrusted(), now), partners.wakeAt, links.wakeAt(), standings.wakeAt(), dns?.wakeAt() ?? Infinity, reconfigures?.wakeAt() ?? Infinity, rideAt, failsAt);
    // A wish again and again in a storm of messages would put off the timer for ever.
    if (at >= wakeAt) return;
    wakeAt = at;
    effects.push({ kind: 'wake', at: monotonicMs(at) });
  };

  const step = (event: Event, given: Now): readonly Effect[] => {
    effects.length = 0;
    let now = clockwork.read(given, effects);
    switch (event.kind) {
      case 'received':
        if (isPaired) {
          if (hearAsRelayAgent(relationships, event.datagram, partners, now, effects)) return effects;
          const who = probes.heard(event.datagram, now.monotonic);
          if (who === 'partner') {
            messages.handle({ ...event.datagram, isProbe: true }, now, effects);
            return effects;
          }
          if (who === 'client') links.clientHeard(event.datagram, now.monotonic);
        }
        intake.put(event.datagram, now.monotonic);
        return effects;
      case 'drained':
        handleMessages(now);
        break;
      case 'timer':
        // A timer may fire a moment too early: the wish is used up all the same.
        wakeAt = Infinity;
        partners.handle(TIMER, now, effects);
        if (now.monotonic >= Math.min(links.wakeAt(), standings.wakeAt())) lookAtLinks(now);
        break;
      case 'committed': {
        const group = commits.committed(event.revision);
        storage.succeeded(effects);
        letGo(group, now);
        tellOfRoutes(group.slots);
        leasequery.settled(group.slots, now.epoch);
        counters.commits++;
        partners.committed(group, now, effects);
        forgetEndedRegistrations(table, group.slots);
        messages.handleWaiting(now, effects);
        break;
      }
      case 'commitFailed': {
        counters.commitsFailed++;
        storage.failed(event.reason, now.monotonic, effects);
        const group = commits.failed(event.revision, event.found);
        messages.commitFailed();
        leasequery.settled(group.slots, now.epoch);
        dropHeld(group.held, event.reason);
        partners.failed(group, event.reason, now, effects);
        messages.handleWaiting(now, effects);
        break;
      }
      case 'configured':
        ({ relayDepthMax, leasesMax, links: configuredLinks } = event.configuration);
        ({ relationships } = event);
        server.configure(event.configuration);
        leasequery.configure(event.configuration);
        routes.configure(event.configuration);
        dns?.configure(event.dns, event.configuration, effects);
        reconfigures?.configure(event.configuration, now);
        authorityOf = linkAuthorities(failover, event.relationships);
        traffic.configure(event.configuration);
        partners.configure(event.relationships, now, effects);
        partnersClients.configure(event.relationships);
        links.configure(event.configuration);
        probes.configure(event.configuration);
        standings.configure(event.configuration);
        lookAtLinks(now);
        partners.handle({ kind: 'links', links: links.reports() }, now, effects);
        break;
      case 'leaseCommand': {
        const { id, command } = event;
        if (command.action === 'reconfigure') {
          effects.push({ kind: 'commandDone', id, refusal: reconfigures === undefined ? RECONFIGURE_OFF : reconfigures.command(command, now, effects) });
          break;
        }
        const refusal = runLeaseCommand(table, commits, id, command, now);
        if (refusal !== undefined) effects.push({ kind: 'commandDone', id, refusal });
        break;
      }
      case 'failover':
        partners.handle(event.event, now, effects);
        now = clockwork.hear(now, given, effects);
        handleRelayed(now);
        break;
      case 'interfaces':
        links.see(event.signals);
        lookAtLinks(now);
        break;
      case 'beacon':
        if (links.beaconHeard(event.beacon, event.interfaceName, now.monotonic, effects)) probes.partnerAt(event.interfaceName, event.source);
        return effects;
      case 'probeAnswered':
        probes.answered(event.interfaceName, event.source, event.bytes, now.monotonic, effects);
        return effects;
      case 'probeFailed':
        probes.failed(event.interfaceName);
        return effects;
      case 'dnsAnswered':
        dns?.answered(event.id, event.outcome, now, effects);
        break;
      case 'replayReserved':
      case 'formerConfiguration':
        reconfigures?.told(event, now, effects);
        break;
      case 'storageAccepted':
        storage.accept(effects);
        break;
      case 'systemClock':
        timekeeping.systemClock(event.status);
        now = clockwork.read(given, effects);
        break;
      case 'clockCommand': {
        const refusal = timekeeping.set(event.time, given);
        now = clockwork.read(given, effects);
        const done = { kind: 'commandDone', id: event.id, refusal } as const;
        if (refusal === undefined) commits.touch(done, now.monotonic);
        else effects.push(done);
        break;
      }
      case 'clientQuarantined':
        quarantine.put(event.client, event.until);
    }
    if (storage.lost() !== 'none' && failover.hasRecoveredStorage()) storage.recovered(effects);
    tellOfStorage(now);
    if (isPaired && event.kind !== 'drained') answerUnanswered(now);
    capacity.look(leasesMax, effects);
    const { writable } = storage.condition(now.monotonic);
    freeExpired(writable, now);
    dns?.look(commits, now, effects);
    reconfigures?.look(now, effects);
    leasequery.look();
    clockwork.keep(now, effects);
    beginCommit(now);
    wake(writable, now);
    if (intake.length > 0 && mayHandle(now)) effects.push({ kind: 'resume' });
    return effects;
  };

  /** What is told late must not promise more than what is durable. */
  const letGo = ({ held, since }: Group, now: Now): void => {
    const isLate = now.monotonic - since > HELD_MAX_MS;
    for (const { effect, promises } of held) {
      if (!isLate || promises === undefined) {
        effects.push(effect);
      } else {
        counters.answersLate++;
        messages.answerFromDurable(promises, now, effects);
      }
    }
  };

  const tellOfRoutes = (slots: readonly number[]): void => {
    for (const slot of slots) {
      const route = routes.of(slot);
      if (route !== undefined) effects.push({ kind: 'route', route });
    }
  };

  /** Clients ask again; an operator is told at once. */
  const dropHeld = (held: readonly Held[], reason: string): void => {
    for (const { effect } of held) {
      if (effect.kind === 'commandDone') {
        effects.push({ ...effect, refusal: `stable storage failed: ${reason}` });
      } else {
        counters.answersDropped++;
      }
    }
  };

  return new Whole({ step, leases: table, routes: () => routes.all(), counters, shed: intake.shed, failover, leasequery, dnsReport: () => dns?.report(), reconfigures }, storage, intake, messages, timekeeping);
}
