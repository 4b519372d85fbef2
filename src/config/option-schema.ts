/** The options that clients may ask for: those with a key of their own, and any other by code and type. */
import * as v from 'valibot';
import type { NtpServer } from '../wire/index.ts';
import { readAddress } from './address-values.ts';
import {
  address,
  alpnProtocol,
  dohPath,
  domainName,
  hex,
  integer,
  listOf,
  oneOrMore,
  optionText,
  portalUri,
  posixTimezone,
  timezoneName,
  uri,
} from './fields.ts';
import { readDomainName } from './name-values.ts';
import { type Parsed, isFault } from './parsed.ts';
import { described, section, textValue } from './schema-parts.ts';
import { softwires } from './softwire-schema.ts';

/** An option whose value has one of the types that options are made of. */
function typedOption<const C extends v.GenericSchema>(code: C) {
  const types = ['address-list', 'domain-list', 'string', 'uint8', 'uint16', 'uint32', 'hex'];
  return v.variant(
    'type',
    [
      section({ code, type: v.literal('address-list'), value: oneOrMore('IPv6 addresses', address) }),
      section({ code, type: v.literal('domain-list'), value: oneOrMore('domain names', domainName) }),
      section({ code, type: v.literal('string'), value: optionText }),
      section({ code, type: v.literal('uint8'), value: oneOrMore('whole numbers from 0 to 255', integer(0, 0xff)) }),
      section({
        code,
        type: v.literal('uint16'),
        value: oneOrMore('whole numbers from 0 to 65535', integer(0, 0xffff)),
      }),
      section({
        code,
        type: v.literal('uint32'),
        value: oneOrMore('whole numbers from 0 to 4294967295', integer(0, 0xffffffff)),
      }),
      section({ code, type: v.literal('hex'), value: hex }),
    ],
    `a map of code, type, value; type one of ${types.join(', ')}`,
  );
}

const NTP_SERVER = 'the address or the domain name of a server, or { multicast: ADDRESS }';

const ntpServer = v.pipe(
  v.union([textValue(NTP_SERVER, readNtpServer), section({ multicast: address })], NTP_SERVER),
  v.transform((server): NtpServer =>
    'multicast' in server ? { kind: 'multicast', address: server.multicast } : server,
  ),
);

/** A colon makes it an address: no domain name has one. */
function readNtpServer(text: string): Parsed<NtpServer> {
  if (text.includes(':')) {
    const parsed = readAddress(text);
    return isFault(parsed) ? parsed : { value: { kind: 'address', address: parsed.value } };
  }
  const parsed = readDomainName(text);
  return isFault(parsed) ? parsed : { value: { kind: 'name', name: parsed.value } };
}

/** A server that this box asks itself, as it is written. */
export const askedNtpServer = textValue('the address or the domain name of a server', (text): Parsed<string> => {
  const read = readNtpServer(text);
  return isFault(read) ? read : { value: text };
});

export const customOption = typedOption(integer(1, 0xffff));
export const vendorOption = typedOption(integer(0, 0xffff));

const vendorOptions = section({
  enterprise: described(integer(0, 0xffffffff), 'The enterprise number of the vendor, from the IANA registry'),
  options: described(listOf('options', vendorOption), 'Options that the vendor defines'),
});

const bootFile = section({
  url: described(uri, 'Where the boot file is (option 59, RFC 5970)'),
  architectures: described(
    v.optional(listOf('numbers of architectures', integer(0, 0xffff))),
    'For clients of these pre-boot environments (option 61), such as 7 and 9 for UEFI on x86, 11 for UEFI on ARM; left out: for all others',
  ),
  parameters: described(v.optional(listOf('texts', optionText)), 'What the boot file is started with (option 60)'),
});

const encryptedDns = section({
  priority: described(integer(1, 0xffff), 'The lowest counts most'),
  name: described(domainName, 'What the certificate of the resolver is for'),
  addresses: described(v.optional(listOf('IPv6 addresses', address)), 'Left out: the name alone is told'),
  alpn: described(v.optional(listOf('protocols', alpnProtocol)), 'What it speaks: dot, doq, h2, h3'),
  port: described(v.optional(integer(1, 0xffff)), 'Where that is not the usual one'),
  'doh-path': described(v.optional(dohPath), 'The URI template for h2 and h3'),
});

export const optionSection = section({
  'dns-servers': described(
    v.optional(listOf('IPv6 addresses', address)),
    'Recursive DNS servers (option 23, RFC 3646)',
  ),
  'domain-search': described(
    v.optional(listOf('domain names', domainName)),
    'Domain search list (option 24, RFC 3646)',
  ),
  'sntp-servers': described(v.optional(listOf('IPv6 addresses', address)), 'SNTP servers (option 31, RFC 4075)'),
  'ntp-servers': described(v.optional(listOf('NTP servers', ntpServer)), 'NTP servers (option 56, RFC 5908)'),
  'encrypted-dns': described(
    v.optional(listOf('resolvers', encryptedDns)),
    'DNS resolvers over TLS, QUIC or HTTPS (option 144, RFC 9463)',
  ),
  timezone: described(
    v.optional(section({ posix: v.optional(posixTimezone), name: v.optional(timezoneName) })),
    'The time zone, as POSIX writes it (option 41) and by its name (option 42, RFC 4833)',
  ),
  'captive-portal': described(v.optional(portalUri), 'The API of the captive portal (option 103, RFC 8910)'),
  'sip-servers': described(v.optional(listOf('IPv6 addresses', address)), 'SIP outbound proxies (option 22, RFC 3319)'),
  'sip-domains': described(v.optional(listOf('domain names', domainName)), 'SIP outbound proxies by name (option 21, RFC 3319)'),
  'boot-files': described(v.optional(listOf('boot files', bootFile)), 'What clients boot from the network (RFC 5970)'),
  aftr: described(v.optional(domainName), 'The tunnel endpoint of DS-Lite (option 64, RFC 6334)'),
  softwires: described(v.optional(softwires), 'MAP-E, MAP-T, Lightweight 4over6 (RFC 7598, RFC 8026)'),
  vendor: described(
    v.optional(listOf('vendors', vendorOptions)),
    'Vendor-specific information (option 17, RFC 9915 section 21.17)',
  ),
  custom: described(v.optional(listOf('options', customOption)), 'Any other option by its code'),
});

export type OptionSection = v.InferOutput<typeof optionSection>;
export type CustomOption = NonNullable<OptionSection['custom']>[number];
