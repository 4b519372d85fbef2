/**
 * Clients that are reserved for by their link-layer address, named by their DUID where the leases tell it: an address is known only
 * from relays that report it (RFC 6939), and from link-local addresses that were made of it.
 */
import type { Binding } from '../lease/index.ts';
import { formatDuid, formatHex, parseHex } from '../wire/index.ts';
import type { Draft } from './draft.ts';
import type { Findings } from './findings.ts';

/** Type, hardware type, and for the first kind a time stand before the address (RFC 9915 sections 11.2 and 11.4). */
const ADDRESS_IN_DUID: Readonly<Record<number, number>> = { 1: 8, 3: 4 };
const HARDWARE_TYPE_LENGTH = 2;

export function nameByLeases(draft: Draft, bindings: readonly Binding[], findings: Findings): void {
  const reserved = Object.values(draft.document.links).flatMap(({ reservations }) => reservations.map((reservation, i) => ({ reservations, reservation, i })));
  const unnamed = reserved.filter(({ reservation }) => reservation['link-layer-address'] !== undefined);
  if (unnamed.length === 0) return;
  const duids = duidsByAddress(bindings);
  /** By link, the DUIDs that are reserved for. */
  const taken = new Map(Object.values(draft.document.links).map(({ reservations }) => [reservations, new Set(reservations.map(({ duid = '' }) => normalized(duid)))]));
  for (const { reservations, reservation, i } of unnamed) {
    const origin = draft.originOf(reservations, i);
    const address = parseHex(reservation['link-layer-address'] ?? '');
    if (origin === undefined || address === undefined) continue;
    const found = [...(duids.get(formatHex(address)) ?? [])];
    const [duid] = found;
    if (duid === undefined || found.length > 1 || taken.get(reservations)?.has(duid) === true) {
      const why = duid === undefined ? 'no lease tells its DUID' : 'its leases have several DUIDs, or one that is reserved for already';
      findings.changed(origin.place, origin.what, `the client is known by this address behind a relay that reports it, or by a link-local address that was made of it; ${why}`, 'say its "duid" instead, where neither is so ("twinlease show leases" has it)');
      continue;
    }
    delete reservation['link-layer-address'];
    reservation.duid = duid;
    taken.get(reservations)?.add(duid);
    findings.changed(origin.place, origin.what, `its leases tell its DUID, ${duid}, which names it from now on`);
  }
}

/** One text for one DUID, however it is written. */
function normalized(duid: string): string | undefined {
  const octets = parseHex(duid);
  return octets && formatHex(octets);
}

function duidsByAddress(bindings: readonly Binding[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { duid, linkLayerAddress } of bindings) {
    if (duid.length === 0) continue;
    const start = duid[0] === 0 ? ADDRESS_IN_DUID[duid[1] ?? 0] : undefined;
    const addresses = [linkLayerAddress?.subarray(HARDWARE_TYPE_LENGTH), start === undefined ? undefined : duid.subarray(start)];
    for (const octets of addresses) {
      if (octets === undefined || octets.length === 0) continue;
      const address = formatHex(octets);
      const known = found.get(address) ?? new Set<string>();
      known.add(formatDuid(duid));
      found.set(address, known);
    }
  }
  return found;
}
