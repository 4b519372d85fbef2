/** A provisioning file in the making: plain data as it will stand in the file, and where each part of it comes from. */
import type { Place } from './place.ts';

export interface DraftLifetimes {
  preferred?: string;
  valid?: string;
  t1?: string;
  t2?: string;
}

export interface DraftCustomOption {
  code: number;
  type: OptionType;
  value: string | number | readonly (string | number)[];
}

export type OptionType = 'address-list' | 'domain-list' | 'string' | 'uint8' | 'uint16' | 'uint32' | 'hex';

/** Without a URL as long as only its parameters were read. */
export interface DraftBootFile {
  url?: string;
  parameters?: string[];
}

export interface DraftOptions {
  'dns-servers'?: string[];
  'domain-search'?: string[];
  'sntp-servers'?: string[];
  'sip-servers'?: string[];
  'sip-domains'?: string[];
  timezone?: { posix?: string; name?: string };
  'captive-portal'?: string;
  'boot-files'?: DraftBootFile[];
  aftr?: string;
  vendor?: { enterprise: number; options: DraftCustomOption[] }[];
  custom?: DraftCustomOption[];
}

/** Tests of a class, by their keys. */
export interface DraftMatch {
  'vendor-classes'?: { enterprise?: number; data?: string }[] | undefined;
  'user-classes'?: string[] | undefined;
  architectures?: number[] | undefined;
  duids?: string[] | undefined;
  'link-layer-addresses'?: string[] | undefined;
  'remote-ids'?: { enterprise?: number; id?: string }[] | undefined;
  'subscriber-ids'?: string[] | undefined;
  'interface-ids'?: string[] | undefined;
  classes?: string[] | undefined;
  'not-classes'?: string[] | undefined;
}

export interface DraftClass {
  name: string;
  match: DraftMatch;
  lifetimes?: DraftLifetimes;
  options?: DraftOptions;
}

interface DraftPool {
  classes?: string[];
  lifetimes?: DraftLifetimes;
  options?: DraftOptions;
}

export interface DraftAddressPool extends DraftPool {
  range?: string;
  prefix?: string;
}

export interface DraftPrefixPool extends DraftPool {
  prefix: string;
  'delegated-length': number;
  exclude?: { length: number; 'subnet-id': number };
}

export interface DraftReservation {
  duid?: string;
  'link-layer-address'?: string;
  addresses?: string[];
  prefixes?: (string | { prefix: string; exclude: string })[];
  options?: DraftOptions;
}

export interface DraftLink {
  prefixes: string[];
  relay?: { 'interface-ids'?: string[] };
  'address-pools': DraftAddressPool[];
  'prefix-pools': DraftPrefixPool[];
  reservations: DraftReservation[];
  lifetimes: DraftLifetimes;
  options: DraftOptions;
  'rapid-commit'?: boolean;
  preference?: number;
  'dns-updates'?: DraftNaming;
}

/** What the leases of a link are called in the DNS. */
export interface DraftNaming {
  domain: string;
  'client-names'?: boolean;
  'generated-names'?: 'always';
  'generated-prefix'?: string;
  'override-client'?: boolean;
}

/** Where names are entered. */
export interface DraftDnsUpdates {
  keys: Record<string, { algorithm?: string; secret: string }>;
  zones: DraftZone[];
}

/** Forward by its name, reverse by its prefix. */
export interface DraftZone {
  name?: string;
  prefix?: string;
  servers: (string | { address: string; port: number })[];
  key?: string;
}

export interface DraftServer {
  preference?: number;
  'declined-hold'?: string;
  'information-refresh-time'?: string;
  'sol-max-rt'?: string;
  'inf-max-rt'?: string;
  'relay-supplied-options'?: number[];
}

export interface DraftDocument {
  version: 1;
  appliances: Record<string, { links: Record<string, string[]>; 'relay-interfaces': string[] }>;
  server: DraftServer;
  lifetimes: DraftLifetimes;
  options: DraftOptions;
  classes?: DraftClass[];
  'dns-updates'?: DraftDnsUpdates;
  links: Record<string, DraftLink>;
}

/** Where a part of the draft comes from, and what it is called there. */
export interface Origin {
  readonly place: Place;
  readonly what: string;
}

export interface Draft {
  readonly document: DraftDocument;
  /** The DUID of the server, where its files say it: what clients renew by. */
  serverDuid: string | undefined;
  /** Notes where what `container` has under `key` comes from. What is noted can be left out by itself. */
  from(container: object, key: string | number, place: Place, what: string): void;
  originOf(container: object, key: string | number): Origin | undefined;
  /** A copy of a part of the draft, down to its last list, that remembers where it comes from as well. */
  copyOf<T>(part: T): T;
}

export function createDraft(appliance: string): Draft {
  const origins = new Map<object, Map<string | number, Origin>>();
  const copyOf = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    const copy = Array.isArray(part) ? part.map(copyOf) : Object.fromEntries(Object.entries(part).map(([key, value]) => [key, copyOf(value)]));
    const known = origins.get(part);
    if (known !== undefined) origins.set(copy, new Map(known));
    return copy;
  };
  return {
    document: {
      version: 1,
      appliances: { [appliance]: { links: {}, 'relay-interfaces': [] } },
      server: {},
      lifetimes: {},
      options: {},
      links: {},
    },
    serverDuid: undefined,
    from(container, key, place, what) {
      const known = origins.get(container) ?? new Map<string | number, Origin>();
      known.set(key, { place, what });
      origins.set(container, known);
    },
    originOf: (container, key) => origins.get(container)?.get(key),
    copyOf: <T>(part: T) => copyOf(part) as T,
  };
}

/** The ports of the one box that a draft has. */
export function portsOf({ document }: Draft): DraftDocument['appliances'][string] {
  const [ports] = Object.values(document.appliances);
  if (ports === undefined) throw new Error('a draft has a box');
  return ports;
}

/** Appends to a list of the draft, and notes where it comes from. */
export function append<T>(draft: Draft, list: T[], item: T, place: Place, what: string): void {
  list.push(item);
  draft.from(list, list.length - 1, place, what);
}

/** Sets a value of the draft, and notes where it comes from. */
export function put<T extends object, K extends keyof T & string>(draft: Draft, container: T, key: K, value: T[K], place: Place, what: string): void {
  container[key] = value;
  draft.from(container, key, place, what);
}

const NAME_MAX = 32;

/** A link with a name that looks like `wish`, and that no other link has. */
export function addLink(draft: Draft, wish: string, place: Place, what: string): { readonly name: string; readonly link: DraftLink } {
  const base = wish.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[-_]+/, '').slice(0, NAME_MAX) || 'link';
  const { links } = draft.document;
  let name = base;
  for (let i = 2; Object.hasOwn(links, name) || UNUSABLE.includes(name); i++) name = `${base.slice(0, NAME_MAX - 6)}-${String(i)}`;
  const link: DraftLink = { prefixes: [], 'address-pools': [], 'prefix-pools': [], reservations: [], lifetimes: {}, options: {} };
  put(draft, links, name, link, place, what);
  return { name, link };
}

/** What no map may have for a key. */
const UNUSABLE = ['__proto__', 'constructor', 'prototype'];
