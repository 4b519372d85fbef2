/** Options that are text or domain names. */
import { decodeDomainNames, type DomainName, encodeDomainNames } from '../domain-name.ts';
import { OptionCode } from '../option-code.ts';
import { statusCodeName } from '../status-code.ts';
import { u16, view } from '../octets.ts';
import { decodeText, encodeText, quoteText } from '../text.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, option, type Shape } from './codec.ts';
import { unsignedShape } from './integers.ts';

/** Any number of domain names, not compressed (RFC 9915 10). */
export const domainListShape: Shape<readonly DomainName[]> = {
  decode: decodeDomainNames,
  encode: encodeDomainNames,
  print: (names) => names.join(' '),
};

/** UTF-8 without a NUL, which no DHCPv6 option ends its text with. */
export const textShape: Shape<string> = {
  decode(data) {
    const value = decodeText(data);
    return value === undefined || value.includes('\0') ? failure('bad-option-value', 0) : { value };
  },
  encode: encodeText,
  print: quoteText,
};

/** One domain name, and not that of the root. */
const singleNameShape: Shape<DomainName> = {
  decode(data) {
    const names = decodeDomainNames(data);
    if (names.error !== undefined) return names;
    const [name, ...others] = names.value;
    return name === undefined || name === '.' || others.length > 0 ? failure('bad-option-value', 0) : { value: name };
  },
  encode: (name) => encodeDomainNames([name]),
  print: (name) => name,
};

/** RFC 3646 4 */
export const domainSearchList = option(OptionCode.DOMAIN_LIST, 'DOMAIN_LIST', domainListShape);

export interface Status {
  readonly status: number;
  /** For whoever reads the client's log. */
  readonly message: string;
}

const statusCodeShape: Shape<Status> = {
  decode(data) {
    const message = textShape.decode(view(data, 2, data.length));
    return message.error === undefined ? { value: { status: u16(data, 0), message: message.value } } : failure('bad-option-value', 2);
  },
  encode: ({ status, message }) => concatBytes([unsignedShape(2).encode(status), encodeText(message)]),
  print: ({ status, message }) => `${statusCodeName(status)} ${quoteText(message)}`,
};

/** RFC 9915 21.13: in a message, an identity association, or a lease. Without it the status is Success. */
export const statusCode = option(OptionCode.STATUS_CODE, 'STATUS_CODE', statusCodeShape);

/** RFC 3319 3.1: SIP outbound proxies, in the order of preference. */
export const sipServerNames = option(OptionCode.SIP_SERVER_D, 'SIP_SERVER_D', domainListShape);

/** RFC 6334 3: the tunnel endpoint of DS-Lite. */
export const aftrName = option(OptionCode.AFTR_NAME, 'AFTR_NAME', singleNameShape);

/** RFC 4833 4: a time zone as the variable TZ of POSIX has it. */
export const posixTimezone = option(OptionCode.NEW_POSIX_TIMEZONE, 'NEW_POSIX_TIMEZONE', textShape);

/** RFC 4833 5: a time zone by its name in the TZ database. */
export const tzdbTimezone = option(OptionCode.NEW_TZDB_TIMEZONE, 'NEW_TZDB_TIMEZONE', textShape);

/** RFC 8910 2.2: the URI of the API of a captive portal. */
export const captivePortal = option(OptionCode.CAPTIVE_PORTAL, 'CAPTIVE_PORTAL', textShape);

/** A name that a client asks for, or gets, and who adds it to the DNS. */
export interface FqdnValue {
  /** Bits from the lowest: S, O, N. */
  readonly flags: number;
  /** In wire form; without the zero octet at its end it is a partial one. */
  readonly name: Uint8Array;
}

/** RFC 4704 4: whether the name can be read is for whoever uses it to find out, as clients write what they like. */
export const clientFqdn = option<FqdnValue>(OptionCode.CLIENT_FQDN, 'CLIENT_FQDN', {
  decode: (data) => (data.length === 0 ? failure('bad-option-value', 0) : { value: { flags: data[0] as number, name: view(data, 1, data.length) } }),
  encode: ({ flags, name }) => concatBytes([unsignedShape(1).encode(flags), name]),
  print: ({ flags, name }) => `${printFlags(flags)} ${printName(name)}`,
});

function printFlags(flags: number): string {
  const set = ['S', 'O', 'N'].filter((_, bit) => (flags & (1 << bit)) !== 0).join('');
  return set === '' ? '-' : set;
}

function printName(name: Uint8Array): string {
  const isWhole = name.at(-1) === 0;
  const decoded = decodeDomainNames(isWhole ? name : concatBytes([name, Uint8Array.of(0)]));
  if (decoded.error !== undefined) return `malformed name of ${name.length} octets`;
  const text = decoded.value.join(' ');
  return isWhole ? `${text}.` : text;
}
