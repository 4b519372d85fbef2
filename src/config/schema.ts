/**
 * The provisioning file, version 1: its shape, its defaults, and what each key means. The JSON Schema for editors is made
 * from this; what a schema cannot say (that pools do not overlap, ...) is in `checks/`.
 */
import * as v from 'valibot';
import { advertisementSection } from './advertisement-schema.ts';
import { classSection, poolClasses } from './class-schema.ts';
import { dnsUpdateSection, linkNamingSection } from './dns-schema.ts';
import {
  address,
  duid,
  duration,
  filePath,
  integer,
  interfaceAddress,
  interfaceName,
  linkLayerAddress,
  serialNumber,
  listOf,
  opaque,
  prefix,
  range,
} from './fields.ts';
import { leasequerySection } from './leasequery-schema.ts';
import { fileLifetimes, ownLifetimes } from './lifetime-schema.ts';
import { INTERFACES, INTERFACE_PATTERN, NAMES, NAME_PATTERN } from './name-values.ts';
import { askedNtpServer, optionSection } from './option-schema.ts';
import { relationship } from './relationship-schema.ts';
import { described, named, section } from './schema-parts.ts';

/** A file that a later release cannot read in the same way will have another number. */
export const FORMAT_VERSION = 1;

const maxRt = duration({ least: 60, most: 86_400 });

const allocation = described(
  v.optional(v.picklist(['random', 'sequential'], 'random, sequential'), 'random'),
  'random: leases cannot be guessed from others; sequential: the lowest free one',
);

const failover = described(
  v.optional(v.boolean('true, false'), true),
  'false: the partner is told nothing of these leases, and the primary alone gives them; for leases under 30 s',
);

const addressPool = v.pipe(
  section({
    range: described(v.optional(range), 'First and last address'),
    prefix: described(v.optional(prefix), 'All addresses of a prefix, instead of a range'),
    allocation,
    failover,
    ...poolClasses,
    lifetimes: v.optional(ownLifetimes),
    options: v.optional(optionSection),
  }),
  v.metadata({ oneOf: [{ required: ['range'] }, { required: ['prefix'] }] }),
);

const prefixPool = section({
  prefix: described(prefix, 'What prefixes are delegated from'),
  'delegated-length': described(integer(1, 128), 'Length of each delegated prefix'),
  exclude: described(
    v.optional(section({ length: integer(1, 128), 'subnet-id': integer(0, Number.MAX_SAFE_INTEGER) })),
    'What the client must leave out of its delegated prefix (RFC 6603): the length of that part, and its number',
  ),
  allocation,
  failover,
  ...poolClasses,
  lifetimes: v.optional(ownLifetimes),
  options: v.optional(optionSection),
});

const reservedPrefix = v.union(
  [
    prefix,
    section({
      prefix,
      exclude: described(v.optional(prefix), 'The part of it that the client must leave out (RFC 6603)'),
    }),
  ],
  'an IPv6 prefix, or { prefix: PREFIX, exclude: PREFIX }',
);

const reservation = v.pipe(
  section({
    duid: described(v.optional(duid), 'The client, by its DUID'),
    iaid: described(v.optional(integer(0, 0xffffffff)), 'One identity association of that client only'),
    'link-layer-address': described(v.optional(linkLayerAddress), 'The client, by what its relay reports (RFC 6939)'),
    addresses: v.optional(listOf('IPv6 addresses', address)),
    prefixes: v.optional(listOf('IPv6 prefixes', reservedPrefix)),
    options: v.optional(optionSection),
  }),
  v.metadata({
    oneOf: [{ required: ['duid'] }, { required: ['link-layer-address'] }],
    anyOf: [{ required: ['addresses'] }, { required: ['prefixes'] }, { required: ['options'] }],
    dependencies: { iaid: ['duid'] },
  }),
);

const relay = section({
  'interface-ids': described(
    v.optional(listOf('identifiers', opaque)),
    'Interface-Ids (RFC 9915 section 21.18) that mean this link',
  ),
  'remote-ids': described(
    v.optional(listOf('{ enterprise, id }', section({ enterprise: integer(0, 0xffffffff), id: opaque }))),
    'Remote-Ids (RFC 4649) that mean this link',
  ),
  'radius-assignments': described(
    v.optional(v.boolean('true, false')),
    'A client gets the address and the prefix that RADIUS has for it, as its relay passes them on (RFC 7037), where a pool of the link has them free',
  ),
});

