import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeDatagram, iaid, MessageType, optionCodec, OptionCode, optionName, seconds } from '../../../src/wire/index.ts';
import { address, domainName, duid, messageOctets, octets, optionOctets } from '../../unit/wire/octets.ts';
import { ADDRESS, PREFIX, refuses, refusesLength, stands } from './layouts.ts';

describe('layouts of the options of RFC 9915', () => {
  it('[S-OPT-1] CLIENTID is a DUID', () => {
    stands(OptionCode.CLIENTID, '0003 0001 020000000001', duid('00:03:00:01:02:00:00:00:00:01'));
    refusesLength(OptionCode.CLIENTID, '', '0003', '00'.repeat(131));
  });

  it('[S-OPT-2] SERVERID is a DUID', () => {
    stands(OptionCode.SERVERID, '0002 00007ed9 01', duid('00:02:00:00:7e:d9:01'));
    refusesLength(OptionCode.SERVERID, '', '0003', '00'.repeat(131));
  });

  it('[S-OPT-3] IA_NA is IAID, T1, T2 and options', () => {
    stands(OptionCode.IA_NA, '0000000a 00000e10 00001518 000d 0002 0002', {
      iaid: iaid(10),
      t1: seconds(3600),
      t2: seconds(5400),
      options: [{ code: OptionCode.STATUS_CODE, value: { status: 2, message: '' } }],
    });
    refusesLength(OptionCode.IA_NA, '', '0000000a 00000e10 000015');
  });

  it('[S-OPT-3] an IA_NA inside an IA_NA has no meaning', () => {
    const inner = '0003 000c 00000002 00000000 00000000';
    stands(OptionCode.IA_NA, `00000001 00000000 00000000 ${inner}`, {
      iaid: iaid(1),
      t1: seconds(0),
      t2: seconds(0),
      options: [{ code: OptionCode.IA_NA, data: octets('00000002 00000000 00000000') }],
    });
    const message = messageOctets(1, optionOctets(3, octets(`00000001 00000000 00000000 ${inner}`)));
    const result = decodeDatagram(message, 8);
    assert.equal(result.error, undefined);
    assert.deepEqual(result.message.ias.map((ia) => ia.iaid), [1]);
  });

  it('[S-OPT-3] of several with the same IAID the first counts, for each type by itself', () => {
    for (const count of [2, 9, 500]) {
      const ias = Array.from({ length: count }, (_, i) => {
        const id = (i % (count - 1)).toString(16).padStart(8, '0');
        return [octets(`0003 000c ${id} 0000000${i === count - 1 ? 'f' : '1'} 00000000`), octets(`0019 000c ${id} 00000001 00000000`)];
      }).flat();
      const result = decodeDatagram(messageOctets(MessageType.REQUEST, ...ias), 8);
      assert.equal(result.error, undefined);
      assert.equal(result.message.ias.length, 2 * (count - 1));
      assert.equal(result.message.repeatedOptions, 2);
      assert.ok(result.message.ias.every((ia) => ia.t1 === 1));
      assert.deepEqual(
        result.message.ias.map((ia) => [ia.kind, ia.iaid]),
        Array.from({ length: count - 1 }, (_, i) => [[3, i], [25, i]]).flat(),
      );
    }
  });

  it('[S-OPT-4] IA_TA is IAID and options', () => {
    stands(OptionCode.IA_TA, `00000001 0005 0018 ${ADDRESS} 00000000 00000000`, {
      iaid: iaid(1),
      options: [
        {
          code: OptionCode.IAADDR,
          value: { address: address('2001:db8::1'), preferred: seconds(0), valid: seconds(0), options: [] },
        },
      ],
    });
    refusesLength(OptionCode.IA_TA, '', '000000');
    const result = decodeDatagram(messageOctets(1, octets(`0004 0020 0000002a 0005 0018 ${ADDRESS} 00000000 00000000`)), 8);
    assert.equal(result.error, undefined);
    const [ia] = result.message.ias;
    assert.deepEqual([ia?.kind, ia?.iaid, ia?.t1, ia?.t2], [4, 42, 0, 0]);
    assert.deepEqual(ia?.leases[0]?.address, address('2001:db8::1'));
  });

  it('[S-OPT-5] IAADDR is address, preferred and valid lifetime and options', () => {
    stands(OptionCode.IAADDR, `${ADDRESS} 00000e10 00001c20 000d 0004 0004 6e6f`, {
      address: address('2001:db8::1'),
      preferred: seconds(3600),
      valid: seconds(7200),
      options: [{ code: OptionCode.STATUS_CODE, value: { status: 4, message: 'no' } }],
    });
    refusesLength(OptionCode.IAADDR, '', `${ADDRESS} 00000e10 00001c`);
    const cut = messageOctets(1, octets(`0003 0027 00000001 00000000 00000000 0005 0017 ${ADDRESS} 00000e10 00001c`));
    assert.deepEqual(decodeDatagram(cut, 8).error, { code: 'bad-option-length', offset: 20, option: 5 });
  });

  it('[S-OPT-5, S-OPT-21] a server reads the lifetimes, the length and the options of each lease', () => {
    const message = messageOctets(
      MessageType.REBIND,
      octets(`0003 0030 00000001 00000002 00000003 0005 0020 ${ADDRESS} 00000e10 00001c20 000d 0004 0004 6e6f`),
      octets(`0019 0030 ffffffff 00000002 00000003 001a 0020 00000e11 00001c21 38 ${PREFIX} 0043 0003 400180`),
      octets(`0019 0029 00000001 00000000 00000000 001a 0019 00000000 00000000 00 ${'00'.repeat(16)}`),
    );
    const result = decodeDatagram(message, 8);
    assert.equal(result.error, undefined);
    const [na, pd, empty] = result.message.ias;
    assert.ok(na !== undefined && pd !== undefined && empty !== undefined);
    assert.deepEqual([na.kind, na.iaid, na.t1, na.t2, na.options.count], [3, 1, 2, 3, 1]);
    assert.deepEqual(
      na.leases.map((lease) => [lease.prefixLength, lease.preferredLifetime, lease.validLifetime]),
      [[128, 3600, 7200]],
    );
    assert.equal(na.leases[0]?.options?.indexOf(OptionCode.STATUS_CODE), 0);
    assert.deepEqual([pd.kind, pd.iaid, pd.t1, pd.t2], [25, 0xffffffff, 2, 3]);
    assert.deepEqual(pd.leases[0]?.address, address('2001:db8::'));
    assert.deepEqual(
      pd.leases.map((lease) => [lease.prefixLength, lease.preferredLifetime, lease.validLifetime]),
      [[56, 3601, 7201]],
    );
    assert.deepEqual(pd.leases.map((lease) => lease.options?.value(0)), [octets('400180')]);
    assert.deepEqual(empty.leases.map((lease) => [lease.prefixLength, lease.options]), [[0, undefined]]);
  });

  it('[S-OPT-6] ORO is a list of codes', () => {
    stands(OptionCode.ORO, '0017 0018 0052', [23, 24, 82]);
    stands(OptionCode.ORO, '', []);
    refusesLength(OptionCode.ORO, '00', '001700');
  });

  it('[S-OPT-7] PREFERENCE is one octet', () => {
    stands(OptionCode.PREFERENCE, 'ff', 255);
    refusesLength(OptionCode.PREFERENCE, '', '0000');
  });

  it('[S-OPT-8] ELAPSED_TIME is two octets, up to 0xffff', () => {
    stands(OptionCode.ELAPSED_TIME, 'ffff', 0xffff);
    refusesLength(OptionCode.ELAPSED_TIME, '', '00', '000000');
    const result = decodeDatagram(messageOctets(1, octets('0008 0002 ffff')), 8);
    assert.equal(result.error, undefined);
    assert.equal(result.message.elapsedTime, 0xffff);
  });

  it('[S-OPT-9] RELAY_MSG is a message', () => {
    stands(OptionCode.RELAY_MSG, '01abcdef', octets('01abcdef'));
  });

  it('[S-OPT-10] AUTH is protocol, algorithm, RDM, replay detection and information', () => {
    stands(OptionCode.AUTH, '03 01 00 0102030405060708 01 aabb', {
      protocol: 3,
      algorithm: 1,
      replayDetectionMethod: 0,
      replayDetection: octets('0102030405060708'),
      information: octets('01aabb'),
    });
    refusesLength(OptionCode.AUTH, '', '03 01 00 01020304050607');
  });

  it('[S-OPT-11] UNICAST is an address, and a malformed one spoils no message', () => {
    stands(OptionCode.UNICAST, ADDRESS, address('2001:db8::1'));
    refuses(OptionCode.UNICAST, '2001', 'bad-option-length');
    assert.equal(decodeDatagram(messageOctets(3, octets('000c 0002 2001')), 8).error, undefined);
  });

  it('[S-OPT-12] STATUS_CODE is a code and UTF-8 without NUL, in a message, an IA, or a lease', () => {
    stands(OptionCode.STATUS_CODE, '0003 c3bc6265', { status: 3, message: 'übe' });
    stands(OptionCode.STATUS_CODE, '0000', { status: 0, message: '' });
    refusesLength(OptionCode.STATUS_CODE, '', '00');
    refuses(OptionCode.STATUS_CODE, '0001 ff', 'bad-option-value', 2);
    refuses(OptionCode.STATUS_CODE, '0001 6e6f00', 'bad-option-value', 2);
  });

  it('[S-OPT-13] RAPID_COMMIT is empty', () => {
    stands(OptionCode.RAPID_COMMIT, '', true);
    refusesLength(OptionCode.RAPID_COMMIT, '00');
  });

  it('[S-OPT-14] USER_CLASS is items with a length each', () => {
    stands(OptionCode.USER_CLASS, '0003 616263 0000 0001 64', [octets('616263'), octets(''), octets('64')]);
    refusesLength(OptionCode.USER_CLASS, '', '00');
    refuses(OptionCode.USER_CLASS, '0001 61 0002 62', 'option-overrun', 3);
    refuses(OptionCode.USER_CLASS, '0001 61 00', 'option-overrun', 3);
  });

  it('[S-OPT-15] VENDOR_CLASS is an enterprise number and items', () => {
    stands(OptionCode.VENDOR_CLASS, '00007ed9 0003 616263', { enterprise: 32473, items: [octets('616263')] });
    refusesLength(OptionCode.VENDOR_CLASS, '', '00007e');
    refuses(OptionCode.VENDOR_CLASS, '00007ed9 0004 616263', 'option-overrun', 4);
  });

  it('[S-OPT-16] VENDOR_OPTS is an enterprise number and options of its own', () => {
    stands(OptionCode.VENDOR_OPTS, '00007ed9 0001 0002 aabb ffff 0000', {
      enterprise: 32473,
      options: [
        { code: 1, data: octets('aabb') },
        { code: 0xffff, data: octets('') },
      ],
    });
    refusesLength(OptionCode.VENDOR_OPTS, '', '00007e');
    refuses(OptionCode.VENDOR_OPTS, '00007ed9 0001 0003 aabb', 'option-overrun', 4);
    refuses(OptionCode.VENDOR_OPTS, '00007ed9 0001', 'option-overrun', 4);
  });

  it('[S-OPT-17] INTERFACE_ID is opaque', () => {
    stands(OptionCode.INTERFACE_ID, '706f72742d37', octets('706f72742d37'));
    stands(OptionCode.INTERFACE_ID, '', octets(''));
  });

  it('[S-OPT-18] RECONF_MSG is a message type', () => {
    stands(OptionCode.RECONF_MSG, '05', MessageType.RENEW);
    refusesLength(OptionCode.RECONF_MSG, '', '0505');
  });

  it('[S-OPT-19] RECONF_ACCEPT is empty', () => {
    stands(OptionCode.RECONF_ACCEPT, '', true);
    refusesLength(OptionCode.RECONF_ACCEPT, '00');
  });

  it('[S-OPT-20] IA_PD is IAID, T1, T2 and options', () => {
    stands(OptionCode.IA_PD, `00000001 00000e10 00001518 001a 0019 00000e10 00001c20 38 ${PREFIX}`, {
      iaid: iaid(1),
      t1: seconds(3600),
      t2: seconds(5400),
      options: [
        {
          code: OptionCode.IAPREFIX,
          value: {
            preferred: seconds(3600),
            valid: seconds(7200),
            prefixLength: 56,
            address: address('2001:db8::'),
            options: [],
          },
        },
      ],
    });
    refusesLength(OptionCode.IA_PD, '', '00000001 00000e10 000015');
  });

  it('[S-OPT-21] IAPREFIX is preferred and valid lifetime, length, prefix and options; no length over 128', () => {
    stands(OptionCode.IAPREFIX, `00000e10 00001c20 80 ${ADDRESS} 0043 0003 40 0180`, {
      preferred: seconds(3600),
      valid: seconds(7200),
      prefixLength: 128,
      address: address('2001:db8::1'),
      options: [{ code: OptionCode.PD_EXCLUDE, value: { prefixLength: 64, subnetId: octets('0180') } }],
    });
    refusesLength(OptionCode.IAPREFIX, '', `00000e10 00001c20 80 ${ADDRESS.slice(2)}`);
    refuses(OptionCode.IAPREFIX, `00000e10 00001c20 81 ${ADDRESS}`, 'bad-prefix-length', 8);
    const message = messageOctets(1, octets(`0019 0029 00000001 00000000 00000000 001a 0019 00000000 00000000 81 ${ADDRESS}`));
    assert.deepEqual(decodeDatagram(message, 8).error, { code: 'bad-prefix-length', offset: 32, option: 26 });
  });

  it('[S-OPT-22, S-OPT-23, S-OPT-24] the three times are four octets of seconds', () => {
    for (const code of [OptionCode.INFORMATION_REFRESH_TIME, OptionCode.SOL_MAX_RT, OptionCode.INF_MAX_RT]) {
      stands(code, '00015180', 86400);
      refusesLength(code, '', '015180', '0000015180');
    }
  });

  it('[S-APP-1, S-APP-2] knows every option that the messages of a server and its relay agents may carry', () => {
    const names = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 25, 26, 32, 82, 83].map(optionName);
    assert.equal(
      names.join(' '),
      'CLIENTID SERVERID IA_NA IA_TA IAADDR ORO PREFERENCE ELAPSED_TIME RELAY_MSG AUTH UNICAST STATUS_CODE RAPID_COMMIT ' +
        'USER_CLASS VENDOR_CLASS VENDOR_OPTS INTERFACE_ID RECONF_MSG RECONF_ACCEPT IA_PD IAPREFIX INFORMATION_REFRESH_TIME ' +
        'SOL_MAX_RT INF_MAX_RT',
    );
    assert.equal(optionName(10), 'option 10');
    for (const [name, code] of Object.entries(OptionCode)) {
      assert.equal(optionName(code), name);
      assert.equal(optionCodec(code).code, code);
    }
  });
});

