/**
 * Carries out one schedule: boxes that run the real appliance, clients, networks and disks in simulated time, in one thread,
 * from one seed. Nothing here reads a clock or draws a random number that the seed does not decide.
 */
import { FailoverMessageType } from '../../src/wire/index.ts';
import { createBox } from './box/box.ts';
import type { Box, BoxRun } from './box/running-box.ts';
import { createClient } from './client/client.ts';
import type { Client } from './client/client.ts';
import { duidOf } from './client/identity.ts';
import { createCoverage } from './coverage.ts';
import type { Coverage } from './coverage.ts';
import { createEndpointWatch } from './oracle/endpoints.ts';
import { checkClients } from './oracle/final-check.ts';
import { createLeasequeryWatch } from './oracle/leasequery-watch.ts';
import type { LeasequeryWatch } from './oracle/leasequery-watch.ts';
import { checkNames } from './oracle/names-check.ts';
import type { NamesChecked } from './oracle/names-check.ts';
import { createReconfigureWatch } from './oracle/reconfigure-watch.ts';
import { createOracle } from './oracle/oracle.ts';
import { checkTable } from './oracle/table-check.ts';
import { createSightings } from './oracle/sightings.ts';
import { noteUpdates } from './oracle/updates-seen.ts';
import { Violation } from './oracle/violation.ts';
import type { InvariantName } from './oracle/violation.ts';
import type { Scene } from './scenes/scene.ts';
import { createFaults } from './schedule/faults.ts';
import { endOfAction } from './schedule/schedule.ts';
import type { BoxName, LinkName, Noise, Schedule } from './schedule/schedule.ts';
import { variantOf } from './schedule/variants.ts';
import { NO_TRACE, createTrace } from './trace/trace.ts';
import type { TraceLine } from './trace/trace.ts';
import { createBoxLan } from './world/box-lan.ts';
import { createClientLinks } from './world/client-links.ts';
import { createDnsServer } from './world/dns-server.ts';
import { createEventQueue } from './world/event-queue.ts';
import { lacksSeconds, placedBy, workingMs } from './world/true-time.ts';
import { createPartnerLinks } from './world/partner-links.ts';
import { randomStream } from './world/random.ts';

export interface Outcome {
  /** Why the schedule failed, if it did. */
  readonly violation: Violation | undefined;
  /** Simulated time at its end. */
  readonly endedMs: number;
  /** Steps of all boxes. */
  readonly steps: number;
  readonly grants: number;
  /** Faults that did something. */
  readonly faults: number;
  /** Leases that ended without their client's will. */
  readonly lost: number;
  /** What clients made of Reconfigure. */
  readonly asked: { readonly believed: number; readonly disbelieved: number };
  /** What leasequeries were answered. */
  readonly queried: LeasequeryWatch['counts'];
  readonly named: NamesChecked;
  readonly trace: readonly TraceLine[];
}

export interface SimulationOptions {
  readonly traced?: boolean;
  readonly coverage?: Coverage;
  /** What is done and looked at beyond the schedule. */
  readonly scene?: Scene;
}

/** Where nothing goes wrong any more. */
const CALM: Noise = { lossPermille: 0, duplicatePermille: 0, delayMs: { low: 1, high: 3 } };
/** Comparing the whole table with the disk costs more than a step. */
const IDLES_PER_TABLE_CHECK = 32;
/** A client that was off has its leases again by then. */
const BACK_MS = 30_000;
/** How often somebody looks whether all has been well for long enough. */
const LOOK_MS = 5_000;
/** So often partners that have nothing to tell are compared. */
const REST_CHECK_MS = 7_000;
/** What was decided is written by then, unless storage fails. */
const WRITE_DELAY_MAX_MS = 10_000;
/** What the boxes have to tell each other is told by then. */
const QUIET_MS = 12_000;
/**
 * What changes in the last moment is told by then, also where TCP has to send it again: that a lease expired six seconds behind that,
 * when the partner's clock, which may be five seconds behind, will believe it (section 7.5.4, time(1)).
 */
const MOMENT_MS = 10_000;
const LOOK_AGAIN_MS = 1_000;
const MAY_BE_CHANGING: readonly InvariantName[] = ['tables-disagree', 'leasequery-answers-differ', 'names-differ'];
/** What both boxes tell requestors of when a lease ends: as for their records, and a second for each count of what is left. */
const SAME_SECONDS = 8;
const SET_APART_SECONDS = 14;
/** What was told once and what is told now: whole seconds are counted, twice, and the clock of the box may go a little wrong. */
const STREAM_APART_SECONDS = 3;

