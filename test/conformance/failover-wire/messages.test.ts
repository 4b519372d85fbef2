import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type BindingUpdate,
  type FailoverMessage,
  FailoverMessageType,
  failoverMessageTypeName,
  FailoverStatusCode,
  iaid,
  seconds,
} from '../../../src/wire/index.ts';
import { concat, duid, hex, octets, optionOctets } from '../../unit/wire/octets.ts';
import { asReceived, decodedNow, encoded, errorOf, failoverOctets, NOW_OCTETS } from '../../unit/wire/failover/failover-octets.ts';
import { NOW, PREFIX_LEASE } from '../../unit/wire/failover/samples.ts';

const HEADER = `abcdef${NOW_OCTETS}`;
const transactionId = 0xabcdef;

const CLIENT_ID = '0001 000a 00030001020000000001';
const BASE_TIME = `0064 0004 ${NOW_OCTETS}`;
const PREFIX_DATA = '00000000 00000000 38 20010db8810000000000000000000000';
const STATUS_FREE_BACKUP = `0072 0001 06 0085 0004 ${NOW_OCTETS}`;
const CLIENT_DATA = optionOctets(45, octets(CLIENT_ID + BASE_TIME));
const IAPREFIX = optionOctets(26, octets(PREFIX_DATA + BASE_TIME + STATUS_FREE_BACKUP));

const CLIENT: BindingUpdate = {
  kind: 'client',
  clientId: duid('00:03:00:01:02:00:00:00:00:01'),
  baseTime: NOW,
  ias: [],
  vendor: [],
};
const PREFIX: BindingUpdate = { kind: 'prefix', baseTime: NOW, lease: PREFIX_LEASE };

/** The message and its octets stand for each other. */
function stands(message: FailoverMessage, hexOctets: string): void {
  assert.equal(hex(encoded(message)), hexOctets.replaceAll(' ', ''));
  assert.deepEqual(decodedNow(octets(hexOctets)), asReceived(message));
}

