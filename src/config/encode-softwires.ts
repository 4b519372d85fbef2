/** The options of RFC 7598 and RFC 8026 as they go on the wire. */
import { type MappingRule, OptionCode, type PortParameters, type Suboption, optionCodec } from '../wire/index.ts';
import { MECHANISMS, type MappingRuleSection, type PortParameterSection, type SoftwireSection } from './softwire-schema.ts';

export function encodeSoftwires(softwires: SoftwireSection | undefined): readonly Suboption[] {
  if (softwires === undefined) return [];
  const { priority, 'map-e': mapE = [], 'map-t': mapT, lw4o6 } = softwires;
  const encoded = mapE.map((domain): Suboption => ({
    code: OptionCode.S46_CONT_MAPE,
    data: optionCodec(OptionCode.S46_CONT_MAPE).encode({ rules: domain.rules.map(mappingRule), borderRelays: domain['border-relays'] }),
  }));
  if (mapT !== undefined) {
    const data = optionCodec(OptionCode.S46_CONT_MAPT).encode({ rules: mapT.rules.map(mappingRule), defaultMapping: mapT['default-mapping'] });
    encoded.push({ code: OptionCode.S46_CONT_MAPT, data });
  }
  if (lw4o6 !== undefined) {
    const { binding, 'border-relays': borderRelays } = lw4o6;
    const bound = binding && {
      ipv4Address: binding['ipv4-address'],
      ipv6Prefix: binding['ipv6-prefix'],
      portParameters: portParameters(binding['port-parameters']),
    };
    encoded.push({ code: OptionCode.S46_CONT_LW, data: optionCodec(OptionCode.S46_CONT_LW).encode({ binding: bound, borderRelays }) });
  }
  if (priority !== undefined) {
    const codes = priority.map((mechanism) => MECHANISMS[mechanism]);
    encoded.push({ code: OptionCode.S46_PRIORITY, data: optionCodec(OptionCode.S46_PRIORITY).encode(codes) });
  }
  return encoded;
}

function mappingRule(rule: MappingRuleSection): MappingRule {
  return {
    forwarding: rule.forwarding,
    eaLength: rule['ea-length'],
    ipv4Prefix: rule['ipv4-prefix'],
    ipv6Prefix: rule['ipv6-prefix'],
    portParameters: portParameters(rule['port-parameters']),
  };
}

function portParameters(parameters: PortParameterSection | undefined): PortParameters | undefined {
  return parameters && { offset: parameters.offset, psidLength: parameters['psid-length'], psid: parameters.psid };
}
