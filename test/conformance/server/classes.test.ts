import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, StatusCode, optionValue } from '../../../src/wire/index.ts';
import type { PlainOption } from '../../../src/wire/index.ts';
import { PROVISIONING, address, configuration, createBox, duid } from './box.ts';
import type { Box, Delivery } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';
import type { Answer } from './client.ts';
import { FROM_RELAY, relayed, unwrap } from './relayed.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);
const vendorClass = (enterprise: number, ...items: readonly string[]): PlainOption => ({ code: OptionCode.VENDOR_CLASS, value: { enterprise, items: items.map(octets) } });
const userClass = (...items: readonly string[]): PlainOption => ({ code: OptionCode.USER_CLASS, value: items.map(octets) });
const PHONE = vendorClass(32_473, 'phone-7');

/** The same file with classes, and other pools on the LAN. */
function provisioning(classes: string, pools?: string): string {
  const withPools = pools === undefined ? PROVISIONING : PROVISIONING.replace(/ {4}address-pools: .*\n {4}prefix-pools: .*\n/, `${pools}\n`);
  return `${withPools}\nclasses:\n${classes}`;
}

/** Which option 200 a client gets shows in which class it is: each has its own. */
function given(match: string, options: readonly PlainOption[], delivery?: Delivery, client = CLIENT): boolean {
  const box = createBox({ provisioning: provisioning(`  - { name: a, match: { ${match} }, options: { custom: [ { code: 200, type: uint8, value: 1 } ] } }\n`) });
  const answer = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { request: [200], options, client }), delivery));
  return answer.options.some(({ code }) => code === 200);
}

describe('a client is in a class', () => {
  it('by its vendor class: enterprise number, text, or both, of any instance and item', () => {
    const match = 'vendor-classes: [ { enterprise: 32473, data: "phone-*" } ]';
    assert.equal(given(match, [PHONE]), true);
    assert.equal(given(match, [vendorClass(1, 'x'), vendorClass(32_473, 'x', 'phone-')]), true);
    assert.equal(given(match, [vendorClass(32_474, 'phone-7')]), false);
    assert.equal(given(match, [vendorClass(32_473, 'a phone-7')]), false);
    assert.equal(given(match, [userClass('phone-7')]), false);
    assert.equal(given(match, []), false);
    assert.equal(given('vendor-classes: [ { enterprise: 32473 } ]', [vendorClass(32_473)]), true);
    assert.equal(given('vendor-classes: [ { data: "*7" } ]', [PHONE]), true);
  });

  it('by one of its user classes', () => {
    assert.equal(given('user-classes: [ "x", "ab?" ]', [userClass('zz', 'abc')]), true);
    assert.equal(given('user-classes: [ "x", "ab?" ]', [userClass('ab')]), false);
  });

  it('by its architecture', () => {
    const named = { code: OptionCode.CLIENT_ARCH_TYPE, value: [7, 9] } as const;
    assert.equal(given('architectures: [ 11, 9 ]', [named]), true);
    assert.equal(given('architectures: [ 11 ]', [named]), false);
  });

  it('by its DUID', () => {
    assert.equal(given('duids: [ "00:03:00:01:02:*" ]', []), true);
    assert.equal(given('duids: [ "00:03:00:01:02:*:02" ]', []), false);
    assert.equal(given('duids: [ "00:03:00:01:02:*:02" ]', [], undefined, OTHER_CLIENT), true);
    assert.equal(given('duids: [ "00030001??0000000001" ]', []), true);
  });

  it('by the link-layer address in its link-local address', () => {
    const delivery = { source: address('fe80::5eff:fe10:1') };
    assert.equal(given('link-layer-addresses: [ "02:00:5e:*" ]', [], delivery), true);
    assert.equal(given('link-layer-addresses: [ "02:00:5f:*" ]', [], delivery), false);
    assert.equal(given('link-layer-addresses: [ "*" ]', [], { source: address('fe80::1') }), false);
  });

  it('only where all tests hold', () => {
    const match = 'user-classes: [ a ], vendor-classes: [ { data: b } ]';
    assert.equal(given(match, [userClass('a'), vendorClass(1, 'b')]), true);
    assert.equal(given(match, [userClass('a')]), false);
    assert.equal(given(match, [vendorClass(1, 'b')]), false);
  });

  it('not by what is malformed, or longer than a pattern may fit', () => {
    assert.equal(given('user-classes: [ "*" ]', [{ code: OptionCode.USER_CLASS, data: Uint8Array.of(0, 9, 1) }]), false);
    assert.equal(given('vendor-classes: [ {} ]', [{ code: OptionCode.VENDOR_CLASS, data: Uint8Array.of(0, 0, 0, 1, 0, 9) }]), false);
    assert.equal(given('user-classes: [ "*" ]', [userClass('x'.repeat(513))]), false);
    assert.equal(given('user-classes: [ "x" ]', [userClass(...Array.from({ length: 32 }, () => 'y'), 'x')]), false);
    const many = (count: number): PlainOption[] => [vendorClass(1, ...Array.from({ length: count - 1 }, () => 'y')), vendorClass(2), vendorClass(32_473, 'phone-7')];
    assert.deepEqual([given('vendor-classes: [ { data: "phone-*" } ]', many(31)), given('vendor-classes: [ { data: "phone-*" } ]', many(32))], [true, false]);
  });
});

