import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  FailoverMessageType,
  iaid,
  type LeaseUpdate,
  OptionCode,
  seconds,
  type WireErrorCode,
} from '../../../src/wire/index.ts';
import { address, concat, domainName, duid, hex, octets, optionOctets } from '../../unit/wire/octets.ts';
import { decodedNow, encoded, errorOf, failoverOctets, NOW_OCTETS } from '../../unit/wire/failover/failover-octets.ts';
import { later, NOW } from '../../unit/wire/failover/samples.ts';

const CLIENT = '0001 000a 00030001020000000001';
const BASE_TIME = `0064 0004 ${NOW_OCTETS}`;
const ADDRESS = '20010db8000000000000000000000101';
const LIFETIMES = '00000bb8 00000e10';
const IA_HEAD = '00000007 00000708 00000b40';
/** Where the options of the lease begin in what `leaseMessage` makes. */
const INSIDE = 8 + 4 + 14 + 8 + 4 + 12 + 4 + 24;

const LEASE: LeaseUpdate = {
  address: address('2001:db8::101'),
  prefixLength: 128,
  preferredLifetime: seconds(3000),
  validLifetime: seconds(3600),
};

/** A BNDUPD about one address with these options inside the IAADDR. */
function leaseMessage(inside: Uint8Array, before = BASE_TIME): Uint8Array {
  const lease = optionOctets(5, concat(octets(ADDRESS + LIFETIMES), inside));
  const ia = optionOctets(3, concat(octets(IA_HEAD), lease));
  return failoverOctets(24, optionOctets(45, concat(octets(CLIENT + before), ia)));
}

/** The octets, an option or several, stand for these fields of a lease. */
function stands(inside: string, fields: Partial<LeaseUpdate>): void {
  const bytes = leaseMessage(octets(inside));
  const binding = {
    kind: 'client' as const,
    clientId: duid('00:03:00:01:02:00:00:00:00:01'),
    baseTime: NOW,
    ias: [{ kind: OptionCode.IA_NA, iaid: iaid(7), t1: seconds(1800), t2: seconds(2880), leases: [{ ...LEASE, ...fields }] }],
    vendor: [],
  };
  const message = { type: FailoverMessageType.BNDUPD, transactionId: 0xabcdef, binding };
  assert.deepEqual(decodedNow(bytes), { ...message, sentTime: NOW });
  assert.equal(hex(encoded(message)), hex(bytes));
}

function refuses(inside: string, code: WireErrorCode, option: number, offset = INSIDE): void {
  assert.deepEqual(errorOf(leaseMessage(octets(inside))), { code, offset, option }, inside);
}

/** An option of a fixed length: with one octet less, and with one more, it is refused. */
function hasLength(code: number, length: number): void {
  for (const wrong of [0, length - 1, length + 1]) {
    refuses(hex(optionOctets(code, new Uint8Array(wrong))), 'bad-option-length', code);
  }
}

