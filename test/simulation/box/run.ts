/**
 * One run of the program on a box, from its start to its end: the appliance in an event loop. It does what src/event-loop.ts,
 * the store and the sockets do, in simulated time, and can be stopped between any two effects.
 */
import { createAppliance } from '../../../src/appliance/index.ts';
import type { Effect, Event, ReconfigureStart } from '../../../src/appliance/index.ts';
import type { FailoverEvent } from '../../../src/failover/index.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import { ExtensionCode, FailoverMessageType, MessageType, extensionsOf } from '../../../src/wire/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';
import type { EpochSeconds, FailoverMessage, Now } from '../../../src/wire/index.ts';
import type { SystemClock } from '../../../src/clock/index.ts';
import { sha256 } from '../../appliances/dns-zones.ts';
import { hmacMd5 } from '../../unit/appliance/reconfigure-start.ts';
import { Violation } from '../oracle/violation.ts';
import type { BoxName } from '../schedule/schedule.ts';
import { leaseKey, leaseName } from '../world/lease-key.ts';
import { inTrueTime, lacksSeconds } from '../world/true-time.ts';
import type { Box, BoxRun } from './running-box.ts';
import type { BoxSurroundings } from './surroundings.ts';

/** A socket buffer holds so many datagrams. */
const INBOX_MAX = 5_000;
/** A program that is woken for nothing at so many times in a row waits for something else than time. */
const VAIN_WAKES_MAX = 50;
/** The program is half a year old when the world begins. */
const BUILT_AT = epochSeconds(1_785_000_000);

