import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  CommitSaying,
  epochSeconds,
  EXTENSION_ENTERPRISE,
  extension,
  ExtensionCode,
  extensionOf,
  extensionsOf,
  type ExtensionValues,
  FailoverMessageType,
  firstBuckets,
  LinkEvidence,
  LinkVerdict,
  RelayOutcome,
  UpdateSaying,
  type VendorSuboption,
} from '../../../../src/wire/index.ts';
import { address, concat, duid, hex, octets, optionOctets } from '../octets.ts';
import { decodedNow, encoded, failoverOctets } from './failover-octets.ts';
import { EVERY_EXTENSION } from './samples.ts';

/** The octets and the value stand for each other. */
function stands<Code extends ExtensionCode>(code: Code, data: string, value: ExtensionValues[Code]): void {
  assert.equal(hex(extension(code, value).data), data.replaceAll(' ', ''));
  assert.deepEqual(extensionOf([{ code, data: octets(data) }], code), value);
}

function saysNothing(code: ExtensionCode, ...data: readonly string[]): void {
  for (const octetsOf of data) assert.equal(extensionOf([{ code, data: octets(octetsOf) }], code), undefined, octetsOf);
}

describe('layouts of the extensions', () => {
  it('EXTENSIONS is a list of codes', () => {
    stands(ExtensionCode.EXTENSIONS, '0001 0046 ffff', [1, 70, 0xffff]);
    stands(ExtensionCode.EXTENSIONS, '', []);
    saysNothing(ExtensionCode.EXTENSIONS, '00', '000100');
  });

  it('CONFIG_DIGEST is text', () => {
    stands(ExtensionCode.CONFIG_DIGEST, '6133', 'a3');
    saysNothing(ExtensionCode.CONFIG_DIGEST, 'ff');
  });

  it('CONFIG_SHARED is a name and a content, of which either may be empty', () => {
    stands(ExtensionCode.CONFIG_SHARED, '0005 6c696e6b73 61', { name: 'links', content: 'a' });
    stands(ExtensionCode.CONFIG_SHARED, '0000', { name: '', content: '' });
    saysNothing(ExtensionCode.CONFIG_SHARED, '', '00', '0001', '0001 ff 61', '0001 61 ff');
  });

  it('DATABASE is one point in the history of a database, or two', () => {
    const own = { generation: octets('0102030405060708'), counter: 0x1_0000_0002 };
    stands(ExtensionCode.DATABASE, '0102030405060708 0000000100000002', { own, partner: undefined });
    stands(ExtensionCode.DATABASE, '0102030405060708 0000000100000002 1112131415161718 001fffffffffffff', {
      own,
      partner: { generation: octets('1112131415161718'), counter: Number.MAX_SAFE_INTEGER },
    });
    saysNothing(
      ExtensionCode.DATABASE,
      '',
      '00'.repeat(15),
      '00'.repeat(17),
      '00'.repeat(33),
      '0102030405060708 0020000000000000',
      '0102030405060708 ffffffffffffffff',
      '0102030405060708 0000000000000001 0102030405060708 0020000000000000',
    );
  });

  it('CLOCK is how sure the clock is and what the times of each timescale lack', () => {
    stands(ExtensionCode.CLOCK, '01 02 2122232425262728 01 ffffffffffffffff 3132333435363738 00 0000000000000000', {
      trusted: true,
      source: 2,
      timescales: [
        { id: octets('2122232425262728'), correction: -1 },
        { id: octets('3132333435363738'), correction: undefined },
      ],
    });
    stands(ExtensionCode.CLOCK, '0000', { trusted: false, source: 0, timescales: [] });
    saysNothing(ExtensionCode.CLOCK, '', '01', '010200', '01 02 2122232425262728 01 8000000000000000');
  });

  it('INEXACT_TIMES is there or not', () => {
    stands(ExtensionCode.INEXACT_TIMES, '', true);
    saysNothing(ExtensionCode.INEXACT_TIMES, '00');
  });

  it('CLIENT_ADDRESS is an address, CONTACT_INTERVAL milliseconds', () => {
    stands(ExtensionCode.CLIENT_ADDRESS, 'fe800000000000000000000000000001', address('fe80::1'));
    stands(ExtensionCode.CONTACT_INTERVAL, '000000fa', 250);
    saysNothing(ExtensionCode.CLIENT_ADDRESS, '', 'fe80000000000000000000000000000100');
    saysNothing(ExtensionCode.CONTACT_INTERVAL, '', '00fa', '00000000fa');
  });
});

