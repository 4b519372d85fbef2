/** What provisioning files say in the simulation: few texts, each read once a process. Lifetimes are short so that much happens. */
import { loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import type { ProvisioningDocument } from '../../../src/config/index.ts';
import type { DnsConfiguration } from '../../../src/dns/index.ts';
import type { RelationshipConfiguration } from '../../../src/failover/index.ts';
import type { ServerConfiguration } from '../../../src/server/index.ts';
import { formatHex } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { duidOf, linkLayerOf, numberOf } from '../client/identity.ts';
import type { BoxName, LinkName } from './names.ts';

/** It may ask by leasequery. */
export const REQUESTOR = '2001:db8:f::5';

export type FileName = 'first' | 'second';

/** What the file makes of one box. */
export interface BoxConfiguration {
  readonly server: ServerConfiguration;
  /** Undefined: leases have no names. */
  readonly dns: DnsConfiguration | undefined;
  readonly relationships: readonly RelationshipConfiguration[];
}

export interface Variant {
  readonly validSeconds: number;
  /** 0 for a box by itself. */
  readonly mcltSeconds: number;
  /** Every client finds a lease when all is well. */
  readonly isAmple: boolean;
  readonly links: Readonly<Record<BoxName, readonly LinkName[]>>;
  readonly boxOf: (name: BoxName) => BoxConfiguration;
  /** What another file makes of the box, of which clients hear something else; the same where there is none. */
  readonly otherOf: (name: BoxName) => BoxConfiguration;
  /** The first so many hash buckets are the primary's while both are in NORMAL, by each of the files; undefined: it answers everybody. */
  readonly primaryBuckets: Readonly<Record<FileName, number>> | undefined;
  /** Requestors may ask. */
  readonly hasLeasequery: boolean;
  /** What is hashed to know which box answers a client there. */
  readonly identityOf: (client: Duid, link: LinkName) => Uint8Array;
  /** Clients are heard from addresses that their link-layer addresses are made into. */
  readonly reservesByLinkLayer: boolean;
  /** What partners know each other by; undefined: by nothing. */
  readonly certificate: string | undefined;
}

interface VariantText {
  readonly preferred: number;
  readonly valid: number;
  readonly pools: keyof typeof POOLS;
  readonly rapidCommit?: true;
  readonly relationships?: string;
  /** The boxes know each other by certificates, and so send beacons on the LAN. */
  readonly hasBeacons?: true;
  /** Every other client is in a class with pools and lifetimes of its own. */
  readonly hasClasses?: true;
  /** Of the first clients, on the direct link. */
  readonly reservesByLinkLayer?: true;
  /** Clients that accept it are asked by Reconfigure. */
  readonly hasReconfigure?: true;
  /** Requestors may ask, and leases have names in the DNS; and the second file divides the clients otherwise, so that boxes that read it at different times are configured differently. */
  readonly hasAll?: true;
}

const CERTIFICATE = 'c0'.repeat(32);
/** They are told the names of clients. */
const ZONES = 'dns-updates: { zones: [ { name: example.com, servers: ["2001:db8::53"] }, { prefix: "2001:db8:1::/48", servers: ["2001:db8::53"] }, { prefix: "2001:db8:2::/48", servers: ["2001:db8::53"] } ] }\n';

/** How the last 16 bits of the last address of a pool read, and the length of the prefix that prefixes of 56 bits come from. */
const POOLS = { ample: ['8ff', 48], scarce: ['107', 53], middling: ['13f', 50] } as const;

/** The same in two halves: how the first ends and the second begins, and where the second half of the prefixes is. */
const HALVES = { ample: ['4ff', '500', ':8000'], scarce: ['103', '104', ':400'], middling: ['11f', '120', ':2000'] } as const;

/** By the last octet of their DUIDs. */
const EVERY_OTHER_CLIENT = Array.from({ length: 128 }, (_, i) => `"*:${(2 * i + 1).toString(16).padStart(2, '0')}"`).join(', ');

const PAIR = 'ab: { primary: A, secondary: B, links: [lan, branch], insecure: true, relaying: false, ';
/** The others relay nothing: what was found with their seeds stays what it is. */
const RELAYING_PAIR = PAIR.replace('relaying: false', 'relaying: true');
const TRIO = (rest: string): string =>
  `ac: { primary: A, secondary: C, links: [lan], insecure: true, relaying: false, ${rest}\n  bc: { primary: B, secondary: C, links: [branch], insecure: true, relaying: false, ${rest}`;

/** They relay: who divides the clients does. */
const RELAYING_TRIO = (rest: string): string => TRIO(rest).replaceAll('relaying: false', 'relaying: true');

/** Numbers of clients for whom an address is reserved. */
const RESERVED_FOR = 8;

const TEXTS = {
  'single, ample': { preferred: 40, valid: 60, pools: 'ample' },
  'single, scarce': { preferred: 40, valid: 60, pools: 'scarce' },
  'single, rapid': { preferred: 80, valid: 120, pools: 'middling', rapidCommit: true },
  'pair, ample': { preferred: 60, valid: 90, pools: 'ample', relationships: `${PAIR} mclt: 30s, contact-interval: off }` },
  'pair, scarce': { preferred: 60, valid: 90, pools: 'scarce', relationships: `${PAIR} mclt: 40s, contact-interval: off, keepalive: 20s }` },
  // Not among those that are drawn with a seed: for scenes.
  'pair with partner addresses, scarce': { preferred: 60, valid: 90, pools: 'scarce', relationships: `${PAIR} mclt: 40s, contact-interval: off, keepalive: 20s, use-partner-addresses: true }` },
  'pair with relaying, ample': { preferred: 60, valid: 90, pools: 'ample', relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 500ms }` },
  'pair with relaying, scarce': { preferred: 60, valid: 90, pools: 'scarce', rapidCommit: true, relationships: `${RELAYING_PAIR} mclt: 40s, contact-interval: off, keepalive: 20s }` },
  'pair with watched links, ample': { preferred: 60, valid: 90, pools: 'ample', hasBeacons: true, relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 250ms }` },
  'pair with watched links, scarce': { preferred: 60, valid: 90, pools: 'scarce', hasBeacons: true, rapidCommit: true, relationships: `${RELAYING_PAIR} mclt: 40s, contact-interval: 250ms, topology: same-site, auto-partner-down: 20s }` },
  'pair with load balancing, ample': { preferred: 60, valid: 90, pools: 'ample', relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 500ms, load-balancing: 50%, delayed-service: 2s }` },
  'pair with load balancing, scarce': { preferred: 60, valid: 90, pools: 'scarce', rapidCommit: true, relationships: `${RELAYING_PAIR} mclt: 40s, contact-interval: off, keepalive: 20s, load-balancing: 30%, delayed-service: 3s }` },
  'pair with load balancing, watched links': { preferred: 60, valid: 90, pools: 'middling', hasBeacons: true, rapidCommit: true, relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 250ms, topology: same-site, auto-partner-down: 20s, load-balancing: 50%, delayed-service: 3s }` },
  'pair with load balancing, reserved': { preferred: 60, valid: 90, pools: 'middling', rapidCommit: true, reservesByLinkLayer: true, relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 500ms, load-balancing: 50% }` },
  'trio with load balancing, ample': { preferred: 60, valid: 90, pools: 'ample', relationships: RELAYING_TRIO('mclt: 30s, contact-interval: 500ms, load-balancing: 50% }') },
  'trio with load balancing, scarce': { preferred: 60, valid: 90, pools: 'scarce', rapidCommit: true, relationships: RELAYING_TRIO('mclt: 40s, contact-interval: off, keepalive: 20s, load-balancing: 70% }') },
  'pair with classes, ample': { preferred: 60, valid: 90, pools: 'ample', hasClasses: true, relationships: `${PAIR} mclt: 30s, contact-interval: off }` },
  'pair with classes, scarce': { preferred: 60, valid: 90, pools: 'scarce', hasClasses: true, relationships: `${PAIR} mclt: 40s, contact-interval: off, keepalive: 20s }` },
  'pair with reconfigure, ample': { preferred: 60, valid: 90, pools: 'ample', hasReconfigure: true, relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 500ms }` },
  'pair with reconfigure, scarce': { preferred: 60, valid: 90, pools: 'scarce', rapidCommit: true, hasReconfigure: true, relationships: `${PAIR} mclt: 40s, contact-interval: off, keepalive: 20s }` },
  'pair with reconfigure, watched links': { preferred: 60, valid: 90, pools: 'middling', hasBeacons: true, hasReconfigure: true, relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 250ms, topology: same-site, auto-partner-down: 20s }` },
  'pair with all, ample': { preferred: 60, valid: 90, pools: 'ample', hasClasses: true, hasReconfigure: true, hasAll: true, relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 500ms, load-balancing: 50%, delayed-service: 2s }` },
  'pair with all, scarce': { preferred: 60, valid: 90, pools: 'scarce', rapidCommit: true, hasClasses: true, hasReconfigure: true, hasAll: true, relationships: `${RELAYING_PAIR} mclt: 40s, contact-interval: off, keepalive: 20s, load-balancing: 30%, delayed-service: 3s }` },
  'pair with all, reserved': { preferred: 60, valid: 90, pools: 'middling', rapidCommit: true, reservesByLinkLayer: true, hasReconfigure: true, hasAll: true, relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 500ms, auto-partner-down: 20s, load-balancing: 50% }` },
  'pair with all, watched links': { preferred: 60, valid: 90, pools: 'middling', hasBeacons: true, rapidCommit: true, hasReconfigure: true, hasAll: true, relationships: `${RELAYING_PAIR} mclt: 30s, contact-interval: 250ms, topology: same-site, auto-partner-down: 20s, load-balancing: 50%, delayed-service: 3s }` },
  'trio with all, ample': { preferred: 60, valid: 90, pools: 'ample', hasClasses: true, hasReconfigure: true, hasAll: true, relationships: RELAYING_TRIO('mclt: 30s, contact-interval: 500ms, load-balancing: 50% }') },
  'trio with all, scarce': { preferred: 60, valid: 90, pools: 'scarce', rapidCommit: true, hasClasses: true, hasReconfigure: true, hasAll: true, relationships: RELAYING_TRIO('mclt: 40s, contact-interval: off, keepalive: 20s, load-balancing: 70% }') },
  'pair, contacts': { preferred: 100, valid: 160, pools: 'middling', relationships: `${PAIR} mclt: 30s, contact-interval: 500ms }` },
  'pair, auto-partner-down': { preferred: 60, valid: 90, pools: 'middling', rapidCommit: true, relationships: `${PAIR} mclt: 30s, contact-interval: off, keepalive: 12s, auto-partner-down: 20s }` },
  'pair, virgin': { preferred: 60, valid: 90, pools: 'scarce', relationships: `${PAIR} mclt: 60s, contact-interval: off, stand-alone-start: true }` },
  'trio, ample': { preferred: 60, valid: 90, pools: 'ample', relationships: TRIO('mclt: 30s, contact-interval: off }') },
  'trio, scarce': { preferred: 60, valid: 90, pools: 'scarce', relationships: TRIO('mclt: 40s, contact-interval: off, keepalive: 20s }') },
} as const satisfies Readonly<Record<string, VariantText>>;

export type VariantName = keyof typeof TEXTS;
export type Shape = 'single' | 'pair' | 'trio';

export function variantsOf(shape: Shape): readonly VariantName[] {
  return (Object.keys(TEXTS) as VariantName[]).filter((name) => name.startsWith(`${shape},`));
}

/** Each as often as it stands here: beacons make a schedule long. */
export const LOAD_BALANCING_VARIANTS = [
  'pair with load balancing, scarce',
  'pair with load balancing, scarce',
  'pair with load balancing, scarce',
  'pair with load balancing, ample',
  'pair with load balancing, ample',
  'pair with load balancing, watched links',
] as const satisfies readonly VariantName[];

/** The same from `FIRST_SEED_WITH_MORE_LOAD_BALANCING` on. */
export const MORE_LOAD_BALANCING_VARIANTS = {
  pair: ['pair with load balancing, reserved', 'pair with load balancing, reserved', 'pair with load balancing, scarce', 'pair with load balancing, ample'],
  trio: ['trio with load balancing, ample', 'trio with load balancing, scarce'],
} as const satisfies Readonly<Partial<Record<Shape, readonly VariantName[]>>>;
/** The same. */
export const RECONFIGURE_VARIANTS = [
  'pair with reconfigure, ample',
  'pair with reconfigure, ample',
  'pair with reconfigure, scarce',
  'pair with reconfigure, scarce',
  'pair with reconfigure, watched links',
] as const satisfies readonly VariantName[];

/** The same from `FIRST_SEED_WITH_ALL` on. */
export const VARIANTS_WITH_ALL = {
  pair: ['pair with all, ample', 'pair with all, scarce', 'pair with all, reserved', 'pair with all, watched links'],
  trio: ['trio with all, ample', 'trio with all, scarce'],
} as const satisfies Readonly<Partial<Record<Shape, readonly VariantName[]>>>;

const LINKS: Readonly<Record<Shape, Variant['links']>> = {
  single: { A: ['lan', 'branch'], B: [], C: [] },
  pair: { A: ['lan', 'branch'], B: ['lan', 'branch'], C: [] },
  trio: { A: ['lan'], B: ['branch'], C: ['lan', 'branch'] },
};

const loaded = new Map<VariantName, Variant>();

export function variantOf(name: VariantName): Variant {
  let variant = loaded.get(name);
  if (variant === undefined) loaded.set(name, (variant = load(name)));
  return variant;
}

function load(name: VariantName): Variant {
  const text: VariantText = TEXTS[name];
  const [shape] = name.split(/\W/) as [Shape];
  const read = (file: string): ProvisioningDocument => {
    const document = loadProvisioning(new TextEncoder().encode(file), `${name}.yaml`);
    if (!('document' in document)) throw new Error(`the file of "${name}" has errors: ${JSON.stringify(document)}`);
    return document.document;
  };
  const document = read(provisioning(shape, text));
  const other = text.hasReconfigure === undefined ? document : read(secondFile(provisioning(shape, text), text));
  const others = new Map<BoxName, BoxConfiguration>();
  const boxes = new Map<BoxName, BoxConfiguration>();
  for (const box of boxesOf(shape)) {
    const [resolved, otherwise] = [resolveAppliance(document, box), resolveAppliance(other, box)];
    if ('error' in resolved || 'error' in otherwise) throw new Error(JSON.stringify(resolved));
    const known = (relationships: readonly (typeof resolved.relationships)[number][]): readonly RelationshipConfiguration[] =>
      relationships.map(({ partnerCertificateFile, ...rest }) => ({
        ...rest,
        ...(text.hasBeacons === undefined ? { partnerCertificate: partnerCertificateFile } : { partnerCertificate: CERTIFICATE, insecure: false }),
      }));
    const relationships = known(resolved.relationships);
    boxes.set(box, { server: resolved.server, dns: resolved.dns?.updates, relationships });
    // What clients hear alone is another thing there, and partners say nothing of it.
    others.set(box, { server: otherwise.server, dns: otherwise.dns?.updates, relationships: text.hasAll === undefined ? relationships : known(otherwise.relationships) });
  }
  const bucketsIn = (configurations: ReadonlyMap<BoxName, BoxConfiguration>): number | undefined => bucketsOf(configurations.get('A')?.relationships[0]?.loadBalancing?.primaryShare);
  const [first, second] = [bucketsIn(boxes), bucketsIn(others)];
  return {
    validSeconds: text.valid,
    mcltSeconds: boxes.get('A')?.relationships[0]?.mclt ?? 0,
    isAmple: text.pools === 'ample',
    primaryBuckets: first === undefined || second === undefined ? undefined : { first, second },
    hasLeasequery: text.hasAll !== undefined,
    identityOf: (client, link) => (text.reservesByLinkLayer === true && link === 'lan' && numberOf(client) <= RESERVED_FOR ? linkLayerOf(client) : client),
    reservesByLinkLayer: text.reservesByLinkLayer === true,
    links: LINKS[shape],
    certificate: text.hasBeacons === undefined ? undefined : CERTIFICATE,
    otherOf: (box) => {
      const configuration = others.get(box);
      if (configuration === undefined) throw new Error(`"${name}" has no box ${box}`);
      return configuration;
    },
    boxOf: (box) => {
      const configuration = boxes.get(box);
      if (configuration === undefined) throw new Error(`"${name}" has no box ${box}`);
      return configuration;
    },
  };
}

function secondFile(first: string, { hasAll }: VariantText): string {
  const renamed = first.replace('2001:db8::53', '2001:db8::54');
  return hasAll === undefined ? renamed : renamed.replaceAll(/load-balancing: \d+%/g, 'load-balancing: 60%');
}

function bucketsOf(primaryShare: number | undefined): number | undefined {
  return primaryShare === undefined ? undefined : Math.round(primaryShare * 256);
}

export function boxesOf(shape: Shape): readonly BoxName[] {
  return (['A', 'B', 'C'] as const).slice(0, { single: 1, pair: 2, trio: 3 }[shape]);
}

function provisioning(shape: Shape, { preferred, valid, pools, rapidCommit, relationships, hasClasses, reservesByLinkLayer, hasReconfigure, hasAll }: VariantText): string {
  const [lastAddress, prefixLength] = POOLS[pools];
  const appliance = (box: BoxName): string => {
    const links = LINKS[shape][box];
    const parts = [`links: { ${links.includes('lan') ? 'lan: [eth1]' : ''} }`];
    if (links.includes('branch')) parts.push('relay-interfaces: [uplink]');
    if (shape !== 'single') parts.push(`management: { interface: eth0, address: fd00::${box.toLowerCase()}/64 }`);
    return `  ${box}: { ${parts.join(', ')} }\n`;
  };
  const link = (number: number): string => `
    prefixes: [2001:db8:${String(number)}::/64]
    rapid-commit: ${String(rapidCommit ?? false)}