const preference = integer(0, 255);

const link = section({
  prefixes: described(v.optional(v.array(prefix, 'a list of IPv6 prefixes'), []), 'Prefixes that are on-link'),
  relay: described(v.optional(relay), 'How relays name this link, besides a link-address inside of its prefixes'),
  'address-pools': described(
    v.optional(v.array(addressPool, 'a list of address pools'), []),
    'Addresses for clients that have no reservation',
  ),
  'prefix-pools': described(v.optional(v.array(prefixPool, 'a list of prefix pools'), []), 'Prefixes to delegate'),
  reservations: described(
    v.optional(v.array(reservation, 'a list of reservations'), []),
    'Leases that are kept for one client',
  ),
  'delegated-routes': described(
    v.optional(v.boolean('true, false'), true),
    'The kernel of each box on this link routes delegated prefixes to their clients',
  ),
  'router-advertisements': described(
    v.optional(advertisementSection),
    'Each box on this link is a router for its hosts, and says so (RFC 4861); by radvd',
  ),
  'dns-updates': described(v.optional(linkNamingSection), 'Leases of addresses on this link have names in the DNS'),
  lifetimes: v.optional(ownLifetimes),
  options: v.optional(optionSection),
  'rapid-commit': described(v.optional(v.boolean('true, false')), 'Instead of the value under "server"'),
  preference: described(v.optional(preference), 'Instead of the value under "server"'),
  'address-registration': described(
    v.optional(v.boolean('true, false')),
    'Hosts tell which addresses they gave themselves (RFC 9686): those are listed, and leased to nobody',
  ),
});

const appliance = section({
  management: described(
    v.optional(
      section({
        interface: interfaceName,
        address: interfaceAddress,
        'metrics-port': described(
          v.optional(integer(1, 65_535)),
          'TCP port on that address where whoever asks gets metrics in the text format of Prometheus; left out: nowhere',
        ),
      }),
    ),
    'The interface that the boxes talk to each other on',
  ),
  interfaces: described(
    v.optional(
      named(
        'what this box has there',
        INTERFACES,
        INTERFACE_PATTERN,
        section({
          addresses: described(
            v.optional(v.array(interfaceAddress, 'a list of addresses with prefix lengths such as 2001:db8:1::2/64'), []),
            'Addresses of this box itself on that interface, with the length of the prefix that is on-link there',
          ),
          gateway: described(v.optional(address), 'The router on that interface behind which everything else is: the default route'),
        }),
      ),
      {},
    ),
    'What the firmware puts onto the interfaces of this box besides the management address ("twinlease serve --set-addresses"); elsewhere the system has its own ways',
  ),
  syslog: described(
    v.optional(section({ server: described(address, 'The host that gets the lines'), port: described(v.optional(integer(1, 65_535), 514), 'UDP') })),
    'Another host that gets the log of this box as well (RFC 5424 over UDP; nobody encrypts it)',
  ),
  'serial-number': described(v.optional(serialNumber), 'By which the box knows that it is this one: that of its board'),
  'mac-addresses': described(
    v.optional(v.array(linkLayerAddress, 'a list of link-layer addresses'), []),
    'The same: of one or more of its ports',
  ),
  clock: described(
    v.optional(v.picklist(['ntp', 'system'], 'ntp, system'), 'ntp'),
    'ntp: the clock of this box counts as right when NTP, a partner or "clock set" says so; system: always, as something else keeps it right',
  ),
  'ntp-servers': described(
    v.optional(v.array(askedNtpServer, 'a list of NTP servers'), []),
    'NTP servers that this box asks for the time, on firmware that has chrony; for a jump of more than a day, two have to agree',
  ),
  certificate: described(
    v.optional(filePath),
    'File with the X.509 certificate by which its partners know this box, on every one of them',
  ),
  key: described(v.optional(filePath), 'File with the private key of that certificate, on this box only'),
  links: described(
    v.optional(named('lists of interfaces', NAMES, NAME_PATTERN, v.array(interfaceName, 'a list of interfaces')), {}),
    'Which interfaces of this box are on which link',
  ),
  'relay-interfaces': described(
    v.optional(v.array(interfaceName, 'a list of interfaces'), []),
    'Interfaces without clients of their own, where messages of relays come in',
  ),
});