describe('failover messages', () => {
  for (const [id, type] of [['F-MSG-1', FailoverMessageType.BNDUPD], ['F-MSG-2', FailoverMessageType.BNDREPLY]] as const) {
    const name = failoverMessageTypeName(type);
    it(`[${id}] ${name} (${type}) is about one client or one prefix`, () => {
      assert.equal(type, id === 'F-MSG-1' ? 24 : 25);
      stands({ type, transactionId, binding: CLIENT }, `${type.toString(16)}${HEADER}${hex(CLIENT_DATA)}`);
      stands({ type, transactionId, binding: PREFIX }, `${type.toString(16)}${HEADER}${hex(IAPREFIX)}`);
    });

    it(`[${id}, F-MSG-23] ${name} with nothing, with two of a kind, or with both is refused`, () => {
      assert.deepEqual(errorOf(failoverOctets(type)), { code: 'missing-option', offset: 8, option: 45 });
      const first = 8 + CLIENT_DATA.length;
      assert.deepEqual(errorOf(failoverOctets(type, CLIENT_DATA, CLIENT_DATA)), { code: 'repeated-option', offset: first, option: 45 });
      assert.deepEqual(errorOf(failoverOctets(type, CLIENT_DATA, IAPREFIX)), { code: 'repeated-option', offset: first, option: 26 });
      assert.deepEqual(errorOf(failoverOctets(type, IAPREFIX, IAPREFIX)).code, 'repeated-option');
      assert.deepEqual(errorOf(failoverOctets(type, IAPREFIX, CLIENT_DATA)).code, 'repeated-option');
    });
  }

  for (const [id, name, type] of [
    ['F-MSG-3', 'POOLREQ', 26],
    ['F-MSG-4', 'POOLRESP', 27],
    ['F-MSG-5', 'UPDREQ', 28],
    ['F-MSG-6', 'UPDREQALL', 29],
    ['F-MSG-7', 'UPDDONE', 30],
  ] as const) {
    it(`[${id}] ${name} (${type}) has no options`, () => {
      assert.equal(FailoverMessageType[name], type);
      stands({ type, transactionId }, `${type.toString(16)}${HEADER}`);
    });
  }

  for (const [id, name, type] of [['F-MSG-8', 'CONNECT', 31], ['F-MSG-9', 'CONNECTREPLY', 32]] as const) {
    it(`[${id}] ${name} (${type}) says what its sender wants of the connection`, () => {
      assert.equal(FailoverMessageType[name], type);
      stands(
        {
          type,
          transactionId,
          version: { major: 1, minor: 0 },
          mclt: seconds(3600),
          keepaliveTime: seconds(60),
          maxUnackedBndupd: 1000,
          relationshipName: 'pair',
          fixedPdLength: true,
          vendor: [],
        },
        `${type.toString(16)}${HEADER} 007f000400010000 007a000400000e10 008000040000003c 00790004000003e8 0082000470616972 007300020001`,
      );
      stands({ type, transactionId, vendor: [] }, `${type.toString(16)}${HEADER}`);
    });
  }

  it('[F-MSG-9] CONNECTREPLY says why it rejects', () => {
    stands(
      { type: FailoverMessageType.CONNECTREPLY, transactionId, status: { code: FailoverStatusCode.ConfigurationConflict, text: 'no' }, vendor: [] },
      `20${HEADER} 000d0004 0011 6e6f`,
    );
  });

  it('[F-MSG-10] DISCONNECT (33) says why', () => {
    assert.equal(FailoverMessageType.DISCONNECT, 33);
    stands(
      { type: FailoverMessageType.DISCONNECT, transactionId, status: { code: FailoverStatusCode.ServerShuttingDown, text: 'bye' } },
      `21${HEADER} 000d0005 0014 627965`,
    );
    stands({ type: FailoverMessageType.DISCONNECT, transactionId }, `21${HEADER}`);
  });

  it('[F-MSG-11] STATE (34) has state, flags and start time, and in PARTNER-DOWN when that began', () => {
    assert.equal(FailoverMessageType.STATE, 34);
    const normal = {
      type: FailoverMessageType.STATE,
      transactionId,
      serverState: 2,
      serverFlags: { startup: false, communicated: true, ackStartup: false },
      startTimeOfState: NOW,
      vendor: [],
    };
    stands(normal, `22${HEADER} 0084000102 0083000101 00850004${NOW_OCTETS}`);
    stands({ ...normal, serverState: 4, partnerDownTime: NOW }, `22${HEADER} 0084000104 0083000101 00850004${NOW_OCTETS} 007d0004${NOW_OCTETS}`);
  });

  it('[F-MSG-11] STATE without one of the three is refused', () => {
    const parts = { 132: '0084000102', 131: '0083000101', 133: `00850004${NOW_OCTETS}` };
    for (const missing of ['132', '131', '133']) {
      const rest = Object.entries(parts).flatMap(([code, part]) => (code === missing ? [] : [octets(part)]));
      const bytes = failoverOctets(FailoverMessageType.STATE, ...rest);
      assert.deepEqual(errorOf(bytes), { code: 'missing-option', offset: bytes.length, option: Number(missing) });
    }
  });

  it('[F-MSG-12] CONTACT (35) needs no options', () => {
    assert.equal(FailoverMessageType.CONTACT, 35);
    stands({ type: FailoverMessageType.CONTACT, transactionId, vendor: [] }, `23${HEADER}`);
  });

  it('[F-MSG-13] STARTTLS (23) has no options, and any in it are ignored, REPLY (7) may have a status', () => {
    assert.equal(FailoverMessageType.STARTTLS, 23);
    assert.equal(FailoverMessageType.REPLY, 7);
    stands({ type: FailoverMessageType.STARTTLS, transactionId }, '17abcdef');
    assert.deepEqual(decodedNow(octets('17abcdef 000d00020000 ffff')), { type: FailoverMessageType.STARTTLS, transactionId });
    stands({ type: FailoverMessageType.REPLY, transactionId }, '07abcdef');
    stands(
      { type: FailoverMessageType.REPLY, transactionId, status: { code: FailoverStatusCode.TLSConnectionRefused, text: '' } },
      '07abcdef 000d0002000f',
    );
  });
});