describe('options of a lease in BNDUPD and BNDREPLY', () => {
  it('[F-OPT-1] F_BINDING_STATUS is one octet', () => {
    for (let status = 0; status <= 9; status++) stands(`0072 0001 0${status}`, { bindingStatus: status });
    stands('0072 0001 ff', { bindingStatus: 255 });
    hasLength(114, 1);
  });

  for (const [row, code, field] of [
    ['F-OPT-7', 120, 'expirationTime'],
    ['F-OPT-10', 123, 'partnerLifetime'],
    ['F-OPT-11', 124, 'partnerLifetimeSent'],
    ['F-OPT-13', 126, 'partnerRawCltTime'],
    ['F-OPT-20', 133, 'startTimeOfState'],
    ['F-OPT-21', 134, 'stateExpirationTime'],
  ] as const) {
    it(`[${row}] option ${code} is ${field}, an absolute time`, () => {
      const head = `00${code.toString(16)} 0004`;
      stands(`${head} 3243f801`, { [field]: later(1) });
      stands(`${head} 3243f7ff`, { [field]: later(-1) });
      hasLength(code, 4);
    });
  }

  it('[F-OPT-31, F-OPT-33] CLT_TIME counts back from the base time, wherever that stands', () => {
    stands('002e 0004 00000000', { cltTime: NOW });
    stands('002e 0004 00000e10', { cltTime: later(-3600) });
    hasLength(46, 4);
    const clt = octets('002e 0004 00000001');
    const ia = optionOctets(3, concat(octets(IA_HEAD), optionOctets(5, concat(octets(ADDRESS + LIFETIMES), clt))));
    const bytes = failoverOctets(24, optionOctets(45, concat(ia, octets(CLIENT), octets('0064 0004 3243f700'))));
    assert.equal(cltTimeOf(bytes), NOW - 0x100 - 1);
  });

  it('[F-OPT-31] without a base time it says nothing, and a time before 1970 is 1970', () => {
    const clt = octets('002e 0004 00000001');
    assert.equal(cltTimeOf(leaseMessage(clt, '')), undefined);
    assert.equal(cltTimeOf(leaseMessage(octets('002e 0004 ffffffff'))), 0);
  });

  it('[F-OPT-31] is written as 0 when the clock went back since, and not without a base time', () => {
    const lease = { ...LEASE, cltTime: later(60) };
    const ia = { kind: OptionCode.IA_NA, iaid: iaid(7), t1: seconds(0), t2: seconds(0), leases: [lease] };
    const message = { type: FailoverMessageType.BNDUPD, transactionId: 1, binding: { kind: 'client' as const, baseTime: NOW, ias: [ia], vendor: [] } };
    assert.equal(cltTimeOf(encoded(message)), NOW);
    const bare = encoded({ ...message, binding: { ...message.binding, baseTime: undefined } });
    assert.ok(!hex(bare).includes('002e0004'));
  });

  function cltTimeOf(bytes: Uint8Array): number | undefined {
    const { binding } = decodedNow(bytes) as { binding: { ias: readonly { leases: readonly LeaseUpdate[] }[] } };
    return binding.ias[0]?.leases[0]?.cltTime;
  }

  it('[F-OPT-36] CLIENT_FQDN is flags and a name, which may be whole, partial or absent', () => {
    stands('0027 000e 05 04686f7374 066578616d706c 00', {
      clientFqdn: { flags: 5, name: octets('04686f7374 066578616d706c 00') },
    });
    stands('0027 0006 01 04686f7374', { clientFqdn: { flags: 1, name: octets('04686f7374') } });
    stands('0027 0001 00', { clientFqdn: { flags: 0, name: new Uint8Array(0) } });
    stands('0027 0002 00 00', { clientFqdn: { flags: 0, name: octets('00') } });
    refuses('0027 0000', 'bad-option-length', 39);
  });

  it('[F-OPT-36] a name that is compressed, cut off, or goes on after its end is refused', () => {
    refuses('0027 0003 00 c00c', 'bad-domain-name', 39, INSIDE + 5);
    refuses('0027 0005 00 04686f73', 'bad-domain-name', 39, INSIDE + 5);
    refuses(`0027 0043 00 40 ${'61'.repeat(64)} 00`, 'bad-domain-name', 39, INSIDE + 5);
    stands(`0027 0042 00 3f ${'61'.repeat(63)} 00`, { clientFqdn: { flags: 0, name: octets(`3f ${'61'.repeat(63)} 00`) } });
    refuses('0027 0006 00 0161 00 0162', 'bad-domain-name', 39, INSIDE + 7);
    const long = octets('0161'.repeat(128));
    refuses(hex(optionOctets(39, concat(Uint8Array.of(0), long))), 'bad-domain-name', 39, INSIDE + 5);
    stands(hex(optionOctets(39, concat(Uint8Array.of(0), long.subarray(2), Uint8Array.of(0)))), {
      clientFqdn: { flags: 0, name: concat(long.subarray(2), Uint8Array.of(0)) },
    });
  });

  it('[F-OPT-3, F-GAP-14] F_DNS_REMOVAL_INFO stands in a lease and holds host name, zone name and flags', () => {
    stands('0074 001d 0075 000a 04686f7374 03 6c616e 00 0076 0005 03 6c616e 00 0077 0002 0001', {
      dnsRemoval: {
        hostName: domainName('host.lan'),
        zoneName: domainName('lan'),
        flags: { usingRequestedFqdn: false, synthesizedName: false, reverseUpToDate: false, forwardUpToDate: true },
      },
    });
    stands('0074 0000', { dnsRemoval: {} });
  });

  for (const [row, code, field] of [['F-OPT-4', '0075', 'hostName'], ['F-OPT-5', '0076', 'zoneName']] as const) {
    it(`[${row}] ${field} is one domain name, not compressed`, () => {
      stands(`0074 0009 ${code} 0005 03 6c616e 00`, { dnsRemoval: { [field]: domainName('lan') } });
      stands(`0074 0005 ${code} 0001 00`, { dnsRemoval: { [field]: domainName('.') } });
      const option = Number.parseInt(code, 16);
      refuses(`0074 0004 ${code} 0000`, 'bad-option-length', option, INSIDE + 4);
      refuses(`0074 0006 ${code} 0002 c000`, 'bad-domain-name', option, INSIDE + 8);
      refuses(`0074 0008 ${code} 0004 036c616e`, 'bad-domain-name', option, INSIDE + 12);
      refuses(`0074 000a ${code} 0006 0161 00 0162 00`, 'bad-domain-name', option, INSIDE + 8);
    });
  }

  it('[F-OPT-6] F_DNS_FLAGS is sixteen bits, of which four mean something', () => {
    const none = { usingRequestedFqdn: false, synthesizedName: false, reverseUpToDate: false, forwardUpToDate: false };
    stands('0074 0006 0077 0002 0000', { dnsRemoval: { flags: none } });
    stands('0074 0006 0077 0002 0001', { dnsRemoval: { flags: { ...none, forwardUpToDate: true } } });
    stands('0074 0006 0077 0002 0002', { dnsRemoval: { flags: { ...none, reverseUpToDate: true } } });
    stands('0074 0006 0077 0002 0004', { dnsRemoval: { flags: { ...none, synthesizedName: true } } });
    stands('0074 0006 0077 0002 0008', { dnsRemoval: { flags: { ...none, usingRequestedFqdn: true } } });
    for (const wrong of ['0074 0005 0077 0001 00', '0074 0007 0077 0003 000000']) refuses(wrong, 'bad-option-length', 119, INSIDE + 4);
    const reserved = decodedNow(leaseMessage(octets('0074 0006 0077 0002 fff0')));
    assert.deepEqual(reserved, decodedNow(leaseMessage(octets('0074 0006 0077 0002 0000'))));
  });

  it('[F-OPT-35] STATUS_CODE in a lease is a code and a text', () => {
    stands('000d 0005 0010 6f6e65', { status: { code: 16, text: 'one' } });
    refuses('000d 0001 00', 'bad-option-length', 13);
  });
});
