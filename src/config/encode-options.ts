/** The options of one layer as they go on the wire. */
import type { EncodedOption, OptionSet } from '../server/index.ts';
import {
  type EncryptedDns,
  OptionCode,
  type Suboption,
  addressListShape,
  domainListShape,
  encodeText,
  optionCodec,
  unsignedListShape,
} from '../wire/index.ts';
import { encodeSoftwires } from './encode-softwires.ts';
import type { CustomOption, OptionSection } from './option-schema.ts';

export function encodeOptions(options: OptionSection | undefined): OptionSet {
  if (options === undefined) return [];
  const encoded: EncodedOption[] = [];
  const add = (code: number, data: Uint8Array, enterprise?: number) => encoded.push({ code, enterprise, data });
  const dnsServers = options['dns-servers'];
  if (dnsServers !== undefined) add(OptionCode.DNS_SERVERS, addressListShape.encode(dnsServers));
  const domainSearch = options['domain-search'];
  if (domainSearch !== undefined) add(OptionCode.DOMAIN_LIST, domainListShape.encode(domainSearch));
  const sntpServers = options['sntp-servers'];
  if (sntpServers !== undefined) add(OptionCode.SNTP_SERVERS, addressListShape.encode(sntpServers));
  for (const server of options['ntp-servers'] ?? []) {
    add(OptionCode.NTP_SERVER, optionCodec(OptionCode.NTP_SERVER).encode(server));
  }
  for (const resolver of options['encrypted-dns'] ?? []) add(OptionCode.V6_DNR, optionCodec(OptionCode.V6_DNR).encode(encryptedDns(resolver)));
  const { posix, name } = options.timezone ?? {};
  if (posix !== undefined) add(OptionCode.NEW_POSIX_TIMEZONE, encodeText(posix));
  if (name !== undefined) add(OptionCode.NEW_TZDB_TIMEZONE, encodeText(name));
  const portal = options['captive-portal'];
  if (portal !== undefined) add(OptionCode.CAPTIVE_PORTAL, encodeText(portal));
  const sipServers = options['sip-servers'];
  if (sipServers !== undefined) add(OptionCode.SIP_SERVER_A, addressListShape.encode(sipServers));
  const sipDomains = options['sip-domains'];
  if (sipDomains !== undefined) add(OptionCode.SIP_SERVER_D, domainListShape.encode(sipDomains));
  for (const { url, architectures, parameters } of options['boot-files'] ?? []) {
    const boot = { architectures, parameters: parameters && optionCodec(OptionCode.BOOTFILE_PARAM).encode(parameters) };
    encoded.push({ code: OptionCode.BOOTFILE_URL, enterprise: undefined, data: encodeText(url), boot });
  }
  if (options.aftr !== undefined) add(OptionCode.AFTR_NAME, optionCodec(OptionCode.AFTR_NAME).encode(options.aftr));
  for (const { code, data } of encodeSoftwires(options.softwires)) add(code, data);
  for (const { enterprise, options: own } of options.vendor ?? []) {
    const suboptions: Suboption[] = own.map((option) => ({ code: option.code, data: encodeValue(option) }));
    add(
      OptionCode.VENDOR_OPTS,
      optionCodec(OptionCode.VENDOR_OPTS).encode({ enterprise, options: suboptions }),
      enterprise,
    );
  }
  for (const option of options.custom ?? []) add(option.code, encodeValue(option));
  return encoded;
}

function encryptedDns({ addresses = [], alpn = [], port, ...resolver }: NonNullable<OptionSection['encrypted-dns']>[number]): EncryptedDns {
  const { priority, name, 'doh-path': dohPath } = resolver;
  return { priority, name, addresses, alpn, port, dohPath };
}

/** The value of an option that the file gives by code and type. */
function encodeValue(option: CustomOption): Uint8Array {
  switch (option.type) {
    case 'address-list':
      return addressListShape.encode(isList(option.value) ? option.value : [option.value]);
    case 'domain-list':
      return domainListShape.encode(isList(option.value) ? option.value : [option.value]);
    case 'string':
      return encodeText(option.value);
    case 'uint8':
      return unsignedListShape(1).encode(isList(option.value) ? option.value : [option.value]);
    case 'uint16':
      return unsignedListShape(2).encode(isList(option.value) ? option.value : [option.value]);
    case 'uint32':
      return unsignedListShape(4).encode(isList(option.value) ? option.value : [option.value]);
    case 'hex':
      return option.value;
  }
}

function isList<T>(value: T | T[]): value is T[] {
  return Array.isArray(value);
}

/** The inner layer's options before the outer's of the same code (of the same vendor, for option 17). */
export function overriding(inner: OptionSet, outer: OptionSet): OptionSet {
  const isOverridden = (option: EncodedOption) =>
    inner.some(({ code, enterprise }) => code === option.code && enterprise === option.enterprise);
  return inner.length === 0 ? outer : [...inner, ...outer.filter((option) => !isOverridden(option))];
}
