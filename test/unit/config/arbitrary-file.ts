// Provisioning files of all shapes that are right, as plain values in the shape of the file.

import fc from 'fast-check';
import { stringify } from 'yaml';
import { relationships, withPartners } from './arbitrary-relationships.ts';
import { duration, some } from './arbitrary-values.ts';

export type PlainFile = Record<string, unknown>;

/** As a text, written by somebody else's code. */
export function yamlOf(file: unknown): string {
  return stringify(file, { aliasDuplicateObjects: false });
}

const hex = (value: number): string => value.toString(16);

/** The ranges do not overlap, so that each layer's values go with any other's. */
const lifetimes = some({
  t1: duration(1, 100),
  t2: duration(100, 200),
  preferred: fc.oneof(duration(400, 600), duration(3600, 7200)),
  valid: fc.oneof(duration(7200, 90_000), fc.constant('infinite')),
}).map((own) => ('t1' in own || !('t2' in own) ? own : { ...own, t1: 60 }));

const fileLifetimes = lifetimes.map((own) => ({ t1: 100, t2: 200, ...own }));

const advertisements = some({
  managed: fc.boolean(),
  'other-config': fc.boolean(),
  autonomous: fc.constant(false),
  interval: duration(4, 1_800),
  'router-lifetime': fc.oneof(fc.constant('0s'), duration(1_800, 9_000)),
  'needs-default-route': fc.boolean(),
  preferred: duration(1_800, 5_400),
  valid: fc.oneof(duration(5_400, 90_000), fc.constant('infinite')),
  dns: fc.boolean(),
});

/** Texts that a careless writer of YAML would spoil. */
const trickyText = fc.oneof(
  fc.constantFrom(
    '0x0a',
    '7',
    'true',
    'null',
    '~',
    'a: b',
    '# no',
    '- x',
    '[x]',
    "it's",
    '"',
    '\\',
    '2001:db8::',
    ' x ',
    '1e3',
    'é',
    '日本',
    '😀',
    '\t',
    '\n',
    '\u0085',
    '\u001b',
    '*a',
    '&b',
    '!c',
    '%d',
    '@e',
    '`',
  ),
  fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
);

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const serverAddress = fc.integer({ min: 1, max: 0xffff }).map((host) => `2001:db8:53::${hex(host)}`);
const domain = fc.array(name, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));

