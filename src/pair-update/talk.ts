/**
 * Requests and answers between the two boxes, and the file of an update in parts. One part is under way at a time, so that nothing else that
 * the two have to say ever waits behind more than that; a connection that ends in the middle loses nothing but the part.
 */
import { reasonOf } from '../reason.ts';
import { UpdateSaying } from '../wire/index.ts';
import type { PairUpdateMessage } from '../wire/index.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface TalkWorld {
  say(relationship: string, message: PairUpdateMessage): void;
  /** Another one each time: 16 hexadecimal digits. */
  readonly newId: () => string;
  /** Calls after so long; the timer is no reason to go on living. @returns it is not to be called any more */
  later(ms: number, act: () => void): () => void;
  /** What the partner asks for is done. Rejects with why not. */
  perform(request: Json, onProgress: (text: string) => void): Promise<Json>;
  /** A part of a file that was agreed on came. @returns the offset that it goes on at. Rejects with why it can't. */
  take(id: string, offset: number, content: Uint8Array): Promise<number>;
  /** The partner can be spoken to from now on, or not any more. */
  changed(isThere: boolean): void;
}

export interface Talk {
  readonly isThere: boolean;
  heard(relationship: string, said: PairUpdateMessage | 'there' | 'gone'): void;
  /** Rejects with why nothing came of it; `LostPartner` where nobody knows whether something did. */
  ask(request: Json, options?: { readonly onProgress?: (text: string) => void; readonly withinMs?: number }): Promise<Json>;
  /** @returns the offset that the partner wants next */
  sendPart(id: string, offset: number, content: Uint8Array): Promise<number>;
}

/** The connection ended, or nothing is heard over it. */
export class LostPartner extends Error {}

/** Far below what an option can carry (RFC 9915 section 21.1). */
export const PART_LENGTH = 16_384;
const ANSWER_MS = 30_000;
const NOTHING = new Uint8Array(0);

/** An answer, or the offset that is wanted next. */
type Heard = Json | number;

interface Waiting {
  readonly relationship: string;
  readonly onProgress: (text: string) => void;
  readonly resolve: (heard: Heard) => void;
  readonly reject: (error: Error) => void;
}

export function openTalk(world: TalkWorld): Talk {
  const there: string[] = [];
  const waiting = new Map<string, Waiting>();

  const say = (relationship: string, saying: UpdateSaying, id: string, content: Uint8Array, offset = 0): void => world.say(relationship, { saying, id, offset, content });

  const answer = async (relationship: string, id: string, act: () => Promise<Json>): Promise<void> => {
    const result: Json = await act().catch((error: unknown) => ({ error: reasonOf(error) }));
    say(relationship, UpdateSaying.ANSWER, id, octetsOf(result));
  };

  const handle = (relationship: string, { saying, id, offset, content }: PairUpdateMessage): void => {
    const asked = waiting.get(id);
    switch (saying) {
      case UpdateSaying.ASK:
        void answer(relationship, id, async () => {
          const request = parseJson(content);
          if (request === undefined) throw new Error('what was asked for can\'t be read');
          return await world.perform(request, (text) => say(relationship, UpdateSaying.PROGRESS, id, octetsOf(text)));
        });
        break;
      case UpdateSaying.PART:
        void world.take(id, offset, content).then(
          (next) => say(relationship, UpdateSaying.WANT, id, NOTHING, next),
          (error: unknown) => say(relationship, UpdateSaying.ANSWER, id, octetsOf({ error: reasonOf(error) })),
        );
        break;
      case UpdateSaying.WANT:
        asked?.resolve(offset);
        break;
      case UpdateSaying.PROGRESS: {
        const text = parse(content);
        if (typeof text === 'string') asked?.onProgress(text);
        break;
      }
      case UpdateSaying.ANSWER: {
        const { error, ...result } = parseJson(content) ?? { error: 'its answer can\'t be read' };
        if (typeof error === 'string') asked?.reject(new Error(error));
        else asked?.resolve(result);
        break;
      }
      default:
        break;
    }
  };

  /** @returns what is said to it in the end; the partner has to be heard of it now and then */
  const exchange = async (saying: UpdateSaying, id: string, content: Uint8Array, offset: number, withinMs: number, onProgress: (text: string) => void): Promise<Heard> => {
    const [relationship] = there;
    if (relationship === undefined) throw new LostPartner('the two boxes are not connected');
    const { promise, resolve, reject } = Promise.withResolvers<Heard>();
    const arm = (): (() => void) => world.later(withinMs, () => reject(new LostPartner(`it did not answer for ${String(withinMs / 1_000)} s`)));
    let disarm = arm();
    waiting.set(id, {
      relationship,
      resolve,
      reject,
      onProgress(text) {
        disarm();
        disarm = arm();
        onProgress(text);
      },
    });
    say(relationship, saying, id, content, offset);
    try {
      return await promise;
    } finally {
      disarm();
      waiting.delete(id);
    }
  };

  return {
    get isThere() {
      return there.length > 0;
    },
    heard(relationship, said) {
      if (said === 'there') {
        there.push(relationship);
        if (there.length === 1) world.changed(true);
        return;
      }
      if (said !== 'gone') {
        handle(relationship, said);
        return;
      }
      const at = there.indexOf(relationship);
      if (at >= 0) there.splice(at, 1);
      for (const each of waiting.values()) if (each.relationship === relationship) each.reject(new LostPartner('the connection ended'));
      if (at >= 0 && there.length === 0) world.changed(false);
    },
    async ask(request, { onProgress = () => undefined, withinMs = ANSWER_MS } = {}) {
      const heard = await exchange(UpdateSaying.ASK, world.newId(), octetsOf(request), 0, withinMs, onProgress);
      return typeof heard === 'number' ? {} : heard;
    },
    async sendPart(id, offset, content) {
      const heard = await exchange(UpdateSaying.PART, id, content, offset, ANSWER_MS, () => undefined);
      return typeof heard === 'number' ? heard : offset;
    },
  };
}

function octetsOf(value: Json | string): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function parse(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return undefined;
  }
}

function parseJson(content: Uint8Array): Json | undefined {
  const value = parse(content);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
