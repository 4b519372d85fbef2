import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, optionValue, optionValues } from '../../../src/wire/index.ts';
import type { PlainOption } from '../../../src/wire/index.ts';
import { PROVISIONING, createBox } from './box.ts';
import { iaNa, message, read } from './client.ts';
import type { Answer } from './client.ts';
import { FROM_RELAY, relayed, unwrap } from './relayed.ts';

const { BOOTFILE_URL, BOOTFILE_PARAM, CLIENT_ARCH_TYPE, S46_CONT_MAPE, S46_CONT_MAPT, S46_CONT_LW, S46_PRIORITY, V6_DNR } = OptionCode;
const ERP_DOMAIN = 65;

const OPTIONS = `${PROVISIONING}
options:
  aftr: aftr.example
  captive-portal: https://portal.example/
  encrypted-dns: [ { priority: 1, name: a.example }, { priority: 2, name: b.example } ]
  timezone: { posix: CET-1, name: Europe/Berlin }
  sip-servers: [2001:db8::5060]
  sip-domains: [sip.example]
  boot-files:
    - { url: "http://boot.example/arm", architectures: [11] }
    - { url: "http://boot.example/x64", architectures: [7, 9], parameters: [quiet, root=nfs] }
    - { url: "http://boot.example/any" }
  softwires:
    priority: [map-e, ds-lite]
    map-e:
      - { rules: [ { ipv4-prefix: 192.0.2.0/24, ipv6-prefix: 2001:db8::/40, ea-length: 16 } ], border-relays: [2001:db8::1] }
      - { rules: [ { ipv4-prefix: 198.51.100.0/24, ipv6-prefix: 2001:db8::/40, ea-length: 16 } ], border-relays: [2001:db8::2] }
    map-t: { rules: [ { ipv4-prefix: 192.0.2.0/24, ipv6-prefix: 2001:db8::/40, ea-length: 16 } ], default-mapping: 64:ff9b::/96 }
    lw4o6: { border-relays: [2001:db8::3] }
`;

function ask(request: readonly number[], options: readonly PlainOption[] = [], provisioning = OPTIONS): Answer {
  return read(createBox({ provisioning }).exchange(message(MessageType.REQUEST, [iaNa(1)], { request, options })));
}

function codesOf({ options }: Answer): readonly number[] {
  return options.map(({ code }) => code).filter((code) => code > 3);
}

describe('options for provisioning', () => {
  it('[O-16, O-29, O-30, O-34, O-36, O-53] are sent to a client that asks for them, and to no other', () => {
    const codes = [21, 22, 41, 42, 64, S46_CONT_MAPE, S46_CONT_MAPT, S46_CONT_LW, 103, S46_PRIORITY, V6_DNR];
    for (const code of codes) assert.deepEqual([...new Set(codesOf(ask([code])))], [code]);
    assert.deepEqual(codesOf(ask([])), []);
  });

  it('[O-29, O-36] as many MAP-E domains and resolvers as are configured, of the others one', () => {
    assert.equal(optionValues(ask([S46_CONT_MAPE]).options, S46_CONT_MAPE).length, 2);
    assert.deepEqual(optionValues(ask([V6_DNR]).options, V6_DNR).map(({ name }) => name), ['a.example', 'b.example']);
    for (const code of [S46_CONT_MAPT, S46_CONT_LW, S46_PRIORITY] as const) assert.equal(optionValues(ask([code]).options, code).length, 1);
  });

  it('[O-29] what only stands inside of a container nobody gets by asking for it', () => {
    assert.deepEqual(codesOf(ask([89, 90, 91, 92, 93])), []);
  });

  it('[O-16] a layer that is nearer to the client has another name, and still there is one', () => {
    const nearer = OPTIONS.replace('    prefixes: [2001:db8:1::/64]', '    options: { aftr: near.example }\n    prefixes: [2001:db8:1::/64]');
    assert.deepEqual(optionValues(ask([64], [], nearer).options, OptionCode.AFTR_NAME), ['near.example']);
  });
});