export function simulate(schedule: Schedule, options: SimulationOptions = {}): Outcome {
  const { seed } = schedule;
  const { scene } = options;
  const queue = createEventQueue();
  const nowMs = (): number => queue.nowMs;
  const trace = options.traced === true ? createTrace(nowMs) : NO_TRACE;
  const coverage = options.coverage ?? createCoverage();
  const variant = variantOf(schedule.variant);
  const oracle = createOracle({ nowMs, validSeconds: variant.validSeconds });
  const clients = new Map<number, Client>();
  const accepting = new Set(schedule.clients.flatMap(({ number, acceptsReconfigure }) => (acceptsReconfigure === true ? String(duidOf(number)) : [])));
  const reconfigures = createReconfigureWatch((client) => accepting.has(String(client)));
  const queries = createLeasequeryWatch(nowMs, (box) => variant.links[box], (box, link) => endpoints.isSilent(box, link));
  const dns = createDnsServer(queue, randomStream(seed, 'DNS'));
  const named: NamesChecked = { found: 0, removed: 0 };
  // What a record that is gone had put into the DNS nobody knows (seed 6 617 627 913).
  const losesRecords = schedule.faults.some((fault) => fault.kind === 'crash' && fault.disk !== 'as it was');
  const reconfigured = { believed: 0, disbelieved: 0 };
  let idles = 0;

  const boxes: readonly Box[] = schedule.boxes.map((plan) =>
    createBox(plan, {
      queue,
      trace,
      random: randomStream(seed, `box ${plan.name}`),
      configuration: variant.boxOf(plan.name),
      other: variant.otherOf(plan.name),
      randomKeys: randomStream(seed, `keys of ${plan.name}`),
      partnerLinks: () => partnerLinks,
      sayOnLan: (box, said) => {
        boxLan.say(box, said);
      },
      send: (box, interfaceName, destination, bytes) => {
        if (queries.isForRequestor(destination)) queries.leaves(bytes, box);
        else if (!boxLan.answer(box, interfaceName, destination, bytes)) clientLinks.fromBox(box, interfaceName, destination, bytes);
      },
      answersThroughPartner: (box, relayReply) => {
        clientLinks.throughPartner(box, relayReply);
      },
      askDns: dns.ask,
      commits: (box, bindings) => {
        if (variant.hasLeasequery) queries.commits(box, bindings);
      },
      writes: (box, after) => {
        const role = variant.boxOf(box.plan.name).relationships[0]?.role ?? 'primary';
        const isAlone = queue.nowMs - endpoints.unlimitedMs(box) <= WRITE_DELAY_MAX_MS;
        oracle.writes({ box: box.plan.name, role, isRecovering: endpoints.isRecovering(box), isAlone }, after);
      },
      starts: (run) => {
        checkTable(run);
        reconfigures.starts(run.box);
        endpoints.starts(run);
        sightings.starts(run);
      },
      stepped: (run) => {
        endpoints.stepped(run);
        sightings.stepped(run);
        scene?.stepped?.(run);
      },
      isIdle: (run) => {
        if (++idles % IDLES_PER_TABLE_CHECK !== 0) return;
        checkTable(run);
        if (variant.hasLeasequery) queries.checkStream(run, oracle.wereClocksOff() ? Infinity : STREAM_APART_SECONDS);
      },
    }),
  );
  const boxNamed = (name: BoxName): Box => {
    const box = boxes.find(({ plan }) => plan.name === name);
    if (box === undefined) throw new Error(`there is no box ${name}`);
    return box;
  };
  const boxLan = createBoxLan(boxes, (box) => variant.links[box], () => clientLinks);
  const sightings = createSightings(boxNamed);
  const toldOtherwise = (first: BoxRun, second: BoxRun, links: readonly LinkName[]): string | undefined =>
    queries.difference(first, second, links, oracle.wereClocksOff() ? SET_APART_SECONDS : SAME_SECONDS);
  const endpoints = createEndpointWatch({ nowMs, trace, boxes, variant, coverage, clocksWereOff: oracle.wereClocksOff, toldOtherwise, conflict: oracle.allowConflicts, forgotten: oracle.forgets });
  const partnerLinks = createPartnerLinks({
    queue,
    trace,
    boxNamed,
    random: randomStream(seed, 'management'),
    certificate: variant.certificate,
    isAcknowledgement: ({ type }) => type === FailoverMessageType.BNDREPLY,
    delivered: (run, from, message) => {
      sightings.delivered(run, from, message);
      scene?.delivered?.(run, message);
      noteUpdates(run.appliance.leases, message, coverage, (lease) => {
        oracle.toldFree(run.box.plan.name, lease);
      });
    },
  });
  const clientLinks = createClientLinks(
    {
      queue,
      trace,
      boxes,
      clients,
      linksOf: (box) => variant.links[box],
      random: (name) => randomStream(seed, name),
      reconfigureLeaves: (answer, box) => {
        reconfigures.leaves(answer, box);
      },
      answerLeaves: (answer, box, link, asked) => {
        reconfigures.leaves(answer, box);
        endpoints.checkAnswer(answer, box, link, asked);
        scene?.answered?.(answer);
        const { run } = box;
        if (run === undefined) return;
        oracle.answerLeaves(answer, {
          durable: box.disk.durable,
          isReadable: (binding) => !box.disk.lacks([binding]),
          placedBy: (binding) => placedBy(run, binding),
          workingMs: workingMs(run, queue.nowMs),
          lacksMs: 1_000 * lacksSeconds(run, queue.nowMs),
          limitedBy: endpoints.limitedBy(box, link),
        });
      },
    },
    schedule.noise,
  );
  for (const plan of schedule.clients) {
    const client = createClient(plan, {
      queue,
      trace,
      random: randomStream(seed, `client ${String(plan.number)}`),
      send: clientLinks.fromClient,
      holds: (holder, lease) => {
        scene?.holds?.(holder, lease);
        oracle.holds(holder, lease);
      },
      drops: oracle.drops,
      givesBack: oracle.givesBack,
      asked: (_, what) => {
        reconfigured[what === 'believes' ? 'believed' : 'disbelieved']++;
      },
    });
    clients.set(plan.number, client);
    for (const action of plan.actions) {
      queue.at(action.atMs, () => {
        client.act(action);
      });
    }
  }
  const hurryClients = (): void => {
    for (const client of clients.values()) client.hurry();
  };

  const faults = createFaults({
    queue,
    trace,
    clientLinks,
    partnerLinks,
    oracle,
    endpoints,
    sightings,
    queries,
    boxes,
    boxNamed,
    random: randomStream(seed, 'faults'),
    usualNoise: schedule.noise,
    hurryClients,
    validMs: variant.validSeconds * 1_000,
  });

  const heal = (): void => {
    trace.note('clients', 'everything is put right');
    clientLinks.setNoise(CALM);
    faults.heal();
    dns.heal();
    hurryClients();
  };

  const checkBoxes = (): void => {
    for (const { run } of boxes) if (run !== undefined && !run.hasCommitInFlight) checkTable(run);
    // What carries times of a clock that was hours off, and counted as right, can't be put in order.
    if (!oracle.timesTrusted) return;
    endpoints.checkEnd();
    if (variant.hasLeasequery && !losesRecords) checkNames(boxes.flatMap(({ run }) => run ?? []), dns, named);
  };

  /** A lease may just be changing, and the other box is told of it a moment later. */
  const checkEnd = (): void => {
    const endMs = queue.nowMs + MOMENT_MS;
    for (;;) {
      try {
        checkBoxes();
        return;
      } catch (error) {
        if (!(error instanceof Violation) || !MAY_BE_CHANGING.includes(error.invariant) || queue.nowMs >= endMs) throw error;
      }
      queue.runUntil(queue.nowMs + LOOK_AGAIN_MS);
    }
  };

  const outcome = (violation: Violation | undefined): Outcome => ({
    violation,
    endedMs: queue.nowMs,
    steps: boxes.reduce((sum, box) => sum + box.stepsDone(), 0),
    grants: oracle.grants,
    faults: faults.happened,
    lost: oracle.lost,
    asked: reconfigured,
    queried: queries.counts,
    named,
    trace: trace.lines,
  });

  for (const box of boxes) {
    queue.at(box.plan.startMs, () => {
      box.start('as it was');
    });
  }
  for (const fault of schedule.faults) faults.enter(fault);
  scene?.begins?.({ queue, boxNamed, clients, clientLinks, partnerLinks });
  queue.at(schedule.healMs, heal);
  const checkRest = (): void => {
    if (oracle.timesTrusted) endpoints.checkRest();
    queue.after(REST_CHECK_MS, checkRest);
  };
  queue.after(REST_CHECK_MS, checkRest);
  const settle = (): void => {
    const { healMs, settleMs, calmMs = Infinity } = schedule;
    const endMs = healMs + settleMs;
    const calmFromMs = Math.max(...schedule.clients.flatMap(({ actions }) => actions.map(endOfAction))) + BACK_MS;
    while (queue.nowMs < endMs) {
      queue.runUntil(Math.min(queue.nowMs + LOOK_MS, endMs));
      const since = oracle.timesTrusted ? endpoints.inStepSince() : undefined;
      if (since !== undefined && queue.nowMs >= Math.max(since, healMs) + calmMs && queue.nowMs >= calmFromMs) return;
    }
  };
  try {
    queue.runUntil(schedule.healMs);
    settle();
    checkClients([...clients.values()], { isAmple: variant.isAmple, timesTrusted: oracle.timesTrusted });
    // What ends last has to be told, too.
    for (const client of clients.values()) {
      if (client.number % 2 === 0) client.act({ kind: 'release', atMs: queue.nowMs });
      else client.fallSilent();
    }
    queue.runUntil(queue.nowMs + QUIET_MS);
    checkEnd();
    return outcome(undefined);
  } catch (error) {
    if (error instanceof Violation) return outcome(error);
    throw error;
  }
}
