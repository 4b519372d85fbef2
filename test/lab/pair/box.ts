// One box of the lab: its power, its disk, its clock, and the server on it.

import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Namespace } from '../network/namespace.ts';
import { startProgram, type Program } from '../process/program.ts';
import { fillDisk } from '../store/small-disk.ts';
import type { Cables } from './cables.ts';
import type { Cable, PairLab } from './lab.ts';
import type { BoxName } from './place.ts';
import type { BoxPlan, Lifetimes, Subject } from './subjects/subject.ts';
import { makeSystemClock, type SystemClock } from './system-clock.ts';

/**
 * Whose word counts on the boxes for what time it is: that of the system's clock; that of NTP, which is reached at first; that of NTP,
 * which is not, so that their systems show 1970.
 */
export type StageClocks = 'believed' | 'kept by NTP' | 'at 1970';

export interface Box {
  readonly name: BoxName;
  plan(): BoxPlan;
  /** Resolves when the server says that it serves. */
  start(): Promise<void>;
  /** SIGTERM, and waits for its end. */
  stop(): Promise<void>;
  /** The server does nothing any more, though its process is there and its host answers; until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** kill -9 of the server; the kernel lives and closes its connections. */
  kill(): Promise<void>;
  /** Kernel and server are gone at once: nobody hears a last word. */
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
  /** While the server is stopped: as if the box had been without power since. */
  forgetsBoot(): void;
  /** Only for boxes whose clocks are the scenario's: on others nobody looks at it. */
  readonly clock: SystemClock;
  /** While the server is stopped. */
  wipeDisk(): void;
  /** Keeps a copy of the disk as it is, while the server is stopped; gives what puts it back. */
  copyDisk(): () => void;
  /** Takes all room; gives what frees it. */
  fillDisk(): () => void;
  /** The configuration that the next start takes. */
  newEdition(): void;
  /** How the server ended by itself, if it did. */
  readonly died: string | undefined;
}

const startsWithinMs = 30_000;

export interface BoxParts {
  readonly lab: PairLab;
  readonly cables: Cables;
  readonly subject: Subject;
  readonly lifetimes: Lifetimes;
  readonly name: BoxName;
  readonly namespace: Namespace;
  readonly clocks?: StageClocks | undefined;
  /** Where its disk is mounted. */
  readonly disk: string;
  /** Where files are that all boxes read. */
  readonly shared: string;
  readonly isRouter: boolean;
}

const cablesOfBox = (name: BoxName, second: boolean): readonly Cable[] =>
  name === 'west' && second ? ['lan', 'transit', 'management', 'annex'] : ['lan', 'transit', 'management'];

export function makeBox({ lab, cables, subject, lifetimes, name, namespace, clocks, disk, shared, isRouter }: BoxParts): Box {
  const boxes = Object.keys(lab.boxes) as BoxName[];
  const store = join(disk, 'store');
  const runtime = join(lab.directory, `${name}-run`);
  mkdirSync(store);
  let program: Program | undefined;
  const clock = makeSystemClock(join(lab.directory, `${name}-clock`));
  if (clocks === 'at 1970') clock.losesTime();
  let edition = 1;
  let died: string | undefined;
  let copies = 0;

  const plan = (): BoxPlan => ({ name, boxes, disk: store, runtime, shared, lifetimes, isRouter, edition, clock: clocks === undefined || clocks === 'believed' ? 'system' : 'ntp' });

  async function start(): Promise<void> {
    const { command, environment } = subject.prepare(plan());
    const settings = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
    const whole = ['env', ...settings, ...command];
    const timed = clocks === undefined ? whole : await clock.under(whole);
    const started = startProgram(`${subject.name} on ${name}`, namespace.inside(timed), join(lab.directory, `${name}.log`));
    program = started;
    void started.gone.then((how) => {
      if (program === started) died = how;
    });
    await started.log.next({
      what: `${name} to serve`,
      withinMs: startsWithinMs,
      match: (line) => (subject.serving.test(line) ? true : undefined),
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = program;
    program = undefined;
    await ending?.end(signal);
  }

  const all = cablesOfBox(name, boxes.includes('north'));
  return {
    name,
    plan,
    start,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze() {
      program?.signal('SIGSTOP');
    },
    thaw() {
      program?.signal('SIGCONT');
    },
    async powerOff() {
      await Promise.all(all.map((cable) => cables.cut(name, cable, 'pulled')));
      await end('SIGKILL');
      subject.losesPower(plan());
    },
    forgetsBoot: () => subject.losesPower(plan()),
    async powerOn() {
      await Promise.all(all.map((cable) => cables.mend(name, cable)));
      await start();
    },
    clock,
    wipeDisk() {
      for (const entry of readdirSync(store)) rmSync(join(store, entry), { recursive: true });
    },
    copyDisk() {
      copies += 1;
      const copy = join(lab.directory, `${name}-copy-${copies}`);
      cpSync(store, copy, { recursive: true, preserveTimestamps: true });
      return () => {
        this.wipeDisk();
        cpSync(copy, store, { recursive: true, preserveTimestamps: true });
      };
    },
    fillDisk: () => fillDisk(disk),
    newEdition() {
      edition += 1;
    },
    get died() {
      return died;
    },
  };
}
