import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type ClientBindingUpdate,
  FailoverMessageType,
  iaid,
  OptionCode,
  type PrefixBindingUpdate,
  seconds,
  type WireErrorCode,
} from '../../../src/wire/index.ts';
import { address, concat, duid, hex, octets, optionOctets } from '../../unit/wire/octets.ts';
import { decodedNow, encoded, errorOf, failoverOctets, NOW_OCTETS } from '../../unit/wire/failover/failover-octets.ts';
import { later, NOW } from '../../unit/wire/failover/samples.ts';

const BASE_TIME = `0064 0004 ${NOW_OCTETS}`;
const PREFIX = '20010db8810000000000000000000000';
/** Where the options of CLIENT_DATA begin. */
const INSIDE = 12;

/** What CLIENT_DATA has inside stands for these fields. */
function stands(inside: string, fields: Partial<ClientBindingUpdate>): void {
  for (const type of [FailoverMessageType.BNDUPD, FailoverMessageType.BNDREPLY]) {
    const bytes = failoverOctets(type, optionOctets(45, octets(inside)));
    const message = { type, transactionId: 0xabcdef, binding: { kind: 'client' as const, ias: [], vendor: [], ...fields } };
    assert.deepEqual(decodedNow(bytes), { ...message, sentTime: NOW });
    assert.equal(hex(encoded(message)), hex(bytes));
  }
}

function refuses(inside: string, code: WireErrorCode, option: number, offset = INSIDE): void {
  assert.deepEqual(errorOf(failoverOctets(24, optionOctets(45, octets(inside)))), { code, offset, option }, inside);
}

/** The option with one octet less than it must have. */
function hasMinimum(code: number, length: number): void {
  refuses(hex(optionOctets(code, new Uint8Array(length - 1))), 'bad-option-length', code);
}

describe('what CLIENT_DATA holds', () => {
  it('[F-OPT-30] an empty one says nothing, not even which client', () => {
    stands('', {});
  });

  it('[F-OPT-35] CLIENTID is a DUID', () => {
    stands('0001 000a 00030001020000000001', { clientId: duid('00:03:00:01:02:00:00:00:00:01') });
    hasMinimum(1, 3);
    refuses(hex(optionOctets(1, new Uint8Array(131))), 'bad-option-length', 1);
  });

  it('[F-OPT-33] LQ_BASE_TIME is an absolute time, in CLIENT_DATA and in a top-level IAPREFIX', () => {
    stands('0064 0004 3243f801', { baseTime: later(1) });
    for (const wrong of ['0064 0003 000000', '0064 0005 0000000000']) refuses(wrong, 'bad-option-length', 100);
    standsForPrefix('0064 0004 3243f801', { baseTime: later(1) });
  });

  it('[F-OPT-34] VSS is a type and a name of a VPN, in CLIENT_DATA and in a top-level IAPREFIX', () => {
    stands('0044 0004 00 76706e', { vss: { type: 0, information: octets('76706e') } });
    stands('0044 0001 ff', { vss: { type: 255, information: new Uint8Array(0) } });
    stands('0044 0008 01 00005e00000001', { vss: { type: 1, information: octets('00005e00000001') } });
    for (const wrong of ['0044 0000', '0044 0007 01 00005e000000', '0044 0009 01 00005e0000000100']) {
      refuses(wrong, 'bad-option-length', 68);
    }
    standsForPrefix('0044 0004 00 76706e', { vss: { type: 0, information: octets('76706e') } });
    const wrong = failoverOctets(24, optionOctets(26, octets(`00000000 00000000 38 ${PREFIX} 0044 0002 01 00`)));
    assert.deepEqual(errorOf(wrong), { code: 'bad-option-length', offset: 37, option: 68 });
  });

  it('[F-OPT-16] F_RECONFIGURE_DATA is when the key was made, and the key', () => {
    stands('0081 0014 3243f801 000102030405060708090a0b0c0d0e0f', {
      reconfigure: { time: later(1), key: octets('000102030405060708090a0b0c0d0e0f') },
    });
    stands('0081 0004 3243f801', { reconfigure: { time: later(1), key: new Uint8Array(0) } });
    hasMinimum(129, 4);
  });

  it('[F-OPT-32] LQ_RELAY_DATA is an address and a Relay-forward', () => {
    stands('002f 0013 fe800000000000000000000000000021 0c0000', {
      relay: { peerAddress: address('fe80::21'), message: octets('0c0000') },
    });
    stands('002f 0010 fe800000000000000000000000000021', { relay: { peerAddress: address('fe80::21'), message: new Uint8Array(0) } });
    hasMinimum(47, 16);
  });

  it('[F-OPT-35] IA_NA and IA_PD are IAID, T1 and T2, IA_TA is an IAID', () => {
    const times = { t1: seconds(1800), t2: seconds(2880) };
    stands('0003 000c deadbeef 00000708 00000b40', { ias: [{ kind: OptionCode.IA_NA, iaid: iaid(0xdeadbeef), ...times, leases: [] }] });
    stands('0019 000c deadbeef 00000708 00000b40', { ias: [{ kind: OptionCode.IA_PD, iaid: iaid(0xdeadbeef), ...times, leases: [] }] });
    stands('0004 0004 deadbeef', {
      ias: [{ kind: OptionCode.IA_TA, iaid: iaid(0xdeadbeef), t1: seconds(0), t2: seconds(0), leases: [] }],
    });
    hasMinimum(3, 12);
    hasMinimum(4, 4);
    hasMinimum(25, 12);
  });

  it('[F-OPT-35] an IAADDR in an IA_NA or IA_TA is an address with its lifetimes', () => {
    const lease = { address: address('2001:db8::101'), prefixLength: 128, preferredLifetime: seconds(3000), validLifetime: seconds(3600) };
    const option = '0005 0018 20010db8000000000000000000000101 00000bb8 00000e10';
    const times = { t1: seconds(0), t2: seconds(0) };
    stands(`0003 0028 00000001 00000000 00000000 ${option}`, { ias: [{ kind: OptionCode.IA_NA, iaid: iaid(1), ...times, leases: [lease] }] });
    stands(`0004 0020 00000001 ${option}`, { ias: [{ kind: OptionCode.IA_TA, iaid: iaid(1), ...times, leases: [lease] }] });
    refuses(`0004 001f 00000001 0005 0017 ${PREFIX} 00000000 000000`, 'bad-option-length', 5, INSIDE + 8);
  });

  it('[F-OPT-35] an IAPREFIX in an IA_PD is a prefix with its lifetimes', () => {
    const lease = { address: address('2001:db8:8100::'), prefixLength: 56, preferredLifetime: seconds(3000), validLifetime: seconds(3600) };
    stands(`0019 0029 00000001 00000000 00000000 001a 0019 00000bb8 00000e10 38 ${PREFIX}`, {
      ias: [{ kind: OptionCode.IA_PD, iaid: iaid(1), t1: seconds(0), t2: seconds(0), leases: [lease] }],
    });
    refuses(`0019 0028 00000001 00000000 00000000 001a 0018 00000bb8 00000e10 38 ${PREFIX.slice(2)}`, 'bad-option-length', 26, INSIDE + 16);
    refuses(`0019 0029 00000001 00000000 00000000 001a 0019 00000bb8 00000e10 81 ${PREFIX}`, 'bad-prefix-length', 26, INSIDE + 28);
  });

  it('[F-OPT-35] a prefix is read without the bits beyond its length', () => {
    const bytes = failoverOctets(24, optionOctets(26, octets('00000000 00000000 39 20010db88100ffff0000000000000001')));
    const { binding } = decodedNow(bytes) as { binding: PrefixBindingUpdate };
    assert.deepEqual(binding.lease.address, address('2001:db8:8100:ff80::'));
  });

  it('[F-OPT-30] the client comes with all its identity associations, leases and statuses', () => {
    const lease = (last: string): string => `0005 0018 20010db80000000000000000000001${last} 00000000 00000000`;
    const leaseValue = (last: string): object => ({
      address: address(`2001:db8::1${last}`),
      prefixLength: 128,
      preferredLifetime: 0,
      validLifetime: 0,
    });
    const inside = `0003 0044 00000001 00000000 00000000 ${lease('01')} ${lease('03')} 0003 000c 00000002 00000000 00000000 000d 0002 0011`;
    const { binding } = decodedNow(failoverOctets(25, optionOctets(45, octets(inside)))) as { binding: ClientBindingUpdate };
    assert.deepEqual(binding.ias.map(({ iaid: id, leases }) => [id, leases]), [
      [1, [leaseValue('01'), leaseValue('03')]],
      [2, []],
    ]);
    assert.deepEqual(binding.status, { code: 17, text: '' });
  });
});

