/** A requestor's side of leasequery (RFC 5007, 5460, 7653), written from the RFCs alone: it shares no code with the server. */
import assert from 'node:assert/strict';
import { isIPv6 } from 'node:net';

export const Query = { address: 1, clientId: 2, relayId: 3, link: 4, remoteId: 5 } as const;
export const Status = {
  UnspecFail: 1, UnknownQueryType: 7, MalformedQuery: 8, NotConfigured: 9, NotAllowed: 10, QueryTerminated: 11,
  DataMissing: 12, CatchUpComplete: 13, NotSupported: 14, TLSConnectionRefused: 15,
} as const;
export const Message = { REPLY: 7, LEASEQUERY: 14, LEASEQUERY_REPLY: 15, LEASEQUERY_DONE: 16, LEASEQUERY_DATA: 17, ACTIVELEASEQUERY: 22, STARTTLS: 23 } as const;
const Code = {
  CLIENTID: 1, SERVERID: 2, IAADDR: 5, ORO: 6, STATUS_CODE: 13, IAPREFIX: 26, REMOTE_ID: 37, LQ_QUERY: 44, CLIENT_DATA: 45, CLT_TIME: 46,
  LQ_RELAY_DATA: 47, LQ_CLIENT_LINK: 48, RELAY_ID: 53, LQ_BASE_TIME: 100, LQ_START_TIME: 101, LQ_END_TIME: 102,
} as const;

export const REQUESTOR_ID = '0003000102005e000001';

