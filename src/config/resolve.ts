/** What one box makes of the file: names looked up, layers merged, options encoded, roles settled. */
import type { Role } from '../failover/index.ts';
import type { PoolShare } from '../lease/index.ts';
import type {
  AddressPool,
  Link,
  OptionSet,
  PrefixPool,
  Reservation,
  ReservedPrefix,
  ServerConfiguration,
} from '../server/index.ts';
import {
  type Address,
  encodePrefixExclude,
  iaid,
  invariant,
  lastAddress,
  type Prefix,
  prefixAfter,
  prefixesOverlap,
  type Seconds,
} from '../wire/index.ts';
import type { InterfaceAddress } from './address-values.ts';
import { encodeOptions, overriding } from './encode-options.ts';
import { type LayeredLifetimes, fileLifetimes, plainLifetimes, within } from './lifetimes.ts';
import type { OptionSection } from './option-schema.ts';
import { own, relationshipsOfLinks } from './relationships.ts';
import { reservedPrefix } from './reserved-prefix.ts';
import { poolClassesOf, resolveClasses } from './resolve-classes.ts';
import { type ConfiguredDns, resolveDns } from './resolve-dns.ts';
import { type LeasequeryTcp, resolveLeasequery, resolveLeasequeryTcp } from './resolve-leasequery.ts';
import { type ConfiguredRelationship, resolveRelationships, roleOf } from './resolve-relationships.ts';
import type {
  AddressPoolSection,
  LinkSection,
  PrefixPoolSection,
  ProvisioningDocument,
  ReservationSection,
} from './schema.ts';

/** An address of this box. */
export interface OwnAddress {
  readonly interface: string;
  readonly address: InterfaceAddress;
}

/** The files by which the partners of this box know it. */
export interface IdentityFiles {
  /** An X.509 certificate, PEM. */
  readonly certificateFile: string;
  /** Its private key, PEM. */
  readonly keyFile: string;
}

/** What the hosts of a link are told by router advertisements, whoever is the better router. */
export interface AdvertisedLink {
  readonly name: string;
  /** Of this box; at least one. */
  readonly interfaces: readonly string[];
  readonly managed: boolean;
  readonly otherConfig: boolean;
  readonly autonomous: boolean;
  readonly interval: Seconds;
  /** 0: this is no default router. */
  readonly routerLifetime: Seconds;
  readonly needsDefaultRoute: boolean;
  readonly prefixes: readonly Prefix[];
  readonly preferred: Seconds;
  readonly valid: Seconds;
  readonly dnsServers: readonly Address[];
  readonly domainSearch: readonly string[];
}

/** Everything that one box needs to know. Plain data, fit for `structuredClone`. */
export interface ApplianceConfiguration {
  readonly name: string;
  /** Where the boxes talk to each other; undefined for a box by itself. */
  readonly management: OwnAddress | undefined;
  /** Others that it has on its interfaces. */
  readonly ownAddresses: readonly OwnAddress[];
  /** The router that it sends everything to that it has no other way for. */
  readonly defaultGateway: { readonly interface: string; readonly address: Address } | undefined;
  /** TCP port on the management address where metrics are given; undefined: nowhere. */
  readonly metricsPort: number | undefined;
  /** Another host that gets the log as well. */
  readonly syslog: { readonly server: Address; readonly port: number } | undefined;
  /**
   * Interfaces without a link of their own, where messages of relays come in. Those with one are in `server.links`;
   * relays are heard there as well.
   */
  readonly relayInterfaces: readonly string[];
  /** `system`: its clock is right, whatever the kernel knows of it; `ntp`: when NTP, or somebody else, says so (R-ST2). */
  readonly clock: 'ntp' | 'system';
  /** Addresses and domain names of servers that this box asks. */
  readonly ntpServers: readonly string[];
  /** Undefined for a box whose partners, if it has any, are trusted blindly. */
  readonly identity: IdentityFiles | undefined;
  /** Those that this box is in, by the order of their names. */
  readonly relationships: readonly ConfiguredRelationship[];
  /** Links that it is on whose delegated prefixes its kernel routes. */
  readonly routedLinks: readonly string[];
  /** Links that it is on and a router for, and says so. */
  readonly advertisedLinks: readonly AdvertisedLink[];
  /** Undefined: no lease has a name in the DNS. */
  readonly dns: ConfiguredDns | undefined;
  /** Undefined: nobody may ask by TCP which leases there are. */
  readonly leasequeryTcp: LeasequeryTcp | undefined;
  readonly server: ServerConfiguration;
}

/**
 * @param name which of the file's boxes this is; with one box in the file it may be left out
 * @returns the box's configuration, or why there is none, as a sentence without a full stop
 */
