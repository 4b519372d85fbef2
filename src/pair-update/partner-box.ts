/** The other box, as it is asked to do its part of an update of both. */
import { open } from 'node:fs/promises';
import { forgetBehind } from '../memory/index.ts';
import { parseLook } from './own-box.ts';
import type { BoxLook } from './own-box.ts';
import { recordJson, updateFileOf } from './record.ts';
import type { PairUpdateRecord } from './record.ts';
import { LostPartner, PART_LENGTH } from './talk.ts';
import type { Talk } from './talk.ts';

/** Flash of the slowest kind, and an update that was never compressed: between two words of how far it is. */
const WRITE_MS = 300_000;
/** The two meet anew within a few seconds; a box that starts its daemon anew takes longer. */
export const RECONNECT_MS = 120_000;

export interface PartnerBoxWorld {
  readonly stateDirectory: string;
  /** Resolves when the two are connected; rejects where they are not within that time. */
  untilThere(withinMs: number): Promise<void>;
}

export class PartnerBox {
  readonly #talk: Talk;
  readonly #world: PartnerBoxWorld;

  constructor(talk: Talk, world: PartnerBoxWorld) {
    this.#talk = talk;
    this.#world = world;
  }

  /**
   * @param when as of the own box; a partner of an earlier version looks at once
   * @param backWithinMs a partner that is not there is waited for that long
   */
  async look(when: 'now' | 'at-rest' = 'now', backWithinMs = 0): Promise<BoxLook> {
    const look = parseLook(await this.#again(async () => await this.#talk.ask({ do: 'look', when }), backWithinMs));
    if (look === undefined) throw new Error('what it says of itself can\'t be read: it runs another version of this program');
    return look;
  }

  /** Sends the file that is kept here; goes on where a connection ended that comes back. What `onProgress` throws ends it. */
  async send({ id, sha256, size }: PairUpdateRecord, onProgress: (text: string) => void): Promise<void> {
    await using file = await open(updateFileOf(this.#world.stateDirectory), 'r');
    const wasRead = forgetBehind(file);
    const part = new Uint8Array(PART_LENGTH);
    await this.#again(async () => {
      const { have } = await this.#talk.ask({ do: 'take', id, sha256, size }, { withinMs: WRITE_MS });
      let at = typeof have === 'number' ? have : 0;
      while (at < size) {
        const { bytesRead } = await file.read(part, 0, PART_LENGTH, at);
        if (bytesRead === 0) throw new Error('the file on this box became shorter meanwhile');
        wasRead(bytesRead);
        at = await this.#talk.sendPart(id, at, part.subarray(0, bytesRead));
        onProgress(`${String(Math.floor((at / size) * 100))}%`);
      }
    });
  }

  async check(): Promise<string> {
    const { version } = await this.#again(async () => await this.#talk.ask({ do: 'check' }));
    return typeof version === 'string' ? version : '';
  }

  /** @returns the slot that it was written into */
  async write(onProgress: (text: string) => void): Promise<string> {
    const { slot } = await this.#again(async () => await this.#talk.ask({ do: 'write' }, { onProgress, withinMs: WRITE_MS }));
    if (typeof slot !== 'string') throw new Error('it does not say which slot it was written into');
    return slot;
  }

  /** It answers, then gives its clients to this box and restarts. */
  async restart(): Promise<void> {
    try {
      await this.#talk.ask({ do: 'restart' });
    } catch (error) {
      // It may be on its way already: whoever waits for it to come back finds out.
      if (!(error instanceof LostPartner)) throw error;
    }
  }

  /** How far the update is: the partner keeps it, too. Nothing comes of it where it is not there. */
  async tell(record: PairUpdateRecord): Promise<void> {
    if (this.#talk.isThere) await this.#talk.ask({ do: 'tell', record: recordJson(record) });
  }

  /** The partner, which is the primary, is to see to all of it from now on. */
  async hand(record: PairUpdateRecord): Promise<void> {
    await this.#again(async () => await this.#talk.ask({ do: 'begin', record: recordJson(record) }));
  }

  /** Nothing more is to be done than what is under way. */
  async stop(): Promise<void> {
    await this.#talk.ask({ do: 'stop' });
  }

  /** What is asked for can be asked for again: a connection that ends in the middle is waited for. */
  async #again<T>(act: () => Promise<T>, backWithinMs = RECONNECT_MS): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof LostPartner) || backWithinMs === 0) throw error;
        await this.#world.untilThere(backWithinMs);
      }
    }
  }
}
