/** What waits for a zone, and whether its servers can be talked to: one that can't is asked less and less often. */
import type { MonotonicMs } from '../wire/index.ts';
import type { DnsZone } from './configuration.ts';
import type { Work } from './work.ts';

/** Requests to one zone that have no answer yet. */
const IN_FLIGHT_MAX = 16;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
/** One failure may be a lost packet, or a server that starts. */
const FAILURES_UNTIL_ALARM = 2;

export interface ZoneTrouble {
  readonly reason: string;
  readonly since: MonotonicMs;
  readonly retryAt: MonotonicMs;
  readonly failures: number;
}

export class ZoneQueue implements DnsZone {
  readonly text: string;
  readonly name: Uint8Array;
  inFlight = 0;
  /** Set while its servers don't do what they are asked. */
  trouble: ZoneTrouble | undefined;
  /** The last error, of one name or of all; it stays when it is over. */
  lastError: string | undefined;
  #waiting: Work[] = [];
  #first = 0;

  constructor({ text, name }: DnsZone) {
    this.text = text;
    this.name = name;
  }

  get waiting(): number {
    return this.#waiting.length - this.#first;
  }

  get isAlarming(): boolean {
    return (this.trouble?.failures ?? 0) >= FAILURES_UNTIL_ALARM;
  }

  push(work: Work): void {
    this.#waiting.push(work);
  }

  /** The next one, if it may be asked for now. While there is trouble one at a time tries whether it is over. */
  take(now: MonotonicMs): Work | undefined {
    if (this.waiting === 0) return undefined;
    const most = this.trouble === undefined ? IN_FLIGHT_MAX : now < this.trouble.retryAt ? 0 : 1;
    if (this.inFlight >= most) return undefined;
    const work = this.#waiting[this.#first];
    this.#first += 1;
    if (2 * this.#first > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return work;
  }

  takeAll(): readonly Work[] {
    const taken = this.#waiting.slice(this.#first);
    this.#waiting = [];
    this.#first = 0;
    return taken;
  }

  failed(reason: string, now: MonotonicMs): void {
    this.lastError = reason;
    // Of several that were asked at the same time one counts.
    if (this.trouble !== undefined && now < this.trouble.retryAt) return;
    const { since = now, failures = 0 } = this.trouble ?? {};
    const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
    this.trouble = { reason, since, retryAt: (now + wait) as MonotonicMs, failures: failures + 1 };
  }

  succeeded(): void {
    this.trouble = undefined;
  }

  get wakeAt(): MonotonicMs {
    return this.waiting > 0 && this.trouble !== undefined && this.inFlight === 0 ? this.trouble.retryAt : (Infinity as MonotonicMs);
  }
}