export function createRun(box: Box, surroundings: BoxSurroundings): BoxRun {
  const { queue, random, trace } = surroundings;
  const { plan, clock, disk, configuration } = box;
  const hashKey = { k0: random.below(0x1_0000_0000), k1: random.below(0x1_0000_0000) };
  const lost = typeof disk.lost === 'string' ? [] : disk.lost.map(leaseKey);
  const leases = new LeaseTable(hashKey, disk.durable.size);
  for (const [key, binding] of disk.durable) if (!lost.includes(key)) leases.put(binding);
  const status = (): SystemClock => (clock.isKept() ? 'synchronized' : 'unconfirmed');
  let toldStatus = status();
  const hasBeacons = configuration.relationships.some(({ insecure }) => !insecure);
  const had = disk.clientsHave;
  const hasFormer = had !== undefined && had !== configuration.server;
  /** Undefined where the file says nothing of Reconfigure: such a box lives as without it. */
  const reconfigureStart = (): ReconfigureStart | undefined =>
    configuration.server.reconfigure && {
      replay: { used: disk.replayUntil, reservedUntil: disk.replayUntil },
      newKey: () => Uint8Array.from({ length: 16 }, () => surroundings.randomKeys.below(256)),
      hmacMd5,
      hasFormer,
    };
  const appliance = createAppliance({
    configuration: configuration.server,
    serverId: box.serverId,
    allocationSecret: { k0: plan.name.charCodeAt(0), k1: 7 },
    hashKey,
    leases,
    lostRecords: disk.lost,
    firstRevision: disk.revision + 1,
    relationships: configuration.relationships,
    endpoints: [...disk.endpoints.values()],
    clock: {
      timescales: disk.timescales,
      saved: disk.saved,
      builtAt: BUILT_AT,
      seed: idOf(plan.name, disk.generations.length),
      system: toldStatus,
      now: clock.now(queue.nowMs),
    },
    reconfigure: reconfigureStart(),
    dns: configuration.dns && { configuration: configuration.dns, removals: disk.removals, sha256 },
    beaconSession: hasBeacons ? sessionOf(plan.name, disk.generations.length) : undefined,
    database: { generations: disk.generations, isLost: disk.lost !== 'none', onlyLeasesLost: typeof disk.lost !== 'string' },
  });
  /** As the kernel sees it from the first moment on: what is lost is lost in the switch. */
  const lanPort = { name: 'eth1', exists: true, isEnabled: true, hasCarrier: true, address: 'ready', isOpen: true } as const;
  let inbox: (() => void)[] = [];
  let isPolled = false;
  let isResuming = false;
  let timer = 0;
  let vainWakes = 0;
  let vainWakeMs = -Infinity;

  const isOver = (): boolean => box.run !== run;
  const isIdle = (): boolean => !run.hasCommitInFlight;
  const now = (): Now => clock.now(queue.nowMs);

  const whenAwake = (happen: () => void): void => {
    queue.at(box.stalledUntilMs, () => {
      if (isOver()) return;
      if (queue.nowMs < box.stalledUntilMs) whenAwake(happen);
      else happen();
    });
  };

  const read = (happen: () => void): void => {
    if (isOver() || inbox.length >= INBOX_MAX) return;
    inbox.push(happen);
    if (isPolled) return;
    isPolled = true;
    whenAwake(poll);
  };

  const poll = (): void => {
    isPolled = false;
    const items = inbox;
    inbox = [];
    for (const happen of items) {
      happen();
      if (isOver()) return;
    }
    dispatch({ kind: 'drained' });
  };

  const dispatch = (event: Event): void => {
    if (isOver()) return;
    if (toldStatus !== status()) {
      toldStatus = status();
      dispatch({ kind: 'systemClock', status: toldStatus });
      if (isOver()) return;
    }
    run.steps++;
    let effects: readonly Effect[];
    try {
      effects = appliance.step(event, now());
    } catch (error) {
      throw new Violation('product-failed', `${plan.name} fails at "${event.kind}": ${String(error)}`, error);
    }
    // Carrying one out never steps the appliance again: what comes of it waits in the queue.
    for (const effect of effects) {
      if (box.countEffect() === 'crash') return;
      carryOut(effect);
    }
    surroundings.stepped(run);
  };

  const carryOut = (effect: Effect): void => {
    switch (effect.kind) {
      case 'send':
        surroundings.send(box, effect.interfaceName, effect.destination, effect.bytes);
        break;
      case 'commit':
        beginCommit(effect);
        break;
      case 'route':
      case 'routerStandings':
        break;
      case 'dnsUpdate':
        surroundings.askDns(effect.message, (outcome) => {
          read(() => {
            dispatch({ kind: 'dnsAnswered', id: effect.id, outcome });
          });
        });
        break;
      case 'clientsHave':
        disk.keepClientsHave(effect.configuration);
        break;
      case 'reserveReplay':
        reserveReplay(effect.until);
        break;
      case 'wake': {
        const own = ++timer;
        if (clock.timeOf(effect.at) > queue.nowMs) vainWakes = 0;
        else if (vainWakeMs !== queue.nowMs) vainWakes++;
        vainWakeMs = queue.nowMs;
        if (vainWakes > VAIN_WAKES_MAX) throw new Violation('busy-waiting', `${plan.name} asks again and again for a time that is over`);
        // Timers are never early, and never at once.
        queue.at(Math.floor(Math.max(clock.timeOf(effect.at), queue.nowMs)) + 1, () => {
          whenAwake(() => {
            if (timer !== own) return;
            // What came while the process was busy is handled before time is judged.
            if (isPolled) poll();
            dispatch({ kind: 'timer' });
          });
        });
        break;
      }
      case 'resume':
        if (isResuming) break;
        isResuming = true;
        whenAwake(() => {
          isResuming = false;
          dispatch({ kind: 'drained' });
        });
        break;
      case 'sendToPartner':
        for (const answer of relayedAnswers(effect.message)) surroundings.answersThroughPartner(box, answer);
        surroundings.partnerLinks().send(run, effect.connection, effect.message);
        break;
      case 'dialPartner':
        surroundings.partnerLinks().dial(run, effect.relationship);
        break;
      case 'closePartner':
        surroundings.partnerLinks().close(run, effect.connection);
        break;
      case 'setDatabaseAside':
      case 'partnerCertificate':
      case 'certificateKept':
        if (trace.isOn) trace.note(plan.name, 'keeps a copy of its old database');
        break;
      case 'partnerCommit':
      case 'partnerUpdate':
      case 'transition':
        // Its configuration stays; what it goes through is in its log.
        break;
      case 'beacon':
      case 'probe':
        surroundings.sayOnLan(box, effect);
        break;
      case 'beaconKey':
        // Nobody forges beacons here.
        break;
      case 'alarm':
        if (trace.isOn) trace.note(plan.name, `${effect.raised ? 'raises' : 'clears'} the alarm ${effect.id}: ${effect.text}`);
        break;
      case 'log':
        if (trace.isOn) trace.note(plan.name, `logs: ${effect.text}`);
        break;
      case 'commandDone':
        if (trace.isOn) trace.note(plan.name, `command ${String(effect.id)}: ${effect.refusal ?? 'done'}`);
        break;
    }
  };

  const beginCommit = (commit: Effect & { kind: 'commit' }): void => {
    const { revision, bindings, endpoints, removals } = commit;
    if (run.hasCommitInFlight) throw new Violation('one-commit-at-a-time', `${plan.name} begins commit ${String(revision)}`);
    run.hasCommitInFlight = true;
    const { durationMs, writtenAfterMs, fails } = box.commitFate(bindings);
    if (trace.isOn) trace.note(plan.name, `commits ${describeCommit(commit)}`);
    surroundings.commits(box, bindings);
    const before = disk.timescales.filter(({ index }) => commit.clock.timescales.every((timescale) => timescale.index !== index));
    const chain = [...before, ...commit.clock.timescales].sort((a, b) => a.index - b.index);
    const lacks = lacksSeconds(run, queue.nowMs);
    if (writtenAfterMs !== undefined) {
      queue.after(writtenAfterMs, () => {
        if (isOver()) return;
        for (const binding of bindings) surroundings.writes(box, inTrueTime(binding, chain, lacks));
        disk.write(revision, bindings, endpoints, commit.clock, removals);
      });
    }
    queue.after(durationMs, () => {
      whenAwake(() => {
        run.hasCommitInFlight = false;
        if (trace.isOn) trace.note(plan.name, `commit ${String(revision)} ${fails ? 'failed' : 'is durable'}`);
        dispatch(fails ? { kind: 'commitFailed', revision, reason: 'No space left on device', found: disk.found(bindings) } : { kind: 'committed', revision });
        if (!isOver() && isIdle()) surroundings.isIdle(run);
      });
    });
  };

  const reserveReplay = (until: EpochSeconds): void => {
    const { durationMs, writtenAfterMs, fails } = box.commitFate([]);
    if (writtenAfterMs !== undefined) {
      queue.after(writtenAfterMs, () => {
        if (!isOver()) disk.keepReplay(until);
      });
    }
    queue.after(durationMs, () => {
      whenAwake(() => {
        dispatch({ kind: 'replayReserved', until, failure: fails ? 'No space left on device' : undefined });
      });
    });
  };

  const handle = (event: FailoverEvent): void => {
    dispatch({ kind: 'failover', event });
  };

  const run: { -readonly [Field in keyof BoxRun]: BoxRun[Field] } = {
    box,
    appliance,
    partners: configuration.relationships.map(({ name, partnerName }) => ({ relationship: name, partner: partnerName as BoxName })),
    reach: new Map(),
    hasCommitInFlight: false,
    steps: 0,
    now,
    begin() {
      if (configuration.relationships.length > 0) handle({ kind: 'start' });
      if (hasBeacons) dispatch({ kind: 'interfaces', signals: [lanPort] });
      dispatch({ kind: 'drained' });
      if (hasFormer) dispatch({ kind: 'formerConfiguration', configuration: had });
    },
    receive(datagram) {
      read(() => {
        dispatch({ kind: 'received', datagram });
      });
    },
    read,
    failover(event) {
      read(() => {
        handle(event);
      });
    },
    handle,
    whenAwake,
    dispatch,
  };
  return run;
}