function list<T>(item: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> {
  return fc.array(item, { minLength: 1, maxLength });
}

function typedValue(code: number): fc.Arbitrary<object> {
  const integers = (most: number) =>
    fc.oneof(fc.integer({ min: 0, max: most }), list(fc.integer({ min: 0, max: most })));
  return fc.oneof(
    fc.record({
      code: fc.constant(code),
      type: fc.constant('address-list'),
      value: fc.oneof(serverAddress, list(serverAddress)),
    }),
    fc.record({ code: fc.constant(code), type: fc.constant('domain-list'), value: fc.oneof(domain, list(domain)) }),
    fc.record({ code: fc.constant(code), type: fc.constant('string'), value: trickyText }),
    fc.record({ code: fc.constant(code), type: fc.constant('uint8'), value: integers(0xff) }),
    fc.record({ code: fc.constant(code), type: fc.constant('uint16'), value: integers(0xffff) }),
    fc.record({ code: fc.constant(code), type: fc.constant('uint32'), value: integers(0xffffffff) }),
    fc.record({
      code: fc.constant(code),
      type: fc.constant('hex'),
      value: fc.uint8Array({ minLength: 1, maxLength: 8 }).map((octets) => `0x${Buffer.from(octets).toString('hex')}`),
    }),
  );
}

const portParameters = fc.integer({ min: 0, max: 10 }).chain((length) =>
  fc.record({ offset: fc.integer({ min: 0, max: 6 }), 'psid-length': fc.constant(length), psid: fc.integer({ min: 0, max: 2 ** length - 1 }) }),
);

const rules = list(
  fc.tuple(
    fc.constantFrom(
      { 'ipv4-prefix': '192.0.2.0/24', 'ipv6-prefix': '2001:db8:f000::/40', 'ea-length': 16 },
      { 'ipv4-prefix': '198.51.100.7/32', 'ipv6-prefix': '2001:db8:8000::/33', 'ea-length': 0 },
    ),
    some({ forwarding: fc.boolean(), 'port-parameters': portParameters }),
  ).map(([rule, more]) => ({ ...rule, ...more })),
);

const softwires = some({
  priority: fc.uniqueArray(fc.constantFrom('ds-lite', 'dhcpv4-over-dhcpv6', 'map-e', 'map-t', 'lw4o6'), { minLength: 1 }),
  'map-e': list(fc.record({ rules, 'border-relays': list(serverAddress) })),
  'map-t': fc.record({ rules, 'default-mapping': fc.constantFrom('2001:db8:ffff::/64', '64:ff9b::/96') }),
  lw4o6: fc.tuple(
    fc.record({ 'border-relays': list(serverAddress) }),
    some({
      binding: fc
        .tuple(fc.constant({ 'ipv4-address': '192.0.2.1', 'ipv6-prefix': '2001:db8:1ff::/56' }), some({ 'port-parameters': portParameters }))
        .map(([bound, more]) => ({ ...bound, ...more })),
    }),
  ).map(([lw4o6, more]) => ({ ...lw4o6, ...more })),
});

const bootFiles = list(
  fc.tuple(
    fc.record({ url: fc.constantFrom('tftp://[2001:db8::69]/a', 'https://boot.example/%41?b=c') }),
    some({ parameters: list(trickyText) }),
  ),
).map((files) => files.map(([file, more], i) => ({ ...file, ...more, ...(i === 0 ? {} : { architectures: [2 * i, 2 * i + 1] }) })));

const options = some({
  'encrypted-dns': list(
    fc.oneof(
      fc.record({ priority: fc.integer({ min: 1, max: 0xffff }), name: domain }),
      fc.record({ priority: fc.constant(1), name: domain, addresses: list(serverAddress), alpn: fc.constant(['dot', 'doq']), port: fc.constant(8853) }),
      fc.record({ priority: fc.constant(2), name: domain, addresses: list(serverAddress), alpn: fc.constant(['h2']), 'doh-path': fc.constant('/q{?dns}') }),
    ),
  ),
  timezone: fc.constantFrom({ posix: 'CET-1CEST,M3.5.0,M10.5.0/3' }, { name: 'Etc/GMT+5' }, { posix: '<+0330>-3:30', name: 'Asia/Tehran' }),
  'captive-portal': fc.constant('https://portal.example/api'),
  'sip-servers': list(serverAddress),
  'sip-domains': list(domain),
  'boot-files': bootFiles,
  aftr: domain,
  softwires,
  'dns-servers': list(serverAddress),
  'domain-search': list(domain),
  'sntp-servers': list(serverAddress),
  'ntp-servers': list(fc.oneof(serverAddress, domain, fc.constant({ multicast: 'ff05::101' }))),
  vendor: fc
    .uniqueArray(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 2 })
    .chain((numbers) =>
      fc.tuple(
        ...numbers.map((enterprise) =>
          fc.record({ enterprise: fc.constant(enterprise), options: list(typedValue(1)) }),
        ),
      ),
    ),
  // Codes that nothing is known about.
  custom: fc
    .uniqueArray(fc.integer({ min: 200, max: 250 }), { minLength: 1, maxLength: 3 })
    .chain((codes) => fc.tuple(...codes.map(typedValue))),
});

/** Names that pools refer to: a file has the classes of all of them, or none. */
const CLASS_NAMES = ['phones', 'gold', 'lab'];

const octetText = fc.stringMatching(/^[a-z*?]{1,8}$/);
const classPatterns = list(fc.oneof(octetText, fc.constantFrom('0x0a??', '0x*ff', 'a\\*b', '0x3078')), 1);
const patternsOfDuids = list(fc.constantFrom('00:03:*', '0003*:??', '*', '00:01:02:03'), 1);
const match = fc
  .tuple(
    fc.record({ 'user-classes': classPatterns }),
    some({
      'vendor-classes': list(some({ enterprise: fc.integer({ min: 0, max: 0xffffffff }), data: octetText }), 1),
      architectures: fc.constant([7, 9]),
      duids: patternsOfDuids,
      'link-layer-addresses': list(fc.constantFrom('02:00:5e:*', '02-00-5e-10-00-??'), 1),
      'remote-ids': list(some({ enterprise: fc.constant(32473), id: octetText }), 1),
      'subscriber-ids': classPatterns,
      'interface-ids': classPatterns,
      'radius-address-pools': classPatterns,
      'radius-prefix-pools': classPatterns,
    }),
  )
  .map(([one, more]) => ({ ...one, ...more }));
