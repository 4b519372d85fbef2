/** What the file says of leasequery: who may ask which leases there are. */
import * as v from 'valibot';
import type { Prefix } from '../wire/index.ts';
import { readAddress, readPrefix } from './address-values.ts';
import { duration, integer, listOf } from './fields.ts';
import { type Parsed, isFault } from './parsed.ts';
import { described, section, textValue } from './schema-parts.ts';

const source = textValue('an IPv6 address such as 2001:db8::5, or all of a prefix such as 2001:db8:5::/64', readRequestor, '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$');

function readRequestor(text: string): Parsed<Prefix> {
  if (text.includes('/')) return readPrefix(text);
  const address = readAddress(text);
  return isFault(address) ? address : { value: { address: address.value, length: 128 } };
}

const fingerprint = textValue(
  'the SHA-256 of a certificate, 64 hexadecimal digits, as "twinlease identity show" prints it',
  (text) => (/^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$|^[0-9A-Fa-f]{64}$/.test(text) ? { value: text.replaceAll(':', '').toLowerCase() } : { problem: 'this is no SHA-256' }),
  '^[0-9A-Fa-f:]{64,95}$',
);

const requestor = v.pipe(
  v.union(
    [source, section({ address: source, certificate: described(v.optional(fingerprint), 'Of the certificate that it shows over TCP with TLS') })],
    'an IPv6 address or prefix, or { address: ADDRESS, certificate: SHA-256 }',
  ),
  v.transform((written) => ('length' in written ? { address: written, certificate: undefined } : written)),
);

const tcp = section({
  security: described(
    v.optional(v.picklist(['tls', 'insecure'], 'tls, insecure'), 'tls'),
    'tls: requestors begin with STARTTLS and are known by their certificates (RFC 7653 section 9.1); insecure: by their addresses alone',
  ),
  active: described(v.optional(v.boolean('true, false'), false), 'Active leasequery, too (RFC 7653): requestors are told each change as it happens'),
  history: described(v.optional(duration({ least: 0, most: 2_592_000 }), '1d'), 'Requestors of active leasequery that were away for no longer are told what changed meanwhile'),
  port: described(v.optional(integer(1, 65_535), 547), 'On all addresses of the box'),
  connections: described(v.optional(integer(1, 100), 10), 'At a time (BULK_LQ_MAX_CONNS of RFC 5460)'),
  timeout: described(v.optional(duration({ least: 10, most: 3_600 }), '5m'), 'A connection without progress is closed (BULK_LQ_DATA_TIMEOUT of RFC 5460)'),
});

export const leasequerySection = section({
  requestors: described(listOf('requestors', requestor), 'Who may ask: the addresses that queries come from'),
  tcp: described(v.optional(tcp), 'Bulk leasequery (RFC 5460); left out: by UDP alone'),
  'sensitive-options': described(
    v.optional(v.array(integer(1, 0xffff), 'a list of option codes'), []),
    'Codes that no requestor is told, though it asks for them (RFC 5007 section 4.4.2), such as 39 for the names of clients',
  ),
});

export type LeasequerySection = v.InferOutput<typeof leasequerySection>;
