/** Options by code: which of them cannot stand under `custom`, and which types fit those that can. */
import { OptionCode, mayBeRequested } from '../wire/index.ts';
import type { CustomOption } from './option-schema.ts';

type OptionType = CustomOption['type'];

/** Where an option is set that has a key of its own. */
const OWN_KEYS: Readonly<Record<number, string>> = {
  [OptionCode.VENDOR_OPTS]: 'vendor',
  [OptionCode.DNS_SERVERS]: 'dns-servers',
  [OptionCode.DOMAIN_LIST]: 'domain-search',
  [OptionCode.SNTP_SERVERS]: 'sntp-servers',
  [OptionCode.NTP_SERVER]: 'ntp-servers',
  [OptionCode.PREFERENCE]: 'server.preference',
  [OptionCode.RAPID_COMMIT]: 'server.rapid-commit',
  [OptionCode.INFORMATION_REFRESH_TIME]: 'server.information-refresh-time',
  [OptionCode.PD_EXCLUDE]: 'exclude of a prefix pool',
  [OptionCode.SOL_MAX_RT]: 'server.sol-max-rt',
  [OptionCode.INF_MAX_RT]: 'server.inf-max-rt',
  [OptionCode.ADDR_REG_ENABLE]: 'address-registration of a link',
};

/** The same, of keys that came later: by its code such an option is still taken, with a warning. */
const LATER_KEYS: Readonly<Record<number, string>> = {
  [OptionCode.SIP_SERVER_D]: 'sip-domains',
  [OptionCode.SIP_SERVER_A]: 'sip-servers',
  [OptionCode.NEW_POSIX_TIMEZONE]: 'timezone.posix',
  [OptionCode.NEW_TZDB_TIMEZONE]: 'timezone.name',
  [OptionCode.BOOTFILE_URL]: 'boot-files',
  [OptionCode.BOOTFILE_PARAM]: 'boot-files',
  [OptionCode.AFTR_NAME]: 'aftr',
  [OptionCode.S46_CONT_MAPE]: 'softwires.map-e',
  [OptionCode.S46_CONT_MAPT]: 'softwires.map-t',
  [OptionCode.S46_CONT_LW]: 'softwires.lw4o6',
  [OptionCode.CAPTIVE_PORTAL]: 'captive-portal',
  [OptionCode.S46_PRIORITY]: 'softwires.priority',
  [OptionCode.V6_DNR]: 'encrypted-dns',
};

/** The key that says better what a custom option with this code says. */
export function betterKey(code: number): string | undefined {
  return LATER_KEYS[code];
}

/** The types of options that operators do configure, by the documents that define them. */
const TYPES: Readonly<Record<number, OptionType>> = {
  // SIP servers: RFC 3319 sections 3.1 and 3.2
  21: 'domain-list',
  22: 'address-list',
  // NIS: RFC 3898
  27: 'address-list',
  28: 'address-list',
  29: 'domain-list',
  30: 'domain-list',
  // BCMCS: RFC 4280 sections 4.2 and 4.4
  33: 'domain-list',
  34: 'address-list',
  // PANA agents: RFC 5192 section 5
  40: 'address-list',
  // Time zones: RFC 4833 section 3
  41: 'string',
  42: 'string',
  // LoST server: RFC 5223 section 5
  51: 'domain-list',
  // CAPWAP access controllers: RFC 5417 section 3
  52: 'address-list',
  // Access network domain: RFC 5986 section 3.3
  57: 'domain-list',
  // SIP user agent configuration: RFC 6011 section 4.2
  58: 'domain-list',
  // Boot file: RFC 5970 section 3.1
  59: 'string',
  // AFTR: RFC 6334 section 3
  64: 'domain-list',
  // ERP local domain: RFC 6440 section 3.1
  65: 'domain-list',
  // Captive portal: RFC 8910 section 2.2
  103: 'string',
};

/** Of the domain lists, those that are by definition one name. */
const SINGLE_NAMES = [29, 30, 51, 57, 64, 65];

interface Refusal {
  readonly problem: string;
  readonly allowed: string;
}

/** Why an option cannot be set by its code; undefined when it can. */
export function refusalOfCode(code: number): Refusal | undefined {
  const ownKey = OWN_KEYS[code];
  if (ownKey !== undefined) return { problem: 'this option has a key of its own', allowed: ownKey };
  if (mayBeRequested(code)) return undefined;
  return {
    problem: 'no client may ask for this option (RFC 9915 section 21.7)',
    allowed: 'the code of an option that clients ask for',
  };
}

/** Whether the value is of the type that the option's definition asks for; hex is left to the operator. */
export function mismatch({
  code,
  type,
  value,
}: CustomOption): (Refusal & { readonly key: 'type' | 'value' }) | undefined {
  const defined = TYPES[code];
  if (defined === undefined || type === 'hex') return undefined;
  if (type !== defined)
    return { key: 'type', problem: `option ${code} is of another type`, allowed: `${defined}, or hex` };
  if (!SINGLE_NAMES.includes(code) || !Array.isArray(value) || value.length === 1) return undefined;
  return { key: 'value', problem: `option ${code} is a single domain name`, allowed: 'one domain name' };
}
