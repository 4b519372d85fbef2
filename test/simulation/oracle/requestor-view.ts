/**
 * What a requestor knows of the leases of a box that asked in bulk and by active leasequery (RFC 7653), and came again each time the connection
 * ended, with the last time that it was told: the same as one that asks in bulk now.
 */
import { epochSeconds } from '../../../src/wire/index.ts';
import { ALL } from '../../conformance/leasequery/active-box.ts';
import { begun } from '../../conformance/leasequery/asking.ts';
import { repliesIn } from '../../conformance/leasequery/frames.ts';
import { Status } from '../../conformance/leasequery/requestor.ts';
import type { BoxRun } from '../box/running-box.ts';

/** What is said of a lease. */
export interface Said {
  readonly client: string;
  /** In seconds. */
  readonly valid: number;
}

/** Of a lease: who has it, and when it ends by simulated time. */
interface Known {
  readonly client: string;
  readonly endMs: number;
}

type Stream = Extract<ReturnType<typeof begun>, { readonly kind: 'stream' }>['stream'];

export class RequestorView {
  readonly known = new Map<string, Known>();
  #stream: Stream | undefined;
  #run: BoxRun | undefined;
  /** It was told last at that time. */
  #baseTime: number | undefined;
  /** Not all that changed since then is known. */
  #isMissing = false;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Reads what there is to be read, and asks in bulk where a box does not know all that changed since. @param bulk what it says to that
   * @returns whether there is a connection
   */
  read(run: BoxRun, bulk: ReadonlyMap<string, Said>): boolean {
    if (run !== this.#run) this.#stream = undefined;
    this.#run = run;
    if (this.#stream !== undefined && this.#drain(this.#stream, run)) return true;
    const since = this.#baseTime;
    const beginning = begun(run.appliance, since === undefined ? ALL : { ...ALL, startTime: since }, run.appliance.epoch(run.now()));
    if (beginning.kind !== 'stream') return false;
    this.#stream = beginning.stream;
    this.#isMissing = since === undefined;
    if (!this.#drain(beginning.stream, run)) return false;
    if (!this.#isMissing) return true;
    this.known.clear();
    for (const [lease, { client, valid }] of bulk) this.#learn(lease, client, valid);
    return true;
  }

  /** @returns whether the box goes on */
  #drain(stream: Stream, run: BoxRun): boolean {
    const now = epochSeconds(run.appliance.epoch(run.now()));
    for (;;) {
      const step = stream.next(now);
      if ('octets' in step) {
        for (const reply of repliesIn(step.octets)) {
          if (reply.status?.code === Status.DataMissing) this.#isMissing = true;
          this.#baseTime = reply.baseTime ?? this.#baseTime;
          for (const { clientId, leases } of reply.clients) for (const { lease, valid } of leases) this.#learn(lease, clientId, valid);
        }
      }
      if (step.kind === 'waiting') return true;
      if (step.kind !== 'done') continue;
      stream.close(now);
      this.#stream = undefined;
      return false;
    }
  }

  #learn(lease: string, client: string, valid: number): void {
    if (valid > 0) this.known.set(lease, { client, endMs: this.#nowMs() + 1_000 * valid });
    // Also of another client than the one that it was told of: that had it meanwhile.
    else this.known.delete(lease);
  }
}
