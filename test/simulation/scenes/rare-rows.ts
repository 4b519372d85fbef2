/**
 * Scenes for rows of the table of states that chance hardly ever comes to. There are no clients in them: a state is waited for, and
 * then something happens to a box that is in it.
 */
import type { FailoverCommand } from '../../../src/failover/index.ts';
import { endpointStateName } from '../../../src/failover/index.ts';
import type { BoxRun } from '../box/running-box.ts';
import type { DiskAtRestart, Fault } from '../schedule/schedule.ts';
import { apart, at } from './play.ts';
import type { Script } from './play.ts';
import type { World } from './scene.ts';

type Name = 'A' | 'B';
type Act = (world: World) => void;

/** What happens a moment after a box has come to a state, once; one thing after the other. */
interface Cue {
  readonly box: Name;
  readonly state: string;
  /** Besides. */
  readonly if?: (run: BoxRun, world: World) => boolean;
  readonly afterMs?: number;
  readonly act: Act;
}

const SECOND_MS = 1_000;
const MOMENT_MS = 100;
/** The boxes lose each other; then each is told that the other is down, and they meet again. */
const BOTH_ALONE: readonly Fault[] = [...apart(30, 20), { kind: 'partnerDown', box: 'A', atMs: 35_000 }, { kind: 'partnerDown', box: 'B', atMs: 36_000 }];
/** What they have to tell each other takes its time. */
const SLOW: Fault = { kind: 'slowManagement', atMs: 25_000, forMs: 150_000, delayMs: { low: 300, high: 300 } };
/** The one is down for longer than a heartbeat, and the other is told so: it recovers when it is back. */
const downAndDeclared = (down: Name, other: Name): readonly Fault[] => [crashAt(down, 40, 36_000, 'as it was'), { kind: 'partnerDown', box: other, atMs: 74_000 }];
/** Later than everything else: a box comes back with the copy of its disk that the scene made, and first is by itself for a while. */
const oldCopyAlone = (box: Name): readonly Fault[] => [...apart(260, 20), crashAt(box, 261, 1_000, 'old copy')];

function crashAt(box: Name, second: number, downMs: number, disk: DiskAtRestart): Fault {
  return { kind: 'crash', box, atMs: second * SECOND_MS, effects: 0, downMs, power: 'killed', disk, clock: 'keeps time' };
}

const restarts = (box: Name, disk: DiskAtRestart, downMs = 300): Act => (world) => {
  world.boxNamed(box).crash();
  world.queue.after(downMs, () => {
    world.boxNamed(box).start(disk);
  });
};
const copies = (box: Name): Act => (world) => {
  world.boxNamed(box).disk.copy();
};
const tells = (box: Name, command: FailoverCommand): Act => (world) => {
  world.boxNamed(box).failoverCommand('ab', command);
};
const parts = (forMs: number): Act => ({ partnerLinks, queue }) => {
  for (const [from, to] of [['A', 'B'], ['B', 'A']] as const) {
    partnerLinks.cut(from, to);
    queue.after(forMs, () => {
      partnerLinks.mend(from, to);
    });
  }
  partnerLinks.reset('A', 'B');
};
/** The secondary starts again; the primary does not dial until it has. */
const restartsUnheard: Act = (world) => {
  tells('A', 'pause')(world);
  restarts('B', 'as it was')(world);
};
const HEARD_STARTING: Cue = { box: 'B', state: 'STARTUP', afterMs: 0, act: tells('A', 'resume') };
const resets: Act = ({ partnerLinks }) => {
  partnerLinks.reset('A', 'B');
};

function scene(faults: readonly Fault[], cues: readonly Cue[]): Script {
  let next = 0;
  return {
    variant: 'pair, scarce',
    clients: [],
    faults: [SLOW, ...faults],
    healMs: 300_000,
    settleMs: 420_000,
    watch(run, world) {
      const cue = cues[next];
      const [view] = run.appliance.failover.relationships;
      if (cue === undefined || view === undefined || world.queue.nowMs < 30_000) return;
      if (run.box.plan.name !== cue.box || endpointStateName(view.state) !== cue.state || cue.if?.(run, world) === false) return;
      next++;
      world.queue.after(cue.afterMs ?? MOMENT_MS, () => {
        cue.act(world);
      });
    },
    happens() {
      next = 0;
    },
  };
}