const classes = fc.tuple(...CLASS_NAMES.map((className, i) =>
  fc
    .tuple(match, some({ options, lifetimes: fc.constantFrom({ preferred: '10m', valid: '1h' }, { preferred: 600, valid: '7200s', t1: 100, t2: 200 }) }))
    .map(([own, more]) => ({ name: className, match: i === 0 ? own : { ...own, 'not-classes': [CLASS_NAMES[0]] }, ...more })),
));

const allocation = fc.constantFrom('random', 'sequential');
const failover = fc.boolean();

/** Everything of a link lies in a part of the address space that its number stands for. */
function link(number: number): fc.Arbitrary<Record<string, unknown>> {
  const prefix = (part: number): string => `2001:db8:${hex(number)}:${hex(part)}::/64`;
  const addressPool = (part: number) =>
    fc.oneof(
      fc.integer({ min: 0, max: 0xfff }).chain((size) =>
        some({ allocation, failover, lifetimes, options }).map((pool) => ({
          range: `2001:db8:${hex(number)}:0::${hex(part)}000 - 2001:DB8:${hex(number)}::${hex(part)}${hex(size).padStart(3, '0')}`,
          ...pool,
        })),
      ),
      some({ allocation, failover, lifetimes, options }).map((pool) => ({
        prefix: `2001:db8:${hex(number)}:0:${hex(part)}::/80`,
        ...pool,
      })),
    );
  const prefixPool = (part: number) =>
    fc.integer({ min: 32, max: 64 }).chain((length) =>
      some({
        exclude: fc.integer({ min: length + 1, max: 128 }).chain((longer) =>
          fc.record({
            length: fc.constant(longer),
            'subnet-id': fc.integer({ min: 0, max: Math.min(2 ** (longer - length) - 1, 2 ** 40) }),
          }),
        ),
        allocation,
        failover,
        lifetimes,
        options,
      }).map((pool) => ({ prefix: `fd${hex(number)}${hex(part)}::/32`, 'delegated-length': length, ...pool })),
    );
  const reservation = (i: number) => {
    const addresses = list(fc.integer({ min: 0, max: 3 }), 4).map((parts) =>
      [...new Set(parts)].map((part) => `2001:db8:${hex(number)}::${hex(i + 1)}:${hex(part)}`),
    );
    const prefixes = list(fc.integer({ min: 0, max: 3 }), 4).map((parts) =>
      [...new Set(parts)].map((part) => {
        const delegated = `fc00:${hex(number)}:${hex(i)}:${hex(part)}::/64`;
        return part === 0 ? { prefix: delegated, exclude: `fc00:${hex(number)}:${hex(i)}:0:f::/80` } : delegated;
      }),
    );
    const client = fc.oneof(
      fc.constant({ duid: `00:03:00:01:${hex(i)}` }),
      fc.integer({ min: 0, max: 0xffffffff }).map((iaid) => ({ duid: `0004${hex(i).padStart(4, '0')}`, iaid })),
      fc.constant({ 'link-layer-address': `02-00-5E-10-00-${hex(i)}` }),
    );
    return fc
      .tuple(client, some({ prefixes, options }), addresses)
      .map(([named, kept, own]) => ({ ...named, ...kept, addresses: own }));
  };
  const each = <T>(item: (i: number) => fc.Arbitrary<T>, most: number) =>
    fc.integer({ min: 0, max: most }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => item(i))));
  return some({
    relay: some({
      'radius-assignments': fc.boolean(),
      'interface-ids': fc
        .uniqueArray(trickyText, { minLength: 1, maxLength: 3 })
        .map((ids) => ids.map((id) => `${hex(number)} ${id}`)),
      'remote-ids': fc
        .uniqueArray(trickyText, { minLength: 1, maxLength: 3 })
        .map((ids) => ids.map((id) => ({ enterprise: number, id: `r ${id}` }))),
    }),
    'address-pools': each((i) => addressPool(i + 1), 3),
    'prefix-pools': each(prefixPool, 2),
    reservations: each(reservation, 3),
    'router-advertisements': advertisements,
    lifetimes,
    options,
    'rapid-commit': fc.boolean(),
    preference: fc.integer({ min: 0, max: 255 }),
    'address-registration': fc.boolean(),
  }).map((content) => ({ ...content, prefixes: [prefix(1), prefix(0)] }));
}

