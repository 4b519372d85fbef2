/** What few leases have: octets of any length, beside the packed records. */
export class OctetsBySlot {
  readonly #octets = new Map<number, Uint8Array>();

  get(slot: number): Uint8Array | undefined {
    return this.#octets.get(slot);
  }

  /** Keeps a copy; undefined: there is nothing. */
  set(slot: number, value: Uint8Array | undefined): void {
    if (value !== undefined) this.#octets.set(slot, value.slice());
    else if (this.#octets.size > 0) this.#octets.delete(slot);
  }

  delete(slot: number): void {
    this.#octets.delete(slot);
  }

  slots(): Iterable<number> {
    return this.#octets.keys();
  }
}