export function resolveAppliance(
  document: ProvisioningDocument,
  name: string | undefined,
): ApplianceConfiguration | { readonly error: string } {
  const names = Object.keys(document.appliances);
  const chosen = name ?? (names.length === 1 ? names[0] : undefined);
  if (chosen === undefined)
    return { error: `the file describes several boxes (${names.join(', ')}); say which one this is` };
  const appliance = Object.hasOwn(document.appliances, chosen) ? document.appliances[chosen] : undefined;
  if (appliance === undefined) return { error: `the file describes no box "${chosen}", only: ${names.join(', ')}` };
  const { certificate: certificateFile, key: keyFile } = appliance;
  const server = serverConfiguration(document, chosen);
  const ownInterfaces = Object.entries(appliance.interfaces);
  return {
    name: chosen,
    management: appliance.management && { interface: appliance.management.interface, address: appliance.management.address },
    ownAddresses: ownInterfaces.flatMap(([port, { addresses }]) => addresses.map((one) => ({ interface: port, address: one }))),
    defaultGateway: ownInterfaces.flatMap(([port, { gateway }]) => (gateway === undefined ? [] : { interface: port, address: gateway }))[0],
    metricsPort: appliance.management?.['metrics-port'],
    syslog: appliance.syslog,
    relayInterfaces: appliance['relay-interfaces'],
    clock: appliance.clock,
    ntpServers: appliance['ntp-servers'],
    identity: certificateFile === undefined || keyFile === undefined ? undefined : { certificateFile, keyFile },
    relationships: resolveRelationships(document, chosen, server),
    routedLinks: server.links.flatMap(({ name: link, interfaces }) =>
      interfaces.length > 0 && own(document.links, link)?.['delegated-routes'] === true ? [link] : [],
    ),
    advertisedLinks: server.links.flatMap(({ name: link, interfaces }) =>
      interfaces.length > 0 ? advertisedLink(document, link, interfaces) : [],
    ),
    dns: resolveDns(document),
    leasequeryTcp: resolveLeasequeryTcp(document),
    server,
  };
}

function advertisedLink(document: ProvisioningDocument, name: string, interfaces: readonly string[]): AdvertisedLink | [] {
  const link = own(document.links, name);
  const advertisements = link?.['router-advertisements'];
  if (link === undefined || advertisements === undefined) return [];
  const { managed, autonomous, interval, preferred, valid, dns } = advertisements;
  // What DHCPv6 clients of the link are told, too.
  const options: OptionSection = dns ? { ...document.options, ...link.options } : {};
  return {
    name,
    interfaces,
    managed,
    otherConfig: advertisements['other-config'],
    autonomous,
    interval,
    routerLifetime: advertisements['router-lifetime'],
    needsDefaultRoute: advertisements['needs-default-route'],
    prefixes: link.prefixes,
    preferred,
    valid,
    dnsServers: options['dns-servers'] ?? [],
    domainSearch: options['domain-search'] ?? [],
  };
}


/** The IANA registry "Options Permitted in the Relay-Supplied Options Option": the ERP local domain name (RFC 6440). */
const RSOO_ENABLED: readonly number[] = [65];

function serverConfiguration(document: ProvisioningDocument, box: string): ServerConfiguration {
  const { server } = document;
  const lifetimes = fileLifetimes(document);
  const options = encodeOptions(document.options);
  const interfaces = own(document.appliances, box)?.links;
  return {
    links: partsInLinks(document, box).map(({ name, link, part }) =>
      resolveLink(name, link, { server, lifetimes, options, part, interfaces: own(interfaces, name) ?? [] }),
    ),
    classes: resolveClasses(document.classes),
    solMaxRt: server['sol-max-rt'],
    infMaxRt: server['inf-max-rt'],
    informationRefreshTime: server['information-refresh-time'],
    createOnRenew: server['create-on-renew'],
    declinedHold: server['declined-hold'],
    relaySuppliedOptions: server['relay-supplied-options'] ?? RSOO_ENABLED,
    leasesPerClientMax: server.limits['leases-per-client'],
    leasesMax: server.limits.leases,
    relayDepthMax: server['relay-depth'],
    leasequery: resolveLeasequery(document),
    reconfigure: server.reconfigure && { onReload: server.reconfigure['on-reload'], clientsPerSecond: server.reconfigure['clients-per-second'] },
  };
}

/** What a box is for a link: one of the two of a relationship, or all that there is. */
type Part = { readonly relationship: string; readonly role: Role } | undefined;

interface LinkPart {
  readonly name: string;
  readonly link: LinkSection;
  readonly part: Part;
}

/** The links that a box serves: all but those that are the business of two others. */
function partsInLinks(document: ProvisioningDocument, box: string): readonly LinkPart[] {
  const relationships = relationshipsOfLinks(document);
  return Object.entries(document.links).flatMap(([name, link]): LinkPart[] => {
    const relationship = relationships.get(name);
    const section = relationship === undefined ? undefined : own(document.relationships, relationship);
    if (relationship === undefined || section === undefined) return [{ name, link, part: undefined }];
    const role = roleOf(box, section);
    return role === undefined ? [] : [{ name, link, part: { relationship, role } }];
  });
}

