/**
 * The canonical form: the whole file with its defaults, every value in its one notation, in one order. It is a provisioning
 * file itself, and reads as the same configuration. `show config` prints it; fingerprints are over parts of it.
 */
import { type Prefix, formatAddress, formatDuid, formatHex, formatPrefix } from '../wire/index.ts';
import { formatInterfaceAddress } from './address-values.ts';
import type { AdvertisementSection } from './advertisement-schema.ts';
import { canonicalClass } from './canonical-classes.ts';
import { canonicalLeasequery } from './canonical-leasequery.ts';
import { canonicalLifetimes } from './canonical-lifetimes.ts';
import { canonicalOptions } from './canonical-options.ts';
import { type CanonicalMap, type CanonicalValue, maybe, present } from './canonical-value.ts';
import { formatOpaque } from './client-values.ts';
import type { DnsUpdateSection } from './dns-schema.ts';
import { formatDuration } from './duration.ts';
import { REMOVED } from './pairing-key.ts';
import { reservedPrefix } from './reserved-prefix.ts';
import { formatMilliseconds, formatPercentage, formatPercentageOrOff } from './quantity.ts';
import { coveredLinks } from './relationships.ts';
import type {
  AddressPoolSection,
  ApplianceSection,
  LinkSection,
  PrefixPoolSection,
  ProvisioningDocument,
  RelationshipSection,
  ReservationSection,
} from './schema.ts';

export interface CanonicalForm extends CanonicalMap {
  readonly version: number;
  readonly appliances: CanonicalMap;
  readonly relationships: Readonly<Record<string, CanonicalRelationship>>;
  readonly server: CanonicalMap;
  readonly lifetimes: CanonicalMap;
  readonly options: CanonicalMap;
  readonly classes?: readonly CanonicalMap[];
  readonly links: Readonly<Record<string, CanonicalLink>>;
}

export interface CanonicalRelationship extends CanonicalMap {
  readonly links: readonly string[];
}

export interface CanonicalLink extends CanonicalMap {
  readonly 'address-pools': readonly CanonicalMap[];
  readonly 'prefix-pools': readonly CanonicalMap[];
  readonly reservations: readonly CanonicalMap[];
}

export function canonicalForm(document: ProvisioningDocument): CanonicalForm {
  return {
    version: document.version,
    appliances: mapValues(document.appliances, canonicalAppliance),
    relationships: mapValues(document.relationships, (relationship) =>
      canonicalRelationship(relationship, coveredLinks(document, relationship)),
    ),
    server: canonicalServer(document.server),
    lifetimes: canonicalLifetimes(document.lifetimes),
    options: canonicalOptions(document.options),
    ...(document.classes === undefined || document.classes.length === 0 ? {} : { classes: document.classes.map(canonicalClass) }),
    ...present({ 'dns-updates': maybe(document['dns-updates'], canonicalDnsUpdates), leasequery: maybe(document.leasequery, canonicalLeasequery) }),
    links: mapValues(document.links, canonicalLink),
  };
}

function mapValues<T, F extends CanonicalValue>(
  map: Readonly<Record<string, T>>,
  form: (value: T) => F,
): Record<string, F> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, form(value)]));
}

function canonicalAppliance(appliance: ApplianceSection): CanonicalMap {
  return present({
    management: maybe(appliance.management, ({ interface: name, address, 'metrics-port': metricsPort }) =>
      present({ interface: name, address: formatInterfaceAddress(address), 'metrics-port': metricsPort }),
    ),
    interfaces:
      Object.keys(appliance.interfaces).length === 0
        ? undefined
        : mapValues(appliance.interfaces, ({ addresses, gateway }) =>
            present({
              addresses: addresses.length === 0 ? undefined : addresses.map(formatInterfaceAddress),
              gateway: maybe(gateway, formatAddress),
            }),
          ),
    syslog: maybe(appliance.syslog, ({ server, port }) => ({ server: formatAddress(server), port })),
    links: { ...appliance.links },
    'relay-interfaces': appliance['relay-interfaces'],
    'serial-number': appliance['serial-number'],
    'mac-addresses': appliance['mac-addresses'].length === 0 ? undefined : appliance['mac-addresses'].map((mac) => formatHex(mac)),
    clock: appliance.clock,
    'ntp-servers': appliance['ntp-servers'].length === 0 ? undefined : appliance['ntp-servers'],
    certificate: appliance.certificate,
    key: appliance.key,
  });
}

function canonicalRelationship(relationship: RelationshipSection, links: readonly string[]): CanonicalRelationship {
  const { primary, secondary, certificates, insecure } = relationship;
  const autoPartnerDown = relationship['auto-partner-down'];
  return {
    primary,
    secondary,
    links,
    // Nothing that is made of this form may hold a secret.
    ...present({ 'pairing-key': maybe(relationship['pairing-key'], () => REMOVED), certificates }),
    insecure,
    mclt: formatDuration(relationship.mclt),
    keepalive: formatDuration(relationship.keepalive),
    'contact-interval': formatMilliseconds(relationship['contact-interval']),
    relaying: relationship.relaying,
    // A file without it has the fingerprint that it had before there was such a key.
    ...(relationship['relay-by-udp'] ? { 'relay-by-udp': true } : {}),
    'load-balancing': formatPercentageOrOff(relationship['load-balancing']),
    'delayed-service': formatDuration(relationship['delayed-service']),
    'max-unacked-bndupd': relationship['max-unacked-bndupd'],
    'auto-partner-down': autoPartnerDown === 'off' ? autoPartnerDown : formatDuration(autoPartnerDown),
    topology: relationship.topology,
    'stand-alone-start': relationship['stand-alone-start'],
    'startup-time': formatDuration(relationship['startup-time']),
    'use-partner-addresses': relationship['use-partner-addresses'],
    'prefix-share': formatPercentage(relationship['prefix-share']),
    'rebalance-threshold': formatPercentage(relationship['rebalance-threshold']),
    port: relationship.port,
  };
}