describe('layouts of the options of other RFCs', () => {
  it('have the codes that IANA gave them', () => {
    assert.equal(
      [23, 24, 31, 37, 38, 43, 56, 67, 79, 135].map(optionName).join(' '),
      'DNS_SERVERS DOMAIN_LIST SNTP_SERVERS REMOTE_ID SUBSCRIBER_ID ERO NTP_SERVER PD_EXCLUDE CLIENT_LINKLAYER_ADDR RELAY_PORT',
    );
  });

  it('[O-1] DNS_SERVERS and DOMAIN_LIST (RFC 3646)', () => {
    stands(OptionCode.DNS_SERVERS, `${ADDRESS} ${PREFIX}`, [address('2001:db8::1'), address('2001:db8::')]);
    refuses(OptionCode.DNS_SERVERS, ADDRESS.slice(2), 'bad-option-length');
    stands(OptionCode.DOMAIN_LIST, '076578616d706c6503636f6d00 00', [domainName('example.com'), domainName('.')]);
    stands(OptionCode.DOMAIN_LIST, '', []);
    refuses(OptionCode.DOMAIN_LIST, '076578616d706c65', 'bad-domain-name', 8);
  });

  it('[O-2] REMOTE_ID is an enterprise number and one octet or more (RFC 4649)', () => {
    stands(OptionCode.REMOTE_ID, '00007ed9 aabb', { enterprise: 32473, id: octets('aabb') });
    refusesLength(OptionCode.REMOTE_ID, '', '00007ed9');
  });

  it('[O-3] SUBSCRIBER_ID is one octet or more (RFC 4580)', () => {
    stands(OptionCode.SUBSCRIBER_ID, 'aabb', octets('aabb'));
    refusesLength(OptionCode.SUBSCRIBER_ID, '');
  });

  it('[O-12] NTP_SERVER has one source: address, multicast address, or name (RFC 5908)', () => {
    stands(OptionCode.NTP_SERVER, `0001 0010 ${ADDRESS}`, { kind: 'address', address: address('2001:db8::1') });
    const group = 'ff050000000000000000000000000101';
    stands(OptionCode.NTP_SERVER, `0002 0010 ${group}`, { kind: 'multicast', address: address('ff05::101') });
    stands(OptionCode.NTP_SERVER, '0003 0005 036e747000', { kind: 'name', name: domainName('ntp') });
    const withUnknown = octets(`0009 0001 00 0001 0010 ${ADDRESS}`);
    assert.deepEqual(optionCodec(OptionCode.NTP_SERVER).decode(withUnknown), {
      value: { kind: 'address', address: address('2001:db8::1') },
    });
    refuses(OptionCode.NTP_SERVER, '', 'bad-option-value');
    refuses(OptionCode.NTP_SERVER, '0009 0000', 'bad-option-value');
    refuses(OptionCode.NTP_SERVER, `0001 0010 ${ADDRESS} 0001 0010 ${ADDRESS}`, 'bad-option-value', 20);
    refuses(OptionCode.NTP_SERVER, '0009 0000 0001 0001 00', 'bad-option-value', 8);
    refuses(OptionCode.NTP_SERVER, '0003 0004 036e7470', 'bad-domain-name', 8);
    refuses(OptionCode.NTP_SERVER, '0003 0004 0161', 'option-overrun');
    refuses(OptionCode.NTP_SERVER, '0003 0006 0161 00 0162 00', 'bad-option-value', 4);
    refuses(OptionCode.NTP_SERVER, '0003 0000', 'bad-option-value', 4);
  });

  it('[O-13] SNTP_SERVERS is a list of addresses (RFC 4075)', () => {
    stands(OptionCode.SNTP_SERVERS, ADDRESS, [address('2001:db8::1')]);
  });

  it('[O-19] PD_EXCLUDE is a length and 1..16 octets of subnet (RFC 6603)', () => {
    stands(OptionCode.PD_EXCLUDE, '40 78', { prefixLength: 64, subnetId: octets('78') });
    refuses(OptionCode.PD_EXCLUDE, '81 78', 'bad-prefix-length');
    refusesLength(OptionCode.PD_EXCLUDE, '', '40', '00'.repeat(18));
  });

  it('[O-22] CLIENT_LINKLAYER_ADDR is a hardware type and an address (RFC 6939)', () => {
    stands(OptionCode.CLIENT_LINKLAYER_ADDR, '0001 020000000001', { hardwareType: 1, address: octets('020000000001') });
    stands(OptionCode.CLIENT_LINKLAYER_ADDR, '0017', { hardwareType: 23, address: octets('') });
    refusesLength(OptionCode.CLIENT_LINKLAYER_ADDR, '', '00');
  });

  it('[O-24] ERO is a list of codes (RFC 4994)', () => {
    stands(OptionCode.ERO, '0025 0026', [37, 38]);
    refusesLength(OptionCode.ERO, '00');
  });

  it('[O-33] RELAY_PORT is a UDP port (RFC 8357)', () => {
    stands(OptionCode.RELAY_PORT, '0223', 547);
    refusesLength(OptionCode.RELAY_PORT, '', '00', '000223');
  });
});