describe('a client behind relay agents is in a class', () => {
  const inClass = (match: string, ...relays: readonly PlainOption[][]): boolean => {
    const box = createBox({ provisioning: provisioning(`  - { name: a, match: { ${match} }, options: { custom: [ { code: 200, type: uint8, value: 1 } ] } }\n`) });
    const asked = message(MessageType.SOLICIT, [iaNa(1)], { request: [200] });
    return unwrap(box.exchange(relayed(asked, ...relays.map((options) => ({ options }))), FROM_RELAY)).answer.options.some(({ code }) => code === 200);
  };
  const remoteId = (enterprise: number, id: string): PlainOption => ({ code: OptionCode.REMOTE_ID, value: { enterprise, id: octets(id) } });

  it('[O-2] by a Remote-Id, enterprise number and octets together', () => {
    const match = 'remote-ids: [ { enterprise: 32473, id: "port-*" } ]';
    assert.equal(inClass(match, [remoteId(32_473, 'port-7')]), true);
    assert.equal(inClass(match, [], [remoteId(32_473, 'port-7')]), true);
    assert.equal(inClass(match, [remoteId(32_474, 'port-7')]), false);
    assert.equal(inClass(match, [remoteId(32_473, 'sport-7')]), false);
    assert.equal(inClass(match, []), false);
  });

  it('[O-3] by a Subscriber-Id', () => {
    assert.equal(inClass('subscriber-ids: [ "gold*" ]', [{ code: OptionCode.SUBSCRIBER_ID, value: octets('gold 1') }]), true);
    assert.equal(inClass('subscriber-ids: [ "gold*" ]', [{ code: OptionCode.SUBSCRIBER_ID, value: octets('silver') }]), false);
  });

  it('by an Interface-Id, also in octets', () => {
    assert.equal(inClass('interface-ids: [ "0x0a??" ]', [{ code: OptionCode.INTERFACE_ID, value: Uint8Array.of(10, 42) }]), true);
    assert.equal(inClass('interface-ids: [ "0x0a??" ]', [{ code: OptionCode.INTERFACE_ID, value: Uint8Array.of(10) }]), false);
  });

  it('[O-22] by the link-layer address that the nearest relay agent tells, and none of a farther one', () => {
    const told = { code: OptionCode.CLIENT_LINKLAYER_ADDR, value: { hardwareType: 1, address: Uint8Array.of(2, 0, 0x5e, 0x10, 0, 1) } } as const;
    assert.equal(inClass('link-layer-addresses: [ "02:00:5e:10:*" ]', [told]), true);
    assert.equal(inClass('link-layer-addresses: [ "02:00:5e:10:*" ]', [], [told]), false);
  });
});

