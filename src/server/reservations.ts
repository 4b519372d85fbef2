/**
 * Reservations of one link: found by DUID and IAID, by DUID, or by link-layer address.
 */
import type { LeaseKind, LeaseName } from '../lease/index.ts';
import { OptionCode } from '../wire/index.ts';
import type { Duid, Iaid } from '../wire/index.ts';
import { addressOctets } from './client-link-layer-address.ts';
import type { Link, Reservation } from './configuration.ts';
import type { LeaseTerms } from './ia-result.ts';
import { optionLayer } from './option-layers.ts';
import type { OptionLayer } from './option-layers.ts';
import { ReservationPlaces } from './reservation-places.ts';

/** A lease that is kept for one client, and what it is given on. */
export interface ReservedName {
  readonly name: LeaseName;
  readonly kind: LeaseKind;
  readonly terms: LeaseTerms;
}

export interface CompiledReservation {
  readonly names: readonly ReservedName[];
  readonly options: OptionLayer;
}

export interface ReservationIndex {
  readonly isEmpty: boolean;
  /** Something is reserved for whoever has this link-layer address, whatever its DUID; without the hardware type. */
  isOfLinkLayer(linkLayerAddress: Uint8Array): boolean;
  /**
   * The reservations that name this client, the most particular first.
   * @param linkLayerAddress hardware type and address, if known
   */
  of(duid: Duid, iaid: Iaid | undefined, linkLayerAddress: Uint8Array | undefined): readonly CompiledReservation[];
}

const NONE: readonly CompiledReservation[] = [];

export function reservationIndex(link: Link): ReservationIndex {
  const { reservations } = link;
  const places = new ReservationPlaces(reservations);
  /** Of clients that were here. */
  const compiled = new Map<number, CompiledReservation>();
  const at = (place: number): CompiledReservation => {
    let found = compiled.get(place);
    if (found === undefined) {
      found = compile(reservations[place] as Reservation, link);
      compiled.set(place, found);
    }
    return found;
  };
  return {
    isEmpty: reservations.length === 0,
    isOfLinkLayer: (linkLayerAddress) => places.ofLinkLayer(linkLayerAddress) >= 0,
    of(duid, iaid, linkLayerAddress) {
      if (reservations.length === 0) return NONE;
      const found: CompiledReservation[] = [];
      const add = (place: number): void => {
        if (place >= 0) found.push(at(place));
      };
      if (iaid !== undefined) add(places.ofClient(duid, iaid));
      add(places.ofClient(duid, undefined));
      if (linkLayerAddress !== undefined) add(places.ofLinkLayer(addressOctets(linkLayerAddress)));
      return found;
    },
  };
}

function compile(reservation: Reservation, link: Link): CompiledReservation {
  const options = optionLayer(reservation.options);
  const terms = (exclude: Uint8Array | undefined): LeaseTerms => ({
    lifetimes: link.lifetimes,
    replicated: link.relationship !== undefined,
    options,
    isReserved: true,
    exclude,
  });
  return {
    options,
    names: [
      ...reservation.addresses.map((address) => ({
        name: { address, prefixLength: 128 },
        kind: OptionCode.IA_NA,
        terms: terms(undefined),
      })),
      ...reservation.prefixes.map(({ prefix, exclude }) => ({
        name: { address: prefix.address, prefixLength: prefix.length },
        kind: OptionCode.IA_PD,
        terms: terms(exclude),
      })),
    ],
  };
}