describe('the boot file (RFC 5970)', () => {
  const boot = (...architectures: readonly number[]): readonly unknown[] => {
    const named = architectures.length === 0 ? [] : [{ code: CLIENT_ARCH_TYPE, value: architectures }];
    const { options } = ask([BOOTFILE_URL, BOOTFILE_PARAM], named);
    return [optionValue(options, BOOTFILE_URL)?.replace('http://boot.example/', ''), optionValue(options, BOOTFILE_PARAM), optionValue(options, CLIENT_ARCH_TYPE)];
  };

  it('[O-14] is that of the architecture that the client likes best, with its parameters', () => {
    assert.deepEqual(boot(7), ['x64', ['quiet', 'root=nfs'], [7]]);
    assert.deepEqual(boot(11, 7), ['arm', undefined, [11]]);
    assert.deepEqual(boot(7, 11), ['x64', ['quiet', 'root=nfs'], [7]]);
    assert.deepEqual(boot(300, 11), ['arm', undefined, [11]]);
  });

  it('[O-14] comes with the architectures that it is for: of those that the client named, in its order', () => {
    assert.deepEqual(boot(9, 11, 7)[2], [9, 7]);
  });

  it('[O-14] is that for all others where the client names none, or none that is known', () => {
    assert.deepEqual(boot(), ['any', undefined, undefined]);
    assert.deepEqual(boot(300), ['any', undefined, undefined]);
    const malformed = ask([BOOTFILE_URL], [{ code: CLIENT_ARCH_TYPE, data: Uint8Array.of(0) }]);
    assert.equal(optionValue(malformed.options, BOOTFILE_URL), 'http://boot.example/any');
  });

  it('[O-14] is none where no file is for the client', () => {
    const provisioning = OPTIONS.replace('    - { url: "http://boot.example/any" }\n', '');
    assert.deepEqual(codesOf(ask([BOOTFILE_URL, BOOTFILE_PARAM], [], provisioning)), []);
  });

  it('[O-14] is sent only as far as it is asked for', () => {
    const named = [{ code: CLIENT_ARCH_TYPE, value: [7] }] as const;
    assert.deepEqual(codesOf(ask([BOOTFILE_PARAM], named)), [BOOTFILE_PARAM]);
    assert.deepEqual(codesOf(ask([CLIENT_ARCH_TYPE], named)), []);
    assert.deepEqual(codesOf(ask([BOOTFILE_URL], named)), [BOOTFILE_URL, CLIENT_ARCH_TYPE]);
  });

  it('[O-14] of the nearest layer that has boot files hides those of the farther ones, whomever they are for', () => {
    const provisioning = OPTIONS.replace('2001:db8:1::1ff" }', '2001:db8:1::1ff", options: { boot-files: [ { url: "http://boot.example/pool", architectures: [11] } ] } }');
    const urlFor = (architecture: number): string | undefined =>
      optionValue(ask([BOOTFILE_URL], [{ code: CLIENT_ARCH_TYPE, value: [architecture] }], provisioning).options, BOOTFILE_URL);
    assert.deepEqual([urlFor(11), urlFor(7)], ['http://boot.example/pool', undefined]);
  });

  it('[O-14] by its code stands, too, with parameters by theirs', () => {
    const provisioning = `${PROVISIONING}
options:
  custom: [ { code: 59, type: string, value: "http://boot.example/code" }, { code: 60, type: hex, value: "000161" } ]
`;
    const { options } = ask([BOOTFILE_URL, BOOTFILE_PARAM], [], provisioning);
    assert.deepEqual([optionValue(options, BOOTFILE_URL), optionValue(options, BOOTFILE_PARAM)], ['http://boot.example/code', ['a']]);
  });
});

describe('options that relay agents supply (RFC 6422)', () => {
  const RSOO = (...options: readonly { code: number; data: Uint8Array }[]): PlainOption => ({ code: OptionCode.RSOO, value: options });
  const erp = (octet: number): { code: number; data: Uint8Array } => ({ code: ERP_DOMAIN, data: Uint8Array.of(octet) });

  /** The octets of the option in the answer. @param relays what each supplies, the one nearest to the client first */
  const supplied = (provisioning: string, request: readonly number[], ...relays: readonly PlainOption[][]): readonly unknown[] => {
    const solicit = message(MessageType.SOLICIT, [iaNa(1)], { request });
    const { answer } = unwrap(createBox({ provisioning }).exchange(relayed(solicit, ...relays.map((options) => ({ options }))), FROM_RELAY));
    return answer.options.filter(({ code }) => request.includes(code)).map((option) => ('data' in option ? [...option.data] : option.value));
  };

  it('[O-17] go to a client that asks for them, where the configuration has none', () => {
    assert.deepEqual(supplied(PROVISIONING, [ERP_DOMAIN], [RSOO(erp(1))]), [[1]]);
    assert.deepEqual(supplied(PROVISIONING, [23], [RSOO(erp(1))]), []);
    const own = `${PROVISIONING}\noptions: { custom: [ { code: 65, type: hex, value: "09" } ] }\n`;
    assert.deepEqual(supplied(own, [ERP_DOMAIN], [RSOO(erp(1))]), [[9]]);
  });

  it('[O-17] are left out unless they are on the list, which the file may set', () => {
    const other = RSOO({ code: 200, data: Uint8Array.of(2) }, erp(1));
    assert.deepEqual(supplied(PROVISIONING, [200, ERP_DOMAIN], [other]), [[1]]);
    const list = `${PROVISIONING}\nserver: { relay-supplied-options: [200] }\n`;
    assert.deepEqual(supplied(list, [200, ERP_DOMAIN], [other]), [[2]]);
    assert.deepEqual(supplied(`${PROVISIONING}\nserver: { relay-supplied-options: [] }\n`, [200, ERP_DOMAIN], [other]), []);
  });

  it('[O-17] are those of the relay agent that is nearest to the client, where several supply one', () => {
    assert.deepEqual(supplied(PROVISIONING, [ERP_DOMAIN], [RSOO(erp(1))], [RSOO(erp(2))]), [[1]]);
    assert.deepEqual(supplied(PROVISIONING, [ERP_DOMAIN], [], [RSOO(erp(2))]), [[2]]);
    assert.deepEqual(supplied(PROVISIONING, [ERP_DOMAIN], [RSOO(erp(1), erp(3))]), [[1]]);
  });

  it('[O-17] spoil no message where they are malformed', () => {
    assert.deepEqual(supplied(PROVISIONING, [ERP_DOMAIN], [{ code: OptionCode.RSOO, data: Uint8Array.of(0, 65, 0, 9, 1) }], [RSOO(erp(2))]), [[2]]);
  });
});
