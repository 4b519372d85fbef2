/** Whom it concerns that the reservations of a link are others now. */
import { formatHex } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';
import type { Reservation } from '../configuration.ts';
import type { Concern, KnownLease } from './known-lease.ts';
import { sameValue } from '../same-value.ts';

/** So many are compared at a time: there may be 20 000 of them, and clients wait meanwhile. */
const AT_ONCE = 256;

/** Yields so that others have their turn. @returns whether the change concerns the client of a lease; undefined: there is none */
export function* reservationChange(before: readonly Reservation[], after: readonly Reservation[]): Generator<undefined, Concern | undefined> {
  const least = Math.min(before.length, after.length);
  let start = 0;
  for (; start < least && sameValue(before[start], after[start]); start++) if (start % AT_ONCE === AT_ONCE - 1) yield;
  let end = 0;
  for (; end < least - start && sameValue(before[before.length - 1 - end], after[after.length - 1 - end]); end++) if (end % AT_ONCE === AT_ONCE - 1) yield;
  if (start + end === before.length && start + end === after.length) return undefined;
  const was = yield* indexed(before.slice(start, before.length - end));
  const is = yield* indexed(after.slice(start, after.length - end));
  return (lease) => !sameValue(was.ofClient(lease), is.ofClient(lease)) || was.ownerOf(lease) !== is.ownerOf(lease);
}

interface Reservations {
  ofClient(lease: KnownLease): readonly Reservation[];
  /** Whose the lease is by a reservation. */
  ownerOf(lease: KnownLease): string | undefined;
}

function* indexed(reservations: readonly Reservation[]): Generator<undefined, Reservations> {
  const byClient = new Map<string, Reservation[]>();
  const owners = new Map<string, string>();
  for (const [i, reservation] of reservations.entries()) {
    const client = clientKey(reservation.duid, reservation.linkLayerAddress);
    const others = byClient.get(client);
    if (others === undefined) byClient.set(client, [reservation]);
    else others.push(reservation);
    for (const address of reservation.addresses) owners.set(leaseKey(address, 128), client);
    for (const { prefix } of reservation.prefixes) owners.set(leaseKey(prefix.address, prefix.length), client);
    if (i % AT_ONCE === AT_ONCE - 1) yield;
  }
  const none: readonly Reservation[] = [];
  return {
    ofClient({ duid, iaid, linkLayerAddress }) {
      const byDuid = (byClient.get(clientKey(duid, undefined)) ?? none).filter((one) => one.iaid === undefined || one.iaid === iaid);
      const byAddress = linkLayerAddress === undefined ? none : (byClient.get(clientKey(undefined, linkLayerAddress)) ?? none);
      return [...byDuid, ...byAddress];
    },
    ownerOf: ({ address, prefixLength }) => owners.get(leaseKey(address, prefixLength)),
  };
}

function clientKey(duid: Uint8Array | undefined, linkLayerAddress: Uint8Array | undefined): string {
  return duid === undefined ? `address ${formatHex(linkLayerAddress ?? new Uint8Array(0), '')}` : formatHex(duid, '');
}

function leaseKey(address: Address, prefixLength: number): string {
  return `${formatHex(address, '')}/${prefixLength}`;
}
