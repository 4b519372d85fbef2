/** Kea's host reservations: those of a subnet, and those that hold everywhere. */
import { parseAddress, parsePrefix, samePrefix } from '../../wire/index.ts';
import { append } from '../draft.ts';
import type { Draft, DraftLink, DraftReservation } from '../draft.ts';
import type { Findings } from '../findings.ts';
import type { OptionReader } from './option-data.ts';
import type { Section } from './section.ts';
import { listRest } from './unmapped.ts';

/** How Kea names a client, other than we do. */
const OTHER_NAMES = ['flex-id', 'client-id', 'circuit-id'] as const;

/** The links that hold a global reservation. */
export type LinksOf = (reservation: DraftReservation) => readonly DraftLink[];

export function readReservations(draft: Draft, section: Section, linksOf: LinksOf, options: OptionReader, findings: Findings): void {
  for (const host of section.sections('reservations')) {
    const reservation = readHost(draft, host, options, findings);
    if (reservation === undefined) continue;
    const what = whatOf(reservation);
    const links = linksOf(reservation);
    if (links.length === 0) {
      findings.leftOut(host.place, what, 'its addresses and prefixes are on no link, and a reservation is that of a link', 'put it into "reservations" of the link that the client is on');
    }
    for (const link of links) append(draft, link.reservations, links.length === 1 ? reservation : draft.copyOf(reservation), host.place, what);
  }
}

function whatOf({ duid, 'link-layer-address': address }: DraftReservation): string {
  return `reservation of ${duid ?? address ?? 'nobody'}`;
}

function readHost(draft: Draft, host: Section, options: OptionReader, findings: Findings): DraftReservation | undefined {
  const duid = host.text('duid');
  const hardware = host.text('hw-address');
  const other = OTHER_NAMES.find((name) => host.has(name));
  if (duid === undefined && hardware === undefined) {
    findings.leftOut(
      other === undefined ? host.place : host.placeOf(other),
      other === undefined ? 'reservation' : `reservation by ${other}`,
      'a client is named by its DUID, or by its link-layer address',
      'find the DUID of the client ("twinlease show leases" has it), and reserve by that',
    );
    return undefined;
  }
  const reservation: DraftReservation = duid === undefined ? { 'link-layer-address': hardware?.value ?? '' } : { duid: duid.value };
  for (const { value, place } of host.texts('ip-addresses')) append(draft, (reservation.addresses ??= []), value, place, `reserved address ${value}`);
  const single = host.text('ip-address');
  if (single !== undefined) append(draft, (reservation.addresses ??= []), single.value, single.place, `reserved address ${single.value}`);
  const excluded = host.texts('excluded-prefixes');
  for (const [i, { value, place }] of host.texts('prefixes').entries()) {
    const exclude = excluded[i]?.value ?? '';
    append(draft, (reservation.prefixes ??= []), exclude === '' ? value : { prefix: value, exclude }, place, `reserved prefix ${value}`);
  }
  const own = {};
  options.read(host, own, 'part');
  if (Object.keys(own).length > 0) reservation.options = own;
  host.skip('user-context', 'comment');
  const what = whatOf(reservation);
  listRest(host, what, findings);
  if (reservation.addresses !== undefined || reservation.prefixes !== undefined || reservation.options !== undefined) return reservation;
  findings.leftOut(host.place, what, 'nothing of it is left that is kept for the client');
  return undefined;
}

/** The links that a global reservation is for: where its leases are, or all of them if it has options alone. */
export function linksByLeases(links: readonly DraftLink[]): LinksOf {
  return ({ addresses = [], prefixes = [] }) => {
    if (links.length <= 1 || (addresses.length === 0 && prefixes.length === 0)) return links;
    return links.filter(
      (link) =>
        addresses.some((address) => link.prefixes.some((prefix) => isInside(address, prefix))) ||
        prefixes.some((prefix) => link['prefix-pools'].some((pool) => isInside((typeof prefix === 'string' ? prefix : prefix.prefix).replace(/\/.*$/, ''), pool.prefix))),
    );
  };
}

function isInside(text: string, prefixText: string): boolean {
  const address = parseAddress(text);
  const prefix = parsePrefix(prefixText);
  return address !== undefined && prefix !== undefined && samePrefix(address, prefix.address, prefix.length);
}
