import { invariant } from '../../wire/index.ts';

/** A BNDUPD that the partner did not answer yet: of which leases it is, and how they were when it was made. */
export interface SentUpdate {
  readonly transactionId: number;
  /** Counts the updates of this connection. */
  readonly sequence: number;
  readonly slots: readonly number[];
  /** Of each lease: the revision (F-BR-9), the start of its status, and the partner-lifetime that was sent; 0: none. */
  readonly revisions: readonly number[];
  readonly starts: readonly number[];
  readonly lifetimes: readonly number[];
  /** It asks for a prefix back: the record changes with the answer only. */
  readonly takesBack: boolean;
  /** It went to a box that lost its leases: it takes what it is told, and can't know what it had given. */
  readonly isForgetful: boolean;
}

/** The updates on their way, never more than the window that the partner opened (section 5.5.5). */
export class InFlight {
  readonly #sent = new Map<number, SentUpdate>();
  /** How many of them are about a slot. */
  #counts = new Uint8Array(1_024);
  #sequence = 0;
  #window = 0;

  get size(): number {
    return this.#sent.size;
  }

  get isFull(): boolean {
    return this.#sent.size >= this.#window;
  }

  /** The number of the update that waits longest for its answer; 0: none does. */
  get oldest(): number {
    for (const { sequence } of this.#sent.values()) return sequence;
    return 0;
  }

  /** The number of the last update that was sent. */
  get sequence(): number {
    return this.#sequence;
  }

  open(window: number): void {
    this.#sent.clear();
    this.#counts.fill(0);
    this.#sequence = 0;
    this.#window = window;
  }

  add(update: SentUpdate): void {
    invariant(!this.isFull, 'no update is sent beyond the window');
    this.#sequence = update.sequence;
    this.#sent.set(update.transactionId, update);
    for (const slot of update.slots) this.#count(slot, 1);
  }

  /** The update with this transaction-id, which is answered by that. */
  take(transactionId: number): SentUpdate | undefined {
    const update = this.#sent.get(transactionId);
    if (update === undefined) return undefined;
    this.#sent.delete(transactionId);
    for (const slot of update.slots) this.#count(slot, -1);
    return update;
  }

  isAbout(slot: number): boolean {
    return slot < this.#counts.length && (this.#counts[slot] as number) > 0;
  }

  /** Saturates: with so many updates about one lease it stays "on its way" until the connection ends. */
  #count(slot: number, change: 1 | -1): void {
    if (slot >= this.#counts.length) {
      const grown = new Uint8Array(Math.max(this.#counts.length * 2, slot + 1));
      grown.set(this.#counts);
      this.#counts = grown;
    }
    const count = this.#counts[slot] as number;
    if (count < 0xff) this.#counts[slot] = count + change;
  }
}