/** No other box has a timescale of this id, and none of another start. */
function idOf(name: string, start: number): Uint8Array {
  return Uint8Array.of(name.charCodeAt(0), start >> 8, start & 0xff, 0, 0, 0, 0, 0);
}

/** Of the beacons of a run: 16 hexadecimal digits. */
function sessionOf(name: string, start: number): string {
  return `${name.charCodeAt(0).toString(16)}${start.toString(16).padStart(14, '0')}`;
}

/** Answers to clients that the partner heard. */
function relayedAnswers(message: FailoverMessage): readonly Uint8Array[] {
  if (message.type !== FailoverMessageType.CONTACT) return [];
  const relayed = extensionsOf(message.vendor, ExtensionCode.RELAYED_MESSAGE).map(({ message: octets }) => octets);
  return relayed.filter(([type]) => type === MessageType.RELAY_REPL);
}

function describeCommit({ revision, bindings, endpoints }: Effect & { kind: 'commit' }): string {
  const leases = bindings.map((binding) => {
    const client = binding.duid.length < 2 ? '-' : String(((binding.duid.at(-2) ?? 0) << 8) | (binding.duid.at(-1) ?? 0));
    return `${leaseName(binding)} status ${String(binding.status)} client ${client} until ${String(binding.stateExpirationTime)}`;
  });
  const states = endpoints.map((endpoint) => `${endpoint.relationship} state ${String(endpoint.state)}`);
  return `${String(revision)}: ${[...leases, ...states].join(', ')}`;
}