const server = section({
  'rapid-commit': described(
    v.optional(v.boolean('true, false'), false),
    'Two messages instead of four where the client asks for it (RFC 9915 section 18.3.1)',
  ),
  preference: described(
    v.optional(preference, 0),
    'Which server a client takes; the highest wins (RFC 9915 section 21.8)',
  ),
  'create-on-renew': described(
    v.optional(v.boolean('true, false'), true),
    'A Renew for a lease that is not known makes one',
  ),
  'declined-hold': described(
    v.optional(duration({ least: 1, most: 'forever' }), '1d'),
    'How long an address is set aside after a client found it in use',
  ),
  'information-refresh-time': described(
    v.optional(duration({ least: 600, most: 'forever' })),
    'When clients without leases ask again (RFC 9915 section 21.23)',
  ),
  'sol-max-rt': described(v.optional(maxRt), 'Longest pause between Solicits (RFC 9915 section 21.24)'),
  'inf-max-rt': described(v.optional(maxRt), 'Longest pause between Information-requests (RFC 9915 section 21.25)'),
  'relay-supplied-options': described(
    v.optional(v.array(integer(1, 0xffff), 'a list of option codes')),
    'Codes that relay agents may supply where this file has none (RFC 6422); left out: 65',
  ),
  'relay-depth': described(v.optional(integer(8, 32), 8), 'How many relays a message may pass'),
  reconfigure: described(
    v.optional(
      section({
        'on-reload': described(v.optional(v.boolean('true, false'), true), 'Clients that a changed file concerns are asked to renew at once'),
        'clients-per-second': described(v.optional(integer(1, 1_000), 20), 'How many of them are asked in a second'),
      }),
    ),
    'Clients that accept Reconfigure (RFC 9915 section 18.3.11) get a key, and are asked to renew when the file changes, or by "lease reconfigure"; left out: none is',
  ),
  limits: v.optional(
    section({
      leases: described(v.optional(integer(1, 10_000_000), 1_000_000), 'Leases that this box keeps at most'),
      'leases-per-client': described(v.optional(integer(1, 1024), 32), 'Leases that one client gets at most'),
    }),
    {},
  ),
});

export const provisioningSchema = section({
  version: described(v.literal(FORMAT_VERSION, String(FORMAT_VERSION)), 'Version of this format'),
  appliances: described(
    v.pipe(named('boxes', NAMES, NAME_PATTERN, appliance), v.minEntries(1, 'at least one box')),
    'The boxes that this file is for, by name',
  ),
  relationships: described(
    v.optional(named('relationships', NAMES, NAME_PATTERN, relationship), {}),
    'Pairs of boxes that back each other by failover (RFC 8156), by name',
  ),
  server: v.optional(server, {}),
  lifetimes: v.optional(fileLifetimes, {}),
  options: described(
    v.optional(optionSection, {}),
    'Options for all links; a link, a pool or a reservation may say otherwise',
  ),
  classes: described(
    v.optional(v.array(classSection, 'a list of classes')),
    'Classes of clients; of several that a client is in, the first counts that says something',
  ),
  'dns-updates': described(v.optional(dnsUpdateSection), 'Zones whose DNS servers are told the names of clients (RFC 2136)'),
  leasequery: described(v.optional(leasequerySection), 'Relay agents and others may ask which leases there are (RFC 5007); left out: nobody may'),
  links: described(v.optional(named('links', NAMES, NAME_PATTERN, link), {}), 'The links that clients are on, by name'),
});

/** The file's content, with defaults filled in and every text read for its value. Keys are as in the file. */
export type ProvisioningDocument = v.InferOutput<typeof provisioningSchema>;
export type ApplianceSection = ProvisioningDocument['appliances'][string];
export type RelationshipSection = ProvisioningDocument['relationships'][string];
export type LinkSection = ProvisioningDocument['links'][string];
export type AddressPoolSection = LinkSection['address-pools'][number];
export type PrefixPoolSection = LinkSection['prefix-pools'][number];
export type ClassSection = NonNullable<ProvisioningDocument['classes']>[number];
export type ReservationSection = LinkSection['reservations'][number];
export type LifetimeSection = v.InferOutput<typeof ownLifetimes>;