function canonicalServer(server: ProvisioningDocument['server']): CanonicalMap {
  return present({
    ...server,
    'declined-hold': formatDuration(server['declined-hold']),
    'information-refresh-time': maybe(server['information-refresh-time'], formatDuration),
    'sol-max-rt': maybe(server['sol-max-rt'], formatDuration),
    'inf-max-rt': maybe(server['inf-max-rt'], formatDuration),
    reconfigure: maybe(server.reconfigure, (reconfigure) => ({ ...reconfigure })),
  });
}

function canonicalDnsUpdates({ keys, zones }: DnsUpdateSection): CanonicalMap {
  return {
    // Nothing that is made of this form may hold a secret.
    keys: mapValues(keys, ({ algorithm }) => ({ algorithm, secret: REMOVED })),
    zones: zones.map(({ name, prefix, servers, key }) =>
      present({
        name,
        prefix: maybe(prefix, formatPrefix),
        servers: servers.map(({ address, port }) => (port === 53 ? address : { address, port })),
        key,
      }),
    ),
  };
}

function canonicalLink(link: LinkSection): CanonicalLink {
  return {
    prefixes: link.prefixes.map(formatPrefix),
    ...present({ relay: maybe(link.relay, canonicalRelay) }),
    'address-pools': link['address-pools'].map(canonicalAddressPool),
    'prefix-pools': link['prefix-pools'].map(canonicalPrefixPool),
    reservations: link.reservations.map(canonicalReservation),
    'delegated-routes': link['delegated-routes'],
    ...present({
      'router-advertisements': maybe(link['router-advertisements'], canonicalAdvertisements),
      'dns-updates': maybe(link['dns-updates'], (naming) => ({ ...naming })),
      lifetimes: maybe(link.lifetimes, canonicalLifetimes),
      options: maybe(link.options, canonicalOptions),
      'rapid-commit': link['rapid-commit'],
      preference: link.preference,
      'address-registration': link['address-registration'],
    }),
  };
}

function canonicalAdvertisements(advertisements: AdvertisementSection): CanonicalMap {
  return {
    managed: advertisements.managed,
    'other-config': advertisements['other-config'],
    autonomous: advertisements.autonomous,
    interval: formatDuration(advertisements.interval),
    'router-lifetime': formatDuration(advertisements['router-lifetime']),
    'needs-default-route': advertisements['needs-default-route'],
    preferred: formatDuration(advertisements.preferred),
    valid: formatDuration(advertisements.valid),
    dns: advertisements.dns,
  };
}

function canonicalRelay(relay: NonNullable<LinkSection['relay']>): CanonicalMap {
  return present({
    'interface-ids': relay['interface-ids']?.map(formatOpaque),
    'remote-ids': relay['remote-ids']?.map(({ enterprise, id }) => ({ enterprise, id: formatOpaque(id) })),
    'radius-assignments': relay['radius-assignments'],
  });
}

function canonicalAddressPool({
  range,
  prefix,
  allocation,
  failover,
  classes,
  'not-classes': notClasses,
  lifetimes,
  options,
}: AddressPoolSection): CanonicalMap {
  return present({
    range: maybe(range, ({ first, last }) => `${formatAddress(first)} - ${formatAddress(last)}`),
    prefix: maybe(prefix, formatPrefix),
    allocation,
    failover,
    classes,
    'not-classes': notClasses,
    lifetimes: maybe(lifetimes, canonicalLifetimes),
    options: maybe(options, canonicalOptions),
  });
}

function canonicalPrefixPool({
  prefix,
  exclude,
  allocation,
  failover,
  classes,
  'not-classes': notClasses,
  lifetimes,
  options,
  ...pool
}: PrefixPoolSection): CanonicalMap {
  return present({
    prefix: formatPrefix(prefix),
    'delegated-length': pool['delegated-length'],
    exclude: maybe(exclude, (part) => ({ ...part })),
    allocation,
    failover,
    classes,
    'not-classes': notClasses,
    lifetimes: maybe(lifetimes, canonicalLifetimes),
    options: maybe(options, canonicalOptions),
  });
}

function canonicalReservation(reservation: ReservationSection): CanonicalMap {
  return present({
    duid: maybe(reservation.duid, formatDuid),
    iaid: reservation.iaid,
    'link-layer-address': maybe(reservation['link-layer-address'], formatHex),
    addresses: reservation.addresses?.map(formatAddress),
    prefixes: reservation.prefixes?.map((written) => canonicalReservedPrefix(reservedPrefix(written))),
    options: maybe(reservation.options, canonicalOptions),
  });
}

function canonicalReservedPrefix({
  prefix,
  exclude,
}: {
  prefix: Prefix;
  exclude?: Prefix | undefined;
}): CanonicalValue {
  return exclude === undefined
    ? formatPrefix(prefix)
    : { prefix: formatPrefix(prefix), exclude: formatPrefix(exclude) };
}