/** The secondary is the last to come to POTENTIAL-CONFLICT. */
const IN_CONFLICT: Pick<Cue, 'box' | 'state'> = { box: 'B', state: 'POTENTIAL-CONFLICT' };

const isTogether = ({ appliance }: BoxRun): boolean => appliance.failover.relationships[0]?.communications === 'ok';
const isApart = (run: BoxRun): boolean => !isTogether(run);

/** In that state an operator says so by force, while the partner is not there. */
const FORCED: Readonly<Record<string, Script>> = {
  NORMAL: { ...scene([], []), happens: (world) => at(world, 40, () => tells('A', 'force-partner-down')(world)) },
  'COMMUNICATIONS-INTERRUPTED': { ...scene(apart(30, 30), []), happens: (world) => at(world, 40, () => tells('A', 'force-partner-down')(world)) },
  'POTENTIAL-CONFLICT': scene(BOTH_ALONE, [{ box: 'A', state: 'POTENTIAL-CONFLICT', act: tells('A', 'force-partner-down') }]),
  'RESOLUTION-INTERRUPTED': scene(BOTH_ALONE, [
    { ...IN_CONFLICT, act: parts(10_000) },
    { box: 'A', state: 'RESOLUTION-INTERRUPTED', act: tells('A', 'force-partner-down') },
  ]),
  'CONFLICT-DONE': scene(BOTH_ALONE, [
    { box: 'A', state: 'CONFLICT-DONE', act: parts(10_000) },
    { box: 'A', state: 'CONFLICT-DONE', if: isApart, act: tells('A', 'force-partner-down') },
  ]),
  RECOVER: scene([...apart(35, 30), crashAt('B', 40, 1_000, 'empty')], [{ box: 'B', state: 'RECOVER', act: tells('B', 'force-partner-down') }]),
  'RECOVER-WAIT': scene([crashAt('B', 40, 1_000, 'empty')], [
    { box: 'B', state: 'RECOVER-WAIT', act: parts(20_000) },
    { box: 'B', state: 'RECOVER-WAIT', if: isApart, act: tells('B', 'force-partner-down') },
  ]),
  'RECOVER-DONE': scene([crashAt('B', 40, 1_000, 'empty')], [
    { box: 'B', state: 'RECOVER-WAIT', act: parts(60_000) },
    { box: 'B', state: 'RECOVER-DONE', act: tells('B', 'force-partner-down') },
  ]),
};

/** A copy of the disk from that state is put back when the boxes have been in NORMAL since. */
const OLD: Readonly<Record<string, Script>> = {
  'COMMUNICATIONS-INTERRUPTED': scene([...apart(30, 20), ...oldCopyAlone('B')], [{ box: 'B', state: 'COMMUNICATIONS-INTERRUPTED', act: copies('B') }]),
  'PARTNER-DOWN': scene([...BOTH_ALONE, ...oldCopyAlone('B')], [{ box: 'B', state: 'PARTNER-DOWN', act: copies('B') }]),
  'RESOLUTION-INTERRUPTED': scene([...BOTH_ALONE, ...oldCopyAlone('B')], [
    { ...IN_CONFLICT, act: parts(10_000) },
    { box: 'B', state: 'RESOLUTION-INTERRUPTED', act: copies('B') },
  ]),
  'CONFLICT-DONE': scene([...BOTH_ALONE, ...oldCopyAlone('A')], [{ box: 'A', state: 'CONFLICT-DONE', act: copies('A') }]),
  RECOVER: scene([...downAndDeclared('B', 'A'), ...oldCopyAlone('B')], [{ box: 'B', state: 'RECOVER', act: copies('B') }]),
  // The second old copy comes while what the first one has on record of the wait is not over.
  'RECOVER-WAIT': scene([...apart(30, 20), ...apart(100, 10), crashAt('B', 101, 1_000, 'old copy'), ...apart(160, 15), crashAt('B', 161, 1_000, 'old copy')], [
    { box: 'B', state: 'COMMUNICATIONS-INTERRUPTED', act: copies('B') },
    { box: 'B', state: 'RECOVER-WAIT', act: copies('B') },
  ]),
  'RECOVER-DONE': scene([...downAndDeclared('B', 'A'), ...oldCopyAlone('B')], [
    { box: 'B', state: 'RECOVER-WAIT', act: parts(40_000) },
    { box: 'B', state: 'RECOVER-DONE', act: copies('B') },
  ]),
};

