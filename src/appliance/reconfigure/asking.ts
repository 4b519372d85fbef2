/** Clients that were sent a Reconfigure and have not answered (RFC 9915 sections 7.6 and 18.3.11). */
import type { ReconfigureType } from '../../server/index.ts';
import { REC_MAX_RC, REC_TIMEOUT, monotonicMs } from '../../wire/index.ts';
import type { Duid, MonotonicMs } from '../../wire/index.ts';

/** One client that is asked. */
export interface Asked {
  readonly client: Duid;
  /** By its name. */
  readonly link: string;
  readonly type: ReconfigureType;
  /** When it was sent the first one. */
  readonly since: MonotonicMs;
  /** How many it was sent. */
  readonly attempts: number;
  /** A new configuration is why. */
  readonly byItself: boolean;
  /** When this attempt has failed. */
  readonly dueAt: MonotonicMs;
}

/**
 * Attempts of one number are due in the order in which they were made: for each number there is a queue of its own. A client is in one
 * of them.
 */
export class Asking {
  readonly #byAttempts = Array.from({ length: REC_MAX_RC }, () => new Map<string, Asked>());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): Asked | undefined {
    for (const queue of this.#byAttempts) {
      const found = queue.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** One more attempt was made; the client is in no queue. */
  sent(key: string, { attempts, ...asked }: Omit<Asked, 'dueAt'>, now: MonotonicMs): void {
    const timeoutMs = REC_TIMEOUT * 1_000 * 2 ** (attempts - 1);
    this.#byAttempts[attempts - 1]?.set(key, { ...asked, attempts, dueAt: monotonicMs(now + timeoutMs) });
    this.#size += 1;
  }

  /** @returns what is known of the client, which is in no queue any more */
  take(key: string): Asked | undefined {
    for (const queue of this.#byAttempts) {
      const found = queue.get(key);
      if (found === undefined) continue;
      queue.delete(key);
      this.#size -= 1;
      return found;
    }
    return undefined;
  }

  /** One whose attempt has failed by now, taken out of its queue. */
  takeDue(now: MonotonicMs): readonly [key: string, asked: Asked] | undefined {
    for (const queue of this.#byAttempts) {
      for (const [key, asked] of queue) {
        if (asked.dueAt > now) break;
        queue.delete(key);
        this.#size -= 1;
        return [key, asked];
      }
    }
    return undefined;
  }

  /** When the next attempt has failed; Infinity: nobody is asked. */
  get nextAt(): number {
    let next = Infinity;
    for (const queue of this.#byAttempts) for (const { dueAt } of queue.values()) {
      next = Math.min(next, dueAt);
      break;
    }
    return next;
  }
}
