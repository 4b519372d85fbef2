/** What the file says of DNS updates: whom to ask, with which keys, and what the leases of a link are called. */
import { isIP } from 'node:net';
import * as v from 'valibot';
import { TSIG_ALGORITHMS } from '../wire/index.ts';
import { domainName, integer, listOf, prefix } from './fields.ts';
import { REMOVED } from './pairing-key.ts';
import type { Parsed } from './parsed.ts';
import { described, named, section, textValue } from './schema-parts.ts';

/** A key is named as the DNS server names it: by a domain name. */
const KEY_NAMES = 'a domain name such as twinlease or update.example.com';
const KEY_NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62}){0,7}$/;

const secret = textValue(
  `the secret in Base64, as "tsig-keygen" or "keymgr" print it, or "${REMOVED}"`,
  readSecret,
  `^(${REMOVED}|[A-Za-z0-9+/]+={0,2})$`,
);

function readSecret(text: string): Parsed<string> {
  if (text === REMOVED) return { value: text };
  const at = text.search(/[^A-Za-z0-9+/=]/);
  if (at >= 0) return { problem: 'this character does not belong in Base64', at };
  return text !== '' && Buffer.from(text, 'base64').toString('base64').replaceAll('=', '') === text.replaceAll('=', '') ? { value: text } : { problem: 'this is not the whole of a Base64 text' };
}

const key = section({
  algorithm: described(v.optional(v.picklist(TSIG_ALGORITHMS, TSIG_ALGORITHMS.join(', ')), 'hmac-sha256'), 'As the DNS server has it (RFC 8945 section 6)'),
  secret: described(secret, 'What this box and the DNS server both know; a secret'),
});

const host = textValue('an IPv6 or IPv4 address such as 2001:db8::53', (text): Parsed<string> =>
  isIP(text) === 0 ? { problem: 'this is not the address of a host' } : { value: text.toLowerCase() },
);

const SERVER = 'the address of a DNS server, or { address: ADDRESS, port: PORT }';

const server = v.pipe(
  v.union([host, section({ address: host, port: described(v.optional(integer(1, 65_535), 53), 'UDP and TCP') })], SERVER),
  v.transform((written) => (typeof written === 'string' ? { address: written, port: 53 } : written)),
);

const zone = v.pipe(
  section({
    name: described(v.optional(domainName), 'The zone that the names of clients are in'),
    prefix: described(v.optional(prefix), 'Instead: the reverse zone (ip6.arpa) of this prefix'),
    servers: described(listOf('DNS servers', server), 'Those that take changes of the zone: its primary; several are tried in this order'),
    key: described(v.optional(v.string('the name of a key in the section "keys"')), 'The key that changes are signed with (TSIG, RFC 8945); left out: they are not'),
  }),
  v.metadata({ oneOf: [{ required: ['name'] }, { required: ['prefix'] }] }),
);

export const dnsUpdateSection = section({
  keys: described(v.optional(named('keys', KEY_NAMES, KEY_NAME_PATTERN, key), {}), 'Keys for TSIG, by their names'),
  zones: described(v.optional(v.array(zone, 'a list of zones'), []), 'The zones that are updated; the most special one that has a name counts'),
});

export const linkNamingSection = section({
  domain: described(domainName, 'What the names of clients end in'),
  'client-names': described(
    v.optional(v.boolean('true, false'), true),
    'Clients are called what they ask for (RFC 4704), below the domain; false: what is made of their address',
  ),
  'generated-names': described(
    v.optional(v.picklist(['asked', 'always', 'never'], 'asked, always, never'), 'asked'),
    'Names that are made of the address: for clients that leave it to the server, for all that have no other, or for none',
  ),
  'generated-prefix': described(
    v.optional(textValue('a label of 1 to 20 letters, digits and hyphens', readLabel, '^[A-Za-z0-9-]{1,20}$'), 'host'),
    'What these begin with',
  ),
  'override-client': described(
    v.optional(v.boolean('true, false'), false),
    'true: names are added also of clients that want to do it themselves, or want none (RFC 4704 section 6.1)',
  ),
  reverse: described(v.optional(v.boolean('true, false'), true), 'PTR records are added, too'),
  'when-taken': described(
    v.optional(v.picklist(['wait', 'number'], 'wait, number'), 'wait'),
    "A name that is somebody else's (RFC 4703 section 5.3.3): tried again until it is free, or with a number behind it (printer-2)",
  ),
});

function readLabel(text: string): Parsed<string> {
  return /^[A-Za-z0-9]([A-Za-z0-9-]{0,18}[A-Za-z0-9])?$/.test(text) ? { value: text.toLowerCase() } : { problem: 'this is no such label' };
}

export type DnsUpdateSection = v.InferOutput<typeof dnsUpdateSection>;
export type DnsZoneSection = DnsUpdateSection['zones'][number];
