// The octets of DHCPv6 messages, right or wrong as wanted: nothing here checks what it is given.

import { parseAddress } from '../../../src/wire/index.ts';

/** An option whose length field says `length`, whatever it holds. */
export function option(code: number, data: Uint8Array, length = data.length): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(code, 0);
  header.writeUInt16BE(length, 2);
  return Buffer.concat([header, data]);
}

export function message(type: number, transactionId: number, ...options: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt8(type, 0);
  header.writeUIntBE(transactionId, 1, 3);
  return Buffer.concat([header, ...options]);
}

/** IA_NA or IA_PD with T1 and T2 of 0: as the server likes. */
export function association(code: number, iaid: number, ...options: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(iaid, 0);
  return option(code, Buffer.concat([head, ...options]));
}

/** A DUID-EN (RFC 9915 11.3) of the enterprise number for documentation (RFC 5612). */
export function duidOf(client: number): Buffer {
  const duid = Buffer.alloc(14);
  duid.writeUInt16BE(2, 0);
  duid.writeUInt32BE(32_473, 2);
  duid.writeUInt32BE(client, 10);
  return duid;
}

export interface RelayHeader {
  readonly hopCount: number;
  readonly link: string;
  readonly peer: string;
}

export function relayForward({ hopCount, link, peer }: RelayHeader, ...options: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from([12, hopCount]), octets(link), octets(peer), ...options]);
}

function octets(address: string): Uint8Array {
  const parsed = parseAddress(address);
  if (parsed === undefined) throw new Error(`${address} is no address`);
  return parsed;
}
