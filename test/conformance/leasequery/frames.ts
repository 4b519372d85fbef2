/** Messages of a connection: a size of two octets in front of each (RFC 5460 section 5.1). */
import assert from 'node:assert/strict';
import { readReply } from './requestor.ts';
import type { Reply } from './requestor.ts';

export function framed(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]);
}

/** Whole messages alone. */
export function repliesIn(octets: Uint8Array): readonly Reply[] {
  const { replies, rest } = repliesAtFront(octets);
  assert.equal(rest.length, 0, 'the octets end with a message');
  return replies;
}

/** The whole messages, and what is left. */
export function repliesAtFront(octets: Uint8Array): { readonly replies: readonly Reply[]; readonly rest: Buffer } {
  const bytes = Buffer.from(octets);
  const replies: Reply[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) break;
    replies.push(readReply(bytes.subarray(at + 2, end)));
    at = end;
  }
  return { replies, rest: bytes.subarray(at) };
}