const server = some({
  'rapid-commit': fc.boolean(),
  preference: fc.integer({ min: 0, max: 255 }),
  'create-on-renew': fc.boolean(),
  'declined-hold': duration(1, 100_000),
  'information-refresh-time': duration(600, 100_000),
  'sol-max-rt': duration(60, 86_400),
  'inf-max-rt': duration(60, 86_400),
  'relay-depth': fc.integer({ min: 8, max: 32 }),
  reconfigure: some({ 'on-reload': fc.boolean(), 'clients-per-second': fc.integer({ min: 1, max: 1_000 }) }),
  limits: some({
    leases: fc.integer({ min: 1, max: 10_000_000 }),
    'leases-per-client': fc.integer({ min: 1, max: 1024 }),
  }),
});

const unpairedFile: fc.Arbitrary<PlainFile> = fc
  .uniqueArray(name, { minLength: 1, maxLength: 3 })
  .chain((names) =>
    fc.record(
      {
        version: fc.constant(1),
        appliances: fc.record({ west: appliance(names, 2), east: appliance(names, 1) }, { requiredKeys: ['east'] }),
        server,
        lifetimes: fileLifetimes,
        options,
        links: fc
          .tuple(...names.map((_, i) => link(i + 1)))
          .map((contents) => Object.fromEntries(names.map((of, i) => [of, contents[i]]))),
      },
      { requiredKeys: ['version', 'appliances', 'lifetimes', 'links'] },
    ),
  );

function appliance(links: readonly string[], number: number): fc.Arbitrary<Record<string, unknown>> {
  return some({
    management: some({ 'metrics-port': fc.integer({ min: 1, max: 65_535 }) }).map((own) => ({ interface: 'mgmt', address: `fd00::${hex(number)}/64`, ...own })),
    interfaces: some({ addresses: fc.constant([`2001:db8:77::${hex(number)}/64`, `2001:db8:78::${hex(number)}/128`]), gateway: fc.constantFrom('fe80::1', '2001:db8:77::ffff') })
      .map((up) => ({ eth7: { addresses: [`2001:db8:77::${hex(number + 16)}/64`], ...up }, 'eth0.10': {} })),
    syslog: some({ port: fc.integer({ min: 1, max: 65_535 }) }).map((own) => ({ server: '2001:db8:53::514', ...own })),
    'serial-number': fc.constantFrom('10000000abcdef12', 'SN 4711-b'),
    'mac-addresses': fc.constantFrom(['02:00:5e:10:00:01'], ['02:00:5e:10:00:02', '02:00:5e:10:00:03']),
    links: fc
      .subarray([...links])
      .map((used) => Object.fromEntries(used.map((of, i) => [of, [`eth${i}`, `eth${i}.10`]]))),
  }).map((own) => ({ ...own, 'relay-interfaces': ['uplink'] }));
}

/** A whole file with up to three links and two boxes, all of it consistent. */
export const arbitraryFile: fc.Arbitrary<PlainFile> = fc
  .oneof(unpairedFile, unpairedFile.chain(paired))
  .chain((file) => fc.oneof(fc.constant(file), classes.map((all) => withClasses(file, all))));

/** The first pool of each kind is for one class, the others are not for two. */
function withClasses(file: PlainFile, all: readonly object[]): PlainFile {
  const ofPools = (pools: unknown): unknown =>
    Array.isArray(pools) ? pools.map((pool: object, i) => ({ ...pool, ...(i === 0 ? { classes: ['phones'] } : { 'not-classes': ['lab', 'gold'] }) })) : pools;
  const links = Object.entries(file['links'] as Record<string, PlainFile>).map(([of, content]) => [
    of,
    Object.fromEntries(Object.entries(content).map(([key, value]) => [key, key.endsWith('-pools') ? ofPools(value) : value])),
  ]);
  return { ...file, classes: all, links: Object.fromEntries(links) as PlainFile };
}

/** The same with two boxes that back each other on some of the links. */
function paired(file: PlainFile): fc.Arbitrary<PlainFile> {
  const links = Object.keys(file['links'] as object);
  return relationships(links).map((pairs) => ({ ...withPartners(file, pairs), relationships: pairs }));
}
