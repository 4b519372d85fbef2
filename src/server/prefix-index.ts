/** Values by prefixes, found by an address that is in one: in the same time however many prefixes of a length there are. */
import { formatHex } from '../wire/index.ts';
import type { Address, Prefix } from '../wire/index.ts';

export class PrefixIndex<T> {
  readonly #byLength = new Map<number, Map<string, T>>();

  /** A prefix that is there already keeps its value. */
  put({ address, length }: Prefix, value: T): void {
    let ofLength = this.#byLength.get(length);
    if (ofLength === undefined) this.#byLength.set(length, (ofLength = new Map<string, T>()));
    const key = keyOf(address, length);
    if (!ofLength.has(key)) ofLength.set(key, value);
  }

  /** Of prefixes of several lengths that the address is in any may count. */
  find(address: Address): T | undefined {
    for (const [length, ofLength] of this.#byLength) {
      const found = ofLength.get(keyOf(address, length));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The bits of the prefix, in whole octets. */
function keyOf(address: Address, length: number): string {
  const octets = address.slice(0, Math.ceil(length / 8));
  const last = octets.length - 1;
  if (length % 8 !== 0) octets[last] = (octets[last] ?? 0) & (0xff00 >> (length % 8));
  return formatHex(octets, '');
}
