/** `dhcpd6.conf`, read into a draft: subnets, pools, hosts, options and lifetimes. Conditions and classes are listed. */
import { dirname, resolve } from 'node:path';
import { formatHex, parseAddress, parsePrefix, samePrefix } from '../../wire/index.ts';
import { addLink, append, put } from '../draft.ts';
import type { Draft, DraftLifetimes, DraftLink, DraftOptions, DraftReservation } from '../draft.ts';
import type { Findings } from '../findings.ts';
import { fourOctets, octetsText } from '../duid-text.ts';
import type { Scope } from '../options.ts';
import { InputError, shown, type Place } from '../place.ts';
import { prefixText } from '../prefix-text.ts';
import { readHost, type FoundHost } from './hosts.ts';
import { optionReader } from './options.ts';
import { addPool } from './pools.ts';
import { statementReader, type Statement } from './statements.ts';
import { listStatement } from './unmapped.ts';

/** What dhcpd takes where it is not told: twelve hours, and of that five eighths. */
const VALID = 43_200;
const PREFERRED_PART = 5 / 8;
const INFINITE = 0xffff_ffff;
const INCLUDES_MAX = 16;

/** What holds for all that is inside of a pair of braces. */
interface Layer {
  readonly lifetimes: DraftLifetimes;
  readonly options: DraftOptions;
}

interface Where extends Layer {
  readonly kind: 'file' | 'network' | 'subnet' | 'pool' | 'group';
  readonly link?: DraftLink;
  /** Of a subnet in a shared network, and of a pool: what its pools say themselves. */
  readonly poolLayer?: Layer;
  readonly what: string;
}

