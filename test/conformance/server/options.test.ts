import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, formatAddress, optionValue, optionValues } from '../../../src/wire/index.ts';
import { PROVISIONING, createBox } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';
import type { Answer } from './client.ts';

const LAYERED = `${PROVISIONING.replace(
  '    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff" } ]',
  `    options: { domain-search: [link.example] }
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff", options: { sntp-servers: [2001:db8::91] } } ]
    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:02", addresses: [2001:db8:1::2], options: { dns-servers: [2001:db8::99] } } ]`,
)}
server: { sol-max-rt: 2h, inf-max-rt: 3h, information-refresh-time: 1h }
options:
  dns-servers: [2001:db8::53, 2001:db8::54]
  domain-search: [file.example]
  ntp-servers: [2001:db8::123, ntp.example, { multicast: "ff05::101" }]
  vendor:
    - { enterprise: 32473, options: [ { code: 1, type: string, value: one } ] }
    - { enterprise: 32474, options: [ { code: 2, type: uint16, value: [7] } ] }
  custom: [ { code: 103, type: string, value: "https://portal.example/" } ]
`;

const { DNS_SERVERS, DOMAIN_LIST, SNTP_SERVERS, NTP_SERVER, VENDOR_OPTS, SOL_MAX_RT, INF_MAX_RT, INFORMATION_REFRESH_TIME } = OptionCode;

function ask(request: readonly number[], type: typeof MessageType.REQUEST | typeof MessageType.SOLICIT = MessageType.REQUEST, client = CLIENT): Answer {
  return read(createBox({ provisioning: LAYERED }).exchange(message(type, [iaNa(1)], { request, client })));
}

function inform(request: readonly number[], client: typeof CLIENT | undefined = CLIENT): Answer {
  return read(createBox({ provisioning: LAYERED }).exchange(message(MessageType.INFORMATION_REQUEST, [], { request, client })));
}

describe('options (RFC 9915 18.3, 21.7)', () => {
  it('[S-TX-4, O-1] every requested option that is configured is sent, and no other', () => {
    const { options } = ask([DNS_SERVERS, 103]);
    assert.deepEqual(optionValue(options, DNS_SERVERS)?.map(formatAddress), ['2001:db8::53', '2001:db8::54']);
    assert.ok(options.some(({ code }) => code === 103));
    for (const code of [DOMAIN_LIST, SNTP_SERVERS, NTP_SERVER, VENDOR_OPTS, SOL_MAX_RT]) {
      assert.ok(!options.some((option) => option.code === code), `option ${String(code)} was not asked for`);
    }
    assert.deepEqual(ask([]).options.map(({ code }) => code).sort((a, b) => a - b), [1, 2, 3]);
  });

  it('[S-TX-4] an option that is asked for twice is sent once', () => {
    assert.equal(optionValues(ask([DNS_SERVERS, DNS_SERVERS]).options, DNS_SERVERS).length, 1);
  });

  it('[S-FMT-3] the first 256 requested codes count', () => {
    const isSent = (before: number): boolean =>
      ask([...Array.from({ length: before }, (_, n) => 40_000 + n), DNS_SERVERS]).options.some(({ code }) => code === DNS_SERVERS);
    assert.deepEqual([isSent(255), isSent(256)], [true, false]);
  });

  it('[S-TX-12] SOL_MAX_RT, INF_MAX_RT and the refresh time are not sent where the file does not set them', () => {
    const codes = [SOL_MAX_RT, INF_MAX_RT, INFORMATION_REFRESH_TIME];
    const answer = read(createBox().exchange(message(MessageType.INFORMATION_REQUEST, [], { request: codes })));
    assert.deepEqual(answer.options.filter(({ code }) => codes.includes(code as never)), []);
  });

  it('[S-OPT-16] of one vendor’s options the nearest layer’s stand, beside those of other vendors', () => {
    const nearer = 'options: { vendor: [ { enterprise: 32474, options: [ { code: 2, type: uint16, value: [9] } ] } ], sntp-servers';
    const box = createBox({ provisioning: LAYERED.replace('options: { sntp-servers', nearer) });
    const sent = optionValues(read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { request: [VENDOR_OPTS] }))).options, VENDOR_OPTS);
    assert.deepEqual(sent.map(({ enterprise, options }) => [enterprise, [...(options[0]?.data ?? [])].at(-1)]), [[32_474, 9], [32_473, 'e'.charCodeAt(0)]]);
  });

  it('[S-TX-5, S-NEW-7] codes that may not be in an Option Request are ignored', () => {
    const { options } = ask([OptionCode.CLIENTID, OptionCode.IA_NA, OptionCode.SERVERID, OptionCode.STATUS_CODE, DNS_SERVERS]);
    assert.deepEqual(options.map(({ code }) => code).sort((a, b) => a - b), [1, 2, 3, DNS_SERVERS]);
  });

  it('the nearest layer’s option stands: reservation, pool, link, file', () => {
    assert.deepEqual(optionValue(ask([DOMAIN_LIST]).options, DOMAIN_LIST)?.length, 1);
    assert.deepEqual(optionValue(ask([SNTP_SERVERS]).options, SNTP_SERVERS)?.map(formatAddress), ['2001:db8::91']);
    const reserved = ask([DNS_SERVERS, SNTP_SERVERS], MessageType.REQUEST, OTHER_CLIENT);
    assert.deepEqual(optionValue(reserved.options, DNS_SERVERS)?.map(formatAddress), ['2001:db8::99']);
    assert.equal(optionValue(reserved.options, SNTP_SERVERS), undefined, 'its lease is of no pool');
  });

  it('[O-12, O-13] an option that may repeat is sent as often as it is configured', () => {
    assert.equal(optionValues(ask([NTP_SERVER]).options, NTP_SERVER).length, 3);
  });

  it('[S-TX-13, S-OPT-16] vendor options: only when asked for, one instance for each enterprise', () => {
    assert.deepEqual(optionValues(ask([VENDOR_OPTS]).options, VENDOR_OPTS).map(({ enterprise }) => enterprise), [32_473, 32_474]);
  });

  it('[S-TX-12, S-OPT-23, S-OPT-24, O-23] SOL_MAX_RT and INF_MAX_RT in any response that asks for them', () => {
    for (const answer of [ask([SOL_MAX_RT, INF_MAX_RT]), ask([SOL_MAX_RT, INF_MAX_RT], MessageType.SOLICIT), inform([SOL_MAX_RT, INF_MAX_RT])]) {
      assert.equal(optionValue(answer.options, SOL_MAX_RT), 7_200);
      assert.equal(optionValue(answer.options, INF_MAX_RT), 10_800);
    }
  });

  it('[S-TX-12] also where no address can be given', () => {
    const bare = LAYERED.replace(/ {4}address-pools:.*\n/g, '');
    const answer = read(createBox({ provisioning: bare }).exchange(message(MessageType.SOLICIT, [iaNa(1)], { request: [SOL_MAX_RT] })));
    assert.equal(optionValue(answer.options, SOL_MAX_RT), 7_200);
  });

  it('[S-TX-14] user classes are taken note of and not echoed', () => {
    const options = [{ code: OptionCode.USER_CLASS, value: [Uint8Array.of(1)] }] as const;
    const answer = read(createBox().exchange(message(MessageType.REQUEST, [iaNa(1)], { options })));
    assert.equal(optionValue(answer.options, OptionCode.USER_CLASS), undefined);
  });

  it('[S-NEW-2, S-OPT-11] Server Unicast is never sent, and ignored on receipt', () => {
    const options = [{ code: OptionCode.UNICAST, value: CLIENT_UNICAST }] as const;
    const answer = read(createBox().exchange(message(MessageType.REQUEST, [iaNa(1)], { request: [OptionCode.UNICAST], options })));
    assert.equal(optionValue(answer.options, OptionCode.UNICAST), undefined);
    assert.equal(answer.ias[0]?.leases.length, 1);
  });

  it('[S-NEW-12] a Renew is answered with the same options as the Request', () => {
    const box = createBox({ provisioning: LAYERED });
    const request = [DNS_SERVERS, DOMAIN_LIST, SNTP_SERVERS, VENDOR_OPTS];
    const configured = (answer: Answer): readonly unknown[] => answer.options.filter(({ code }) => request.includes(code as never));
    const first = configured(read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { request }))));
    assert.equal(first.length, 5);
    assert.deepEqual(configured(read(box.exchange(message(MessageType.RENEW, [iaNa(1)], { request })))), first);
  });

  it('[S-FMT-3] a hundred thousand bytes of requested codes are answered like one', () => {
    const request = Array.from({ length: 30_000 }, (_, n) => (n === 0 ? DNS_SERVERS : 40_000 + (n % 20_000)));
    assert.equal(optionValues(ask(request).options, DNS_SERVERS).length, 1);
  });
});

const CLIENT_UNICAST = new Uint8Array(16) as Parameters<typeof formatAddress>[0];

describe('Information-request (RFC 9915 18.3.6)', () => {
  it('[S-INF-1] identifiers and requested configuration', () => {
    const answer = inform([DNS_SERVERS]);
    assert.equal(answer.type, MessageType.REPLY);
    assert.deepEqual(answer.options.map(({ code }) => code).sort((a, b) => a - b), [1, 2, DNS_SERVERS]);
  });

  it('[S-INF-3] without Client Identifier: what does not depend on who asks', () => {
    const box = createBox({ provisioning: LAYERED });
    const answer = read(box.exchange(message(MessageType.INFORMATION_REQUEST, [], { request: [DNS_SERVERS], client: undefined })));
    assert.deepEqual(answer.options.map(({ code }) => code), [2, DNS_SERVERS]);
  });

  it('a client with a reservation gets the options of that', () => {
    assert.deepEqual(optionValue(inform([DNS_SERVERS], OTHER_CLIENT).options, DNS_SERVERS)?.map(formatAddress), ['2001:db8::99']);
  });

  it('[S-INF-4, S-OPT-22, O-57] Information Refresh Time here, and nowhere else', () => {
    assert.equal(optionValue(inform([INFORMATION_REFRESH_TIME]).options, INFORMATION_REFRESH_TIME), 3_600);
    assert.equal(optionValue(ask([INFORMATION_REFRESH_TIME]).options, INFORMATION_REFRESH_TIME), undefined);
  });
});

describe('lifetimes and times (RFC 9915 21.4)', () => {
  const timesOf = (lifetimes: string, ...ias: Parameters<typeof message>[1]): readonly (readonly number[])[] =>
    read(
      createBox({ provisioning: PROVISIONING.replace('lifetimes: { preferred: 1000s, valid: 2000s }', `lifetimes: { ${lifetimes} }`) }).exchange(
        message(MessageType.REQUEST, ias.length === 0 ? [iaNa(1)] : ias),
      ),
    ).ias.map(({ t1, t2, leases }) => [t1, t2, leases[0]?.preferred ?? -1, leases[0]?.valid ?? -1]);

  it('[S-TX-9, S-TX-11] T1 and T2 are 0.5 and 0.8 of the preferred lifetime, or what the file says', () => {
    assert.deepEqual(timesOf('preferred: 1000s, valid: 2000s'), [[500, 800, 1000, 2000]]);
    assert.deepEqual(timesOf('preferred: 1000s, valid: 2000s, t1: 300s, t2: 600s'), [[300, 600, 1000, 2000]]);
  });

  it('[S-TX-9, S-CON-5] infinity stays infinity', () => {
    const forever = 0xffff_ffff;
    assert.deepEqual(timesOf('preferred: infinite, valid: infinite'), [[forever, forever, forever, forever]]);
  });

  it('[S-TX-8] the shortest preferred lifetime of all IAs decides for all of them', () => {
    const provisioning = PROVISIONING.replace('delegated-length: 56 } ]', 'delegated-length: 56, lifetimes: { preferred: 400s, valid: 800s } } ]');
    const { ias } = read(createBox({ provisioning }).exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(1)])));
    assert.deepEqual(ias.map(({ t1, t2 }) => [t1, t2]), [[200, 320], [200, 320]]);
    assert.deepEqual(ias.map(({ leases }) => leases[0]?.preferred), [1000, 400]);
    const shortFirst = provisioning.replace('delegated-length: 56, lifetimes: { preferred: 400s, valid: 800s } }', 'delegated-length: 56 }').replace('2001:db8:1::1ff" }', '2001:db8:1::1ff", lifetimes: { preferred: 400s, valid: 800s } }');
    const other = read(createBox({ provisioning: shortFirst }).exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(1)]))).ias;
    assert.deepEqual(other.map(({ t1, t2, leases }) => [t1, t2, leases[0]?.preferred]), [[200, 320, 400], [200, 320, 1000]]);
  });

  it('[S-TX-8, S-TX-11] of T1 and T2 that are set for several pools the earliest count for all IAs', () => {
    const timesWith = (addresses: string, prefixes: string): readonly unknown[] => {
      const provisioning = PROVISIONING
        .replace('2001:db8:1::1ff" }', `2001:db8:1::1ff", lifetimes: { preferred: 1000s, valid: 2000s${addresses} } }`)
        .replace('delegated-length: 56 }', `delegated-length: 56, lifetimes: { preferred: 1000s, valid: 2000s${prefixes} } }`);
      const { ias } = read(createBox({ provisioning }).exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(1)])));
      return ias.map(({ t1, t2 }) => [t1, t2]);
    };
    assert.deepEqual(timesWith(', t1: 200s, t2: 700s', ', t1: 300s, t2: 600s'), [[200, 600], [200, 600]]);
    assert.deepEqual(timesWith(', t1: 300s, t2: 600s', ', t1: 200s, t2: 700s'), [[200, 600], [200, 600]]);
    assert.deepEqual(timesWith(', t1: 300s, t2: 600s', ''), [[300, 600], [300, 600]]);
    assert.deepEqual(timesWith('', ', t1: 300s, t2: 600s'), [[300, 600], [300, 600]]);
  });

  it('[S-TX-2] a client is answered at its source address, port 546, by the interface it was heard on', () => {
    const sent = createBox().exchange(message(MessageType.SOLICIT, [iaNa(1)]), { sourcePort: 12_345 });
    assert.deepEqual([sent?.destination, sent?.port, sent?.interfaceName], ['fe80::c1', 546, 'eth1']);
  });
});
