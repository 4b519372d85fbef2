/** The canonical form of the options of a layer. */
import { formatAddress, formatHex, formatIpv4Address, formatIpv4Prefix, formatPrefix } from '../wire/index.ts';
import { type CanonicalMap, type CanonicalValue, maybe, present } from './canonical-value.ts';
import type { CustomOption, OptionSection } from './option-schema.ts';
import type { MappingRuleSection, SoftwireSection } from './softwire-schema.ts';

export function canonicalOptions(options: OptionSection): CanonicalMap {
  return present({
    'dns-servers': options['dns-servers']?.map(formatAddress),
    'domain-search': options['domain-search'],
    'sntp-servers': options['sntp-servers']?.map(formatAddress),
    'ntp-servers': options['ntp-servers']?.map((server) => {
      if (server.kind === 'name') return server.name;
      const address = formatAddress(server.address);
      return server.kind === 'multicast' ? { multicast: address } : address;
    }),
    'encrypted-dns': options['encrypted-dns']?.map((resolver) => present({ ...resolver, addresses: resolver.addresses?.map(formatAddress) })),
    timezone: maybe(options.timezone, present),
    'captive-portal': options['captive-portal'],
    'sip-servers': options['sip-servers']?.map(formatAddress),
    'sip-domains': options['sip-domains'],
    'boot-files': options['boot-files']?.map(present),
    aftr: options.aftr,
    softwires: maybe(options.softwires, canonicalSoftwires),
    vendor: options.vendor?.map(({ enterprise, options: own }) => ({
      enterprise,
      options: own.map(canonicalTypedOption),
    })),
    custom: options.custom?.map(canonicalTypedOption),
  });
}

function canonicalTypedOption(option: CustomOption): CanonicalMap {
  return { code: option.code, type: option.type, value: canonicalTypedValue(option) };
}

function canonicalTypedValue(option: CustomOption): CanonicalValue {
  switch (option.type) {
    case 'address-list':
      return (Array.isArray(option.value) ? option.value : [option.value]).map(formatAddress);
    case 'domain-list':
      return Array.isArray(option.value) ? option.value : [option.value];
    case 'hex':
      return formatHex(option.value);
    case 'string':
      return option.value;
    default:
      return Array.isArray(option.value) ? option.value : [option.value];
  }
}

function canonicalSoftwires(softwires: SoftwireSection): CanonicalMap {
  return present({
    priority: softwires.priority,
    'map-e': softwires['map-e']?.map((domain) => ({
      rules: domain.rules.map(canonicalRule),
      'border-relays': domain['border-relays'].map(formatAddress),
    })),
    'map-t': maybe(softwires['map-t'], (domain) => ({
      rules: domain.rules.map(canonicalRule),
      'default-mapping': formatPrefix(domain['default-mapping']),
    })),
    lw4o6: maybe(softwires.lw4o6, ({ binding, ...lw4o6 }) =>
      present({
        binding: maybe(binding, (bound) =>
          present({
            'ipv4-address': formatIpv4Address(bound['ipv4-address']),
            'ipv6-prefix': formatPrefix(bound['ipv6-prefix']),
            'port-parameters': maybe(bound['port-parameters'], (ports) => ({ ...ports })),
          }),
        ),
        'border-relays': lw4o6['border-relays'].map(formatAddress),
      }),
    ),
  });
}

function canonicalRule(rule: MappingRuleSection): CanonicalMap {
  return present({
    'ipv4-prefix': formatIpv4Prefix(rule['ipv4-prefix']),
    'ipv6-prefix': formatPrefix(rule['ipv6-prefix']),
    'ea-length': rule['ea-length'],
    forwarding: rule.forwarding,
    'port-parameters': maybe(rule['port-parameters'], (ports) => ({ ...ports })),
  });
}