export function option(code: number, ...data: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(data);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(code, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** 16 octets. */
function octetsOf(address: string): Buffer {
  assert.ok(isIPv6(address), address);
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [front, back] = [groups(head), groups(tail ?? '')];
  const middle = tail === undefined ? [] : new Array<string>(8 - front.length - back.length).fill('0');
  return Buffer.from([...front, ...middle, ...back].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** In full, so that texts compare: `2001:db8:1:0:0:0:0:5`. */
export function addressIn(octets: Uint8Array): string {
  const hex = Buffer.from(octets).toString('hex');
  return (hex.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
}

export function full(address: string): string {
  const [text = '', length] = address.split('/');
  return addressIn(octetsOf(text)) + (length === undefined ? '' : `/${length}`);
}

export interface Asked {
  readonly type?: number;
  readonly transactionId?: number;
  /** Hexadecimal; "" leaves it out. */
  readonly requestorId?: string;
  readonly serverId?: string;
  /** Left out: no OPTION_LQ_QUERY. */
  readonly query?: {
    readonly type: number;
    readonly link?: string;
    readonly address?: string;
    readonly clientId?: string;
    readonly relayId?: string;
    /** Enterprise number and identifier, hexadecimal. */
    readonly remoteId?: string;
    readonly request?: readonly number[];
    readonly more?: readonly Uint8Array[];
  };
  /** Of the message itself. */
  readonly request?: readonly number[];
  readonly startTime?: number;
  readonly endTime?: number;
  readonly more?: readonly Uint8Array[];
}

export function leasequery({ type = Message.LEASEQUERY, transactionId = 0x10_2030, requestorId = REQUESTOR_ID, serverId, query, request, startTime, endTime, more = [] }: Asked): Buffer {
  return Buffer.concat([
    Buffer.of(type, transactionId >> 16, (transactionId >> 8) & 0xff, transactionId & 0xff),
    ...(requestorId === '' ? [] : [option(Code.CLIENTID, Buffer.from(requestorId, 'hex'))]),
    ...(serverId === undefined ? [] : [option(Code.SERVERID, Buffer.from(serverId, 'hex'))]),
    ...(request === undefined ? [] : [codes(request)]),
    ...(query === undefined ? [] : [queryOption(query)]),
    ...(startTime === undefined ? [] : [option(Code.LQ_START_TIME, u32(startTime))]),
    ...(endTime === undefined ? [] : [option(Code.LQ_END_TIME, u32(endTime))]),
    ...more,
  ]);
}

function queryOption({ type, link = '::', address, clientId, relayId, remoteId, request, more = [] }: NonNullable<Asked['query']>): Buffer {
  return option(
    Code.LQ_QUERY,
    Buffer.of(type),
    octetsOf(link),
    ...(address === undefined ? [] : [option(Code.IAADDR, octetsOf(address), Buffer.alloc(8))]),
    ...(clientId === undefined ? [] : [option(Code.CLIENTID, Buffer.from(clientId, 'hex'))]),
    ...(relayId === undefined ? [] : [option(Code.RELAY_ID, Buffer.from(relayId, 'hex'))]),
    ...(remoteId === undefined ? [] : [option(Code.REMOTE_ID, Buffer.from(remoteId, 'hex'))]),
    ...(request === undefined ? [] : [codes(request)]),
    ...more,
  );
}

function codes(list: readonly number[]): Buffer {
  return option(Code.ORO, ...list.map((code) => Buffer.of(code >> 8, code & 0xff)));
}

function u32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value >>> 0);
  return octets;
}

export interface Told {
  readonly clientId: string;
  /** `2001:db8:1:0:0:0:0:5` or with `/56`, in the order of the message. */
  readonly leases: readonly { readonly lease: string; readonly preferred: number; readonly valid: number }[];
  readonly cltTime: number | undefined;
  readonly relay: { readonly peer: string; readonly message: string } | undefined;
  /** All others, by code, hexadecimal. */
  readonly others: Readonly<Record<number, string>>;
}

export interface Reply {
  readonly type: number;
  readonly transactionId: number;
  readonly serverId: string | undefined;
  readonly requestorId: string | undefined;
  readonly status: { readonly code: number; readonly text: string } | undefined;
  readonly baseTime: number | undefined;
  readonly clients: readonly Told[];
  readonly links: readonly string[] | undefined;
}

export function readReply(octets: Uint8Array): Reply {
  const bytes = Buffer.from(octets);
  const options = optionsIn(bytes.subarray(4));
  const only = (code: number): Buffer | undefined => {
    const found = options.filter((one) => one.code === code);
    assert.ok(found.length <= 1, `option ${code} stands there once at most`);
    return found[0]?.data;
  };
  const known: readonly number[] = [Code.CLIENTID, Code.SERVERID, Code.STATUS_CODE, Code.LQ_BASE_TIME, Code.CLIENT_DATA, Code.LQ_CLIENT_LINK];
  for (const { code } of options) assert.ok(known.includes(code), `option ${code} belongs in no such message`);
  const status = only(Code.STATUS_CODE);
  const links = only(Code.LQ_CLIENT_LINK);
  if (links !== undefined) assert.equal(links.length % 16, 0);
  return {
    type: bytes.readUInt8(0),
    transactionId: bytes.readUIntBE(1, 3),
    serverId: only(Code.SERVERID)?.toString('hex'),
    requestorId: only(Code.CLIENTID)?.toString('hex'),
    status: status && { code: status.readUInt16BE(0), text: status.toString('utf8', 2) },
    baseTime: only(Code.LQ_BASE_TIME)?.readUInt32BE(0),
    clients: options.filter(({ code }) => code === Code.CLIENT_DATA).map(({ data }) => readClient(data)),
    links: links && Array.from({ length: links.length / 16 }, (_, i) => addressIn(links.subarray(16 * i, 16 * i + 16))),
  };
}

function readClient(data: Buffer): Told {
  const options = optionsIn(data);
  const clientId = options.find(({ code }) => code === Code.CLIENTID)?.data.toString('hex');
  assert.ok(clientId !== undefined, 'a CLIENT_DATA says whose it is');
  const leases = options.flatMap(({ code, data: lease }) => {
    if (code === Code.IAADDR) {
      assert.equal(lease.length, 24);
      return [{ lease: addressIn(lease.subarray(0, 16)), preferred: lease.readUInt32BE(16), valid: lease.readUInt32BE(20) }];
    }
    if (code !== Code.IAPREFIX) return [];
    assert.equal(lease.length, 25);
    return [{ lease: `${addressIn(lease.subarray(9))}/${String(lease.readUInt8(8))}`, preferred: lease.readUInt32BE(0), valid: lease.readUInt32BE(4) }];
  });
  const relay = options.find(({ code }) => code === Code.LQ_RELAY_DATA)?.data;
  const read: readonly number[] = [Code.CLIENTID, Code.IAADDR, Code.IAPREFIX, Code.CLT_TIME, Code.LQ_RELAY_DATA];
  return {
    clientId,
    leases,
    cltTime: options.find(({ code }) => code === Code.CLT_TIME)?.data.readUInt32BE(0),
    relay: relay && { peer: addressIn(relay.subarray(0, 16)), message: relay.toString('hex', 16) },
    others: Object.fromEntries(options.filter(({ code }) => !read.includes(code)).map(({ code, data: other }) => [code, other.toString('hex')])),
  };
}

function optionsIn(bytes: Buffer): { readonly code: number; readonly data: Buffer }[] {
  const options: { code: number; data: Buffer }[] = [];
  for (let at = 0; at < bytes.length; ) {
    assert.ok(at + 4 <= bytes.length, 'an option has a header');
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    assert.ok(end <= bytes.length, 'an option ends where its message does at the latest');
    options.push({ code: bytes.readUInt16BE(at), data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return options;
}