describe('classes that refer to others', () => {
  const CLASSES = `
  - { name: known, match: { classes: [phones, gold] }, options: { custom: [ { code: 200, type: uint8, value: 1 } ] } }
  - { name: others, match: { not-classes: [phones, gold] }, options: { custom: [ { code: 201, type: uint8, value: 1 } ] } }
  - { name: phones, match: { vendor-classes: [ { data: "phone-*" } ] } }
  - { name: gold, match: { user-classes: [ gold ] } }
`;
  const codes = (options: readonly PlainOption[]): readonly number[] => {
    const box = createBox({ provisioning: provisioning(CLASSES) });
    return read(box.exchange(message(MessageType.INFORMATION_REQUEST, [], { request: [200, 201], options }))).options.map(({ code }) => code).filter((code) => code > 99);
  };

  it('have those that are in one of them, or in none of them, wherever they stand in the list', () => {
    assert.deepEqual(codes([PHONE]), [200]);
    assert.deepEqual(codes([userClass('gold')]), [200]);
    assert.deepEqual(codes([userClass('silver')]), [201]);
  });
});

const LAYERS = `
  - { name: first, match: { user-classes: [one] }, options: { custom: [ { code: 200, type: uint8, value: 1 } ] }, lifetimes: { preferred: 300s, valid: 600s } }
  - { name: second, match: { user-classes: [one, two] }, options: { custom: [ { code: 200, type: uint8, value: 2 }, { code: 201, type: uint8, value: 2 } ] }, lifetimes: { preferred: 400s, valid: 800s, t1: 50s, t2: 60s } }
options: { custom: [ { code: 200, type: uint8, value: 9 }, { code: 201, type: uint8, value: 9 }, { code: 202, type: uint8, value: 9 } ] }
`;
const POOL_WITH_OPTIONS = `
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff", lifetimes: { preferred: 100s, valid: 200s }, options: { custom: [ { code: 200, type: uint8, value: 5 }, { code: 202, type: uint8, value: 5 } ] } } ]
    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:02", addresses: [ "2001:db8:1::2" ], options: { custom: [ { code: 201, type: uint8, value: 7 } ] } } ]`;

describe('what a class says', () => {
  const ask = (options: readonly PlainOption[], client = CLIENT): Answer =>
    read(createBox({ provisioning: provisioning(LAYERS, POOL_WITH_OPTIONS) }).exchange(message(MessageType.REQUEST, [iaNa(1)], { request: [200, 201, 202], options, client })));
  const values = ({ options }: Answer): readonly unknown[] => [200, 201, 202].map((code) => options.flatMap((option) => (option.code === code && 'data' in option ? [...option.data] : []))[0]);

  it('of options stands before pools and links; of several classes the first that has the option counts', () => {
    assert.deepEqual(values(ask([])), [5, 9, 5]);
    assert.deepEqual(values(ask([userClass('two')])), [2, 2, 5]);
    assert.deepEqual(values(ask([userClass('one')])), [1, 2, 5]);
  });

  it('of options stands behind a reservation', () => {
    assert.deepEqual(values(ask([userClass('one')], OTHER_CLIENT)), [1, 7, 9]);
  });

  it('of lifetimes holds instead of those of pools and links, also for reserved leases; T1 and T2 come with them', () => {
    const times = ({ ias }: Answer): readonly unknown[] => ias.map(({ t1, t2, leases }) => [t1, t2, leases[0]?.preferred, leases[0]?.valid]);
    assert.deepEqual(times(ask([])), [[50, 80, 100, 200]]);
    assert.deepEqual(times(ask([userClass('two')])), [[50, 60, 400, 800]]);
    assert.deepEqual(times(ask([userClass('one')])), [[150, 240, 300, 600]]);
    assert.deepEqual(times(ask([userClass('one')], OTHER_CLIENT)), [[150, 240, 300, 600]]);
    assert.deepEqual(times(ask([], OTHER_CLIENT)), [[500, 800, 1000, 2000]]);
  });

  it('of lifetimes is what a Renew extends by, and what an Advertise offers', () => {
    const box = createBox({ provisioning: provisioning(LAYERS, POOL_WITH_OPTIONS) });
    const validFor = (type: typeof MessageType.SOLICIT | typeof MessageType.REQUEST | typeof MessageType.RENEW | typeof MessageType.REBIND, ...options: PlainOption[]): number | undefined =>
      read(box.exchange(message(type, [iaNa(1)], { options }))).ias[0]?.leases[0]?.valid;
    assert.equal(validFor(MessageType.SOLICIT, userClass('one')), 600);
    assert.equal(validFor(MessageType.REQUEST, userClass('one')), 600);
    assert.equal(validFor(MessageType.RENEW, userClass('one')), 600);
    assert.equal(validFor(MessageType.RENEW, userClass('two')), 800);
    assert.equal(validFor(MessageType.REBIND), 200);
  });
});

