/** Two boxes that commit together, without sockets: what they say is carried by hand, and either dies at any step of its disk or its words. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import fs from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { withChanges } from '../../../src/config/index.ts';
import { openSharedCommit, settleSharedCommitAtStart } from '../../../src/shared-commit/index.ts';
import type { SharedCommit, SharedCommitWorld } from '../../../src/shared-commit/index.ts';
import { CommitSaying } from '../../../src/wire/index.ts';
import type { SharedCommitMessage } from '../../../src/wire/index.ts';

export type BoxName = 'east' | 'west';

export interface Step {
  readonly box: BoxName;
  /** Its so-and-so-many-th step. */
  readonly number: number;
  /** Whether what the step does still happens. */
  readonly when: 'before' | 'after';
}

export interface Box {
  readonly name: BoxName;
  readonly directory: string;
  readonly file: string;
  readonly log: string[];
  readonly uses: string[];
  machine: SharedCommit;
  isDead: boolean;
  /** How often it was switched on. */
  lives: number;
  /** Resolves when this life ends: a machine whose disk never answers does not settle. */
  death: Promise<undefined>;
  /** What its disk is doing: it comes to an end, whoever dies meanwhile. */
  disk: Promise<void>;
  die: () => void;
  steps: number;
  /** Why it would refuse a change. */
  refusal: string | undefined;
}

export interface TwoBoxes {
  readonly east: Box;
  readonly west: Box;
  /** What was said, in words: "east PREPARE 1/1". */
  readonly said: string[];
  connect(): void;
  cut(): void;
  /** Carries what is said until nobody says anything. */
  run(): Promise<void>;
  /** The box is switched on again. */
  revive(box: Box): Promise<void>;
  close(): void;
}

const NAMES = Object.fromEntries(Object.entries(CommitSaying).map(([name, code]) => [code, name]));

/** @param dies at which step one of them dies; `loses`: at which message, of both counted, the cable is cut */
export async function openTwoBoxes(directory: string, content: string, dies?: Step, loses?: number): Promise<TwoBoxes> {
  const wire: { readonly to: Box; readonly message: SharedCommitMessage }[] = [];
  const said: string[] = [];
  let isConnected = false;
  let ids = 0;
  let messages = 0;
  /** Whose work goes on: what a box began before its death must not go on after it. */
  const living = new AsyncLocalStorage<{ readonly box: Box; readonly life: number }>();
  const isOver = (): boolean => {
    const whose = living.getStore();
    return whose !== undefined && (whose.box.isDead || whose.box.lives !== whose.life);
  };

  /** @returns whether what the step does still happens */
  const step = (box: Box): boolean => {
    box.steps++;
    if (box.isDead) return false;
    if (dies?.box !== box.name || dies.number !== box.steps) return true;
    box.isDead = true;
    box.die();
    return dies.when === 'after';
  };
  const machineOf = async (box: Box): Promise<SharedCommit> => {
    const life = ++box.lives;
    const death = Promise.withResolvers<undefined>();
    box.death = death.promise;
    box.die = () => death.resolve(undefined);
    const asBox = <T>(act: () => T): T => living.run({ box, life }, act);
    const machine = await asBox(async () => await openSharedCommit(worldOf(box, life)));
    return {
      ...machine,
      get state() {
        return machine.state;
      },
      heard: (relationship, what) => asBox(() => machine.heard(relationship, what)),
      begin: async (change) => await asBox(async () => await machine.begin(change)),
    };
  };
  const worldOf = (box: Box, life: number): SharedCommitWorld => ({
    stateDirectory: join(box.directory, 'state'),
    file: box.file,
    newId: () => (++ids).toString(16).padStart(16, '0'),
    date: () => new Date(0),
    say(relationship, message) {
      assert.equal(relationship, 'east-west');
      if (box.lives !== life || box.isDead || !step(box) || !isConnected) return;
      said.push(`${box.name} ${NAMES[message.saying] ?? '?'} ${String(message.part)}/${String(message.parts)}`);
      if (++messages === loses) cut();
      else wire.push({ to: box === east ? west : east, message });
    },
    async tryChange(relationship, { changes }) {
      if (box.refusal !== undefined) return { refusal: box.refusal };
      const next = withChanges(await readFile(box.file, 'utf8'), changes, { relationship, boxes: ['east', 'west'] });
      return next === undefined ? { refusal: 'not shared' } : { next };
    },
    async use() {
      box.uses.push(await readFile(box.file, 'utf8'));
    },
    log: (_, text) => void box.log.push(text),
    tell: () => undefined,
    partnerName: () => (box === east ? 'west' : 'east'),
    after: () => new Promise(() => undefined),
  });
  const newBox = async (name: BoxName): Promise<Box> => {
    const own = join(directory, name);
    await mkdir(join(own, 'state'), { recursive: true });
    const file = join(own, 'twinlease.yaml');
    await writeFile(file, content);
    const box: Box = { name, directory: own, file, log: [], uses: [], machine: NO_MACHINE, isDead: false, lives: 0, death: NEVER, disk: Promise.resolve(), die: () => undefined, steps: 0, refusal: undefined };
    box.machine = await machineOf(box);
    return box;
  };
  const cut = (): void => {
    isConnected = false;
    wire.length = 0;
    for (const { machine, isDead } of [east, west]) if (!isDead) machine.heard('east-west', 'gone');
  };
  const run = async (): Promise<void> => {
    for (let quiet = 0; quiet < 6; ) {
      const next = wire.shift();
      if (next !== undefined && !next.to.isDead) next.to.machine.heard('east-west', next.message);
      for (const { isDead, machine, death } of [east, west]) if (!isDead) await Promise.race([machine.settled(), death]);
      await breathe();
      quiet = next === undefined ? quiet + 1 : 0;
    }
  };
  const east = await newBox('east');
  const west = await newBox('west');
  const disk = fs.promises;
  const { rename, rm, open } = disk;
  const counted =
    <Words extends readonly [string, ...unknown[]]>(act: (...words: Words) => Promise<void>) =>
    async (...words: Words): Promise<void> => {
      const box = living.getStore()?.box;
      if (isOver() || (box !== undefined && !step(box))) await NEVER;
      const done = act(...words);
      if (box !== undefined) box.disk = done;
      await done;
      if (isOver()) await NEVER;
    };
  disk.rename = counted(rename as (from: string, to: string) => Promise<void>) as typeof rename;
  disk.rm = counted(rm as (path: string, options?: unknown) => Promise<void>) as typeof rm;
  disk.open = (async (...words: Parameters<typeof open>) => (isOver() ? await NEVER : await open(...words)));
  syncBuiltinESMExports();

  return {
    east,
    west,
    said,
    connect() {
      isConnected = true;
      for (const { machine, isDead } of [east, west]) if (!isDead) machine.heard('east-west', 'there');
    },
    cut,
    run,
    async revive(box) {
      await box.disk;
      box.isDead = false;
      box.steps = -10_000;
      const life = ++box.lives;
      await living.run({ box, life }, async () => await settleSharedCommitAtStart(join(box.directory, 'state')));
      box.machine = await machineOf(box);
    },
    close() {
      Object.assign(disk, { rename, rm, open });
      syncBuiltinESMExports();
    },
  };
}

const NEVER = new Promise<never>(() => undefined);
const NO_MACHINE = {} as SharedCommit;