describe('layout of what is said of a change that both boxes take', () => {
  it('SHARED_COMMIT is a saying, an id, which part of how many, and a content', () => {
    const message = { saying: CommitSaying.PREPARE, id: '0102030405060708', part: 2, parts: 3, content: octets('7b7d') };
    stands(ExtensionCode.SHARED_COMMIT, '01 0102030405060708 0002 0003 7b7d', message);
    stands(ExtensionCode.SHARED_COMMIT, '07 0102030405060708 0001 0001', { ...message, saying: CommitSaying.DONE, part: 1, parts: 1, content: octets('') });
    saysNothing(ExtensionCode.SHARED_COMMIT, '', '01 0102030405060708 0001 00'.replaceAll(' ', ''), '01010203040506070800000001', '01010203040506070800020001');
  });
});

describe('layout of what is said of who answers which clients', () => {
  it('[R-LB1] HASH_MAP is 32 octets', () => {
    stands(ExtensionCode.HASH_MAP, `ff01${'00'.repeat(30)}`, firstBuckets(9));
    saysNothing(ExtensionCode.HASH_MAP, '', 'ff'.repeat(31), 'ff'.repeat(33));
  });
});

describe('layout of what is said of an update of both boxes', () => {
  it('PAIR_UPDATE is a saying, an id, an offset, and a content; PROGRAM_VERSION is text', () => {
    const message = { saying: UpdateSaying.PART, id: '0102030405060708', offset: 0x4000, content: octets('6869') };
    stands(ExtensionCode.PAIR_UPDATE, '04 0102030405060708 0000000000004000 6869', message);
    stands(ExtensionCode.PAIR_UPDATE, '05 0102030405060708 0000000000000000', { ...message, saying: UpdateSaying.WANT, offset: 0, content: octets('') });
    saysNothing(ExtensionCode.PAIR_UPDATE, '', '04010203040506070800000000000040', '04 0102030405060708 ffffffffffffffff 00'.replaceAll(' ', ''));
    stands(ExtensionCode.PROGRAM_VERSION, '302e322e30', '0.2.0');
  });
});

describe('layouts of what is said of certificates', () => {
  it('[R-ID3] NEXT_CERTIFICATE and CERTIFICATE_KEPT are a SHA-256', () => {
    const sha256 = `0a${'b1'.repeat(30)}ff`;
    for (const code of [ExtensionCode.NEXT_CERTIFICATE, ExtensionCode.CERTIFICATE_KEPT]) {
      stands(code, sha256, sha256);
      saysNothing(code, '', 'b1'.repeat(31), 'b1'.repeat(33));
    }
  });
});

describe('layouts of what is relayed', () => {
  it('[R-LH2] LINK_HEALTH is a verdict with its evidence, since when, what was heard and said there, and the name of the link', () => {
    stands(ExtensionCode.LINK_HEALTH, '03 00000041 00000001 00000002 01020304 ffffffff 6c616e31', {
      link: 'lan1',
      verdict: LinkVerdict.LOST,
      evidence: LinkEvidence.NO_CARRIER | LinkEvidence.NO_SOCKET,
      since: epochSeconds(0x1_0000_0002),
      received: 0x0102_0304,
      sent: 0xffff_ffff,
    });
    saysNothing(
      ExtensionCode.LINK_HEALTH,
      '',
      '00'.repeat(21),
      '03 00000001 0000000000000002 00000000 00000000 ff',
      '03 00000001 ffffffffffffffff 00000000 00000000 61',
    );
  });

  it('[R-LH5] RELAYED_MESSAGE is a number and the octets of a message', () => {
    stands(ExtensionCode.RELAYED_MESSAGE, '00000102 0c00', { number: 0x102, message: octets('0c00') });
    saysNothing(ExtensionCode.RELAYED_MESSAGE, '', '00000102');
  });

  it('[R-LH7] RELAY_ACKNOWLEDGEMENT is that number and what became of the message', () => {
    stands(ExtensionCode.RELAY_ACKNOWLEDGEMENT, 'ffffffff 02', { number: 0xffff_ffff, outcome: RelayOutcome.DISCARDED });
    saysNothing(ExtensionCode.RELAY_ACKNOWLEDGEMENT, '', 'ffffffff', 'ffffffff 0200');
  });

  it('SERVER_ID is a DUID, SENDER_CLOCK milliseconds', () => {
    stands(ExtensionCode.SERVER_ID, '000401', duid('00:04:01'));
    stands(ExtensionCode.SENDER_CLOCK, '000000fa', 250);
    saysNothing(ExtensionCode.SERVER_ID, '', '0004', '00'.repeat(131));
    saysNothing(ExtensionCode.SENDER_CLOCK, '', '00fa');
  });
});

