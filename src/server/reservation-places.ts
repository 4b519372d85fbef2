/**
 * Which of a link's reservations is for which client. Made for all of them at each reload, while clients wait: so it is numbers in one
 * array, and what a reservation means is worked out when its client is here.
 */
import { sameBytes } from '../wire/index.ts';
import type { Duid, Iaid } from '../wire/index.ts';
import type { Reservation } from './configuration.ts';

const NOTHING = 0;

export class ReservationPlaces {
  readonly #reservations: readonly Reservation[];
  /** Open addressing; one more than a place in the list. At most half of it is in use. */
  readonly #entries: Uint32Array;

  constructor(reservations: readonly Reservation[]) {
    this.#reservations = reservations;
    this.#entries = new Uint32Array(2 ** Math.ceil(Math.log2(reservations.length * 2 + 1)));
    for (const [place, { duid, iaid, linkLayerAddress }] of reservations.entries()) {
      const entry = duid === undefined ? this.#entryOfLinkLayer(linkLayerAddress ?? NO_OCTETS) : this.#entryOfClient(duid, iaid);
      this.#entries[entry] = place + 1;
    }
  }

  /** @param iaid undefined: that of the whole client @returns -1: there is none */
  ofClient(duid: Duid, iaid: Iaid | undefined): number {
    return (this.#entries[this.#entryOfClient(duid, iaid)] as number) - 1;
  }

  /** @param linkLayerAddress without the hardware type @returns -1: there is none */
  ofLinkLayer(linkLayerAddress: Uint8Array): number {
    return (this.#entries[this.#entryOfLinkLayer(linkLayerAddress)] as number) - 1;
  }

  #entryOfClient(duid: Duid, iaid: Iaid | undefined): number {
    const isIt = (known: Reservation): boolean => known.duid !== undefined && known.iaid === iaid && sameBytes(known.duid, duid);
    return this.#entryOf(hashOf(duid, iaid ?? 0), isIt);
  }

  #entryOfLinkLayer(linkLayerAddress: Uint8Array): number {
    const isIt = (known: Reservation): boolean => known.duid === undefined && sameBytes(known.linkLayerAddress ?? NO_OCTETS, linkLayerAddress);
    return this.#entryOf(hashOf(linkLayerAddress, 0), isIt);
  }

  /** Where it is, or would be. */
  #entryOf(hash: number, isIt: (known: Reservation) => boolean): number {
    const mask = this.#entries.length - 1;
    let at = hash & mask;
    for (;;) {
      const entry = this.#entries[at] as number;
      if (entry === NOTHING || isIt(this.#reservations[entry - 1] as Reservation)) return at;
      at = (at + 1) & mask;
    }
  }
}

const NO_OCTETS = new Uint8Array(0);

/** FNV-1a. It needs no secret: what is in the array is the operator's, and a client that is not looks at few entries of it. */
function hashOf(octets: Uint8Array, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const octet of octets) hash = Math.imul(hash ^ octet, 0x01000193);
  // The low bits are what is used of it.
  return hash ^ (hash >>> 15);
}
