/** Options of other servers, by code and type, put into the draft where ours have them. */
import { OptionCode, formatHex } from '../wire/index.ts';
import { append, put } from './draft.ts';
import type { Draft, DraftBootFile, DraftCustomOption, DraftLink, DraftOptions, OptionType } from './draft.ts';
import type { Findings } from './findings.ts';
import type { Place } from './place.ts';

/** The types of the options that other servers know by name, beside ours. */
export type SourceType = OptionType | 'tuples' | 'unsupported';

export interface OptionDefinition {
  readonly code: number;
  readonly type: SourceType;
}

export interface FoundOption extends OptionDefinition {
  readonly place: Place;
  /** As its file calls it. */
  readonly what: string;
  /** Undefined in the DHCPv6 space itself, else the vendor's number. */
  readonly enterprise: number | undefined;
  /** The parts of the value as text; octets where the file has hexadecimal ones. */
  readonly value: readonly string[] | Uint8Array;
}

/** Where an option is said: for all, for a link, or for less than that. */
export type Scope = 'file' | 'part' | { readonly ofLink: DraftLink };

/** Takes an option over into `options`, or says why not. */
export function takeOption(draft: Draft, options: DraftOptions, option: FoundOption, scope: Scope, findings: Findings): void {
  const { place, what, code, enterprise } = option;
  if (enterprise === undefined && takeSetting(draft, option, scope, findings)) return;
  if (enterprise === undefined && takeNamed(draft, options, option)) return;
  const custom = customOption(option);
  if (typeof custom === 'string') {
    findings.leftOut(place, what, custom, 'say it under "options", "custom", by its code, with type hex');
    return;
  }
  if (enterprise === undefined) {
    append(draft, (options.custom ??= []), custom, place, what);
    return;
  }
  const vendors = (options.vendor ??= []);
  let vendor = vendors.find((known) => known.enterprise === enterprise);
  if (vendor === undefined) append(draft, vendors, (vendor = { enterprise, options: [] }), place, `options of vendor ${String(enterprise)}`);
  append(draft, vendor.options, { ...custom, code }, place, what);
}

const SERVER_SETTINGS = {
  [OptionCode.INFORMATION_REFRESH_TIME]: 'information-refresh-time',
  [OptionCode.SOL_MAX_RT]: 'sol-max-rt',
  [OptionCode.INF_MAX_RT]: 'inf-max-rt',
} as const;

/** What is no option for us, but a setting of the server or of a link. */
function takeSetting(draft: Draft, option: FoundOption, scope: Scope, findings: Findings): boolean {
  const { code, place, what, value } = option;
  if (code === OptionCode.UNICAST) {
    findings.leftOut(place, what, 'RFC 9915 has no Server Unicast any more: clients send to the multicast address');
    return true;
  }
  const number = value instanceof Uint8Array ? numberOf(value) : numeral(value[0] ?? '');
  if (code === OptionCode.PREFERENCE) {
    if (scope === 'part' || number === undefined) findings.leftOut(place, what, 'the preference is that of a link or of the whole server', 'set "preference" of the link');
    else put<{ preference?: number }, 'preference'>(draft, scope === 'file' ? draft.document.server : scope.ofLink, 'preference', number, place, what);
    return true;
  }
  const key = (SERVER_SETTINGS as Readonly<Record<number, (typeof SERVER_SETTINGS)[keyof typeof SERVER_SETTINGS]>>)[code];
  if (key === undefined) return false;
  if (scope !== 'file' || number === undefined) findings.leftOut(place, what, 'it is the same for all links here', `set "${key}" under "server", if it may be so for all`);
  else put(draft, draft.document.server, key, `${String(number)}s`, place, what);
  return true;
}

const NAMED = {
  [OptionCode.DNS_SERVERS]: 'dns-servers',
  [OptionCode.DOMAIN_LIST]: 'domain-search',
  [OptionCode.SNTP_SERVERS]: 'sntp-servers',
  [OptionCode.SIP_SERVER_A]: 'sip-servers',
  [OptionCode.SIP_SERVER_D]: 'sip-domains',
} as const;

function takeNamed(draft: Draft, options: DraftOptions, option: FoundOption): boolean {
  const { code, place, what, value, type } = option;
  if (value instanceof Uint8Array) return false;
  const key = (NAMED as Readonly<Record<number, (typeof NAMED)[keyof typeof NAMED]>>)[code];
  const whole = value.join(',');
  if (key !== undefined) put(draft, options, key, [...value], place, what);
  else if (code === OptionCode.NEW_POSIX_TIMEZONE) put(draft, (options.timezone ??= {}), 'posix', whole, place, what);
  else if (code === OptionCode.NEW_TZDB_TIMEZONE) put(draft, (options.timezone ??= {}), 'name', whole, place, what);
  else if (code === OptionCode.CAPTIVE_PORTAL) put(draft, options, 'captive-portal', whole, place, what);
  else if (code === OptionCode.AFTR_NAME) put(draft, options, 'aftr', whole, place, what);
  else if (code === OptionCode.BOOTFILE_URL) bootFileOf(draft, options, option).url = whole;
  else if (code === OptionCode.BOOTFILE_PARAM && type === 'tuples') bootFileOf(draft, options, option).parameters = [...value];
  else return false;
  return true;
}

/** The one for all clients; its URL and its parameters are two options elsewhere, in any order. */
function bootFileOf(draft: Draft, options: DraftOptions, { place, what }: FoundOption): DraftBootFile {
  const files = (options['boot-files'] ??= []);
  const [known] = files;
  if (known !== undefined) return known;
  const file: DraftBootFile = {};
  append(draft, files, file, place, what);
  return file;
}

/** The option by its code, or why it can't be said so. */
function customOption({ code, type, value }: FoundOption): DraftCustomOption | string {
  if (value instanceof Uint8Array) return value.length === 0 ? 'it has no octets' : { code, type: 'hex', value: `0x${formatHex(value, '')}` };
  switch (type) {
    case 'address-list':
    case 'domain-list':
      return { code, type, value };
    case 'string':
      return { code, type, value: value.join(', ') };
    case 'uint8':
    case 'uint16':
    case 'uint32': {
      const numbers = value.map(numeral);
      return numbers.includes(undefined) ? 'its value is no number' : { code, type, value: numbers as number[] };
    }
    case 'tuples':
      return { code, type: 'hex', value: `0x${formatHex(tuples(value), '')}` };
    case 'hex':
      return 'its value is not hexadecimal';
    case 'unsupported':
      return 'its type has no counterpart';
  }
}

/** Decimal, or hexadecimal behind "0x"; true and false are 1 and 0. */
export function numeral(text: string): number | undefined {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? 1 : 0;
  return /^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : undefined;
}

function numberOf(octets: Uint8Array): number | undefined {
  return octets.length === 0 || octets.length > 4 ? undefined : octets.reduce((number, octet) => number * 256 + octet, 0);
}

/** Texts with their lengths in front, as RFC 5970 section 3.2 has them. */
function tuples(texts: readonly string[]): Uint8Array {
  return Buffer.concat(
    texts.flatMap((text) => {
      const octets = Buffer.from(text);
      return [Buffer.from([octets.length >> 8, octets.length & 0xff]), octets];
    }),
  );
}
