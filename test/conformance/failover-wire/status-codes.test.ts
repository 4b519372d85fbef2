import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FailoverMessageType, FailoverStatusCode, failoverStatusName } from '../../../src/wire/index.ts';
import { hex, octets, optionOctets } from '../../unit/wire/octets.ts';
import { decodedNow, encoded, failoverOctets, NOW_OCTETS } from '../../unit/wire/failover/failover-octets.ts';
import { NOW } from '../../unit/wire/failover/samples.ts';

describe('status codes of a failover connection', () => {
  for (const [row, code, name] of [
    ['F-ST-1', 16, 'AddressInUse'],
    ['F-ST-2', 17, 'ConfigurationConflict'],
    ['F-ST-3', 18, 'MissingBindingInformation'],
    ['F-ST-4', 19, 'OutdatedBindingInformation'],
    ['F-ST-5', 20, 'ServerShuttingDown'],
    ['F-ST-6', 21, 'DNSUpdateNotSupported'],
    ['F-ST-7', 22, 'ExcessiveTimeSkew'],
    ['F-ST-8', 14, 'NotSupported'],
    ['F-ST-9', 15, 'TLSConnectionRefused'],
    ['F-ST-10', 0, 'Success'],
    ['F-ST-10', 1, 'UnspecFail'],
  ] as const) {
    it(`[${row}] ${name} is ${code}`, () => {
      assert.equal(FailoverStatusCode[name], code);
      assert.equal(failoverStatusName(code), name);
      const message = { type: FailoverMessageType.DISCONNECT, transactionId: 0xabcdef, status: { code, text: 'why' } } as const;
      const bytes = failoverOctets(33, optionOctets(13, octets(`00${code.toString(16).padStart(2, '0')} 776879`)));
      assert.equal(hex(encoded(message)), hex(bytes));
      assert.deepEqual(decodedNow(bytes), { ...message, sentTime: NOW });
    });
  }

  it('[F-ST-10] another number is kept, for whoever reads it', () => {
    assert.deepEqual(decodedNow(octets(`21abcdef${NOW_OCTETS} 000d0002fffe`)), {
      type: FailoverMessageType.DISCONNECT,
      transactionId: 0xabcdef,
      sentTime: NOW,
      status: { code: 0xfffe, text: '' },
    });
    assert.equal(failoverStatusName(0xfffe), 'status 65534');
    assert.equal(failoverStatusName(3), 'NoBinding');
  });

  it('a text that is not UTF-8 is read as far as it is, since it is for people', () => {
    const bytes = failoverOctets(33, optionOctets(13, octets('0014 6f6bff')));
    assert.deepEqual((decodedNow(bytes) as { status: object }).status, { code: 20, text: 'ok\ufffd' });
  });
});