/** The secondary has settled the conflict, and the primary does not hear of it. */
const SETTLED_ON_ONE_SIDE: Cue = { box: 'B', state: 'NORMAL', if: (run, { boxNamed }) => isTogether(run) && boxNamed('A').run?.appliance.failover.relationships[0]?.state !== run.appliance.failover.relationships[0]?.state, afterMs: 0, act: parts(10_000) };
/** The primary, alone with an unsettled conflict, writes a sign of life; until that is durable it tells nothing. */
const WRITES: Pick<Cue, 'box' | 'state' | 'if'> = { box: 'A', state: 'RESOLUTION-INTERRUPTED', if: ({ hasCommitInFlight }, { queue }) => hasCommitInFlight && queue.nowMs > 100_000 };
const SLOW_DISK: Fault = { kind: 'slowDisk', box: 'A', atMs: 95_000, forMs: 100_000, commitMs: 1_900 };
/** The secondary has recovered and is alone, as its copy of that time has it; then it is told that the primary is down. */
const ALONE_BEHIND_RECOVERY: readonly Cue[] = [
  { box: 'B', state: 'RECOVER-WAIT', act: parts(40_000) },
  { box: 'B', state: 'RECOVER-DONE', act: copies('B') },
  { box: 'B', state: 'RECOVER-DONE', act: tells('B', 'force-partner-down') },
];

/** The secondary has recovered and is alone for a while; then the primary comes back without its disk, and asks it for everything. */
const RECOVERED_BOTH: readonly Cue[] = [
  { box: 'B', state: 'RECOVER-WAIT', act: parts(25_000) },
  { box: 'B', state: 'RECOVER-DONE', act: copies('B') },
  { box: 'B', state: 'RECOVER-DONE', act: restarts('A', 'empty') },
];