${hasAll === undefined ? '' : '    dns-updates: { domain: example.com, generated-names: always }\n'}${hasClasses === undefined ? poolsFor(number) : poolsOfClasses(number)}${number === 1 && reservesByLinkLayer === true ? reservations : ''}`;
  const reservations = `
    reservations: [ ${Array.from({ length: RESERVED_FOR }, (_, i) => `{ link-layer-address: "${formatHex(linkLayerOf(duidOf(i + 1)))}", addresses: [2001:db8:1::${String(i + 1)}] }`).join(', ')} ]`;
  const poolsFor = (number: number): string => `
    address-pools: [ { range: "2001:db8:${String(number)}::100 - 2001:db8:${String(number)}::${lastAddress}" } ]
    prefix-pools: [ { prefix: "2001:db8:${String(number)}000::/${String(prefixLength)}", delegated-length: 56 } ]`;
  const poolsOfClasses = (number: number): string => {
    const [end, start, behind] = HALVES[pools];
    const addresses = (from: string, to: string): string => `range: "2001:db8:${String(number)}::${from} - 2001:db8:${String(number)}::${to}"`;
    const prefixes = (half: string): string => `prefix: "2001:db8:${String(number)}000${half}::/${String(prefixLength + 1)}", delegated-length: 56`;
    return `
    address-pools: [ { ${addresses('100', end)}, classes: [odd] }, { ${addresses(start, lastAddress)}, not-classes: [odd] } ]
    prefix-pools: [ { ${prefixes('')}, classes: [odd] }, { ${prefixes(behind)}, not-classes: [odd] } ]`;
  };
  return `
version: 1
appliances:
${boxesOf(shape).map(appliance).join('')}
${relationships === undefined ? '' : `relationships:\n  ${relationships}\n`}
lifetimes: { preferred: ${String(preferred)}s, valid: ${String(valid)}s }
server: { sol-max-rt: 60s, declined-hold: 5m${hasReconfigure === undefined ? '' : ', reconfigure: { clients-per-second: 2 }'} }
${hasReconfigure === undefined ? '' : 'options: { dns-servers: [2001:db8::53] }\n'}${hasAll === undefined ? '' : `leasequery: { requestors: ["${REQUESTOR}"], tcp: { security: insecure, active: true } }\n${ZONES}`}${hasClasses === undefined ? '' : `classes: [ { name: odd, match: { duids: [ ${EVERY_OTHER_CLIENT} ] }, lifetimes: { preferred: ${String(preferred / 2)}s, valid: ${String(valid - 10)}s } } ]\n`}links:
  lan: ${link(1)}
  branch: ${link(2)}
`;
}
