/** DHCPv6 messages in files: captures of tcpdump and Wireshark (pcap, pcapng), and hexadecimal octets. */
import { ADDRESS_LENGTH, type Address, MessageType, parseHex } from '../../wire/index.ts';

/** A message to a server or relay agent; answers to relay agents, which go to the same port, are left out. */
export interface CapturedDatagram {
  /** Of its packet in the file, from 1 on, as Wireshark counts. */
  readonly number: number;
  readonly source: Address;
  readonly bytes: Uint8Array;
}

const SERVER_PORT = 547;
const UNSPECIFIED = new Uint8Array(ADDRESS_LENGTH) as Address;

/** @returns why the file can't be read, as a sentence, where that is so */
export function datagramsIn(file: Uint8Array): readonly CapturedDatagram[] | string {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const magic = file.length < 4 ? 0 : view.getUint32(0);
  if (magic === 0x0a0d0d0a) return fromPackets(pcapngPackets(view));
  if (PCAP.has(magic)) return fromPackets(pcapPackets(view, PCAP.get(magic) === 'little'));
  const text = new TextDecoder('latin1').decode(file);
  const digits = text.replaceAll(/[\s:,-]|0x/g, '');
  const bytes = /^[0-9a-f]+$/i.test(digits) ? parseHex(digits) : undefined;
  if (bytes === undefined) return 'it is no capture (pcap, pcapng), and not the octets of a message in hexadecimal';
  return [{ number: 1, source: UNSPECIFIED, bytes }];
}

/** By the first octets, with microseconds and with nanoseconds. */
const PCAP: ReadonlyMap<number, 'big' | 'little'> = new Map([
  [0xa1b2c3d4, 'big'],
  [0xa1b23c4d, 'big'],
  [0xd4c3b2a1, 'little'],
  [0x4d3cb2a1, 'little'],
]);

interface Packet {
  readonly number: number;
  readonly linkType: number;
  readonly octets: Uint8Array;
}

function fromPackets(packets: Iterable<Packet>): readonly CapturedDatagram[] {
  const found: CapturedDatagram[] = [];
  for (const { number, linkType, octets } of packets) {
    const datagram = udpIn(octets, linkType);
    if (datagram !== undefined && datagram.bytes[0] !== MessageType.RELAY_REPL) found.push({ number, ...datagram });
  }
  return found;
}

/** A header of 24 octets, then 16 before each packet. */
function* pcapPackets(file: DataView, little: boolean): Generator<Packet> {
  if (file.byteLength < 24) return;
  const linkType = file.getUint32(20, little) & 0xffff;
  for (let at = 24, number = 1; at + 16 <= file.byteLength; number++) {
    const length = file.getUint32(at + 8, little);
    const octets = part(file, at + 16, length);
    if (octets === undefined) return;
    yield { number, linkType, octets };
    at += 16 + length;
  }
}

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

/** Blocks, each with its type and its length; the first of a section says how its numbers are written. */
function* pcapngPackets(file: DataView): Generator<Packet> {
  let little = false;
  let linkTypes: number[] = [];
  let number = 0;
  for (let at = 0; at + 12 <= file.byteLength; ) {
    const type = file.getUint32(at, little);
    if (type === SECTION) {
      little = file.getUint32(at + 8) === 0x4d3c2b1a;
      linkTypes = [];
    }
    const length = file.getUint32(at + 4, little);
    if (length < 12 || at + length > file.byteLength) return;
    if (type === INTERFACE && length >= 20) linkTypes.push(file.getUint16(at + 8, little));
    if (type === ENHANCED_PACKET && length >= 32) {
      number += 1;
      const octets = part(file, at + 28, Math.min(file.getUint32(at + 20, little), length - 32));
      if (octets !== undefined) yield { number, linkType: linkTypes[file.getUint32(at + 8, little)] ?? -1, octets };
    }
    if (type === SIMPLE_PACKET && length >= 16) {
      number += 1;
      const octets = part(file, at + 12, Math.min(file.getUint32(at + 8, little), length - 16));
      if (octets !== undefined) yield { number, linkType: linkTypes[0] ?? -1, octets };
    }
    at += length;
  }
}

function part(file: DataView, start: number, length: number): Uint8Array | undefined {
  return start + length > file.byteLength ? undefined : new Uint8Array(file.buffer, file.byteOffset + start, length);
}

/** Where the IPv6 packet begins, by the type of the link (the registry of pcap); undefined: there is none. */
function ipv6Start(octets: Uint8Array, linkType: number): number | undefined {
  switch (linkType) {
    case 1: {
      // Ethernet, with any number of VLAN tags.
      let at = 12;
      while (u16(octets, at) === 0x8100 || u16(octets, at) === 0x88a8) at += 4;
      return u16(octets, at) === 0x86dd ? at + 2 : undefined;
    }
    case 113:
      // What tcpdump writes of "any": the protocol stands at the end of 16 octets, ...
      return u16(octets, 14) === 0x86dd ? 16 : undefined;
    case 276:
      // ... or at the start of 20.
      return u16(octets, 0) === 0x86dd ? 20 : undefined;
    case 101:
    case 229:
      return 0;
    default:
      return undefined;
  }
}

/** Hop-by-hop, routing and destination options may stand before UDP; a fragment has no whole message. */
const EXTENSIONS = [0, 43, 60];
const UDP = 17;

function udpIn(octets: Uint8Array, linkType: number): { readonly source: Address; readonly bytes: Uint8Array } | undefined {
  const start = ipv6Start(octets, linkType);
  if (start === undefined || (octets[start] ?? 0) >> 4 !== 6) return undefined;
  let next = octets[start + 6] ?? 0;
  let at = start + 40;
  while (EXTENSIONS.includes(next) && at + 8 <= octets.length) {
    next = octets[at] ?? 0;
    at += 8 * ((octets[at + 1] ?? 0) + 1);
  }
  if (next !== UDP || at + 8 > octets.length || u16(octets, at + 2) !== SERVER_PORT) return undefined;
  const end = Math.min(at + u16(octets, at + 4), octets.length);
  return { source: octets.slice(start + 8, start + 24) as Address, bytes: octets.slice(at + 8, Math.max(at + 8, end)) };
}

function u16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
