// A DNS server in memory, as far as UPDATE goes (RFC 2136 section 3): it reads the octets of requests, and knows nothing of who makes them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

export const sha256 = (octets: Uint8Array): Uint8Array => createHash('sha256').update(octets).digest();

const TYPES: Readonly<Record<number, string>> = { 1: 'A', 6: 'SOA', 12: 'PTR', 28: 'AAAA', 49: 'DHCID', 255: 'ANY' };
const IN = 1;
const NONE = 254;
const ANY = 255;

const NOERROR = 0;
const NXDOMAIN = 3;
const YXDOMAIN = 6;
const YXRRSET = 7;
const NXRRSET = 8;
const NOTZONE = 10;

interface ReadRecord {
  readonly name: string;
  readonly type: string;
  readonly class: number;
  readonly ttl: number;
  readonly data: string;
}

export interface DnsZones {
  /** What it answers. */
  update(message: Uint8Array): number;
  /** `printer.lan.example.com AAAA 2001:db8::1`, in order; names of other types with octets in hexadecimal. */
  records(type?: 'AAAA' | 'PTR' | 'DHCID'): readonly string[];
  ttlOf(record: string): number | undefined;
  /** An administrator's record. */
  put(name: string, type: string, data: string): void;
  /** Requests so far that changed something, or were refused by their prerequisites. */
  readonly requests: number;
}

/** @param zones names without a dot at their end */
export function createDnsZones(zones: readonly string[]): DnsZones {
  const held = new Map<string, { readonly name: string; readonly type: string; readonly data: string; readonly ttl: number }>();
  let requests = 0;
  const keyOf = (name: string, type: string, data: string): string => `${name} ${type} ${data}`;
  const of = (name: string, type: string): readonly string[] => [...held.values()].filter((one) => one.name === name && (type === 'ANY' || one.type === type)).map(({ data }) => data);

  const refusal = ({ name, type, class: of_, data }: ReadRecord): number => {
    const found = of(name, type);
    if (of_ === ANY) return found.length > 0 ? NOERROR : type === 'ANY' ? NXDOMAIN : NXRRSET;
    if (of_ === NONE) return found.length === 0 ? NOERROR : type === 'ANY' ? YXDOMAIN : YXRRSET;
    return found.length === 1 && found[0] === data ? NOERROR : NXRRSET;
  };

  const apply = ({ name, type, class: of_, data, ttl }: ReadRecord): void => {
    if (of_ === IN) held.set(keyOf(name, type, data), { name, type, data, ttl });
    else if (of_ === NONE) held.delete(keyOf(name, type, data));
    else for (const one of of(name, type)) for (const known of type === 'ANY' ? Object.values(TYPES) : [type]) held.delete(keyOf(name, known, one));
  };

  return {
    get requests() {
      return requests;
    },
    update(message) {
      requests += 1;
      const { zone, prerequisites, changes } = readUpdate(message);
      if (!zones.includes(zone)) return NOTZONE;
      for (const record of [...prerequisites, ...changes]) if (!`.${record.name}`.endsWith(`.${zone}`)) return NOTZONE;
      for (const prerequisite of prerequisites) {
        const rcode = refusal(prerequisite);
        if (rcode !== NOERROR) return rcode;
      }
      for (const change of changes) apply(change);
      return NOERROR;
    },
    records: (type) => [...held.values()].filter((one) => type === undefined || one.type === type).map(({ name, type: of_, data }) => keyOf(name, of_, data)).sort(),
    ttlOf: (record) => held.get(record)?.ttl,
    put: (name, type, data) => void held.set(keyOf(name, type, data), { name, type, data, ttl: 300 }),
  };
}

function readUpdate(message: Uint8Array): { zone: string; prerequisites: ReadRecord[]; changes: ReadRecord[] } {
  const octets = Buffer.from(message);
  assert.equal(octets.readUInt16BE(2), 0x2800, 'the flags of a request with opcode UPDATE');
  assert.deepEqual([octets.readUInt16BE(4), octets.readUInt16BE(10)], [1, 0], 'one zone, nothing additional');
  let at = 12;
  const name = (): string => {
    const labels: string[] = [];
    for (;;) {
      const length = octets.readUInt8(at);
      at += 1;
      if (length === 0) return labels.join('.');
      labels.push(octets.toString('latin1', at, at + length));
      at += length;
    }
  };
  const zone = name();
  assert.deepEqual([octets.readUInt16BE(at), octets.readUInt16BE(at + 2)], [6, IN], 'the zone section has type SOA');
  at += 4;
  const record = (): ReadRecord => {
    const owner = name();
    const type = TYPES[octets.readUInt16BE(at)] ?? assert.fail(`type ${octets.readUInt16BE(at)}`);
    const [of, ttl, length] = [octets.readUInt16BE(at + 2), octets.readUInt32BE(at + 4), octets.readUInt16BE(at + 8)];
    at += 10;
    const end = at + length;
    const data = length === 0 ? '' : type === 'PTR' ? name() : type === 'AAAA' ? addressText(octets.subarray(at, end)) : octets.toString('hex', at, end);
    assert.ok(type !== 'PTR' || at === end || length === 0);
    at = end;
    return { name: owner, type, class: of, ttl, data };
  };
  const prerequisites = Array.from({ length: octets.readUInt16BE(6) }, record);
  const changes = Array.from({ length: octets.readUInt16BE(8) }, record);
  assert.equal(at, octets.length, 'nothing follows the last record');
  return { zone, prerequisites, changes };
}

function addressText(octets: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => octets.readUInt16BE(2 * i).toString(16));
  // The one way to write it that URLs have (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
