/** Options that are octets that nobody but their maker understands, or nothing at all; some with a number before them. */
import { type Duid, formatDuid } from '../duid.ts';
import { formatHex } from '../hex.ts';
import { u8, u16, u32, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, option, type Shape } from './codec.ts';
import { unsignedShape } from './integers.ts';

/** How many octets are shown; a whole datagram of them would help nobody. */
const PRINTED_OCTETS_MAX = 64;

/** Any octets. */
export const opaqueShape: Shape<Uint8Array> = {
  decode: (data) => ({ value: data }),
  encode: (value) => value,
  print: (value) =>
    value.length <= PRINTED_OCTETS_MAX
      ? formatHex(value)
      : `${formatHex(value.subarray(0, PRINTED_OCTETS_MAX))}... (${value.length} octets)`,
};

/** An option that says what it says by being there. */
const empty: Shape<true> = {
  decode: () => ({ value: true }),
  encode: () => new Uint8Array(0),
  print: () => '',
};

const duid: Shape<Duid> = {
  decode: (data) => ({ value: data as Duid }),
  encode: (value) => value,
  print: formatDuid,
};

/** RFC 9915 21.2 */
export const clientIdentifier = option(OptionCode.CLIENTID, 'CLIENTID', duid);

/** RFC 9915 21.3 */
export const serverIdentifier = option(OptionCode.SERVERID, 'SERVERID', duid);

/** RFC 9915 21.14 */
export const rapidCommit = option(OptionCode.RAPID_COMMIT, 'RAPID_COMMIT', empty);

/** RFC 9915 21.20 */
export const reconfigureAccept = option(OptionCode.RECONF_ACCEPT, 'RECONF_ACCEPT', empty);

/** RFC 9686 4.1 */
export const addressRegistration = option(OptionCode.ADDR_REG_ENABLE, 'ADDR_REG_ENABLE', empty);

/** RFC 9915 21.10: the octets of the message inside, which `decodeMessage` reads and `describeMessage` prints. */
export const relayMessage = option<Uint8Array>(OptionCode.RELAY_MSG, 'RELAY_MSG', {
  ...opaqueShape,
  print: (message) => `${message.length} octets`,
});

/** RFC 9915 21.18: only in relay messages; compared, never interpreted. */
export const interfaceId = option(OptionCode.INTERFACE_ID, 'INTERFACE_ID', opaqueShape);

/** RFC 4580 2: only in a Relay-forward. */
export const subscriberId = option(OptionCode.SUBSCRIBER_ID, 'SUBSCRIBER_ID', opaqueShape);

export interface RemoteId {
  /** The private enterprise number of whoever defines the rest. */
  readonly enterprise: number;
  readonly id: Uint8Array;
}

/** RFC 4649 3: only in a Relay-forward. */
export const remoteId = option<RemoteId>(OptionCode.REMOTE_ID, 'REMOTE_ID', {
  decode: (data) => ({ value: { enterprise: u32(data, 0), id: view(data, 4, data.length) } }),
  encode: ({ enterprise, id }) => concatBytes([unsignedShape(4).encode(enterprise), id]),
  print: ({ enterprise, id }) => `enterprise ${enterprise} ${opaqueShape.print(id)}`,
});

export interface ClientLinkLayerAddress {
  /** The IANA hardware type; 1 is Ethernet. */
  readonly hardwareType: number;
  readonly address: Uint8Array;
}

/** RFC 6939 4: only in the Relay-forward that is closest to the client. */
export const clientLinkLayerAddress = option<ClientLinkLayerAddress>(
  OptionCode.CLIENT_LINKLAYER_ADDR,
  'CLIENT_LINKLAYER_ADDR',
  {
    decode: (data) => ({ value: { hardwareType: u16(data, 0), address: view(data, 2, data.length) } }),
    encode: ({ hardwareType, address }) => concatBytes([unsignedShape(2).encode(hardwareType), address]),
    print: ({ hardwareType, address }) => `hardware type ${hardwareType} ${opaqueShape.print(address)}`,
  },
);

export interface PrefixExclude {
  readonly prefixLength: number;
  /** The bits of the excluded prefix beyond the delegated one, from the first octet on. */
  readonly subnetId: Uint8Array;
}

/** RFC 6603 4.2: only in an IA Prefix, which says how many bits there are; `decodePrefixExclude` puts both together. */
export const prefixExclude = option<PrefixExclude>(OptionCode.PD_EXCLUDE, 'PD_EXCLUDE', {
  decode(data) {
    const prefixLength = u8(data, 0);
    if (prefixLength > 128) return failure('bad-prefix-length', 0);
    return { value: { prefixLength, subnetId: view(data, 1, data.length) } };
  },
  encode: ({ prefixLength, subnetId }) => concatBytes([unsignedShape(1).encode(prefixLength), subnetId]),
  print: ({ prefixLength, subnetId }) => `length ${prefixLength} subnet ${opaqueShape.print(subnetId)}`,
});

export interface Authentication {
  readonly protocol: number;
  readonly algorithm: number;
  readonly replayDetectionMethod: number;
  /** 8 octets */
  readonly replayDetection: Uint8Array;
  readonly information: Uint8Array;
}

/** RFC 9915 21.11 */
export const authentication = option<Authentication>(OptionCode.AUTH, 'AUTH', {
  decode: (data) => ({
    value: {
      protocol: u8(data, 0),
      algorithm: u8(data, 1),
      replayDetectionMethod: u8(data, 2),
      replayDetection: view(data, 3, 11),
      information: view(data, 11, data.length),
    },
  }),
  encode: ({ protocol, algorithm, replayDetectionMethod, replayDetection, information }) =>
    concatBytes([Uint8Array.of(protocol, algorithm, replayDetectionMethod), replayDetection, information]),
  print: ({ protocol, algorithm, replayDetectionMethod, replayDetection, information }) =>
    `protocol ${protocol} algorithm ${algorithm} RDM ${replayDetectionMethod} replay ${formatHex(replayDetection)} ${opaqueShape.print(information)}`,
});
