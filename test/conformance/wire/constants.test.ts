import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  ALL_DHCP_RELAY_AGENTS_AND_SERVERS,
  ALL_DHCP_SERVERS,
  CLIENT_PORT,
  decodeDatagram,
  DuidType,
  formatAddress,
  HOP_COUNT_LIMIT,
  INFINITY_SECONDS,
  IRT_DEFAULT,
  IRT_MINIMUM,
  MessageType,
  messageTypeName,
  optionCodec,
  OptionCode,
  parseDuid,
  REC_MAX_RC,
  REC_TIMEOUT,
  SERVER_PORT,
  StatusCode,
  statusCodeName,
  toDuid,
} from '../../../src/wire/index.ts';
import { decodedDatagram, messageOctets, octets, optionOctets } from '../../unit/wire/octets.ts';

describe('DHCPv6 constants', () => {
  it('[S-CON-1] knows the two multicast addresses', () => {
    assert.equal(formatAddress(ALL_DHCP_RELAY_AGENTS_AND_SERVERS), 'ff02::1:2');
    assert.equal(formatAddress(ALL_DHCP_SERVERS), 'ff05::1:3');
  });

  it('[S-CON-2] knows the two UDP ports', () => {
    assert.deepEqual([CLIENT_PORT, SERVER_PORT], [546, 547]);
  });

  it('[S-CON-3] numbers the message types', () => {
    const names = Array.from({ length: 13 }, (_, i) => messageTypeName(i + 1));
    assert.equal(
      names.join(' '),
      'SOLICIT ADVERTISE REQUEST CONFIRM RENEW REBIND REPLY RELEASE DECLINE RECONFIGURE INFORMATION-REQUEST RELAY-FORW RELAY-REPL',
    );
    assert.equal(Object.keys(MessageType).length, 15);
    assert.deepEqual([36, 37].map(messageTypeName), ['ADDR-REG-INFORM', 'ADDR-REG-REPLY'], 'RFC 9686 section 8');
    assert.equal(messageTypeName(14), 'message type 14');
  });

  it('[S-CON-4] keeps the parameters of a server', () => {
    assert.deepEqual([REC_TIMEOUT, REC_MAX_RC, HOP_COUNT_LIMIT, IRT_DEFAULT, IRT_MINIMUM], [2, 8, 8, 86400, 600]);
  });

  it('[S-CON-5] reads 0xffffffff in lifetimes, T1 and T2 as infinity', () => {
    const ia = octets('00000001 ffffffff ffffffff 0005 0018 20010db8000000000000000000000001 ffffffff ffffffff');
    const [decoded] = decodedDatagram(messageOctets(MessageType.RENEW, optionOctets(OptionCode.IA_NA, ia))).message.ias;
    assert.equal(INFINITY_SECONDS, 0xffffffff);
    assert.equal(decoded?.t1, INFINITY_SECONDS);
    assert.equal(decoded.t2, INFINITY_SECONDS);
    assert.equal(decoded.leases[0]?.preferredLifetime, INFINITY_SECONDS);
    assert.equal(decoded.leases[0].validLifetime, INFINITY_SECONDS);
  });

  it('[S-CON-6] numbers the status codes', () => {
    const names = Array.from({ length: 7 }, (_, code) => statusCodeName(code));
    assert.equal(names.join(' '), 'Success UnspecFail NoAddrsAvail NoBinding NotOnLink UseMulticast NoPrefixAvail');
    assert.equal(Object.keys(StatusCode).length, 7);
    assert.equal(statusCodeName(7), 'status 7');
  });

  it('[S-CON-7] takes any DUID of a type and 1..128 octets, of a known type or not', () => {
    assert.deepEqual(DuidType, { LLT: 1, EN: 2, LL: 3, UUID: 4 });
    for (const length of [3, 14, 130]) {
      const unknownType = new Uint8Array(length).fill(0x99);
      const { message } = decodedDatagram(messageOctets(MessageType.SOLICIT, optionOctets(OptionCode.CLIENTID, unknownType)));
      assert.deepEqual(message.clientId, unknownType);
      assert.deepEqual(toDuid(unknownType), unknownType);
    }
    for (const length of [0, 2, 131]) {
      for (const code of [OptionCode.CLIENTID, OptionCode.SERVERID]) {
        const solicit = messageOctets(MessageType.SOLICIT, optionOctets(code, new Uint8Array(length)));
        assert.deepEqual(decodeDatagram(solicit, 8).error, { code: 'bad-option-length', offset: 4, option: code });
        assert.equal(optionCodec(code).decode(new Uint8Array(length)).error?.code, 'bad-option-length');
      }
      assert.equal(toDuid(new Uint8Array(length)), undefined);
      assert.equal(parseDuid('00'.repeat(length)), undefined);
    }
  });
});
