// Two boxes that can be updated, with a connection between them that can be cut; what they wait for takes a hundredth of its time.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPairUpdate } from '../../../src/pair-update/index.ts';
import type { PairUpdate, RelationshipLook } from '../../../src/pair-update/index.ts';
import type { PairUpdateReport } from '../../../src/control/index.ts';
import type { PairUpdateMessage } from '../../../src/wire/index.ts';
import { UpdateSaying } from '../../../src/wire/index.ts';
import { ApplianceRoot, updateOf } from '../firmware/appliance-root.ts';

export type Name = 'east' | 'west';

const RELATIONSHIP = 'east-west';
const other = (name: Name): Name => (name === 'east' ? 'west' : 'east');

export class TestBox {
  readonly name: Name;
  readonly directory: string;
  readonly root: ApplianceRoot;
  readonly log: string[] = [];
  readonly commands: string[] = [];
  state = 'NORMAL';
  /** Of the moment at which it is asked for. */
  unacked: () => number = () => 0;
  /** Undefined while it is off. */
  update: PairUpdate | undefined;
  /** After a restart: which slot it comes up with, and whether it is found good then. */
  comesBack: 'well' | 'old' | 'never' | 'unconfirmed' = 'well';

  constructor(directory: string, name: Name) {
    this.name = name;
    this.directory = join(directory, name);
    mkdirSync(this.directory);
    this.root = new ApplianceRoot(join(directory, `${name}-root`), '0.1.0');
  }
}

export class TwoBoxes {
  readonly east: TestBox;
  readonly west: TestBox;
  /** Parts of the file that were sent. */
  parts = 0;
  /** Called with each part that is sent. */
  onPart: (parts: number) => void = () => undefined;
  /** After so many parts the connection is cut, once. */
  cutAfter = Infinity;
  isConnected = false;
  readonly #scale: number;
  #isClosed = false;

  /** @param scale what each wait is divided by */
  constructor(directory: string, scale = 100) {
    this.#scale = scale;
    this.east = new TestBox(directory, 'east');
    this.west = new TestBox(directory, 'west');
    for (const box of [this.east, this.west]) {
      box.root.onRestart = () => {
        void this.#restart(box);
      };
    }
  }

  box(name: Name): TestBox {
    return name === 'east' ? this.east : this.west;
  }

  async start(): Promise<void> {
    await this.boot(this.east);
    await this.boot(this.west);
    this.connect();
  }

  /** Its daemon starts; the two are not connected by that. */
  async boot(box: TestBox): Promise<void> {
    const { name, directory, root, log, commands } = box;
    const scaled = (ms: number): number => ms / this.#scale;
    box.update = await openPairUpdate({
      stateDirectory: directory,
      name,
      version: root.version,
      privileged: root.room,
      relationships: () => [this.#look(box)],
      partnerVersion: () => this.box(other(name)).root.version,
      command: async (_, action) => {
        commands.push(action);
        if (action === 'handover') this.cut();
        else this.connect();
        await Promise.resolve();
        return undefined;
      },
      say: (_, message) => {
        this.#carry(box, message);
      },
      newId: () => randomBytes(8).toString('hex'),
      date: () => new Date('2026-11-29T12:00:00Z'),
      monotonicMs: () => performance.now() * this.#scale,
      log: (severity, text) => log.push(`${severity} ${text}`),
      async after(ms) {
        await new Promise<void>((resolve) => setTimeout(resolve, scaled(ms)));
      },
      later(ms, act) {
        // An answer still has its time where minutes are passed over.
        const timer = setTimeout(act, ms < 300_000 ? ms / 100 : scaled(ms)).unref();
        return () => clearTimeout(timer);
      },
    });
  }

  connect(): void {
    if (this.isConnected || this.east.update === undefined || this.west.update === undefined) return;
    this.isConnected = true;
    for (const { update } of [this.east, this.west]) update?.heard(RELATIONSHIP, 'there');
  }

  cut(): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    for (const { update } of [this.east, this.west]) update?.heard(RELATIONSHIP, 'gone');
  }

  /** The file lies where the console puts it. */
  giveFile(box: TestBox, version = '0.2.0', octets = 100_000): void {
    mkdirSync(join(box.directory, 'pair-update'), { recursive: true });
    writeFileSync(join(box.directory, 'pair-update', 'update.raucb'), updateOf(version, octets));
  }

  /** @returns how it ended, by the box that sees to it */
  async end(box: TestBox = this.east): Promise<PairUpdateReport> {
    await this.until(() => ['done', 'stopped'].includes(box.update?.report()?.stage ?? ''));
    return box.update?.report() ?? assert.fail('it was there just now');
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      assert.ok(!this.#isClosed, 'the test is over');
      await new Promise<void>((resolve) => setTimeout(resolve, 5));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.cut();
    for (const { root, update } of [this.east, this.west]) {
      root.end();
      await update?.settled();
    }
  }

  #look({ name, state, unacked }: TestBox): RelationshipLook {
    return { name: RELATIONSHIP, isPrimary: name === 'east', partner: other(name), state: this.isConnected ? state : 'COMMUNICATIONS-INTERRUPTED', isConnected: this.isConnected, unacked: unacked() };
  }

  #carry(from: TestBox, message: PairUpdateMessage): void {
    if (!this.isConnected) return;
    if (message.saying === UpdateSaying.PART) this.onPart(++this.parts);
    if (this.parts === this.cutAfter) {
      this.cutAfter = Infinity;
      this.cut();
      setTimeout(() => this.connect(), 20);
      return;
    }
    setImmediate(() => {
      if (this.isConnected) this.box(other(from.name)).update?.heard(RELATIONSHIP, message);
    });
  }

  async #restart(box: TestBox): Promise<void> {
    this.cut();
    box.update = undefined;
    if (box.comesBack === 'never') return;
    box.root.restarted(box.comesBack === 'old' ? 'a' : box.root.next);
    await this.boot(box);
    this.connect();
    if (box.comesBack === 'well') setTimeout(() => box.root.keep(), 30);
  }
}