describe('options that are not known', () => {
  const unknown = optionOctets(60_000, octets('0102'));
  const unknownEmpty = optionOctets(250, new Uint8Array(0));

  /** Puts unknown options before and after. */
  function among(...known: readonly Uint8Array[]): Uint8Array {
    return concat(unknown, unknownEmpty, ...known.flatMap((option) => [option, unknown, unknownEmpty]));
  }

  it('[F-FR-7] are skipped at the top of every message', () => {
    const plain = new Map([
      [FailoverMessageType.BNDUPD, [CLIENT_DATA]],
      [FailoverMessageType.BNDREPLY, [IAPREFIX]],
      [FailoverMessageType.STATE, [octets('0084000102'), octets('0083000101'), octets(`00850004${NOW_OCTETS}`)]],
    ] as const) as ReadonlyMap<number, readonly Uint8Array[]>;
    for (let type = 24; type <= 35; type++) {
      const options = plain.get(type) ?? [];
      assert.deepEqual(decodedNow(failoverOctets(type, among(...options))), decodedNow(failoverOctets(type, ...options)));
    }
    assert.deepEqual(decodedNow(concat(octets('07abcdef'), among(octets('000d0002000f')))), decodedNow(octets('07abcdef000d0002000f')));
  });

  it('[F-FR-7] are skipped in CLIENT_DATA, in an identity association, in a lease and in DNS removal information', () => {
    const removal = optionOctets(116, among(octets('0077000200ff')));
    const lease = optionOctets(5, concat(octets(`20010db8000000000000000000000001 00000e10 00000e10`), among(octets('0072000101'), removal)));
    const ia = optionOctets(3, concat(octets('00000001 00000708 00000b40'), among(lease)));
    const bytes = failoverOctets(FailoverMessageType.BNDUPD, optionOctets(45, among(octets(CLIENT_ID), ia)));
    const { binding } = decodedNow(bytes) as { binding: { ias: readonly { leases: readonly { bindingStatus: number; dnsRemoval: object }[] }[] } };
    const [found] = binding.ias[0]?.leases ?? [];
    assert.equal(found?.bindingStatus, 1);
    assert.ok('flags' in found.dnsRemoval);
  });

  it('[F-FR-7] options that are known but have no place where they stand are skipped as well', () => {
    const mclt = octets('007a000400000e10');
    const state = octets('0084000102');
    const insideClientData = failoverOctets(FailoverMessageType.BNDUPD, optionOctets(45, concat(mclt, octets(CLIENT_ID + BASE_TIME), state)), mclt);
    assert.deepEqual(decodedNow(insideClientData), decodedNow(failoverOctets(FailoverMessageType.BNDUPD, CLIENT_DATA)));
  });

  it('[F-FR-7] a lease of the other kind in an identity association is skipped', () => {
    const address = optionOctets(5, octets('20010db8000000000000000000000001 00000e10 00000e10'));
    for (const [kind, own, other] of [[3, address, IAPREFIX], [25, IAPREFIX, address]] as const) {
      const ia = optionOctets(kind, concat(octets('00000001 00000000 00000000'), other, own, other));
      const bytes = failoverOctets(FailoverMessageType.BNDUPD, optionOctets(45, concat(octets(CLIENT_ID), ia)));
      const { binding } = decodedNow(bytes) as { binding: { ias: readonly { kind: number; iaid: number; leases: readonly unknown[] }[] } };
      assert.deepEqual(binding.ias.map(({ kind: found, iaid: id, leases }) => [found, id, leases.length]), [[kind, iaid(1), 1]]);
    }
  });
});
