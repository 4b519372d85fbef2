/** UPDATE requests (RFC 2136 section 2), not signed yet, with the prerequisites and changes that RFC 4703 needs. */
import type { Seconds } from '../units.ts';

export const DnsType = { A: 1, SOA: 6, PTR: 12, AAAA: 28, DHCID: 49, TSIG: 250, ANY: 255 } as const;
export const DnsClass = { IN: 1, NONE: 254, ANY: 255 } as const;

/** RFC 1035 section 4.1.1, RFC 2136 section 2.2, RFC 8945 section 3; what the answer to an UPDATE may say. */
export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADSIG: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADTRUNC: 22,
} as const;

export function rcodeName(rcode: number): string {
  return Object.entries(Rcode).find(([, value]) => value === rcode)?.[0] ?? `RCODE ${rcode}`;
}

/** A record as a prerequisite or a change. */
export interface UpdateRecord {
  readonly name: Uint8Array;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly data: Uint8Array;
}

export interface DnsUpdate {
  /** The zone, in wire form. */
  readonly zone: Uint8Array;
  readonly prerequisites: readonly UpdateRecord[];
  readonly changes: readonly UpdateRecord[];
}

const NOTHING = new Uint8Array(0);

/** Prerequisite: the name is not in use (RFC 2136 section 2.4.5). */
export function nameNotInUse(name: Uint8Array): UpdateRecord {
  return { name, type: DnsType.ANY, class: DnsClass.NONE, ttl: 0, data: NOTHING };
}

/** Prerequisite: the name is in use (section 2.4.4). */
export function nameInUse(name: Uint8Array): UpdateRecord {
  return { name, type: DnsType.ANY, class: DnsClass.ANY, ttl: 0, data: NOTHING };
}

/** Prerequisite: there is such an RRset with just this record (section 2.4.2). */
export function rrsetIs(name: Uint8Array, type: number, data: Uint8Array): UpdateRecord {
  return { name, type, class: DnsClass.IN, ttl: 0, data };
}

/** Prerequisite: there is no such RRset (section 2.4.3). */
export function noRrset(name: Uint8Array, type: number): UpdateRecord {
  return { name, type, class: DnsClass.NONE, ttl: 0, data: NOTHING };
}

/** Change: section 2.5.1. */
export function addRecord(name: Uint8Array, type: number, ttl: Seconds, data: Uint8Array): UpdateRecord {
  return { name, type, class: DnsClass.IN, ttl, data };
}

/** Change: section 2.5.2. */
export function deleteRrset(name: Uint8Array, type: number): UpdateRecord {
  return { name, type, class: DnsClass.ANY, ttl: 0, data: NOTHING };
}

/** Change: section 2.5.3. */
export function deleteName(name: Uint8Array): UpdateRecord {
  return deleteRrset(name, DnsType.ANY);
}

/** Change: section 2.5.4. */
export function deleteRecord(name: Uint8Array, type: number, data: Uint8Array): UpdateRecord {
  return { name, type, class: DnsClass.NONE, ttl: 0, data };
}

/** What requests may be signed by: those that RFC 8945 section 6 names, and MD5 for servers that know nothing else. */
export const TSIG_ALGORITHMS = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512', 'hmac-sha224', 'hmac-sha1', 'hmac-md5'] as const;

const HEADER = 12;
/** Opcode UPDATE (5) in the flags. */
export const UPDATE_OPCODE = 0x2800;
const ZONE_LENGTH = 4;
const RECORD_LENGTH = 10;

/** The request with the ID 0; nothing in it is compressed, and it fits one UDP datagram of 512 octets unless names are very long. */
export function encodeDnsUpdate({ zone, prerequisites, changes }: DnsUpdate): Uint8Array {
  const records = [...prerequisites, ...changes];
  const length = records.reduce((sum, { name, data }) => sum + name.length + RECORD_LENGTH + data.length, HEADER + zone.length + ZONE_LENGTH);
  const message = new Uint8Array(length);
  const writer = new DataView(message.buffer);
  writer.setUint16(2, UPDATE_OPCODE);
  writer.setUint16(4, 1);
  writer.setUint16(6, prerequisites.length);
  writer.setUint16(8, changes.length);
  message.set(zone, HEADER);
  let at = HEADER + zone.length;
  writer.setUint16(at, DnsType.SOA);
  writer.setUint16(at + 2, DnsClass.IN);
  at += ZONE_LENGTH;
  for (const { name, type, class: of, ttl, data } of records) {
    message.set(name, at);
    at += name.length;
    writer.setUint16(at, type);
    writer.setUint16(at + 2, of);
    writer.setUint32(at + 4, ttl);
    writer.setUint16(at + 8, data.length);
    message.set(data, at + RECORD_LENGTH);
    at += RECORD_LENGTH + data.length;
  }
  return message;
}
