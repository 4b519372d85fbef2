/** An encrypted DNS resolver of the network (RFC 9463), with service parameters as in an SVCB record (RFC 9460 2.2, RFC 9461 5). */
import { formatAddress } from '../address-text.ts';
import { ADDRESS_LENGTH, type Address } from '../address.ts';
import { decodeDomainNames, type DomainName, encodeDomainNames } from '../domain-name.ts';
import { u8, u16, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { decodeText, encodeText, quoteText } from '../text.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { concatBytes, type DecodedValue, option, shifted } from './codec.ts';
import { unsignedShape } from './integers.ts';
import { decodeSuboptions, encodeSuboptions, type Suboption, SUBOPTION_HEADER_LENGTH } from './suboptions.ts';

/** The keys of service parameters, by the IANA registry "Service Parameter Keys (SvcParamKeys)". */
const ALPN = 1;
const PORT = 3;
const DOHPATH = 7;

export interface EncryptedDns {
  /** The lowest counts most; 16 bits. */
  readonly priority: number;
  /** The name that the resolver's certificate is for. */
  readonly name: DomainName;
  /** None: only the name is told (RFC 9463 3.1.6), and nothing else of what follows. */
  readonly addresses: readonly Address[];
  /** Protocols (ALPN): `dot`, `h2`, `h3`, `doq`. */
  readonly alpn: readonly string[];
  /** Undefined: the usual one of each protocol. */
  readonly port: number | undefined;
  /** The URI template of DNS over HTTPS, relative. */
  readonly dohPath: string | undefined;
}

/** RFC 9463 4.1: one instance for each resolver. */
export const encryptedDns = option<EncryptedDns>(OptionCode.V6_DNR, 'V6_DNR', {
  decode(data) {
    if (data.length < 4) return failure('bad-option-length', 0);
    const nameEnd = 4 + u16(data, 2);
    if (nameEnd > data.length) return failure('option-overrun', 2);
    const names = decodeDomainNames(view(data, 4, nameEnd));
    if (names.error !== undefined) return shifted(names, 4);
    const [name, ...others] = names.value;
    if (name === undefined || others.length > 0) return failure('bad-option-value', 4);
    const known = { priority: u16(data, 0), name };
    if (nameEnd === data.length) return { value: { ...known, addresses: [], alpn: [], port: undefined, dohPath: undefined } };
    if (nameEnd + 2 > data.length) return failure('option-overrun', nameEnd);
    const length = u16(data, nameEnd);
    const start = nameEnd + 2;
    if (start + length > data.length) return failure('option-overrun', nameEnd);
    if (length === 0 || length % ADDRESS_LENGTH !== 0) return failure('bad-option-value', nameEnd);
    const addresses = Array.from({ length: length / ADDRESS_LENGTH }, (_, i) => view(data, start + i * ADDRESS_LENGTH, start + (i + 1) * ADDRESS_LENGTH) as Address);
    const parameters = decodeParameters(data, start + length);
    return parameters.error === undefined ? { value: { ...known, addresses, ...parameters } } : parameters;
  },
  encode({ priority, name, addresses, alpn, port, dohPath }) {
    const u16Shape = unsignedShape(2);
    const encodedName = encodeDomainNames([name]);
    const head = [u16Shape.encode(priority), u16Shape.encode(encodedName.length), encodedName];
    if (addresses.length === 0) return concatBytes(head);
    const parameters: Suboption[] = [];
    if (alpn.length > 0) parameters.push({ code: ALPN, data: encodeAlpn(alpn) });
    if (port !== undefined) parameters.push({ code: PORT, data: u16Shape.encode(port) });
    if (dohPath !== undefined) parameters.push({ code: DOHPATH, data: encodeText(dohPath) });
    return concatBytes([...head, u16Shape.encode(addresses.length * ADDRESS_LENGTH), ...addresses, encodeSuboptions(parameters)]);
  },
  print: ({ priority, name, addresses, alpn, port, dohPath }) =>
    [
      `priority ${priority} ${name}`,
      ...addresses.map(formatAddress),
      ...(alpn.length === 0 ? [] : [`alpn ${alpn.map(quoteText).join(',')}`]),
      ...(port === undefined ? [] : [`port ${port}`]),
      ...(dohPath === undefined ? [] : [`dohpath ${quoteText(dohPath)}`]),
    ].join(' '),
});

/** Parameters have the layout of options; their keys ascend (RFC 9460 2.2). Unknown ones are skipped. */
function decodeParameters(data: Uint8Array, start: number): Decoded<Pick<EncryptedDns, 'alpn' | 'port' | 'dohPath'>> {
  const parameters = decodeSuboptions(data, start);
  if (parameters.error !== undefined) return parameters;
  let alpn: readonly string[] = [];
  let port: number | undefined;
  let dohPath: string | undefined;
  let at = start;
  let last = -1;
  for (const { code, data: value } of parameters.value) {
    const valueAt = at + SUBOPTION_HEADER_LENGTH;
    if (code <= last) return failure('bad-option-value', at);
    last = code;
    if (code === ALPN) {
      const protocols = decodeAlpn(value);
      if (protocols.error !== undefined) return shifted(protocols, valueAt);
      alpn = protocols.value;
    } else if (code === PORT) {
      if (value.length !== 2) return failure('bad-option-value', valueAt);
      port = u16(value, 0);
    } else if (code === DOHPATH) {
      dohPath = decodeText(value);
      if (dohPath === undefined) return failure('bad-option-value', valueAt);
    }
    at = valueAt + value.length;
  }
  return { alpn, port, dohPath };
}

/** Names with one octet for the length of each (RFC 9460 7.1.1). */
function encodeAlpn(protocols: readonly string[]): Uint8Array {
  return concatBytes(protocols.flatMap((protocol) => {
    const octets = encodeText(protocol);
    return [Uint8Array.of(octets.length), octets];
  }));
}

function decodeAlpn(data: Uint8Array): DecodedValue<readonly string[]> {
  const protocols: string[] = [];
  for (let at = 0; at < data.length; ) {
    const end = at + 1 + u8(data, at);
    const protocol = end > data.length || end === at + 1 ? undefined : decodeText(view(data, at + 1, end));
    if (protocol === undefined) return failure('bad-option-value', at);
    protocols.push(protocol);
    at = end;
  }
  return protocols.length === 0 ? failure('bad-option-value', 0) : { value: protocols };
}
