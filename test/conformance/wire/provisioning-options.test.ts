// The options by which a server provisions routers, phones, hosts that boot, and resolvers.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describeMessage, OptionCode, optionName, parseIpv4Address, parseIpv4Prefix, parsePrefix } from '../../../src/wire/index.ts';
import type { Ipv4Address, Ipv4Prefix, Prefix } from '../../../src/wire/index.ts';
import { address, domainName, messageOctets, octets, optionOctets } from '../../unit/wire/octets.ts';
import { ADDRESS, refuses, stands } from './layouts.ts';

const ipv4 = (text: string): Ipv4Address => parseIpv4Address(text) ?? assert.fail(text);
const ipv4Prefix = (text: string): Ipv4Prefix => parseIpv4Prefix(text) ?? assert.fail(text);
const ipv6Prefix = (text: string): Prefix => parsePrefix(text) ?? assert.fail(text);

/** 192.0.2.0/24 in 2001:db8::/40 with 16 EA bits. */
const RULE_DATA = '01 10 18 c0000200 28 20010db800';
const RULE = `0059 000d ${RULE_DATA}`;
const MAPPING = {
  forwarding: true,
  eaLength: 16,
  ipv4Prefix: ipv4Prefix('192.0.2.0/24'),
  ipv6Prefix: ipv6Prefix('2001:db8::/40'),
  portParameters: undefined,
};
const BORDER_RELAY = `005a 0010 ${ADDRESS}`;
/** Offset 6, PSID 0x34 of 8 bits. */
const PORTS = '005d 0004 06 08 3400';
const PORT_PARAMETERS = { offset: 6, psidLength: 8, psid: 0x34 };

