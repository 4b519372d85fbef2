import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { MessageType, OptionCode, RadiusAttributeType } from '../../../src/wire/index.ts';
import type { PlainMessage, PlainOption, RadiusAttribute } from '../../../src/wire/index.ts';
import { PROVISIONING, address, createBox } from './box.ts';
import type { Box } from './box.ts';
import { OTHER_CLIENT, iaNa, iaPd, message } from './client.ts';
import { FROM_RELAY, relayed, unwrap } from './relayed.ts';

const { DELEGATED_IPV6_PREFIX, DELEGATED_IPV6_PREFIX_POOL, FRAMED_IPV6_ADDRESS, STATEFUL_IPV6_ADDRESS_POOL } = RadiusAttributeType;

const framed = (text: string): RadiusAttribute => ({ type: FRAMED_IPV6_ADDRESS, value: address(text) });
/** As many octets of the prefix as its length asks for (RFC 4818 section 3). */
const delegated = (text: string, length: number): RadiusAttribute => ({
  type: DELEGATED_IPV6_PREFIX,
  value: Uint8Array.of(0, length, ...address(text).subarray(0, Math.ceil(length / 8))),
});
const pool = (type: number, name: string): RadiusAttribute => ({ type, value: new TextEncoder().encode(name) });
const radius = (...value: readonly RadiusAttribute[]): PlainOption => ({ code: OptionCode.RADIUS, value });

const ADDRESS = '2001:db8:2::155';
const PREFIX = '2001:db8:200:4200::/56';
const ASSIGNED = radius(framed(ADDRESS), delegated('2001:db8:200:4200::', 56));

const ASSIGNING = PROVISIONING.replace('  branch:\n', '  branch:\n    relay: { radius-assignments: true }\n');

