/** What an update flow notes of a lease, by its slot: a few bits, in octets that grow with the table. */
export const Mark = {
  /** It waits to be told. */
  QUEUED: 1,
  /** It expired, and waits until the partner will believe that. */
  SETTLING: 2,
  /** It is on its way to the partner as it is now. */
  SENT: 4,
  /** The scan that is under way needs not come back to it. */
  COVERED: 8,
  /** The partner refused the last update. */
  REFUSED: 16,
  /** A change of it was asked for; until the table has it, it is not locked there. */
  CHANGING: 32,
  /** Nothing was said of its last change. It outlives connections. */
  UNTOLD: 64,
  /** The secondary is to be asked to give it back. */
  RECLAIMED: 128,
} as const;
export type Mark = (typeof Mark)[keyof typeof Mark];

const FIRST_SIZE = 1_024;

export class SlotMarks {
  #marks = new Uint8Array(FIRST_SIZE);
  #refused = 0;

  has(slot: number, mark: number): boolean {
    return slot < this.#marks.length && ((this.#marks[slot] as number) & mark) !== 0;
  }

  set(slot: number, mark: number): void {
    if (slot >= this.#marks.length) this.#grow(slot);
    const marks = this.#marks[slot] as number;
    if ((mark & ~marks & Mark.REFUSED) !== 0) this.#refused += 1;
    this.#marks[slot] = marks | mark;
  }

  clear(slot: number, mark: number): void {
    if (slot >= this.#marks.length) return;
    const marks = this.#marks[slot] as number;
    if ((mark & marks & Mark.REFUSED) !== 0) this.#refused -= 1;
    this.#marks[slot] = marks & ~mark;
  }

  /** Takes these marks from every slot. */
  clearAll(mark: number): void {
    for (let slot = 0; slot < this.#marks.length; slot += 1) this.clear(slot, mark);
  }

  /** How many slots are marked REFUSED. */
  get refused(): number {
    return this.#refused;
  }

  #grow(slot: number): void {
    const grown = new Uint8Array(Math.max(this.#marks.length * 2, slot + 1));
    grown.set(this.#marks);
    this.#marks = grown;
  }
}
