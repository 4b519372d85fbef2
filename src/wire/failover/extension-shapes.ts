/** How the data of each extension is laid out; all integers big-endian. */
import { formatAddress } from '../address-text.ts';
import { ADDRESS_LENGTH, type Address } from '../address.ts';
import { type HashMap, countBuckets, toHashMap } from '../hash-map.ts';
import { formatHex, parseHex } from '../hex.ts';
import { u8, u16, u32, view } from '../octets.ts';
import { concatBytes, type DecodedValue, type Shape } from '../options/codec.ts';
import { unsignedListShape, unsignedShape } from '../options/integers.ts';
import { decodeText, encodeText, quoteText } from '../text.ts';
import { failure } from '../wire-error.ts';
import {
  type ClockReport,
  type ClockTimescale,
  type ConfigurationSection,
  type DatabasePoint,
  type DatabaseProgress,
  ExtensionCode,
  type ExtensionValues,
} from './extension.ts';
import { pairUpdate } from './pair-update-shape.ts';
import { linkHealth, relayAcknowledgement, relayedMessage, serverId } from './relaying-shapes.ts';
import { sharedCommit } from './shared-commit-shape.ts';
import { readWhole, wholeOctets } from './whole-number.ts';

const ID_LENGTH = 8;
const DIGEST_LENGTH = 32;
const POINT_LENGTH = ID_LENGTH + 8;
const TIMESCALE_LENGTH = ID_LENGTH + 9;

/** UTF-8 */
const text: Shape<string> = {
  decode(data) {
    const value = decodeText(data);
    return value === undefined ? failure('bad-option-value', 0) : { value };
  },
  encode: encodeText,
  print: quoteText,
};

/** Says it all by being there. */
const flag: Shape<true> = {
  decode: (data) => (data.length === 0 ? { value: true } : failure('bad-option-length', 0)),
  encode: () => new Uint8Array(0),
  print: () => '',
};

/** The length of the name (2), the name, and the content to the end. */
const configurationSection: Shape<ConfigurationSection> = {
  decode(data) {
    const nameEnd = data.length < 2 ? Infinity : 2 + u16(data, 0);
    if (nameEnd > data.length) return failure('bad-option-length', 0);
    const name = decodeText(view(data, 2, nameEnd));
    const content = decodeText(view(data, nameEnd, data.length));
    return name === undefined || content === undefined ? failure('bad-option-value', 2) : { value: { name, content } };
  },
  encode({ name, content }) {
    const nameOctets = encodeText(name);
    return concatBytes([unsignedShape(2).encode(nameOctets.length), nameOctets, encodeText(content)]);
  },
  print: ({ name, content }) => `${quoteText(name)} ${quoteText(content)}`,
};

/** Generation (8), counter (8). */
function readPoint(data: Uint8Array, at: number): DatabasePoint | undefined {
  const counter = readWhole(data, at + ID_LENGTH);
  if (counter === undefined || counter < 0) return undefined;
  return { generation: view(data, at, at + ID_LENGTH), counter };
}

function printPoint({ generation, counter }: DatabasePoint): string {
  return `${formatHex(generation, '')}/${counter}`;
}

/** The sender's own point, then that of the receiver if it is known. */
const databaseProgress: Shape<DatabaseProgress> = {
  decode(data): DecodedValue<DatabaseProgress> {
    if (data.length !== POINT_LENGTH && data.length !== 2 * POINT_LENGTH) return failure('bad-option-length', 0);
    const own = readPoint(data, 0);
    if (own === undefined) return failure('bad-option-value', ID_LENGTH);
    if (data.length === POINT_LENGTH) return { value: { own, partner: undefined } };
    const partner = readPoint(data, POINT_LENGTH);
    return partner === undefined ? failure('bad-option-value', POINT_LENGTH + ID_LENGTH) : { value: { own, partner } };
  },
  encode: ({ own, partner }) =>
    concatBytes((partner === undefined ? [own] : [own, partner]).flatMap(({ generation, counter }) => [generation, wholeOctets(counter)])),
  print: ({ own, partner }) => `own ${printPoint(own)} partner ${partner === undefined ? 'never seen' : printPoint(partner)}`,
};

/** Id (8), 1 if the correction is known (1), correction (8). */
function readTimescale(data: Uint8Array, at: number): ClockTimescale | undefined {
  const id = view(data, at, at + ID_LENGTH);
  if (u8(data, at + ID_LENGTH) === 0) return { id, correction: undefined };
  const correction = readWhole(data, at + ID_LENGTH + 1);
  return correction === undefined ? undefined : { id, correction };
}

