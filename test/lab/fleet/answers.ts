// For the fleet's own tests: a server's answers, and what a client has sent, in words.

import { association, duidOf, message, option } from '../network/datagram.ts';
import { MessageType } from './message.ts';

export interface GivenText {
  /** The last octet of the address, or of the prefix's first 56 bits; undefined: no lease. */
  readonly number: number | undefined;
  readonly valid?: number;
  readonly status?: number;
}

export interface AnswerText {
  readonly type: typeof MessageType.ADVERTISE | typeof MessageType.REPLY;
  readonly transactionId: number;
  readonly client: number;
  readonly server: string;
  readonly address?: GivenText;
  readonly prefix?: GivenText;
  readonly preference?: number;
}

export function answerBytes({ type, transactionId, client, server, address, prefix, preference }: AnswerText): Buffer {
  return message(
    type,
    transactionId,
    option(1, duidOf(client)),
    option(2, Buffer.from(server)),
    ...(preference === undefined ? [] : [option(7, Buffer.from([preference]))]),
    ...(address === undefined ? [] : [timedAssociation(3, 1, address, leaseOfAddress(address))]),
    ...(prefix === undefined ? [] : [timedAssociation(25, 2, prefix, leaseOfPrefix(prefix))]),
  );
}

/** T1 of 20 s, T2 of 32 s. */
function timedAssociation(code: number, iaid: number, { status }: GivenText, leases: readonly Buffer[]): Buffer {
  const told = status === undefined ? [] : [option(13, Buffer.from([0, status]))];
  const bytes = association(code, iaid, ...leases, ...told);
  bytes.writeUInt32BE(20, 8);
  bytes.writeUInt32BE(32, 12);
  return bytes;
}

function lifetimes(valid: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(Math.min(valid, 40), 0);
  bytes.writeUInt32BE(valid, 4);
  return bytes;
}

function leaseOfAddress({ number, valid = 60 }: GivenText): Buffer[] {
  if (number === undefined) return [];
  return [option(5, Buffer.concat([Buffer.from([0x20, 1, ...Array<number>(13).fill(0), number]), lifetimes(valid)]))];
}

function leaseOfPrefix({ number, valid = 60 }: GivenText): Buffer[] {
  if (number === undefined) return [];
  return [option(26, Buffer.concat([lifetimes(valid), Buffer.from([56, 0x20, 1, 0, 0, 0, 0, number, ...Array<number>(9).fill(0)])]))];
}

export interface SentText {
  readonly type: string;
  readonly transactionId: number;
  readonly elapsed: number;
  readonly server: string | undefined;
  /** Codes of the IAs, in order, and how many leases are in each. */
  readonly associations: readonly (readonly [number, number])[];
}

export function sentText(bytes: Buffer): SentText {
  const options = optionsIn(bytes.subarray(4));
  const data = (code: number): Buffer | undefined => options.find((each) => each.code === code)?.data;
  const type = Object.entries(MessageType).find(([, value]) => value === bytes.readUInt8(0))?.[0] ?? '?';
  return {
    type,
    transactionId: bytes.readUIntBE(1, 3),
    elapsed: data(8)?.readUInt16BE(0) ?? -1,
    server: data(2)?.toString(),
    associations: options.filter(({ code }) => code === 3 || code === 25).map(({ code, data: ia }) => [code, optionsIn(ia.subarray(12)).length] as const),
  };
}

function optionsIn(bytes: Buffer): { readonly code: number; readonly data: Buffer }[] {
  const options = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt16BE(at + 2)) {
    options.push({ code: bytes.readUInt16BE(at), data: bytes.subarray(at + 4, at + 4 + bytes.readUInt16BE(at + 2)) });
  }
  return options;
}