/** @param read gives the text of a file, or throws @throws InputError */
export function readIscConfiguration(file: string, read: (file: string) => string, draft: Draft, findings: Findings): void {
  const { document } = draft;
  const statements = parse(file, read, 0);
  const options = optionReader(draft, findings);
  const hosts: FoundHost[] = [];
  /** Of links and pools, with what is said around them. */
  const lifetimes: { readonly own: DraftLifetimes; readonly around: readonly DraftLifetimes[] }[] = [];
  readAll(statements, { kind: 'file', lifetimes: document.lifetimes, options: document.options, what: '' });
  // Where nothing is said, what dhcpd had by itself goes on.
  const place = { file, line: 1 };
  if (document.lifetimes.valid === undefined) put(draft, document.lifetimes, 'valid', `${String(VALID)}s`, place, 'default-lease-time, as dhcpd has it');
  lifetimes.push({ own: document.lifetimes, around: [] });
  const saysNone = ({ preferred }: DraftLifetimes): boolean => preferred === undefined;
  for (const { own } of lifetimes.filter((each) => saysNone(each.own) && each.around.every(saysNone))) derivePreferred(own);
  for (const host of hosts) reserve(host);

  function readAll(all: readonly Statement[], where: Where): void {
    // An option is defined before it is used, wherever it stands.
    for (const statement of all) options.define(statement);
    for (const statement of all) if (!readStatement(statement, where)) listStatement(statement, where.what, findings);
  }

  function readStatement(statement: Statement, where: Where): boolean {
    const { words, body } = statement;
    const keyword = words[0]?.text ?? '';
    const argument = words[1]?.text ?? '';
    if (body !== undefined) return readBlock(statement, keyword, argument, body, where);
    switch (keyword) {
      case 'option':
        return options.read(statement, where.poolLayer?.options ?? where.options, scopeOf(where), where.poolLayer?.lifetimes ?? where.lifetimes);
      case 'default-lease-time':
      case 'preferred-lifetime':
        takeLifetime(statement, keyword === 'preferred-lifetime' ? 'preferred' : 'valid', where);
        return true;
      case 'range6':
      case 'prefix6':
        if (where.link === undefined) throw new InputError(statement.place, `${keyword} stands outside of a subnet6`);
        addPool(draft, where.link, statement, layerOfPool(where), findings);
        return true;
      case 'dhcpv6-lease-file-name':
        return true;
      case 'server-duid':
        draft.serverDuid = serverDuid(words.slice(1).map(({ text }) => text)) ?? draft.serverDuid;
        return true;
      case 'abandon-lease-time':
        if (!/^\d{1,9}$/.test(argument)) throw new InputError(statement.place, `${shown(argument)} is no number of seconds`);
        put(draft, document.server, 'declined-hold', `${argument}s`, statement.place, keyword);
        return true;
      default:
        return false;
    }
  }

  function readBlock(statement: Statement, keyword: string, argument: string, body: readonly Statement[], where: Where): boolean {
    const { place: at } = statement;
    switch (keyword) {
      case 'shared-network': {
        const { link } = addLink(draft, argument, at, `shared network ${argument}`);
        readAll(body, { kind: 'network', link, lifetimes: link.lifetimes, options: link.options, what: `shared-network ${argument}` });
        lifetimes.push({ own: link.lifetimes, around: [document.lifetimes] });
        return true;
      }
      case 'subnet6': {
        const prefix = prefixText({ value: argument, place: at });
        const what = `subnet6 ${prefix}`;
        const isShared = where.link !== undefined;
        const link = where.link ?? addLink(draft, `subnet-${String(Object.keys(document.links).length + 1)}`, at, what).link;
        append(draft, link.prefixes, prefix, at, what);
        const poolLayer = isShared ? { lifetimes: {}, options: {} } : undefined;
        readAll(poolsLast(body), { kind: 'subnet', link, lifetimes: link.lifetimes, options: link.options, ...(poolLayer === undefined ? {} : { poolLayer }), what });
        if (!isShared) lifetimes.push({ own: link.lifetimes, around: [document.lifetimes] });
        return true;
      }
      case 'pool6': {
        const poolLayer = { lifetimes: draft.copyOf(where.poolLayer?.lifetimes ?? {}), options: draft.copyOf(where.poolLayer?.options ?? {}) };
        const guards = body.filter(({ words: [first] }) => first?.text === 'allow' || first?.text === 'deny');
        const guard = guards[0];
        if (guard !== undefined) {
          findings.leftOut(guard.place, `${where.what}: pool6 for some clients`, 'client classes are not taken over, and without its guard the pool would be open to all', 'add it by hand, with "classes"');
          return true;
        }
        readAll(poolsLast(body), { ...where, kind: 'pool', poolLayer, what: `${where.what}: pool6` });
        return true;
      }
      case 'group': {
        const layer = { lifetimes: {}, options: draft.copyOf(where.kind === 'group' ? where.options : {}) };
        readAll(poolsLast(body), { kind: 'group', ...(where.link === undefined ? {} : { link: where.link }), ...layer, what: argument === '' ? 'group' : `group ${argument}` });
        return true;
      }
      case 'host': {
        const inherited = where.kind === 'group' ? draft.copyOf(where.options) : {};
        const host = readHost(draft, statement, inherited, options, findings);
        if (host !== undefined) hosts.push(where.link === undefined ? host : { ...host, link: where.link });
        return true;
      }
      default:
        return false;
    }
  }

  function takeLifetime({ words, place: at }: Statement, key: 'preferred' | 'valid', where: Where): void {
    const text = words[1]?.text ?? '';
    if (!/^\d{1,10}$/.test(text) || Number(text) > INFINITE) throw new InputError(at, `${shown(text)} is no number of seconds`);
    const duration = Number(text) === INFINITE ? 'infinite' : `${text}s`;
    put(draft, where.poolLayer?.lifetimes ?? where.lifetimes, key, duration, at, words[0]?.text ?? '');
  }

  /** What dhcpd takes for the preferred lifetime where it is told the other one alone. */
  function derivePreferred(own: DraftLifetimes): void {
    const { valid } = own;
    const origin = draft.originOf(own, 'valid');
    if (valid !== undefined && origin !== undefined) put(draft, own, 'preferred', preferredOf(valid), origin.place, origin.what);
  }

  /** A copy for one pool; undefined where pools say nothing of their own. */
  function layerOfPool({ poolLayer, lifetimes: ofLink }: Where): Layer | undefined {
    if (poolLayer === undefined) return undefined;
    const own = draft.copyOf(poolLayer.lifetimes);
    lifetimes.push({ own, around: [ofLink, document.lifetimes] });
    return { lifetimes: own, options: draft.copyOf(poolLayer.options) };
  }

  /** A host stands anywhere in dhcpd; here it is on the link that its leases are on. */
  function reserve({ reservation, place: at, what, link }: FoundHost): void {
    const all = Object.values(document.links);
    const own = link === undefined ? linksOf(all, reservation) : [link];
    if (own.length === 0) findings.leftOut(at, what, 'its addresses and prefixes are on no subnet', 'put it into "reservations" of the link that the client is on');
    for (const one of own) append(draft, one.reservations, own.length === 1 ? reservation : draft.copyOf(reservation), at, what);
  }
}

