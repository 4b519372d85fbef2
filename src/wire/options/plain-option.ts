import type { Address } from '../address.ts';
import type { DomainName } from '../domain-name.ts';
import type { Duid, Iaid } from '../duid.ts';
import type { OptionCode } from '../option-code.ts';
import type { Seconds } from '../units.ts';
import type { FqdnValue, Status } from './names.ts';
import type { EncryptedDns } from './dnr.ts';
import type { NtpServer } from './ntp.ts';
import type { Lightweight4over6, MapE, MapT } from './softwire.ts';
import type { RadiusAttribute } from './radius.ts';
import type { Suboption } from './suboptions.ts';
import type { Authentication, ClientLinkLayerAddress, PrefixExclude, RemoteId } from './opaque.ts';
import type { VendorClass, VendorOptions } from './vendor.ts';

/** IA_NA (RFC 9915 21.4) or IA_PD (21.21). */
export interface PlainIa {
  readonly iaid: Iaid;
  readonly t1: Seconds;
  readonly t2: Seconds;
  readonly options: readonly PlainOption[];
}

/** IA_TA (RFC 8415 21.5). */
export interface PlainTemporaryIa {
  readonly iaid: Iaid;
  readonly options: readonly PlainOption[];
}

/** IA Address (RFC 9915 21.6). */
export interface PlainIaAddress {
  readonly address: Address;
  readonly preferred: Seconds;
  readonly valid: Seconds;
  readonly options: readonly PlainOption[];
}

/** IA Prefix (RFC 9915 21.22). */
export interface PlainIaPrefix {
  readonly preferred: Seconds;
  readonly valid: Seconds;
  readonly prefixLength: number;
  readonly address: Address;
  readonly options: readonly PlainOption[];
}

/** What each known option holds. */
export interface OptionValues {
  [OptionCode.CLIENTID]: Duid;
  [OptionCode.SERVERID]: Duid;
  [OptionCode.IA_NA]: PlainIa;
  [OptionCode.IA_TA]: PlainTemporaryIa;
  [OptionCode.IAADDR]: PlainIaAddress;
  [OptionCode.ORO]: readonly number[];
  [OptionCode.PREFERENCE]: number;
  [OptionCode.ELAPSED_TIME]: number;
  [OptionCode.RELAY_MSG]: Uint8Array;
  [OptionCode.AUTH]: Authentication;
  [OptionCode.UNICAST]: Address;
  [OptionCode.STATUS_CODE]: Status;
  [OptionCode.RAPID_COMMIT]: true;
  [OptionCode.USER_CLASS]: readonly Uint8Array[];
  [OptionCode.VENDOR_CLASS]: VendorClass;
  [OptionCode.VENDOR_OPTS]: VendorOptions;
  [OptionCode.INTERFACE_ID]: Uint8Array;
  [OptionCode.RECONF_MSG]: number;
  [OptionCode.RECONF_ACCEPT]: true;
  [OptionCode.DNS_SERVERS]: readonly Address[];
  [OptionCode.DOMAIN_LIST]: readonly DomainName[];
  [OptionCode.IA_PD]: PlainIa;
  [OptionCode.IAPREFIX]: PlainIaPrefix;
  [OptionCode.SNTP_SERVERS]: readonly Address[];
  [OptionCode.INFORMATION_REFRESH_TIME]: number;
  [OptionCode.REMOTE_ID]: RemoteId;
  [OptionCode.SUBSCRIBER_ID]: Uint8Array;
  [OptionCode.CLIENT_FQDN]: FqdnValue;
  [OptionCode.ERO]: readonly number[];
  [OptionCode.NTP_SERVER]: NtpServer;
  [OptionCode.PD_EXCLUDE]: PrefixExclude;
  [OptionCode.CLIENT_LINKLAYER_ADDR]: ClientLinkLayerAddress;
  [OptionCode.RADIUS]: readonly RadiusAttribute[];
  [OptionCode.SOL_MAX_RT]: number;
  [OptionCode.INF_MAX_RT]: number;
  [OptionCode.RELAY_PORT]: number;
  [OptionCode.SIP_SERVER_D]: readonly DomainName[];
  [OptionCode.SIP_SERVER_A]: readonly Address[];
  [OptionCode.NEW_POSIX_TIMEZONE]: string;
  [OptionCode.NEW_TZDB_TIMEZONE]: string;
  [OptionCode.BOOTFILE_URL]: string;
  [OptionCode.BOOTFILE_PARAM]: readonly string[];
  [OptionCode.CLIENT_ARCH_TYPE]: readonly number[];
  [OptionCode.AFTR_NAME]: DomainName;
  [OptionCode.RSOO]: readonly Suboption[];
  [OptionCode.S46_CONT_MAPE]: MapE;
  [OptionCode.S46_CONT_MAPT]: MapT;
  [OptionCode.S46_CONT_LW]: Lightweight4over6;
  [OptionCode.S46_PRIORITY]: readonly number[];
  [OptionCode.CAPTIVE_PORTAL]: string;
  [OptionCode.V6_DNR]: EncryptedDns;
  [OptionCode.ADDR_REG_ENABLE]: true;
}

/** A known option with its value. */
export type KnownOption = {
  [Code in OptionCode]: { readonly code: Code; readonly value: OptionValues[Code] };
}[OptionCode];

/** An option by its octets: one that is not known, or that is to be malformed. */
export interface RawOption {
  readonly code: number;
  readonly data: Uint8Array;
}

export type PlainOption = KnownOption | RawOption;

/** The values of all options with this code, in order; octets of a raw option are left out. */
export function optionValues<Code extends OptionCode>(
  options: readonly PlainOption[],
  code: Code,
): readonly OptionValues[Code][] {
  return options.flatMap((option) =>
    option.code === code && 'value' in option ? [option.value as OptionValues[Code]] : [],
  );
}

/** The value of the first option with this code. */
export function optionValue<Code extends OptionCode>(
  options: readonly PlainOption[],
  code: Code,
): OptionValues[Code] | undefined {
  return optionValues(options, code)[0];
}