describe('an address that is read', () => {
  it('is a copy, which does not keep the octets around it in memory', () => {
    const chunk = new Uint8Array(65_536);
    const data = chunk.subarray(100, 116);
    const [read] = extensionsOf([{ code: ExtensionCode.CLIENT_ADDRESS, data }], ExtensionCode.CLIENT_ADDRESS);
    assert.equal(read?.buffer.byteLength, 16);
  });
});

describe('extensions in a message', () => {
  const contact = { type: FailoverMessageType.CONTACT, transactionId: 0xabcdef };

  it('stand in one Vendor-specific Information option under our enterprise number, and without any there is none', () => {
    const bytes = failoverOctets(35, optionOctets(17, octets('00007ed9 0046 0004 000000fa 0014 0001 61')));
    const vendor = [extension(ExtensionCode.CONTACT_INTERVAL, 250), extension(ExtensionCode.CONFIG_DIGEST, 'a')];
    assert.equal(EXTENSION_ENTERPRISE, 0x7ed9);
    assert.equal(hex(encoded({ ...contact, vendor })), hex(bytes));
    assert.deepEqual(decodedVendor(bytes), vendor);
    assert.equal(encoded({ ...contact, vendor: [] }).length, 8);
  });

  it('are told from those of another vendor, before and after', () => {
    const others = optionOctets(17, octets('00000009 0046 0004 00000001'));
    const ours = optionOctets(17, octets('00007ed9 0046 0004 000000fa'));
    for (const options of [[others, ours], [ours, others], [others, ours, others]]) {
      assert.equal(extensionOf(decodedVendor(failoverOctets(35, ...options)), ExtensionCode.CONTACT_INTERVAL), 250);
    }
    assert.deepEqual(decodedVendor(failoverOctets(35, others)), []);
  });

  it('are read in every message that may have them', () => {
    const state = octets('0084000102 0083000100 0085000400000000');
    const option = optionOctets(17, concat(octets('00007ed9'), ...EVERY_EXTENSION.map(({ code, data }) => optionOctets(code, data))));
    for (const [type, before] of [[31, ''], [32, ''], [34, hex(state)], [35, '']] as const) {
      assert.deepEqual(decodedVendor(failoverOctets(type, octets(before), option)), EVERY_EXTENSION);
    }
    const { binding } = decodedNow(failoverOctets(24, optionOctets(45, option))) as { binding: { vendor: unknown } };
    assert.deepEqual(binding.vendor, EVERY_EXTENSION);
  });

  it('that are not known, or can not be read, are left aside, and of several the first that can counts', () => {
    const vendor = [
      { code: 9999, data: octets('01') },
      { code: ExtensionCode.CONTACT_INTERVAL, data: octets('01') },
      extension(ExtensionCode.CONTACT_INTERVAL, 250),
      extension(ExtensionCode.CONTACT_INTERVAL, 500),
    ];
    assert.equal(extensionOf(vendor, ExtensionCode.CONTACT_INTERVAL), 250);
    assert.deepEqual(extensionsOf(vendor, ExtensionCode.CONTACT_INTERVAL), [250, 500]);
    assert.equal(extensionOf(vendor, ExtensionCode.DATABASE), undefined);
  });

  function decodedVendor(bytes: Uint8Array): readonly VendorSuboption[] {
    return (decodedNow(bytes) as { vendor: readonly VendorSuboption[] }).vendor;
  }
});