/** What pools take over must have been read before them. */
function poolsLast(body: readonly Statement[]): readonly Statement[] {
  const isPool = ({ words: [first] }: Statement): boolean => ['pool6', 'range6', 'prefix6', 'host', 'group', 'subnet6'].includes(first?.text ?? '');
  return [...body.filter((statement) => !isPool(statement)), ...body.filter(isPool)];
}

function scopeOf({ kind, link, poolLayer }: Where): Scope {
  if (kind === 'file') return 'file';
  return link !== undefined && poolLayer === undefined && (kind === 'network' || kind === 'subnet') ? { ofLink: link } : 'part';
}

function preferredOf(valid: string): string {
  return valid === 'infinite' ? valid : `${String(Math.floor(Number.parseInt(valid, 10) * PREFERRED_PART))}s`;
}

function linksOf(links: readonly DraftLink[], { addresses = [], prefixes = [] }: DraftReservation): readonly DraftLink[] {
  if (links.length <= 1 || (addresses.length === 0 && prefixes.length === 0)) return links;
  const isIn = (text: string, prefix: string): boolean => {
    const address = parseAddress(text.replace(/\/.*$/, ''));
    const parsed = parsePrefix(prefix);
    return address !== undefined && parsed !== undefined && samePrefix(address, parsed.address, parsed.length);
  };
  return links.filter(
    (link) =>
      addresses.some((address) => link.prefixes.some((prefix) => isIn(address, prefix))) ||
      prefixes.some((prefix) => link['prefix-pools'].some((pool) => isIn(typeof prefix === 'string' ? prefix : prefix.prefix, pool.prefix))),
  );
}

/** `LLT HARDWARE-TYPE TIME ADDRESS` and its like, where all of it is there. */
function serverDuid([type = '', ...rest]: readonly string[]): string | undefined {
  const hardware = /^ethernet$/i.test(rest[0] ?? '') ? 1 : Number(rest[0]);
  if (type === 'LLT' && rest.length === 3) {
    const octets = octetsText(rest[2] ?? '');
    return octets && formatHex(Uint8Array.of(0, 1, hardware >> 8, hardware, ...fourOctets(Number(rest[1])), ...octets));
  }
  if (type === 'LL' && rest.length === 2) {
    const octets = octetsText(rest[1] ?? '');
    return octets && formatHex(Uint8Array.of(0, 3, hardware >> 8, hardware, ...octets));
  }
  return undefined;
}

function parse(file: string, read: (file: string) => string, depth: number, from?: Place): readonly Statement[] {
  if (depth > INCLUDES_MAX && from !== undefined) throw new InputError(from, `files are included more than ${String(INCLUDES_MAX)} deep`);
  const reader = statementReader();
  const lines = textOf(file, read, from).split(/\r?\n/);
  const found = lines.flatMap((text, i) => reader.line(text, { file, line: i + 1 }));
  reader.end({ file, line: lines.length });
  return withIncluded(found, file, read, depth);
}

function textOf(file: string, read: (file: string) => string, from: Place | undefined): string {
  try {
    return read(file);
  } catch (error) {
    if (from === undefined || error instanceof InputError) throw error;
    throw new InputError(from, `the included file can't be read: ${(error as Error).message}`);
  }
}

function withIncluded(statements: readonly Statement[], file: string, read: (file: string) => string, depth: number): readonly Statement[] {
  return statements.flatMap((statement): readonly Statement[] => {
    const { words, body, place } = statement;
    if (words[0]?.text === 'include' && body === undefined) {
      const name = words[1]?.text;
      if (name === undefined || name === '') throw new InputError(place, 'the name of the included file is missing');
      return parse(resolve(dirname(file), name), read, depth + 1, place);
    }
    return [body === undefined ? statement : { ...statement, body: withIncluded(body, file, read, depth) }];
  });
}
