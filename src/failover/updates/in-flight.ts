import { invariant } from '../../wire/index.ts';

/** How a lease was when the partner was told of it. */
export interface SentLease {
  readonly slot: number;
  /** F-BR-9 */
  readonly revision: number;
  /** When its status began. */
  readonly start: number;
  /** The partner-lifetime that was sent; 0: none. */
  readonly lifetime: number;
}

/** A BNDUPD that the partner did not answer yet. */
export interface SentUpdate {
  readonly transactionId: number;
  /** Counts the updates of this connection. */
  readonly sequence: number;
  /** One at least. */
  readonly leases: readonly SentLease[];
  /** It asks for a prefix back: the record changes with the answer only. */
  readonly takesBack: boolean;
  /** It went to a box that lost its leases: it takes what it is told, and can't know what it had given. */
  readonly isForgetful: boolean;
}

const Flag = { TAKES_BACK: 1, FORGETFUL: 2 } as const;
/** No entry of the list: entries count from 1. */
const NONE = 0;
const FIRST_SIZE = 256;

/**
 * The updates on their way, never more than the window that the partner opened (section 5.5.5). They live for some milliseconds, as
 * long as it takes to make objects old and dear: so they are kept in arrays of numbers, an entry for each lease.
 */
export class InFlight {
  /** The entry of an update's first lease, by its transaction-id. */
  readonly #entries = new Map<number, number>();
  #slots = new Uint32Array(FIRST_SIZE);
  #starts = new Uint32Array(FIRST_SIZE);
  #lifetimes = new Uint32Array(FIRST_SIZE);
  #revisions = new Float64Array(FIRST_SIZE);
  /** The entry of the update's next lease; of an entry that is not used, the next of those. */
  #next = new Uint32Array(FIRST_SIZE);
  /** Of each update, at its first lease. */
  #sequences = new Float64Array(FIRST_SIZE);
  #flags = new Uint8Array(FIRST_SIZE);
  #firstUnused = NONE;
  /** From here on no entry was ever used. */
  #fresh = 1;
  /** How many of them are about a slot. */
  #counts = new Uint8Array(1_024);
  #sequence = 0;
  #window = 0;

  get size(): number {
    return this.#entries.size;
  }

  get isFull(): boolean {
    return this.#entries.size >= this.#window;
  }

  /** The number of the update that waits longest for its answer; 0: none does. */
  get oldest(): number {
    for (const entry of this.#entries.values()) return this.#sequences[entry] as number;
    return 0;
  }

  /** The number of the last update that was sent. */
  get sequence(): number {
    return this.#sequence;
  }

  open(window: number): void {
    this.#entries.clear();
    this.#firstUnused = NONE;
    this.#fresh = 1;
    this.#counts.fill(0);
    this.#sequence = 0;
    this.#window = window;
  }

  add({ transactionId, sequence, leases, takesBack, isForgetful }: SentUpdate): void {
    invariant(!this.isFull, 'no update is sent beyond the window');
    this.#sequence = sequence;
    let first = NONE;
    for (let i = leases.length - 1; i >= 0; i -= 1) first = this.#keep(leases[i] as SentLease, first);
    this.#sequences[first] = sequence;
    this.#flags[first] = (takesBack ? Flag.TAKES_BACK : 0) | (isForgetful ? Flag.FORGETFUL : 0);
    this.#entries.set(transactionId, first);
  }

  /** The update with this transaction-id, which is answered by that. */
  take(transactionId: number): SentUpdate | undefined {
    const first = this.#entries.get(transactionId);
    if (first === undefined) return undefined;
    this.#entries.delete(transactionId);
    const sequence = this.#sequences[first] as number;
    const flags = this.#flags[first] as number;
    const leases: SentLease[] = [];
    for (let entry = first; entry !== NONE; entry = this.#giveUp(entry)) leases.push(this.#lease(entry));
    return {
      transactionId,
      sequence,
      leases,
      takesBack: (flags & Flag.TAKES_BACK) !== 0,
      isForgetful: (flags & Flag.FORGETFUL) !== 0,
    };
  }

  isAbout(slot: number): boolean {
    return slot < this.#counts.length && (this.#counts[slot] as number) > 0;
  }

  #lease(entry: number): SentLease {
    return {
      slot: this.#slots[entry] as number,
      revision: this.#revisions[entry] as number,
      start: this.#starts[entry] as number,
      lifetime: this.#lifetimes[entry] as number,
    };
  }

  /** An entry for the lease, in front of `next`. */
  #keep({ slot, revision, start, lifetime }: SentLease, next: number): number {
    const entry = this.#unused();
    this.#slots[entry] = slot;
    this.#revisions[entry] = revision;
    this.#starts[entry] = start;
    this.#lifetimes[entry] = lifetime;
    this.#next[entry] = next;
    this.#count(slot, 1);
    return entry;
  }

  /** @returns the entry behind it */
  #giveUp(entry: number): number {
    const next = this.#next[entry] as number;
    this.#count(this.#slots[entry] as number, -1);
    this.#next[entry] = this.#firstUnused;
    this.#firstUnused = entry;
    return next;
  }

  #unused(): number {
    const entry = this.#firstUnused;
    if (entry !== NONE) {
      this.#firstUnused = this.#next[entry] as number;
      return entry;
    }
    if (this.#fresh === this.#slots.length) this.#grow();
    return this.#fresh++;
  }

  #grow(): void {
    const size = 2 * this.#slots.length;
    this.#slots = larger(this.#slots, new Uint32Array(size));
    this.#starts = larger(this.#starts, new Uint32Array(size));
    this.#lifetimes = larger(this.#lifetimes, new Uint32Array(size));
    this.#revisions = larger(this.#revisions, new Float64Array(size));
    this.#next = larger(this.#next, new Uint32Array(size));
    this.#sequences = larger(this.#sequences, new Float64Array(size));
    this.#flags = larger(this.#flags, new Uint8Array(size));
  }

  /** Saturates: with so many updates about one lease it stays "on its way" until the connection ends. */
  #count(slot: number, change: 1 | -1): void {
    if (slot >= this.#counts.length) this.#counts = larger(this.#counts, new Uint8Array(Math.max(this.#counts.length * 2, slot + 1)));
    const count = this.#counts[slot] as number;
    if (count < 0xff) this.#counts[slot] = count + change;
  }
}

function larger<Numbers extends { set(from: ArrayLike<number>): void }>(from: ArrayLike<number>, into: Numbers): Numbers {
  into.set(from);
  return into;
}