/** What a link takes over unless it says otherwise. */
interface Surroundings {
  readonly server: ProvisioningDocument['server'];
  readonly lifetimes: LayeredLifetimes;
  readonly options: OptionSet;
  readonly part: Part;
  readonly interfaces: readonly string[];
}

function resolveLink(name: string, link: LinkSection, outer: Surroundings): Link {
  const lifetimes = within(outer.lifetimes, link.lifetimes, ['links', name]);
  const { part } = outer;
  const prefixPools = poolsFor(part, link['prefix-pools']).map((pool) => resolvePrefixPool(pool, lifetimes, part));
  return {
    name,
    prefixes: link.prefixes,
    interfaces: outer.interfaces,
    relayInterfaceIds: link.relay?.['interface-ids'] ?? [],
    relayRemoteIds: link.relay?.['remote-ids'] ?? [],
    addressPools: poolsFor(part, link['address-pools']).map((pool) => resolveAddressPool(pool, lifetimes, part)),
    prefixPools,
    reservations: link.reservations.map((reservation) => resolveReservation(reservation, prefixPools)),
    options: overriding(encodeOptions(link.options), outer.options),
    lifetimes: plainLifetimes(lifetimes),
    rapidCommit: link['rapid-commit'] ?? outer.server['rapid-commit'],
    relationship: part?.relationship,
    preference: link.preference ?? outer.server.preference,
    radiusAssignments: link.relay?.['radius-assignments'] ?? false,
    addressRegistration: link['address-registration'] ?? false,
  };
}

/** Nobody tells the secondary of leases from a pool without failover: it has no part in it. */
function poolsFor<P extends AddressPoolSection | PrefixPoolSection>(part: Part, pools: readonly P[]): readonly P[] {
  return part?.role === 'secondary' ? pools.filter(({ failover }) => failover) : pools;
}

function sharing(
  { failover }: AddressPoolSection | PrefixPoolSection,
  part: Part,
): { readonly share: PoolShare; readonly replicated: boolean } {
  return part === undefined || !failover ? { share: 'whole', replicated: false } : { share: part.role, replicated: true };
}

function resolveAddressPool(pool: AddressPoolSection, outer: LayeredLifetimes, part: Part): AddressPool {
  const { range, prefix, allocation } = pool;
  const { first, last } = range ?? wholePrefix(prefix);
  return {
    first,
    last,
    allocation,
    lifetimes: plainLifetimes(within(outer, pool.lifetimes, [])),
    options: encodeOptions(pool.options),
    ...sharing(pool, part),
    classes: poolClassesOf(pool),
  };
}

function wholePrefix(prefix: Prefix | undefined) {
  invariant(prefix !== undefined, 'a checked address pool has a range or a prefix');
  return { first: prefix.address, last: lastAddress(prefix.address, prefix.length) };
}

function resolvePrefixPool(pool: PrefixPoolSection, outer: LayeredLifetimes, part: Part): PrefixPool {
  const { prefix, exclude, allocation } = pool;
  const delegatedLength = pool['delegated-length'];
  return {
    prefix,
    delegatedLength,
    exclude:
      exclude === undefined
        ? undefined
        : { length: exclude.length, subnetId: excludeData(prefix, delegatedLength, exclude) },
    allocation,
    lifetimes: plainLifetimes(within(outer, pool.lifetimes, [])),
    options: encodeOptions(pool.options),
    ...sharing(pool, part),
    classes: poolClassesOf(pool),
  };
}

/** The same for every prefix of the pool, so that of the first will do. */
function excludeData(
  pool: Prefix,
  delegatedLength: number,
  exclude: NonNullable<PrefixPoolSection['exclude']>,
): Uint8Array {
  const address = prefixAfter(pool.address, exclude.length, exclude['subnet-id']);
  const data =
    address === undefined
      ? undefined
      : encodePrefixExclude({ address: pool.address, length: delegatedLength }, { address, length: exclude.length });
  invariant(data !== undefined, 'a checked exclude lies inside of the delegated prefix');
  return data;
}

function resolveReservation(reservation: ReservationSection, pools: readonly PrefixPool[]): Reservation {
  return {
    duid: reservation.duid,
    iaid: reservation.iaid === undefined ? undefined : iaid(reservation.iaid),
    linkLayerAddress: reservation['link-layer-address'],
    addresses: reservation.addresses ?? [],
    prefixes: (reservation.prefixes ?? []).map((written): ReservedPrefix => {
      const { prefix, exclude } = reservedPrefix(written);
      return {
        prefix,
        exclude: exclude === undefined ? poolExclude(prefix, pools) : encodePrefixExclude(prefix, exclude),
      };
    }),
    options: encodeOptions(reservation.options),
  };
}

/** A reserved prefix of a pool is like the pool's others, unless its reservation says what to leave out. */
function poolExclude(prefix: Prefix, pools: readonly PrefixPool[]): Uint8Array | undefined {
  return pools.find((pool) => prefixesOverlap(pool.prefix, prefix))?.exclude?.subnetId;
}
