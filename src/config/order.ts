/** One order for what has none, so that two files that say the same give the same configuration. */
import { compareBytes } from '../wire/index.ts';
import type { LinkSection, ProvisioningDocument, RelationshipSection, ReservationSection } from './schema.ts';

/** Lists whose order carries a meaning stay as they are: pools, servers, the addresses of one reservation. */
export function inCanonicalOrder(document: ProvisioningDocument): ProvisioningDocument {
  return {
    ...document,
    appliances: byName(document.appliances, (appliance) => ({
      ...appliance,
      interfaces: byName(appliance.interfaces, (own) => own),
      links: byName(appliance.links, (interfaces) => interfaces),
    })),
    relationships: byName(document.relationships, orderedRelationship),
    links: byName(document.links, orderedLink),
  };
}

function orderedRelationship(relationship: RelationshipSection): RelationshipSection {
  const { links, certificates } = relationship;
  return {
    ...relationship,
    ...(links === undefined ? {} : { links: links.toSorted() }),
    ...(certificates === undefined ? {} : { certificates: byName(certificates, (file) => file) }),
  };
}

function byName<T>(map: Readonly<Record<string, T>>, ordered: (value: T) => T): Record<string, T> {
  const entries = Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, value]) => [name, ordered(value)]));
}

function orderedLink(link: LinkSection): LinkSection {
  const { relay } = link;
  return {
    ...link,
    prefixes: link.prefixes.toSorted((a, b) => compareBytes(a.address, b.address) || a.length - b.length),
    reservations: link.reservations.toSorted(compareReservations),
    ...(relay === undefined ? {} : { relay: orderedRelay(relay) }),
  };
}

function orderedRelay(relay: NonNullable<LinkSection['relay']>): NonNullable<LinkSection['relay']> {
  const interfaceIds = relay['interface-ids'];
  const remoteIds = relay['remote-ids'];
  return {
    ...relay,
    ...(interfaceIds === undefined ? {} : { 'interface-ids': interfaceIds.toSorted(compareBytes) }),
    ...(remoteIds === undefined
      ? {}
      : { 'remote-ids': remoteIds.toSorted((a, b) => a.enterprise - b.enterprise || compareBytes(a.id, b.id)) }),
  };
}

const NO_OCTETS = new Uint8Array();

/** By DUID and IAID, those with a DUID alone first; then by link-layer address. */
function compareReservations(a: ReservationSection, b: ReservationSection): number {
  return (
    Number(a.duid === undefined) - Number(b.duid === undefined) ||
    compareBytes(a.duid ?? NO_OCTETS, b.duid ?? NO_OCTETS) ||
    (a.iaid ?? -1) - (b.iaid ?? -1) ||
    compareBytes(a['link-layer-address'] ?? NO_OCTETS, b['link-layer-address'] ?? NO_OCTETS)
  );
}
