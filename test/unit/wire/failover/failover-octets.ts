import assert from 'node:assert/strict';
import {
  decodeFailoverMessage,
  encodeFailoverMessage,
  type FailoverMessage,
  FailoverMessageType,
  type WireError,
} from '../../../../src/wire/index.ts';
import { concat, hex, octets } from '../octets.ts';
import { NOW } from './samples.ts';

/** NOW on the wire, in hexadecimal. */
export const NOW_OCTETS = '3243f800';

/** A message as it is without its size: this type, transaction-id 0xabcdef, sent now. */
export function failoverOctets(type: number, ...options: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(type, 0xab, 0xcd, 0xef), octets(NOW_OCTETS), ...options);
}

/** The octets of a message that is sent now, without its size. */
export function encoded(message: FailoverMessage): Uint8Array {
  return encodeFailoverMessage(message, NOW).subarray(2);
}

/** What a message says that is received now and must be well formed, without what is absent in it. */
export function decodedNow(bytes: Uint8Array): unknown {
  const decoded = decodeFailoverMessage(bytes, NOW);
  assert.equal(decoded.error, undefined);
  return present(decoded);
}

/** Why a message that is received now is refused. */
export function errorOf(bytes: Uint8Array): WireError {
  const decoded = decodeFailoverMessage(bytes, NOW);
  assert.ok(decoded.error, `${hex(bytes)} is refused`);
  return decoded.error;
}

/** What the decoder makes of a message that is sent now. */
export function asReceived(message: FailoverMessage): unknown {
  const hasTime = message.type !== FailoverMessageType.STARTTLS && message.type !== FailoverMessageType.REPLY;
  return present(hasTime ? { ...message, sentTime: NOW } : message);
}

/** The value without the fields that are undefined, at any depth. */
function present(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, present(field)]));
}
