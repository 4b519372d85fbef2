/** IPv4 over an IPv6 network, for the routers of customers: MAP-E, MAP-T, Lightweight 4over6 (RFC 7598), and which of them counts most (RFC 8026). */
import * as v from 'valibot';
import { OptionCode } from '../wire/index.ts';
import { address, integer, ipv4Address, ipv4Prefix, listOf, prefix } from './fields.ts';
import { described, section } from './schema-parts.ts';

/** Each mechanism by the code of the option that tells of it (RFC 8026 section 4.1). */
export const MECHANISMS = {
  'ds-lite': OptionCode.AFTR_NAME,
  'dhcpv4-over-dhcpv6': 88,
  'map-e': OptionCode.S46_CONT_MAPE,
  'map-t': OptionCode.S46_CONT_MAPT,
  lw4o6: OptionCode.S46_CONT_LW,
} as const;

const mechanism = v.picklist(Object.keys(MECHANISMS) as (keyof typeof MECHANISMS)[], Object.keys(MECHANISMS).join(', '));

const portParameters = section({
  offset: described(integer(0, 15), 'Bits of a port in front of the PSID; 0 keeps nothing back, 6 the ports below 1024 (RFC 7597 section 5.1)'),
  'psid-length': described(v.optional(integer(0, 16), 0), 'Bits of the PSID; 0: the client makes it from its prefix'),
  psid: described(v.optional(integer(0, 0xffff), 0), 'Which of the port sets is the client\'s'),
});

const rule = section({
  'ipv4-prefix': ipv4Prefix,
  'ipv6-prefix': described(prefix, 'What the prefixes of the clients begin with'),
  'ea-length': described(integer(0, 48), 'Bits behind that which stand for IPv4 address and port set'),
  forwarding: described(v.optional(v.boolean('true, false'), false), 'true: clients send to each other by this rule (FMR)'),
  'port-parameters': v.optional(portParameters),
});

const rules = listOf('mapping rules', rule);
const borderRelays = described(listOf('IPv6 addresses', address), 'Where the way out to IPv4 is');

const mapE = section({ rules, 'border-relays': borderRelays });

const mapT = section({ rules, 'default-mapping': described(prefix, 'What IPv4 addresses outside of the rules are put behind (DMR)') });

const lightweight = section({
  binding: described(
    v.optional(section({ 'ipv4-address': ipv4Address, 'ipv6-prefix': prefix, 'port-parameters': v.optional(portParameters) })),
    'The IPv4 address of this client, and the prefix that its end of the tunnel is in',
  ),
  'border-relays': borderRelays,
});

export const softwires = section({
  priority: described(v.optional(listOf('mechanisms', mechanism)), 'What a client with several takes, the first first (option 111, RFC 8026)'),
  'map-e': described(v.optional(listOf('MAP-E domains', mapE)), 'MAP-E (option 94, RFC 7598)'),
  'map-t': described(v.optional(mapT), 'MAP-T (option 95, RFC 7598)'),
  lw4o6: described(v.optional(lightweight), 'Lightweight 4over6 (option 96, RFC 7598)'),
});

export type SoftwireSection = v.InferOutput<typeof softwires>;
export type MappingRuleSection = v.InferOutput<typeof rule>;
export type PortParameterSection = v.InferOutput<typeof portParameters>;
