// The octets of a fleet client's messages, and what it reads in an answer. Nothing here comes from the product, so
// that the two can't be wrong in the same way.

import { association, duidOf, message, option } from '../network/datagram.ts';
import type { HeldLease, LeaseKind } from './lease.ts';

export const MessageType = { SOLICIT: 1, ADVERTISE: 2, REQUEST: 3, RENEW: 5, REBIND: 6, REPLY: 7 } as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

const Code = {
  CLIENTID: 1, SERVERID: 2, IA_NA: 3, IAADDR: 5, ORO: 6, PREFERENCE: 7, ELAPSED_TIME: 8, STATUS_CODE: 13, IA_PD: 25, IAPREFIX: 26,
} as const;
export const StatusCode = { SUCCESS: 0, NO_BINDING: 3, NOT_ON_LINK: 4 } as const;

const associations: Readonly<Record<LeaseKind, { readonly code: number; readonly iaid: number }>> = {
  address: { code: Code.IA_NA, iaid: 1 },
  prefix: { code: Code.IA_PD, iaid: 2 },
};
/** DNS servers and the search list; SOL_MAX_RT, which every client must ask for (RFC 8415 21.7). */
const optionRequest = option(Code.ORO, Buffer.from([0, 23, 0, 24, 0, 82]));

export interface Outgoing {
  readonly type: MessageType;
  readonly transactionId: number;
  readonly client: number;
  /** Hundredths of a second since this message was first sent (RFC 8415 21.9). */
  readonly elapsed: number;
  readonly server: Buffer | undefined;
  readonly wishes: readonly LeaseKind[];
  readonly leases: readonly Pick<HeldLease, 'kind' | 'octets'>[];
}

export function writeMessage({ type, transactionId, client, elapsed, server, wishes, leases }: Outgoing): Buffer {
  const elapsedTime = Buffer.alloc(2);
  elapsedTime.writeUInt16BE(Math.min(elapsed, 0xffff));
  const ias = wishes.map((kind) => {
    const inside = leases.filter((lease) => lease.kind === kind).map((lease) => leaseOption(kind, lease.octets));
    return association(associations[kind].code, associations[kind].iaid, ...inside);
  });
  return message(
    type,
    transactionId,
    option(Code.CLIENTID, duidOf(client)),
    ...(server === undefined ? [] : [option(Code.SERVERID, server)]),
    option(Code.ELAPSED_TIME, elapsedTime),
    optionRequest,
    ...ias,
  );
}

/** With lifetimes of 0, as a client sends it. `octets` are those of a HeldLease. */
function leaseOption(kind: LeaseKind, octets: Buffer): Buffer {
  return option(kind === 'address' ? Code.IAADDR : Code.IAPREFIX, Buffer.concat(
    kind === 'address' ? [octets, Buffer.alloc(8)] : [Buffer.alloc(8), octets],
  ));
}

/** A lease as it stands in an answer; lifetimes in seconds. */
export interface GivenLease {
  readonly kind: LeaseKind;
  /** What names it in a message: 16 octets of an address; the length and 16 octets of a prefix. */
  readonly octets: Buffer;
  readonly preferred: number;
  readonly valid: number;
}

export interface GivenAssociation {
  readonly kind: LeaseKind;
  readonly t1: number;
  readonly t2: number;
  readonly status: number;
  readonly leases: readonly GivenLease[];
}

export interface Answer {
  readonly type: number;
  readonly transactionId: number;
  readonly client: number;
  readonly server: Buffer;
  readonly preference: number;
  /** Of the message as a whole. */
  readonly status: number;
  readonly associations: readonly GivenAssociation[];
}

/** An Advertise or Reply that is well formed and for one of our clients; undefined for all else. */
export function readAnswer(bytes: Buffer): Answer | undefined {
  if (bytes.length < 4) return undefined;
  const options = readOptions(bytes.subarray(4));
  const client = options?.find(({ code }) => code === Code.CLIENTID)?.data;
  const server = options?.find(({ code }) => code === Code.SERVERID)?.data;
  if (options === undefined || client === undefined || server === undefined) return undefined;
  if (client.length !== 14 || !client.equals(duidOf(client.readUInt32BE(10)))) return undefined;
  const preference = options.find(({ code }) => code === Code.PREFERENCE)?.data;
  return {
    type: bytes.readUInt8(0),
    transactionId: bytes.readUIntBE(1, 3),
    client: client.readUInt32BE(10),
    server,
    preference: preference?.length === 1 ? preference.readUInt8(0) : 0,
    status: statusIn(options),
    associations: options.flatMap(({ code, data }) => {
      const kind = (['address', 'prefix'] as const).find((each) => associations[each].code === code);
      const read = kind === undefined ? undefined : readAssociation(kind, data);
      return read === undefined ? [] : [read];
    }),
  };
}

interface ReadOption {
  readonly code: number;
  readonly data: Buffer;
}

function readOptions(bytes: Buffer): ReadOption[] | undefined {
  const options: ReadOption[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return undefined;
    options.push({ code: bytes.readUInt16BE(at), data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return options;
}

function statusIn(options: readonly ReadOption[]): number {
  const data = options.find(({ code }) => code === Code.STATUS_CODE)?.data;
  return data === undefined || data.length < 2 ? StatusCode.SUCCESS : data.readUInt16BE(0);
}

function readAssociation(kind: LeaseKind, data: Buffer): GivenAssociation | undefined {
  if (data.length < 12 || data.readUInt32BE(0) !== associations[kind].iaid) return undefined;
  const options = readOptions(data.subarray(12));
  if (options === undefined) return undefined;
  const leaseCode = kind === 'address' ? Code.IAADDR : Code.IAPREFIX;
  const leases = options.flatMap((each) => (each.code === leaseCode ? (readLease(kind, each.data) ?? []) : []));
  return { kind, t1: data.readUInt32BE(4), t2: data.readUInt32BE(8), status: statusIn(options), leases };
}

function readLease(kind: LeaseKind, data: Buffer): GivenLease | undefined {
  if (kind === 'address') {
    if (data.length < 24) return undefined;
    return { kind, octets: data.subarray(0, 16), preferred: data.readUInt32BE(16), valid: data.readUInt32BE(20) };
  }
  if (data.length < 25) return undefined;
  return { kind, octets: data.subarray(8, 25), preferred: data.readUInt32BE(0), valid: data.readUInt32BE(4) };
}