describe('layouts of the options for provisioning', () => {
  it('have the codes that IANA gave them', () => {
    assert.equal(
      [21, 22, 41, 42, 59, 60, 61, 64, 66, 94, 95, 96, 103, 111, 144].map(optionName).join(' '),
      'SIP_SERVER_D SIP_SERVER_A NEW_POSIX_TIMEZONE NEW_TZDB_TIMEZONE BOOTFILE_URL BOOTFILE_PARAM CLIENT_ARCH_TYPE AFTR_NAME RSOO ' +
        'S46_CONT_MAPE S46_CONT_MAPT S46_CONT_LW CAPTIVE_PORTAL S46_PRIORITY V6_DNR',
    );
  });

  it('[O-53] SIP servers by name and by address (RFC 3319), time zones (RFC 4833)', () => {
    stands(OptionCode.SIP_SERVER_D, '0373697000 0161 00', [domainName('sip'), domainName('a')]);
    refuses(OptionCode.SIP_SERVER_D, '03736970', 'bad-domain-name', 4);
    stands(OptionCode.SIP_SERVER_A, ADDRESS, [address('2001:db8::1')]);
    refuses(OptionCode.SIP_SERVER_A, '00', 'bad-option-length');
    stands(OptionCode.NEW_POSIX_TIMEZONE, '4345542d31', 'CET-1');
    stands(OptionCode.NEW_TZDB_TIMEZONE, '4575726f7065', 'Europe');
    refuses(OptionCode.NEW_TZDB_TIMEZONE, '457572 00', 'bad-option-value');
  });

  it('[O-14] the options of booting: a URL, parameters with a length each, architectures (RFC 5970)', () => {
    stands(OptionCode.BOOTFILE_URL, '687474703a2f2f61', 'http://a');
    refuses(OptionCode.BOOTFILE_URL, '6100', 'bad-option-value');
    stands(OptionCode.BOOTFILE_PARAM, '0002 c3bc 0000 0001 61', ['ü', '', 'a']);
    refuses(OptionCode.BOOTFILE_PARAM, '0001 61 0002 62', 'option-overrun', 3);
    refuses(OptionCode.BOOTFILE_PARAM, '0001 61 0001 ff', 'bad-option-value', 5);
    stands(OptionCode.CLIENT_ARCH_TYPE, '0007 0010', [7, 16]);
    refuses(OptionCode.CLIENT_ARCH_TYPE, '', 'bad-option-length');
    refuses(OptionCode.CLIENT_ARCH_TYPE, '000700', 'bad-option-length');
  });

  it('[O-16] AFTR_NAME is one name with a label (RFC 6334)', () => {
    stands(OptionCode.AFTR_NAME, '04616674720765 78616d706c65 03636f6d 00', domainName('aftr.example.com'));
    refuses(OptionCode.AFTR_NAME, '00', 'bad-option-value');
    refuses(OptionCode.AFTR_NAME, '0161 00 0162 00', 'bad-option-value');
    refuses(OptionCode.AFTR_NAME, '0161', 'bad-domain-name', 2);
  });

  it('[O-17] RSOO holds options (RFC 6422)', () => {
    stands(OptionCode.RSOO, '0041 0003 0161 00', [{ code: 65, data: octets('016100') }]);
    refuses(OptionCode.RSOO, '0041 0004 0161 00', 'option-overrun');
  });

  it('[O-29] MAP-E has rules and border relays (RFC 7598)', () => {
    stands(OptionCode.S46_CONT_MAPE, `${RULE} ${BORDER_RELAY}`, { rules: [MAPPING], borderRelays: [address('2001:db8::1')] });
    stands(OptionCode.S46_CONT_MAPE, `0059 0015 ${RULE_DATA} ${PORTS} ${BORDER_RELAY}`, {
      rules: [{ ...MAPPING, portParameters: PORT_PARAMETERS }],
      borderRelays: [address('2001:db8::1')],
    });
    refuses(OptionCode.S46_CONT_MAPE, RULE, 'bad-option-value');
    refuses(OptionCode.S46_CONT_MAPE, BORDER_RELAY, 'bad-option-value');
    refuses(OptionCode.S46_CONT_MAPE, `${RULE} 005a 0001 00`, 'bad-option-value', 21);
    refuses(OptionCode.S46_CONT_MAPE, `0059 000d 01 31 18 c0000200 28 20010db800 ${BORDER_RELAY}`, 'bad-option-value', 5);
    refuses(OptionCode.S46_CONT_MAPE, `0059 000d 01 10 18 c0000201 28 20010db800 ${BORDER_RELAY}`, 'bad-option-value', 6);
    refuses(OptionCode.S46_CONT_MAPE, `0059 000d 01 10 18 c0000200 27 20010db801 ${BORDER_RELAY}`, 'bad-option-value', 12);
    refuses(OptionCode.S46_CONT_MAPE, `0059 000d 01 10 18 c0000200 29 20010db800 ${BORDER_RELAY}`, 'option-overrun', 11);
    refuses(OptionCode.S46_CONT_MAPE, `0059 0006 01 10 18 c00002 ${BORDER_RELAY}`, 'option-overrun', 4);
    refuses(OptionCode.S46_CONT_MAPE, `0059 0015 ${RULE_DATA} 005d 0004 10 08 3400 ${BORDER_RELAY}`, 'bad-option-value', 21);
    refuses(OptionCode.S46_CONT_MAPE, `0059 0015 ${RULE_DATA} 005d 0004 06 11 3400 ${BORDER_RELAY}`, 'bad-option-value', 21);
  });

  it('[O-29] MAP-T has rules and just one default mapping (RFC 7598)', () => {
    const mapping = '005b 0009 40 20010db8ffff0000';
    stands(OptionCode.S46_CONT_MAPT, `${RULE} ${mapping}`, { rules: [MAPPING], defaultMapping: ipv6Prefix('2001:db8:ffff::/64') });
    refuses(OptionCode.S46_CONT_MAPT, RULE, 'bad-option-value');
    refuses(OptionCode.S46_CONT_MAPT, mapping, 'bad-option-value');
    refuses(OptionCode.S46_CONT_MAPT, `${RULE} ${mapping} ${mapping}`, 'bad-option-value', 34);
    refuses(OptionCode.S46_CONT_MAPT, `${RULE} 005b 000a 40 20010db8ffff000000`, 'bad-option-value', 21);
    refuses(OptionCode.S46_CONT_MAPT, `${RULE} 005b 0000`, 'option-overrun', 21);
    refuses(OptionCode.S46_CONT_MAPT, `${RULE} 005b 0001 81`, 'bad-prefix-length', 21);
  });

  it('[O-29] Lightweight 4over6 has border relays, and at most one binding (RFC 7598)', () => {
    const binding = '005c 000c c0000201 38 20010db8000001';
    const bound = { ipv4Address: ipv4('192.0.2.1'), ipv6Prefix: ipv6Prefix('2001:db8:0:100::/56'), portParameters: undefined };
    stands(OptionCode.S46_CONT_LW, BORDER_RELAY, { binding: undefined, borderRelays: [address('2001:db8::1')] });
    stands(OptionCode.S46_CONT_LW, `${binding} ${BORDER_RELAY}`, { binding: bound, borderRelays: [address('2001:db8::1')] });
    stands(OptionCode.S46_CONT_LW, `005c 0014 c0000201 38 20010db8000001 ${PORTS} ${BORDER_RELAY}`, {
      binding: { ...bound, portParameters: PORT_PARAMETERS },
      borderRelays: [address('2001:db8::1')],
    });
    refuses(OptionCode.S46_CONT_LW, binding, 'bad-option-value');
    refuses(OptionCode.S46_CONT_LW, `${binding} ${binding} ${BORDER_RELAY}`, 'bad-option-value', 20);
    refuses(OptionCode.S46_CONT_LW, `005c 0003 c00002 ${BORDER_RELAY}`, 'option-overrun', 4);
  });

  it('[O-29] options of other kinds inside of them are skipped', () => {
    assert.match(
      describeMessage(messageOctets(7, optionOctets(94, octets(`0009 0001 00 ${RULE} ${BORDER_RELAY}`)))),
      /S46_CONT_MAPE 1 rule\n {4}rule 192\.0\.2\.0\/24 in 2001:db8::\/40 ea 16 forwarding\n {4}border relay 2001:db8::1$/,
    );
  });

  it('[O-30] S46_PRIORITY is a list of codes, at least one, each once (RFC 8026)', () => {
    stands(OptionCode.S46_PRIORITY, '005e 0040', [94, 64]);
    refuses(OptionCode.S46_PRIORITY, '', 'bad-option-value');
    refuses(OptionCode.S46_PRIORITY, '005e 005e', 'bad-option-value');
    refuses(OptionCode.S46_PRIORITY, '005e 00', 'bad-option-length');
  });

  it('[O-34] CAPTIVE_PORTAL is a URI without a NUL (RFC 8910)', () => {
    stands(OptionCode.CAPTIVE_PORTAL, '68747470733a2f2f61', 'https://a');
    refuses(OptionCode.CAPTIVE_PORTAL, '6100', 'bad-option-value');
  });

  it('[O-36] V6_DNR is a priority and a name, and where the resolver is (RFC 9463)', () => {
    const name = { priority: 1, name: domainName('dns.example') };
    const head = '0001 000d 03646e73 076578616d706c65 00';
    stands(OptionCode.V6_DNR, head, { ...name, addresses: [], alpn: [], port: undefined, dohPath: undefined });
    stands(OptionCode.V6_DNR, `${head} 0010 ${ADDRESS}`, { ...name, addresses: [address('2001:db8::1')], alpn: [], port: undefined, dohPath: undefined });
    stands(OptionCode.V6_DNR, `${head} 0010 ${ADDRESS} 0001 0007 03646f74 026832 0003 0002 0355 0007 0002 2f71`, {
      ...name,
      addresses: [address('2001:db8::1')],
      alpn: ['dot', 'h2'],
      port: 853,
      dohPath: '/q',
    });
    refuses(OptionCode.V6_DNR, '0001 00', 'bad-option-length');
    refuses(OptionCode.V6_DNR, '0001 0004 03646e', 'option-overrun', 2);
    refuses(OptionCode.V6_DNR, '0001 0004 0161 00 00', 'bad-option-value', 4);
    refuses(OptionCode.V6_DNR, `${head} 00`, 'option-overrun', 17);
    refuses(OptionCode.V6_DNR, `${head} 0000`, 'bad-option-value', 17);
    refuses(OptionCode.V6_DNR, `${head} 0020 ${ADDRESS}`, 'option-overrun', 17);
    refuses(OptionCode.V6_DNR, `${head} 0010 ${ADDRESS} 0003 0002 0355 0001 0004 03646f74`, 'bad-option-value', 41);
    refuses(OptionCode.V6_DNR, `${head} 0010 ${ADDRESS} 0001 0001 03`, 'bad-option-value', 39);
    refuses(OptionCode.V6_DNR, `${head} 0010 ${ADDRESS} 0003 0001 03`, 'bad-option-value', 39);
  });
});
