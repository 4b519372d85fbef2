/** TSIG (RFC 8945): requests to a DNS server are signed with a key that it has, too, and its answers are not believed without that signature. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { DnsClass, DnsType, Rcode, rcodeName, sameBytes, wireName } from '../../wire/index.ts';
import type { DnsResponse, ReceivedTsig, TSIG_ALGORITHMS } from '../../wire/index.ts';

export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number];

export interface TsigKey {
  /** As the server has it. */
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Uint8Array;
}

/** The time that the two clocks may differ by, in seconds (RFC 8945 section 10). */
const FUDGE = 300;
const HEADER = 12;
const ADDITIONAL_COUNT = 10;
const MD5_NAME = 'hmac-md5.sig-alg.reg.int';

export interface Signed {
  readonly message: Uint8Array;
  /** The answer's signature is over this, too. */
  readonly mac: Uint8Array;
}

/**
 * @param request without a TSIG record, with its ID
 * @param now seconds since 1970
 */
export function sign(request: Uint8Array, key: TsigKey, now: number): Signed {
  const fields = { keyName: nameOf(key.name), algorithm: algorithmName(key.algorithm), time: now, fudge: FUDGE, error: 0, other: NOTHING };
  const mac = digest(key, [request, variables(fields)]);
  const fixed = Buffer.alloc(10 + 2);
  fixed.writeUIntBE(now, 0, 6);
  fixed.writeUInt16BE(FUDGE, 6);
  fixed.writeUInt16BE(mac.length, 8);
  const data = Buffer.concat([fields.algorithm, fixed.subarray(0, 10), mac, request.subarray(0, 2), Buffer.alloc(4)]);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(DnsType.TSIG, 0);
  head.writeUInt16BE(DnsClass.ANY, 2);
  head.writeUInt16BE(data.length, 8);
  const message = Buffer.concat([request, fields.keyName, head, data]);
  message.writeUInt16BE(message.readUInt16BE(ADDITIONAL_COUNT) + 1, ADDITIONAL_COUNT);
  return { message, mac };
}

/** Whether an answer can be believed, or why not, as a clause. An error of its clock is told, when its signature is right. */
export function verify(bytes: Uint8Array, { tsig, rcode }: DnsResponse, key: TsigKey, requestMac: Uint8Array, now: number): 'signed' | { readonly problem: string } {
  const said = `${rcodeName(rcode)}${tsig === undefined || tsig.error === 0 ? '' : ` (${rcodeName(tsig.error)})`}`;
  if (tsig === undefined) return { problem: `it answers ${said} without a signature` };
  if (!sameBytes(tsig.keyName, nameOf(key.name)) || !sameBytes(tsig.algorithm, algorithmName(key.algorithm))) return { problem: `it answers ${said}, signed with another key` };
  if (tsig.mac.length === 0) return { problem: `it answers ${said}: it does not know the key "${key.name}", or has another secret or algorithm for it` };
  const unsigned = Buffer.from(bytes.subarray(0, tsig.start));
  unsigned.writeUInt16BE(tsig.originalId, 0);
  unsigned.writeUInt16BE(unsigned.readUInt16BE(ADDITIONAL_COUNT) - 1, ADDITIONAL_COUNT);
  const prior = Buffer.alloc(2);
  prior.writeUInt16BE(requestMac.length);
  const mac = digest(key, [prior, requestMac, unsigned, variables(tsig)]);
  if (mac.length !== tsig.mac.length || !timingSafeEqual(mac, tsig.mac)) return { problem: `it answers ${said} with a wrong signature` };
  if (tsig.error === Rcode.BADTIME) return { problem: `its clock and this box's differ${differenceText(tsig, now)} (BADTIME)` };
  if (Math.abs(tsig.time - now) > tsig.fudge) return { problem: `its answer is signed at another time${differenceText(tsig, now)}` };
  return 'signed';
}

/** With BADTIME the server's clock is in the other data (RFC 8945 section 5.2.3). */
function differenceText({ other, error, time }: ReceivedTsig, now: number): string {
  const theirs = error === Rcode.BADTIME && other.length === 6 ? Buffer.from(other).readUIntBE(0, 6) : time;
  return ` by ${Math.abs(theirs - now)} s`;
}

interface Fields {
  readonly keyName: Uint8Array;
  readonly algorithm: Uint8Array;
  readonly time: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Uint8Array;
}

/** RFC 8945 section 4.3.3 */
function variables({ keyName, algorithm, time, fudge, error, other }: Fields): Uint8Array {
  const before = Buffer.alloc(6);
  before.writeUInt16BE(DnsClass.ANY);
  const after = Buffer.alloc(HEADER);
  after.writeUIntBE(time, 0, 6);
  after.writeUInt16BE(fudge, 6);
  after.writeUInt16BE(error, 8);
  after.writeUInt16BE(other.length, 10);
  return Buffer.concat([keyName, before, algorithm, after, other]);
}

function digest({ algorithm, secret }: TsigKey, parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac(algorithm.slice('hmac-'.length), secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

const NOTHING = new Uint8Array(0);

function algorithmName(algorithm: TsigAlgorithm): Uint8Array {
  return nameOf(algorithm === 'hmac-md5' ? MD5_NAME : algorithm);
}

/** In canonical form: small letters (RFC 8945 section 4.3.3). */
function nameOf(text: string): Uint8Array {
  return wireName(text) ?? NOTHING;
}