const PHONES = '  - { name: phones, match: { vendor-classes: [ { data: "phone-*" } ] } }\n';
const POOLS_OF_CLASSES = `
    address-pools:
      - { range: "2001:db8:1::100 - 2001:db8:1::10f", classes: [phones] }
      - { range: "2001:db8:1::200 - 2001:db8:1::20f", not-classes: [phones] }
    prefix-pools:
      - { prefix: "2001:db8:100::/48", delegated-length: 56, classes: [phones] }
      - { prefix: "2001:db8:101::/48", delegated-length: 60, not-classes: [phones] }`;

describe('pools of classes', () => {
  const box = (): Box => createBox({ provisioning: provisioning(PHONES, POOLS_OF_CLASSES) });
  const names = (answer: Answer): readonly string[] => answer.ias.map(({ leases }) => leases.map(({ name }) => name.replace(/[^:]*(?=\/|$)/, '')).join(' '));
  const leasesOf = (at: Box, options: readonly PlainOption[], type: typeof MessageType.REQUEST | typeof MessageType.SOLICIT = MessageType.REQUEST): Answer => read(at.exchange(message(type, [iaNa(1), iaPd(2)], { options })));

  it('give to members alone, or to all but them', () => {
    for (const type of [MessageType.SOLICIT, MessageType.REQUEST] as const) {
      const [phone, other] = [leasesOf(box(), [PHONE], type), leasesOf(box(), [], type)];
      assert.match(phone.ias[0]?.leases[0]?.name ?? '', /^2001:db8:1::10.$/);
      assert.match(phone.ias[1]?.leases[0]?.name ?? '', /^2001:db8:100:.*\/56$/);
      assert.match(other.ias[0]?.leases[0]?.name ?? '', /^2001:db8:1::20.$/);
      assert.match(other.ias[1]?.leases[0]?.name ?? '', /^2001:db8:101:.*\/60$/);
      assert.equal(names(phone).length, 2);
    }
  });

  it('say that they have nothing to a client that may use none', () => {
    const only = createBox({ provisioning: provisioning(PHONES, POOLS_OF_CLASSES.replace(/^.*not-classes.*\n?/gm, '')) });
    assert.deepEqual(leasesOf(only, []).ias.map(({ status }) => status), [StatusCode.NoAddrsAvail, StatusCode.NoPrefixAvail]);
  });

  it('give what a client asks for, or had before, only as far as it may use the pool', () => {
    const at = box();
    const hinted = read(at.exchange(message(MessageType.REQUEST, [iaNa(1, '2001:db8:1::105')], {})));
    assert.match(hinted.ias[0]?.leases[0]?.name ?? '', /^2001:db8:1::20.$/);
    const own = read(at.exchange(message(MessageType.REQUEST, [iaNa(2, '2001:db8:1::105')], { options: [PHONE] })));
    assert.equal(own.ias[0]?.leases[0]?.name, '2001:db8:1::105');
    at.exchange(message(MessageType.RELEASE, [iaNa(2, '2001:db8:1::105')]));
    const again = read(at.exchange(message(MessageType.REQUEST, [iaNa(2)], {})));
    assert.match(again.ias[0]?.leases[0]?.name ?? '', /^2001:db8:1::20.$/);
  });

  it('have prefixes of the length that the client asks for, of those that it may use', () => {
    const at = box();
    const asked = read(at.exchange(message(MessageType.REQUEST, [iaPd(2, '::/60')], { options: [PHONE] })));
    assert.match(asked.ias[0]?.leases[0]?.name ?? '', /\/56$/);
  });

  it('do not hinder a reservation', () => {
    const reserved = createBox({ provisioning: provisioning(PHONES, `${POOLS_OF_CLASSES}\n    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:01", addresses: [ "2001:db8:1::10a" ] } ]`) });
    const answer = leasesOf(reserved, []);
    assert.equal(answer.ias[0]?.leases[0]?.name, '2001:db8:1::10a');
    assert.equal(read(reserved.exchange(message(MessageType.RENEW, [iaNa(1)], {}))).ias[0]?.leases[0]?.valid, 2_000);
  });
});