describe('RADIUS attributes from a relay agent (RFC 7037)', () => {
  let box: Box;
  beforeEach(() => {
    box = createBox({ provisioning: ASSIGNING });
  });

  const ask = (asked: PlainMessage, ...options: readonly PlainOption[]): readonly (readonly string[])[] =>
    unwrap(box.exchange(relayed(asked, { options }), FROM_RELAY)).answer.ias.map(({ leases }) => leases.map(({ name }) => name));
  const request = (...ias: readonly PlainOption[]): PlainMessage => message(MessageType.REQUEST, ias);

  it('[O-26] the client gets the address and the prefix that RADIUS has for it, in the Advertise and in the Reply', () => {
    for (const type of [MessageType.SOLICIT, MessageType.REQUEST] as const) {
      assert.deepEqual(ask(message(type, [iaNa(1), iaPd(1)]), ASSIGNED), [[ADDRESS], [PREFIX]]);
    }
  });

  it('[O-26] whatever the client asks for, and whatever it had before', () => {
    const [[before = ''] = []] = ask(request(iaNa(1)));
    box.deliver(relayed(message(MessageType.RELEASE, [iaNa(1, before)]), {}), FROM_RELAY);
    assert.deepEqual(ask(request(iaNa(1))), [[before]], 'without RADIUS it gets that back');
    box.deliver(relayed(message(MessageType.RELEASE, [iaNa(1, before)]), {}), FROM_RELAY);
    assert.deepEqual(ask(request(iaNa(1, '2001:db8:2::111')), ASSIGNED), [[ADDRESS]]);
  });

  it('[O-26] a lease that it holds stays', () => {
    const [[before = ''] = []] = ask(request(iaNa(1)));
    assert.notEqual(before, ADDRESS);
    assert.deepEqual(ask(request(iaNa(1)), ASSIGNED), [[before]]);
  });

  it('[O-26] of several attributes the first is for the first IA of its kind, the second for the second; the third gets what is there', () => {
    const second = '2001:db8:2::166';
    const answered = ask(request(iaNa(7), iaPd(1), iaNa(5), iaNa(3)), radius(framed(ADDRESS), delegated('2001:db8:200:4200::', 56), framed(second)));
    const [, , third = ''] = answered.flatMap(([name = '']) => (name.includes('/') ? [] : [name]));
    assert.deepEqual(answered.flat().filter((name) => name !== third), [ADDRESS, second, PREFIX]);
    assert.match(third, /^2001:db8:2::1/);
  });

  it('[O-26] what another client has, or no pool of the link, nobody gets; the client gets something else', () => {
    ask(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }), ASSIGNED);
    const lease = (option: PlainOption): string => ask(message(MessageType.SOLICIT, [iaNa(1)]), option)[0]?.[0] ?? '';
    for (const option of [ASSIGNED, radius(framed('2001:db8:2::9999')), radius(framed('2001:db8:1::155')), radius(framed('2001:db8:77::1'))]) {
      assert.match(lease(option), /^2001:db8:2::1..$/);
      assert.notEqual(lease(option), ADDRESS);
    }
    for (const length of [48, 64]) assert.notEqual(ask(message(MessageType.SOLICIT, [iaPd(1)]), radius(delegated('2001:db8:200::', length)))[0]?.[0], undefined);
  });

  it('[O-26] the option of the relay agent nearest to the client counts', () => {
    const way = relayed(message(MessageType.SOLICIT, [iaNa(1)]), { options: [ASSIGNED] }, { linkAddress: '::', options: [radius(framed('2001:db8:2::166'))] });
    assert.equal(unwrap(box.exchange(way, FROM_RELAY)).answer.ias[0]?.leases[0]?.name, ADDRESS);
  });

  it('[O-26] that of a client counts for nothing', () => {
    assert.notEqual(ask(message(MessageType.SOLICIT, [iaNa(1)], { options: [ASSIGNED] }))[0]?.[0], ADDRESS);
  });

  it('[O-26] nothing of it counts where the link does not say so', () => {
    box = createBox();
    assert.notEqual(ask(message(MessageType.SOLICIT, [iaNa(1)]), ASSIGNED)[0]?.[0], ADDRESS);
  });

  const octets = (text: string): PlainOption => ({ code: OptionCode.RADIUS, data: new Uint8Array(Buffer.from(text, 'hex')) });
  const broken: Readonly<Record<string, PlainOption>> = {
    'no attribute': octets(''),
    'half a header': octets('a8'),
    'a length of 0': octets('a800'),
    'a length of 1': octets('a801'),
    'a length past the end': octets('a81220010db8'),
    'an address, and behind it an attribute past the end': octets('a81220010db80002000000000000000001557bff'),
    'an address that is too short': radius({ type: FRAMED_IPV6_ADDRESS, value: address(ADDRESS).subarray(0, 15) }),
    'an address that is too long': radius({ type: FRAMED_IPV6_ADDRESS, value: Uint8Array.of(...address(ADDRESS), 0) }),
    'a prefix without a length': radius({ type: DELEGATED_IPV6_PREFIX, value: Uint8Array.of(0) }),
    'a prefix length of 129': radius({ type: DELEGATED_IPV6_PREFIX, value: Uint8Array.of(0, 129, 0x20) }),
    'a prefix with bits behind its length': radius({ type: DELEGATED_IPV6_PREFIX, value: Uint8Array.of(0, 56, ...address('2001:db8:200:4201::').subarray(0, 8)) }),
    'a prefix of 17 octets': radius({ type: DELEGATED_IPV6_PREFIX, value: new Uint8Array(19) }),
    'attributes that nobody reads': radius({ type: 26, value: Uint8Array.of(1, 2) }, { type: 1, value: new Uint8Array(253) }),
  };
  for (const [what, option] of Object.entries(broken)) {
    it(`[O-26] ${what}: as if it was not there`, () => {
      const asked = message(MessageType.SOLICIT, [iaNa(1), iaPd(1)]);
      assert.deepEqual(ask(asked, option), ask(asked));
      assert.equal(box.appliance.counters.malformed.size, 0);
    });
  }

  it('[O-26] what can be read beside what can not counts', () => {
    assert.deepEqual(ask(request(iaNa(1)), radius({ type: DELEGATED_IPV6_PREFIX, value: Uint8Array.of(9) }, framed(ADDRESS))), [[ADDRESS]]);
  });

  describe('[O-26] pools by their names at the RADIUS server', () => {
    const POOLS = PROVISIONING.replace(
      '    address-pools: [ { range: "2001:db8:2::100 - 2001:db8:2::1ff" } ]\n    prefix-pools: [ { prefix: 2001:db8:200::/48, delegated-length: 56 } ]',
      `    address-pools:
      - { range: "2001:db8:2::200 - 2001:db8:2::2ff", classes: [gold-addresses] }
      - { range: "2001:db8:2::100 - 2001:db8:2::1ff" }
    prefix-pools:
      - { prefix: 2001:db8:300::/48, delegated-length: 56, classes: [gold-prefixes] }
      - { prefix: 2001:db8:200::/48, delegated-length: 56 }
classes:
  - { name: gold-addresses, match: { radius-address-pools: [gold] } }
  - { name: gold-prefixes, match: { radius-prefix-pools: ["go*"] } }`,
    );
    beforeEach(() => {
      box = createBox({ provisioning: POOLS });
    });
    const both = message(MessageType.SOLICIT, [iaNa(1), iaPd(1)]);
    const firsts = (...attributes: readonly RadiusAttribute[]): readonly string[] =>
      ask(both, ...(attributes.length === 0 ? [] : [radius(...attributes)])).map(([name = '']) => name.slice(0, name.startsWith('2001:db8:2::') ? 13 : 12));

    it('addresses by Stateful-IPv6-Address-Pool', () => {
      assert.deepEqual(firsts(pool(STATEFUL_IPV6_ADDRESS_POOL, 'gold')), ['2001:db8:2::2', '2001:db8:200']);
    });
    it('prefixes by Delegated-IPv6-Prefix-Pool', () => {
      assert.deepEqual(firsts(pool(DELEGATED_IPV6_PREFIX_POOL, 'golden')), ['2001:db8:2::1', '2001:db8:300']);
    });
    it('by neither where there is none, where it is another, or where it can not be read', () => {
      for (const attributes of [[], [pool(STATEFUL_IPV6_ADDRESS_POOL, 'silver')], [pool(DELEGATED_IPV6_PREFIX_POOL, '')]]) {
        assert.deepEqual(firsts(...attributes), ['2001:db8:2::1', '2001:db8:200']);
      }
    });
    it('a Renew in which the relay agent says it, too, keeps the lease', () => {
      const gold = radius(pool(STATEFUL_IPV6_ADDRESS_POOL, 'gold'));
      const [[name = ''] = []] = ask(request(iaNa(1)), gold);
      assert.match(name, /^2001:db8:2::2/);
      const renewed = unwrap(box.exchange(relayed(message(MessageType.RENEW, [iaNa(1, name)]), { options: [gold] }), FROM_RELAY)).answer.ias[0]?.leases;
      assert.deepEqual(renewed?.map(({ name: kept, valid }) => [kept, valid]), [[name, 2_000]]);
    });
  });
});
