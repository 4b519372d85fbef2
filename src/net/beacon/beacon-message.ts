/**
 * A beacon as an ICMPv6 message of a type that is free for experiments (RFC 4443 sections 2.1 and 6). The kernel fills in the checksum
 * (RFC 3542 section 3.1). After the ICMPv6 header (4 octets):
 *
 *   mark (4), version (1), role (1), zero (2), link (8), session (8), sequence (4), heard session (8), heard sequence (4), proof (16)
 *
 * The proof is an HMAC over all that is in front of it, with a key that only the two boxes have. The link is named by an HMAC as
 * well: who listens does not learn how it is called.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Beacon, BeaconMark } from '../../health/index.ts';

/** "Private experimentation", an informational message: who does not know it lets it pass in silence. */
export const BEACON_TYPE = 200;
const MARK = Buffer.from('Twl1');
const VERSION = 1;

const ROLE_AT = 9;
const LINK_AT = 12;
const LINK_OCTETS = 8;
const SESSION_AT = 20;
const SESSION_OCTETS = 8;
const HEARD_AT = 32;
const PROOF_AT = 44;
const PROOF_OCTETS = 16;
export const BEACON_OCTETS = PROOF_AT + PROOF_OCTETS;

/** What the two boxes of a relationship say beacons with. */
export interface BeaconKey {
  readonly relationship: string;
  /** What this box is in it: its own beacons, sent back to it, are none of its partner's. */
  readonly role: 'primary' | 'secondary';
  readonly key: Uint8Array;
  /** The links of the relationship, by what names them in a beacon. */
  readonly links: ReadonlyMap<string, string>;
}

export function beaconKey(relationship: string, role: BeaconKey['role'], key: Uint8Array, links: readonly string[]): BeaconKey {
  return { relationship, role, key, links: new Map(links.map((link) => [linkName(key, link).toString('hex'), link])) };
}

function linkName(key: Uint8Array, link: string): Buffer {
  return createHmac('sha256', key).update('twinlease beacon link').update(link).digest().subarray(0, LINK_OCTETS);
}

function proofOf(key: Uint8Array, message: Uint8Array): Buffer {
  // Without the checksum, which the kernel writes.
  return createHmac('sha256', key).update('twinlease beacon 1').update(message.subarray(4, PROOF_AT)).digest().subarray(0, PROOF_OCTETS);
}

const ROLES = { primary: 1, secondary: 2 } as const;

export function encodeBeacon({ key, role }: BeaconKey, { link, mark, heard }: Beacon): Buffer {
  const message = Buffer.alloc(BEACON_OCTETS);
  message.writeUInt8(BEACON_TYPE, 0);
  message.set(MARK, 4);
  message.writeUInt8(VERSION, 8);
  message.writeUInt8(ROLES[role], ROLE_AT);
  message.set(linkName(key, link), LINK_AT);
  writeMark(message, SESSION_AT, mark);
  if (heard !== undefined) writeMark(message, HEARD_AT, heard);
  message.set(proofOf(key, message), PROOF_AT);
  return message;
}

/** Whether it is worth a look with a key. */
export function looksLikeBeacon(message: Buffer): boolean {
  return message.length === BEACON_OCTETS && message.readUInt8(0) === BEACON_TYPE && message.subarray(4, 8).equals(MARK) && message.readUInt8(8) === VERSION;
}

/** @returns undefined for what the partner of this relationship has not said */
export function readBeacon(message: Buffer, { relationship, role, key, links }: BeaconKey): Beacon | undefined {
  if (!looksLikeBeacon(message) || message.readUInt8(ROLE_AT) !== ROLES[role === 'primary' ? 'secondary' : 'primary']) return undefined;
  const link = links.get(message.toString('hex', LINK_AT, LINK_AT + LINK_OCTETS));
  if (link === undefined || !timingSafeEqual(message.subarray(PROOF_AT), proofOf(key, message))) return undefined;
  const heard = readMark(message, HEARD_AT);
  return { relationship, link, mark: readMark(message, SESSION_AT), heard: heard.sequence === 0 ? undefined : heard };
}

function writeMark(message: Buffer, at: number, { session, sequence }: BeaconMark): void {
  message.write(session, at, SESSION_OCTETS, 'hex');
  message.writeUInt32BE(sequence, at + SESSION_OCTETS);
}

function readMark(message: Buffer, at: number): BeaconMark {
  return { session: message.toString('hex', at, at + SESSION_OCTETS), sequence: message.readUInt32BE(at + SESSION_OCTETS) };
}