/** 1 if trusted (1), source (1), timescales. */
const clockReport: Shape<ClockReport> = {
  decode(data) {
    if (data.length < 2 || (data.length - 2) % TIMESCALE_LENGTH !== 0) return failure('bad-option-length', 0);
    const timescales: ClockTimescale[] = [];
    for (let at = 2; at < data.length; at += TIMESCALE_LENGTH) {
      const timescale = readTimescale(data, at);
      if (timescale === undefined) return failure('bad-option-value', at);
      timescales.push(timescale);
    }
    return { value: { trusted: u8(data, 0) !== 0, source: u8(data, 1), timescales } };
  },
  encode: ({ trusted, source, timescales }) =>
    concatBytes([
      Uint8Array.of(trusted ? 1 : 0, source),
      ...timescales.flatMap(({ id, correction }) => [
        id,
        Uint8Array.of(correction === undefined ? 0 : 1),
        wholeOctets(correction ?? 0),
      ]),
    ]),
  print: ({ trusted, source, timescales }) =>
    [
      `${trusted ? 'trusted' : 'untrusted'} source ${source}`,
      ...timescales.map(({ id, correction }) => `${formatHex(id, '')} ${correction === undefined ? 'not known' : `${correction} s`}`),
    ].join(', '),
};

/** A copy: it is kept with a lease, and a view would keep all that came with it from the network. */
const address: Shape<Address> = {
  decode: (data) => (data.length === ADDRESS_LENGTH ? { value: data.slice() as Address } : failure('bad-option-length', 0)),
  encode: (value) => value,
  print: formatAddress,
};

/** SHA-256, in hexadecimal. */
const digest: Shape<string> = {
  decode: (data) => (data.length === DIGEST_LENGTH ? { value: formatHex(data, '') } : failure('bad-option-length', 0)),
  encode: (value) => parseHex(value) ?? new Uint8Array(DIGEST_LENGTH),
  print: (value) => value,
};

const milliseconds: Shape<number> = {
  decode: (data) => (data.length === 4 ? { value: u32(data, 0) } : failure('bad-option-length', 0)),
  encode: (value) => unsignedShape(4).encode(value),
  print: (value) => `${value} ms`,
};

/** Eight octets. */
const beaconSession: Shape<string> = {
  decode: (data) => (data.length === ID_LENGTH ? { value: formatHex(data, '') } : failure('bad-option-length', 0)),
  encode: (value) => parseHex(value) ?? new Uint8Array(ID_LENGTH),
  print: (value) => value,
};

/** A copy: it is kept as long as the connection, and a view would keep all that came with it. */
const hashMap: Shape<HashMap> = {
  decode(data) {
    const value = toHashMap(data.slice());
    return value === undefined ? failure('bad-option-length', 0) : { value };
  },
  encode: (value) => value,
  print: (value) => `${countBuckets(value)} buckets ${formatHex(value, '')}`,
};

export const extensionShapes: { readonly [Code in ExtensionCode]: Shape<ExtensionValues[Code]> } = {
  [ExtensionCode.EXTENSIONS]: unsignedListShape(2),
  [ExtensionCode.NEXT_CERTIFICATE]: digest,
  [ExtensionCode.CERTIFICATE_KEPT]: digest,
  [ExtensionCode.LINK_HEALTH]: linkHealth,
  [ExtensionCode.RELAYED_MESSAGE]: relayedMessage,
  [ExtensionCode.RELAY_ACKNOWLEDGEMENT]: relayAcknowledgement,
  [ExtensionCode.SERVER_ID]: serverId,
  [ExtensionCode.SENDER_CLOCK]: milliseconds,
  [ExtensionCode.BEACON_SESSION]: beaconSession,
  [ExtensionCode.PROGRAM_VERSION]: text,
  [ExtensionCode.CONFIG_DIGEST]: text,
  [ExtensionCode.CONFIG_SHARED]: configurationSection,
  [ExtensionCode.SHARED_COMMIT]: sharedCommit,
  [ExtensionCode.PAIR_UPDATE]: pairUpdate,
  [ExtensionCode.HASH_MAP]: hashMap,
  [ExtensionCode.DATABASE]: databaseProgress,
  [ExtensionCode.CLOCK]: clockReport,
  [ExtensionCode.INEXACT_TIMES]: flag,
  [ExtensionCode.CLIENT_ADDRESS]: address,
  [ExtensionCode.CONTACT_INTERVAL]: milliseconds,
};
