import assert from 'node:assert/strict';
import {
  type Address,
  type Datagram,
  decodeDatagram,
  type Decoded,
  type DomainName,
  type Duid,
  parseAddress,
  parseDomainName,
  parseDuid,
} from '../../../src/wire/index.ts';

/** Octets written in hexadecimal, with spaces wherever they help the reader. */
export function octets(text: string): Uint8Array {
  const digits = text.replace(/\s/g, '');
  assert.match(digits, /^(?:[0-9a-f]{2})*$/i);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Octets as hexadecimal digits without separators. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

export function address(text: string): Address {
  const result = parseAddress(text);
  assert.ok(result, text);
  return result;
}

export function duid(text: string): Duid {
  const result = parseDuid(text);
  assert.ok(result, text);
  return result;
}

export function domainName(text: string): DomainName {
  const result = parseDomainName(text);
  assert.ok(result, text);
  return result;
}

/** The result, which must not be an error. */
export function decoded<T>(result: Decoded<T>): T {
  assert.equal(result.error, undefined);
  return result;
}

/** Decodes a datagram that must be well-formed. */
export function decodedDatagram(bytes: Uint8Array): Datagram {
  return decoded(decodeDatagram(bytes, 8));
}

/** An option: code, length, data. */
export function optionOctets(code: number, data: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(code >> 8, code & 0xff, data.length >> 8, data.length & 0xff), data);
}

/** A message of this type with the transaction-id 0xabcdef. */
export function messageOctets(type: number, ...options: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(type, 0xab, 0xcd, 0xef), ...options);
}

/** A Relay-forward with hop-count 0, link-address 2001:db8::1 and peer-address fe80::2. */
export function relayOctets(...options: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(12, 0), address('2001:db8::1'), address('fe80::2'), ...options);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
