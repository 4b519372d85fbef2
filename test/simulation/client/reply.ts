/**
 * What a client reads in a server's answer. A reader of its own, apart from the product's decoders: what the product writes
 * wrong is not read right again by the same mistake.
 */
import type { Address, Duid } from '../../../src/wire/index.ts';
import type { BoxName } from '../schedule/schedule.ts';
import type { IaKind } from './lease.ts';

export interface AnsweredLease {
  readonly address: Address;
  readonly prefixLength: number;
  readonly preferred: number;
  readonly valid: number;
}

export interface AnsweredIa {
  readonly kind: IaKind;
  readonly iaid: number;
  readonly t1: number;
  readonly t2: number;
  readonly status: number;
  readonly leases: readonly AnsweredLease[];
}

export interface ServerAnswer {
  readonly box: BoxName;
  /** When it left the box, in simulated time. */
  readonly sentMs: number;
  readonly type: number;
  readonly transactionId: number;
  readonly client: Duid;
  readonly server: Duid;
  /** 0 where there is none (RFC 9915 section 21.8). */
  readonly preference: number;
  readonly status: number;
  readonly rapidCommit: boolean;
  /** In seconds; 0: not told. */
  readonly solMaxRt: number;
  readonly ias: readonly AnsweredIa[];
  /** Undefined where there is none (RFC 9915 section 20.4.1). */
  readonly authentication: { readonly replay: bigint; readonly type: number; readonly value: Uint8Array } | undefined;
  /** In a Reconfigure: what it asks for; 0 elsewhere. */
  readonly asksFor: number;
  /** All of it. */
  readonly bytes: Uint8Array;
}

/** RFC 9915 sections 21.2 to 21.24: the codes that a client reads. */
const Option = {
  CLIENTID: 1,
  SERVERID: 2,
  IA_NA: 3,
  IAADDR: 5,
  PREFERENCE: 7,
  RELAY_MSG: 9,
  AUTH: 11,
  STATUS_CODE: 13,
  RAPID_COMMIT: 14,
  RECONF_MSG: 19,
  IA_PD: 25,
  IAPREFIX: 26,
  SOL_MAX_RT: 82,
} as const;

const RELAY_HEADER_LENGTH = 34;
const PEER_ADDRESS_AT = 18;

/** What a relay agent passes on, and to whom. */
export function readRelayReply(bytes: Uint8Array): { readonly peer: Uint8Array; readonly inner: Uint8Array } {
  let inner: Uint8Array | undefined;
  forEachOption(bytes, RELAY_HEADER_LENGTH, bytes.length, (code, start, end) => {
    if (code === Option.RELAY_MSG) inner = bytes.subarray(start, end);
  });
  if (inner === undefined) throw new Error('a Relay-reply has a message');
  return { peer: bytes.subarray(PEER_ADDRESS_AT, RELAY_HEADER_LENGTH), inner };
}

export function readAnswer(bytes: Uint8Array, box: BoxName, sentMs: number): ServerAnswer {
  const ias: AnsweredIa[] = [];
  let client: Uint8Array | undefined;
  let server: Uint8Array | undefined;
  let preference = 0;
  let status = 0;
  let rapidCommit = false;
  let solMaxRt = 0;
  let authentication: ServerAnswer['authentication'];
  let asksFor = 0;
  forEachOption(bytes, 4, bytes.length, (code, start, end) => {
    switch (code) {
      case Option.CLIENTID:
        client = bytes.subarray(start, end);
        break;
      case Option.SERVERID:
        server = bytes.subarray(start, end);
        break;
      case Option.PREFERENCE:
        preference = byte(bytes, start);
        break;
      case Option.STATUS_CODE:
        status = u16(bytes, start);
        break;
      case Option.RAPID_COMMIT:
        rapidCommit = true;
        break;
      case Option.SOL_MAX_RT:
        solMaxRt = u32(bytes, start);
        break;
      case Option.AUTH:
        authentication = { replay: (BigInt(u32(bytes, start + 3)) << 32n) | BigInt(u32(bytes, start + 7)), type: byte(bytes, start + 11), value: bytes.slice(start + 12, end) };
        break;
      case Option.RECONF_MSG:
        asksFor = byte(bytes, start);
        break;
      case Option.IA_NA:
      case Option.IA_PD:
        ias.push(readIa(bytes, code, start, end));
        break;
    }
  });
  if (client === undefined || server === undefined) throw new Error('an answer names its client and its server');
  return {
    box,
    sentMs,
    type: byte(bytes, 0),
    transactionId: (byte(bytes, 1) << 16) | u16(bytes, 2),
    client: client as Duid,
    server: server as Duid,
    preference,
    status,
    rapidCommit,
    solMaxRt,
    ias,
    authentication,
    asksFor,
    bytes,
  };
}

function readIa(bytes: Uint8Array, kind: IaKind, start: number, end: number): AnsweredIa {
  const leases: AnsweredLease[] = [];
  let status = 0;
  forEachOption(bytes, start + 12, end, (code, at, optionEnd) => {
    if (code === Option.STATUS_CODE) status = u16(bytes, at);
    else if (code === Option.IAADDR) leases.push(readAddress(bytes, at, optionEnd));
    else if (code === Option.IAPREFIX) leases.push(readPrefix(bytes, at, optionEnd));
  });
  return { kind, iaid: u32(bytes, start), t1: u32(bytes, start + 4), t2: u32(bytes, start + 8), status, leases };
}

function readAddress(bytes: Uint8Array, at: number, end: number): AnsweredLease {
  if (end - at < 24) throw new Error('an IA Address has 24 octets');
  return {
    address: bytes.slice(at, at + 16) as Address,
    prefixLength: 128,
    preferred: u32(bytes, at + 16),
    valid: u32(bytes, at + 20),
  };
}

function readPrefix(bytes: Uint8Array, at: number, end: number): AnsweredLease {
  if (end - at < 25) throw new Error('an IA Prefix has 25 octets');
  return {
    address: bytes.slice(at + 9, at + 25) as Address,
    prefixLength: byte(bytes, at + 8),
    preferred: u32(bytes, at),
    valid: u32(bytes, at + 4),
  };
}

function forEachOption(bytes: Uint8Array, from: number, to: number, visit: (code: number, start: number, end: number) => void): void {
  let at = from;
  while (at < to) {
    if (at + 4 > to) throw new Error('an option has a header of four octets');
    const end = at + 4 + u16(bytes, at + 2);
    if (end > to) throw new Error('an option ends inside of what it is in');
    visit(u16(bytes, at), at + 4, end);
    at = end;
  }
}

function byte(bytes: Uint8Array, at: number): number {
  const value = bytes[at];
  if (value === undefined) throw new Error('an answer is not cut off');
  return value;
}

function u16(bytes: Uint8Array, at: number): number {
  return (byte(bytes, at) << 8) | byte(bytes, at + 1);
}

function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2);
}