describe('a client whose class changed', () => {
  const bound = (): { at: Box; name: string; prefix: string } => {
    const at = createBox({ provisioning: provisioning(PHONES, POOLS_OF_CLASSES) });
    const { ias } = read(at.exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { options: [PHONE] })));
    return { at, name: ias[0]?.leases[0]?.name ?? '', prefix: ias[1]?.leases[0]?.name ?? '' };
  };

  it('keeps its lease until it ends, and gets one that it may have beside it when it renews', () => {
    const { at, name } = bound();
    at.advance(500);
    const { ias } = read(at.exchange(message(MessageType.RENEW, [iaNa(1, name)], {})));
    const leases = new Map(ias[0]?.leases.map((lease) => [lease.name, lease]));
    assert.equal(leases.get(name)?.valid, 1_500);
    const [other] = [...leases.keys()].filter((key) => key !== name);
    assert.match(other ?? '', /^2001:db8:1::20.$/);
    assert.equal(leases.get(other ?? '')?.valid, 2_000);
    const durable = at.durable.get(`${name}/128`);
    assert.equal(durable?.stateExpirationTime, at.now - 500 + 2_000);
  });

  it('is told what is left where there is nothing else for it', () => {
    const at = createBox({ provisioning: provisioning(PHONES, POOLS_OF_CLASSES.replace(/^.*not-classes.*\n?/gm, '')) });
    const name = read(at.exchange(message(MessageType.REQUEST, [iaNa(1)], { options: [PHONE] }))).ias[0]?.leases[0]?.name ?? '';
    at.advance(500);
    assert.deepEqual(read(at.exchange(message(MessageType.RENEW, [iaNa(1, name)], {}))).ias[0]?.leases.map((lease) => [lease.name, lease.valid]), [[name, 1_500]]);
    assert.deepEqual(read(at.exchange(message(MessageType.RENEW, [iaNa(1, name)], { options: [PHONE] }))).ias[0]?.leases.map((lease) => lease.valid), [2_000]);
  });

  it('may release what it holds, an excluded prefix in it or not', () => {
    const at = createBox({ provisioning: provisioning(PHONES, POOLS_OF_CLASSES.replace('delegated-length: 56', 'delegated-length: 56, exclude: { length: 64, subnet-id: 1 }')) });
    const asked = message(MessageType.REQUEST, [iaPd(2)], { options: [PHONE], request: [OptionCode.PD_EXCLUDE] });
    const [lease] = read(at.exchange(asked)).ias[0]?.leases ?? [];
    const exclude = optionValue(lease?.options ?? [], OptionCode.PD_EXCLUDE);
    assert.ok(lease !== undefined && exclude !== undefined);
    const pd = iaPd(2, lease.name);
    assert.ok('value' in pd && pd.code === OptionCode.IA_PD);
    const named = { ...pd, value: { ...pd.value, options: pd.value.options.map((option) => ({ ...option, value: { ...('value' in option ? (option.value as object) : {}), options: lease.options } })) } } as PlainOption;
    assert.deepEqual(read(at.exchange(message(MessageType.RELEASE, [named]))).ias, []);
  });

  it('and is so by a changed file as by what it says itself', () => {
    const { at, name } = bound();
    at.configure(configuration(provisioning(PHONES.replace('phone-*', 'telephone-*'), POOLS_OF_CLASSES)));
    at.advance(500);
    const { ias } = read(at.exchange(message(MessageType.RENEW, [iaNa(1, name)], { options: [PHONE] })));
    const leases = ias[0]?.leases ?? [];
    assert.equal(leases.find((lease) => lease.name === name)?.valid, 1_500);
    assert.equal(leases.length, 2);
  });
});

describe('classes and DUIDs', () => {
  it('a client without a DUID, in an Information-request, is in no class by it', () => {
    const at = createBox({ provisioning: provisioning('  - { name: a, match: { duids: [ "*" ] }, options: { custom: [ { code: 200, type: uint8, value: 1 } ] } }\n') });
    const codes = (client: typeof CLIENT | undefined): readonly number[] =>
      read(at.exchange(message(MessageType.INFORMATION_REQUEST, [], { request: [200], client }))).options.map(({ code }) => code);
    assert.deepEqual([codes(undefined).includes(200), codes(duid('00:01:02')).includes(200)], [false, true]);
  });
});
