/** MAP rules and port sets: lengths that fit into an IPv4 address and into a prefix (RFC 7597 section 5). */
import { formatIpv4Prefix, formatPrefix } from '../../wire/index.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { MappingRuleSection, PortParameterSection, SoftwireSection } from '../softwire-schema.ts';
import { checkServer } from './server-address.ts';

const IPV4_BITS = 32;
const PORT_BITS = 16;
/** Behind the prefix of a client comes an interface identifier. */
const PREFIX_BITS = 64;

export function checkSoftwires(softwires: SoftwireSection | undefined, path: KeyPath, report: Report): void {
  if (softwires === undefined) return;
  const { priority = [], 'map-e': mapE = [], 'map-t': mapT, lw4o6 } = softwires;
  for (const [i, mechanism] of priority.entries()) {
    const first = priority.indexOf(mechanism);
    if (first === i) continue;
    report({
      path: [...path, 'priority', i],
      problem: 'the mechanism is repeated',
      allowed: 'each mechanism once (RFC 8026 section 1.3)',
      related: [{ path: [...path, 'priority', first], note: 'it stands first' }],
    });
  }
  const checkRules = (rules: readonly MappingRuleSection[], at: KeyPath): void => {
    for (const [i, rule] of rules.entries()) checkRule(rule, [...at, 'rules', i], report);
  };
  for (const [i, domain] of mapE.entries()) {
    checkRules(domain.rules, [...path, 'map-e', i]);
    checkRelays(domain['border-relays'], [...path, 'map-e', i], report);
  }
  if (mapT !== undefined) checkRules(mapT.rules, [...path, 'map-t']);
  if (lw4o6 !== undefined) {
    checkRelays(lw4o6['border-relays'], [...path, 'lw4o6'], report);
    checkPorts(lw4o6.binding?.['port-parameters'], [...path, 'lw4o6', 'binding'], report);
  }
}

function checkRelays(addresses: Parameters<typeof checkServer>[0][], path: KeyPath, report: Report): void {
  for (const [i, address] of addresses.entries()) checkServer(address, [...path, 'border-relays', i], report);
}

function checkRule(rule: MappingRuleSection, path: KeyPath, report: Report): void {
  const { 'ipv4-prefix': ipv4, 'ipv6-prefix': ipv6, 'ea-length': eaLength } = rule;
  checkPorts(rule['port-parameters'], path, report);
  const embeddedMax = Math.min(IPV4_BITS - ipv4.length + PORT_BITS, PREFIX_BITS - ipv6.length);
  if (ipv6.length > PREFIX_BITS) {
    report({ path: [...path, 'ipv6-prefix'], problem: 'the prefix leaves no interface identifier', allowed: `a length of at most ${PREFIX_BITS}` });
  } else if (eaLength > embeddedMax) {
    report({
      path: [...path, 'ea-length'],
      problem: 'so many bits are not left of an address with its ports, and of a prefix',
      allowed: `at most ${embeddedMax}, behind ${formatIpv4Prefix(ipv4)} and ${formatPrefix(ipv6)} (RFC 7597 section 5.2)`,
    });
  }
}

function checkPorts(parameters: PortParameterSection | undefined, path: KeyPath, report: Report): void {
  if (parameters === undefined) return;
  const at = [...path, 'port-parameters'];
  const { offset, psid, 'psid-length': length } = parameters;
  if (offset + length > PORT_BITS) {
    report({ path: [...at, 'psid-length'], problem: 'a port has 16 bits', allowed: `at most ${PORT_BITS - offset}, with an offset of ${offset}` });
  }
  if (psid >= 2 ** length) {
    report({ path: [...at, 'psid'], problem: 'the PSID does not fit its length', allowed: length === 0 ? '0, or a psid-length' : `0 to ${2 ** length - 1}` });
  }
}