/** What a top-level IAPREFIX has inside stands for these fields. */
function standsForPrefix(inside: string, fields: Partial<PrefixBindingUpdate>): void {
  const lease = { address: address('2001:db8:8100::'), prefixLength: 56, preferredLifetime: seconds(0), validLifetime: seconds(0) };
  for (const type of [FailoverMessageType.BNDUPD, FailoverMessageType.BNDREPLY]) {
    const bytes = failoverOctets(type, optionOctets(26, concat(octets(`00000000 00000000 38 ${PREFIX}`), octets(inside))));
    const message = { type, transactionId: 0xabcdef, binding: { kind: 'prefix' as const, lease, ...fields } };
    assert.deepEqual(decodedNow(bytes), { ...message, sentTime: NOW });
    assert.equal(hex(encoded(message)), hex(bytes));
  }
}

describe('what a top-level IAPREFIX holds', () => {
  it('[F-OPT-35] nothing but the prefix, or the options of a lease with base time and VPN', () => {
    standsForPrefix('', {});
    const lease = { address: address('2001:db8:8100::'), prefixLength: 56, preferredLifetime: seconds(0), validLifetime: seconds(0) };
    standsForPrefix(`0044 0002 00 61 ${BASE_TIME} 0072 0001 05 0085 0004 ${NOW_OCTETS} 000d 0002 0013`, {
      vss: { type: 0, information: octets('61') },
      baseTime: NOW,
      lease: { ...lease, bindingStatus: 5, startTimeOfState: NOW, status: { code: 19, text: '' } },
    });
  });

  it('[F-OPT-31] CLT_TIME counts back from the base time that stands behind it', () => {
    const bytes = failoverOctets(24, optionOctets(26, octets(`00000000 00000000 38 ${PREFIX} 002e 0004 00000009 ${BASE_TIME}`)));
    const { binding } = decodedNow(bytes) as { binding: PrefixBindingUpdate };
    assert.equal(binding.lease.cltTime, later(-9));
  });
});
