/** A box: its clocks, its disk, its power, and one run of the program at a time. */
import type { Address, Duid } from '../../../src/wire/index.ts';
import type { BoxPlan, DiskAtRestart } from '../schedule/schedule.ts';
import { createBoxClock } from '../world/clock.ts';
import { leaseName } from '../world/lease-key.ts';
import { createDisk } from './disk.ts';
import { createRun } from './run.ts';
import type { Box, BoxRun, CommitFailure } from './running-box.ts';
import type { BoxSurroundings } from './surroundings.ts';

export function createBox(plan: BoxPlan, surroundings: BoxSurroundings): Box {
  const { queue, random, trace } = surroundings;
  const clock = createBoxClock(plan.driftPpm, plan.clockErrorMs);
  const disk = createDisk();
  let stepsBefore = 0;
  let failure: CommitFailure | undefined;
  let commitTime = plan.commitMs;
  let effectsUntilCrash = Infinity;
  let crashing: { readonly how: 'killed' | 'without power'; readonly crashed: () => void } | undefined;
  let commands = 0;

  const prepareDisk = (diskAtRestart: DiskAtRestart): void => {
    if (diskAtRestart === 'empty') disk.empty();
    else if (diskAtRestart === 'old copy') disk.putBackCopy();
    else if (diskAtRestart === 'unreadable record') {
      const records = [...disk.durable.values()];
      const record = records[random.below(Math.max(1, records.length))];
      if (record === undefined) return;
      if (trace.isOn) trace.note(plan.name, `can't read its record of ${leaseName(record)}`);
      disk.damage(record);
    }
  };

  const crash = (): void => {
    const ended = box.run;
    const crashed = crashing;
    if (ended === undefined) return;
    box.run = undefined;
    stepsBefore += ended.steps;
    effectsUntilCrash = Infinity;
    crashing = undefined;
    if (trace.isOn) trace.note(plan.name, `crashes${crashed?.how === 'without power' ? ', its power is off' : ''}`);
    surroundings.partnerLinks().runEnded(ended, crashed?.how ?? 'killed');
    crashed?.crashed();
  };

  const whenAwake = (happen: (awake: BoxRun) => void): void => {
    const asked = box.run;
    asked?.whenAwake(() => {
      happen(asked);
    });
  };

  const box: { -readonly [Field in keyof Box]: Box[Field] } = {
    plan,
    serverId: serverIdOf(plan.name),
    address: managementAddressOf(plan.name),
    clock,
    disk,
    configuration: surroundings.configuration,
    file: 'first',
    fileSinceMs: -Infinity,
    run: undefined,
    stepsDone: () => stepsBefore + (box.run?.steps ?? 0),
    stalledUntilMs: 0,
    start(diskAtRestart) {
      prepareDisk(diskAtRestart);
      disk.beginGeneration(Uint8Array.from({ length: 8 }, () => random.below(256)));
      box.stalledUntilMs = queue.nowMs;
      if (trace.isOn) trace.note(plan.name, `starts, disk ${diskAtRestart}, ${String(disk.durable.size)} leases`);
      const started = createRun(box, surroundings);
      box.run = started;
      surroundings.starts(started);
      surroundings.partnerLinks().runStarted(started);
      started.begin();
    },
    crash,
    crashAtEffect(effects, how, crashed) {
      effectsUntilCrash = effects;
      crashing = { how, crashed };
    },
    countEffect() {
      if (--effectsUntilCrash >= 0) return 'go on';
      crash();
      return 'crash';
    },
    commitFate(bindings) {
      // Behind a commit that failed the store can't say what is in the place of an unreadable record, and wants to be started anew.
      const isReadable = !disk.lacks(bindings);
      const fails = failure !== undefined && random.chance(failure.permille) && isReadable;
      const isWritten = failure === undefined || !fails || random.chance(failure.writtenPermille);
      const durationMs = random.between(commitTime.low, commitTime.high);
      const writtenAfterMs = random.between(0, durationMs);
      return { durationMs, fails, writtenAfterMs: isWritten ? writtenAfterMs : undefined };
    },
    leaseCommand(command) {
      const id = ++commands;
      whenAwake((awake) => {
        awake.dispatch({ kind: 'leaseCommand', id, command });
      });
    },
    reload(file) {
      if (file !== box.file) box.fileSinceMs = queue.nowMs;
      box.file = file;
      box.configuration = file === 'first' ? surroundings.configuration : surroundings.other;
      if (trace.isOn) trace.note(plan.name, `reads its ${file} file`);
      whenAwake((awake) => {
        awake.dispatch({ kind: 'configured', configuration: box.configuration.server, relationships: box.configuration.relationships, dns: box.configuration.dns });
      });
    },
    failoverCommand(relationship, command) {
      const id = ++commands;
      if (trace.isOn) trace.note(plan.name, `is told: failover ${command} ${relationship}`);
      whenAwake((awake) => {
        awake.handle({ kind: 'command', id, relationship, command });
      });
    },
    clockCommand(time) {
      const id = ++commands;
      if (trace.isOn) trace.note(plan.name, `is told that it is ${String(time)}`);
      whenAwake((awake) => {
        awake.dispatch({ kind: 'clockCommand', id, time });
      });
    },
    acceptStorage() {
      whenAwake((awake) => {
        disk.acceptLoss();
        awake.dispatch({ kind: 'storageAccepted' });
      });
    },
    stallFor(ms) {
      box.stalledUntilMs = Math.max(box.stalledUntilMs, queue.nowMs + ms);
    },
    lookAtClock() {
      whenAwake((awake) => {
        awake.dispatch({ kind: 'timer' });
      });
    },
    failCommits(next) {
      failure = next;
    },
    setCommitTime(range) {
      commitTime = range ?? plan.commitMs;
    },
  };
  return box;
}

/** DUID-UUID (RFC 9915 section 11.5). */
function serverIdOf(name: string): Duid {
  const duid = new Uint8Array(18) as Duid;
  duid[1] = 4;
  duid.fill(name.charCodeAt(0), 2);
  return duid;
}

/** As the provisioning file has it: fd00::a, fd00::b... */
function managementAddressOf(name: string): Address {
  const address = new Uint8Array(16) as Address;
  address[0] = 0xfd;
  address[15] = 0x0a + name.charCodeAt(0) - 'A'.charCodeAt(0);
  return address;
}
