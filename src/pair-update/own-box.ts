/** What one box does of an update of both, for itself or because its partner, which sees to it, asks for that. */
import { askRoot, askSlots, readUpdate } from '../firmware/index.ts';
import type { Slot } from '../firmware/index.ts';
import { reasonOf } from '../reason.ts';
import type { Json } from './talk.ts';
import { roomIn } from './received-file.ts';
import { updateFileOf } from './record.ts';

export interface RelationshipLook {
  readonly name: string;
  /** Of the two, this box is the primary. */
  readonly isPrimary: boolean;
  readonly partner: string;
  /** In the words of RFC 8156 section 8. */
  readonly state: string;
  readonly isConnected: boolean;
  /** Updates that the partner was not told of, or has not acknowledged. */
  readonly unacked: number;
}

/** The two work, and agree. */
export function isInStep({ state, isConnected }: RelationshipLook): boolean {
  return state === 'NORMAL' && isConnected;
}

/** A box as it is at this moment. */
export interface BoxLook {
  readonly name: string;
  /** Of its program. */
  readonly version: string;
  readonly slots: readonly Slot[];
  /** Octets free where an update is kept. */
  readonly room: number;
  readonly relationships: readonly RelationshipLook[];
  /** It was to restart, and could not. */
  readonly failure: string | undefined;
}

export interface OwnBoxWorld {
  readonly stateDirectory: string;
  readonly name: string;
  readonly version: string;
  /** The folder in which root is asked. */
  readonly privileged: string;
  relationships(): readonly RelationshipLook[];
  /** @returns why it was refused */
  command(relationship: string, action: 'handover' | 'resume'): Promise<string | undefined>;
  after(ms: number): Promise<void>;
  readonly monotonicMs: () => number;
  readonly log: (severity: 'info' | 'warning' | 'error', text: string) => void;
}

/** A moment without updates under way comes, also where many clients are served, and a connection that ended comes back. */
export const REST_MS = 15_000;
const REST_LOOK_MS = 100;
/** Hosts are told that this box is no router any more, and clients get used to the other one. */
const HANDOVER_MS = 3_000;

export class OwnBox {
  readonly #world: OwnBoxWorld;
  #failure: string | undefined;
  #writing: Promise<string> | undefined;
  #isRestarting = false;
  readonly #listeners = new Set<(text: string) => void>();

  constructor(world: OwnBoxWorld) {
    this.#world = world;
  }

  /**
   * Rejects where this box was not started from a firmware image.
   * @param when `at-rest`: in a moment in which the two are in step, without updates of leases under way. Where many clients are served they are under way all
   *   the time, and on a slow box with much to do the connection may have ended just now: what counts is that there is such a moment; where none comes
   *   soon, as it is then
   */
  async look(when: 'now' | 'at-rest' = 'now'): Promise<BoxLook> {
    const { name, version, stateDirectory } = this.#world;
    // While root writes an update it does nothing else.
    await this.#writing?.catch(() => undefined);
    const slots = await askSlots(this.#world.privileged);
    const room = await roomIn(stateDirectory);
    // Behind all that takes time: the moment does not last.
    const relationships = when === 'at-rest' ? await this.#relationshipsAtRest() : this.#world.relationships();
    return { name, version, slots, room, relationships, failure: this.#failure };
  }

  async #relationshipsAtRest(): Promise<readonly RelationshipLook[]> {
    const deadline = this.#world.monotonicMs() + REST_MS;
    for (;;) {
      const relationships = this.#world.relationships();
      if (relationships.every((each) => isInStep(each) && each.unacked === 0) || this.#world.monotonicMs() >= deadline) return relationships;
      await this.#world.after(REST_LOOK_MS);
    }
  }

  /** Whether the file is an update for this box. @returns its version; rejects with why it is none */
  async check(file: string = updateFileOf(this.#world.stateDirectory)): Promise<string> {
    return await readUpdate(this.#world.privileged, file);
  }

  /** Writes the update that is kept here into the slot that does not run; once, however often it is asked for meanwhile. @returns the slot */
  async write(onProgress: (text: string) => void): Promise<string> {
    this.#listeners.add(onProgress);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    try {
      return await this.#writing;
    } finally {
      this.#listeners.delete(onProgress);
    }
  }

  async #write(): Promise<string> {
    const { privileged, stateDirectory } = this.#world;
    this.#failure = undefined;
    await askRoot(privileged, 'install', updateFileOf(stateDirectory), (line) => {
      const percent = /^ *(\d+)% /.exec(line)?.[1];
      if (percent !== undefined) for (const listener of this.#listeners) listener(`${percent}%`);
    });
    const slot = (await askSlots(privileged)).find(({ isNext }) => isNext);
    if (slot === undefined || slot.isRunning) throw new Error('it was written, but the boot loader does not take it');
    return slot.name;
  }

  /** Gives the clients to the partner, then restarts the box. Resolves where that could not be; the clients are served again then. */
  async restart(): Promise<string> {
    if (this.#isRestarting) return 'it is about to restart already';
    this.#isRestarting = true;
    this.#failure = undefined;
    const names = this.#world.relationships().map(({ name }) => name);
    const handed: string[] = [];
    try {
      for (const name of names) {
        const refusal = await this.#world.command(name, 'handover');
        if (refusal !== undefined) throw new Error(`the clients can't be handed over: ${refusal}`);
        handed.push(name);
      }
      await this.#world.after(HANDOVER_MS);
      this.#world.log('info', 'this box restarts into the slot with the new version');
      await askRoot(this.#world.privileged, 'restart');
      // What is left of this process; a box that is still there after that was not restarted.
      await this.#world.after(RESTART_MS);
      throw new Error('it was told to restart, and did not');
    } catch (error) {
      this.#failure = reasonOf(error);
      this.#world.log('error', `this box could not be restarted for its update: ${this.#failure}`);
      for (const name of handed) await this.#world.command(name, 'resume');
    } finally {
      this.#isRestarting = false;
    }
    return this.#failure;
  }
}

/** All ends in order within half of this. */
const RESTART_MS = 60_000;

/** @returns undefined where what the partner says is none */
export function parseLook(json: Json): BoxLook | undefined {
  const { name, version, slots, room, relationships, failure } = json;
  if (typeof name !== 'string' || typeof version !== 'string' || typeof room !== 'number') return undefined;
  if (!Array.isArray(slots) || !Array.isArray(relationships)) return undefined;
  if (failure !== undefined && typeof failure !== 'string') return undefined;
  // Of another box of this kind: the types of its parts are those of this version or of a later one, which adds to them.
  return { name, version, room, failure, slots: slots as readonly Slot[], relationships: relationships as readonly RelationshipLook[] };
}
