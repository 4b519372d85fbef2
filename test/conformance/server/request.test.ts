import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, StatusCode, optionValue } from '../../../src/wire/index.ts';
import { SERVER_ID, createBox } from './box.ts';
import { CLIENT, iaNa, message, read } from './client.ts';

describe('Request (RFC 9915 18.3.2)', () => {
  it('[S-REQ-1] the Reply has the transaction-id and both identifiers', () => {
    const answer = read(createBox().exchange(message(MessageType.REQUEST, [iaNa(1)], { transactionId: 0x123456 })));
    assert.equal(answer.type, MessageType.REPLY);
    assert.equal(answer.transactionId, 0x123456);
    assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), SERVER_ID);
    assert.deepEqual(optionValue(answer.options, OptionCode.CLIENTID), CLIENT);
  });

  it('[S-REQ-2] an address that is not right for the link gets NotOnLink in its IA', () => {
    const answer = read(createBox().exchange(message(MessageType.REQUEST, [iaNa(1, '2001:db8:2::100'), iaNa(2)])));
    assert.equal(answer.ias[0]?.status, StatusCode.NotOnLink);
    assert.deepEqual(answer.ias[0].leases, []);
    assert.equal(answer.ias[1]?.leases.length, 1, 'another IA of the message is not concerned');
  });
});