const MET: Readonly<Record<string, Script>> = {
  'CONFLICT-DONE that COMMUNICATIONS-INTERRUPTED hears': scene(BOTH_ALONE, [SETTLED_ON_ONE_SIDE]),
  'PARTNER-DOWN that CONFLICT-DONE hears': scene(BOTH_ALONE, [SETTLED_ON_ONE_SIDE, { box: 'B', state: 'COMMUNICATIONS-INTERRUPTED', act: tells('B', 'partner-down') }]),
  'a start that CONFLICT-DONE hears': scene(BOTH_ALONE, [{ ...SETTLED_ON_ONE_SIDE, act: restartsUnheard }, HEARD_STARTING]),
  'a start that RESOLUTION-INTERRUPTED hears, and no more': scene(BOTH_ALONE, [
    { ...IN_CONFLICT, act: restartsUnheard },
    HEARD_STARTING,
    { box: 'A', state: 'RESOLUTION-INTERRUPTED', if: isTogether, afterMs: 0, act: resets },
  ]),
  'RESOLUTION-INTERRUPTED that COMMUNICATIONS-INTERRUPTED hears': scene(BOTH_ALONE, [
    { box: 'B', state: 'COMMUNICATIONS-INTERRUPTED', act: copies('B') },
    { ...IN_CONFLICT, act: parts(4_000) },
    { box: 'B', state: 'RESOLUTION-INTERRUPTED', act: restarts('B', 'old copy') },
  ]),
  'RESOLUTION-INTERRUPTED that RECOVER hears': scene(BOTH_ALONE, [
    { ...IN_CONFLICT, act: parts(4_000) },
    { box: 'B', state: 'RESOLUTION-INTERRUPTED', act: restarts('B', 'empty') },
  ]),
  'CONFLICT-DONE that RECOVER hears': scene(BOTH_ALONE, [{ ...SETTLED_ON_ONE_SIDE, act: restarts('B', 'empty') }]),
  'POTENTIAL-CONFLICT that COMMUNICATIONS-INTERRUPTED hears': scene([...BOTH_ALONE, SLOW_DISK], [
    { box: 'B', state: 'COMMUNICATIONS-INTERRUPTED', act: copies('B') },
    { ...IN_CONFLICT, act: tells('A', 'pause') },
    { box: 'B', state: 'RESOLUTION-INTERRUPTED', act: restarts('B', 'old copy') },
    { ...WRITES, act: tells('A', 'resume') },
  ]),
  'POTENTIAL-CONFLICT that RECOVER hears': scene([...BOTH_ALONE, SLOW_DISK], [
    { ...IN_CONFLICT, act: tells('A', 'pause') },
    { box: 'B', state: 'RESOLUTION-INTERRUPTED', act: restarts('B', 'empty') },
    { ...WRITES, act: tells('A', 'resume') },
  ]),
  'POTENTIAL-CONFLICT that RECOVER-DONE hears': scene([...downAndDeclared('B', 'A'), { ...SLOW_DISK, atMs: 185_000 }], [
    ...ALONE_BEHIND_RECOVERY,
    { ...IN_CONFLICT, act: tells('A', 'pause') },
    { box: 'B', state: 'RESOLUTION-INTERRUPTED', act: restarts('B', 'old copy') },
    { ...WRITES, if: ({ hasCommitInFlight }, { queue }) => hasCommitInFlight && queue.nowMs > 190_000, act: tells('A', 'resume') },
  ]),
  'RESOLUTION-INTERRUPTED that RECOVER-DONE hears': scene(downAndDeclared('B', 'A'), [
    ...ALONE_BEHIND_RECOVERY,
    { ...IN_CONFLICT, act: parts(4_000) },
    { box: 'B', state: 'RESOLUTION-INTERRUPTED', act: restarts('B', 'old copy') },
  ]),
  'CONFLICT-DONE that RECOVER-DONE hears': scene(downAndDeclared('B', 'A'), [...ALONE_BEHIND_RECOVERY, { ...SETTLED_ON_ONE_SIDE, act: restarts('B', 'old copy') }]),
  'RECOVER-DONE that RECOVER without leases hears': scene(downAndDeclared('B', 'A'), [
    { box: 'B', state: 'RECOVER-WAIT', act: parts(40_000) },
    { box: 'B', state: 'RECOVER-DONE', act: restarts('A', 'empty') },
  ]),
  'RECOVER-DONE that RECOVER-DONE hears': scene(downAndDeclared('B', 'A'), [
    ...RECOVERED_BOTH,
    { box: 'A', state: 'RECOVER-WAIT', act: parts(60_000) },
    { box: 'A', state: 'RECOVER-DONE', act: restarts('B', 'old copy') },
  ]),
  'RECOVER-WAIT that RECOVER-DONE hears': scene(downAndDeclared('B', 'A'), [...RECOVERED_BOTH, { box: 'A', state: 'RECOVER-WAIT', act: restarts('B', 'old copy') }]),
  'RECOVER-WAIT that RECOVER without leases hears': scene(downAndDeclared('A', 'B'), [{ box: 'A', state: 'RECOVER-WAIT', act: restarts('B', 'empty') }]),
  'a start in PARTNER-DOWN that a box hears that was down': scene(downAndDeclared('A', 'B'), [{ box: 'A', state: 'STARTUP', if: (_, { queue }) => queue.nowMs > 60_000, afterMs: 0, act: restarts('B', 'as it was', 50) }]),
  'RECOVER-DONE that loses its partner': scene(downAndDeclared('B', 'A'), [{ box: 'B', state: 'RECOVER-DONE', if: isTogether, afterMs: 0, act: resets }]),
  'PARTNER-DOWN out of RESOLUTION-INTERRUPTED': scene(BOTH_ALONE, [
    { ...IN_CONFLICT, act: parts(10_000) },
    { box: 'A', state: 'RESOLUTION-INTERRUPTED', act: tells('A', 'partner-down') },
  ]),
  'a start that RECOVER-DONE hears': scene(downAndDeclared('A', 'B'), [
    { box: 'A', state: 'RECOVER-WAIT', act: tells('A', 'pause') },
    { box: 'A', state: 'RECOVER-DONE', act: restarts('B', 'as it was') },
    { box: 'B', state: 'STARTUP', afterMs: 0, act: tells('A', 'resume') },
  ]),
  'a start in PARTNER-DOWN that another start hears': scene([...apart(30, 20), { kind: 'partnerDown', box: 'B', atMs: 40_000 }, crashAt('A', 49, 1_500, 'as it was'), crashAt('B', 49, 1_500, 'as it was')], []),
};

export const RARE_ROWS: Readonly<Record<string, Script>> = {
  ...Object.fromEntries(Object.entries(FORCED).map(([state, script]) => [`by force out of ${state}`, script])),
  ...Object.fromEntries(Object.entries(OLD).map(([state, script]) => [`an old database, found out in ${state}`, script])),
  ...MET,
};
