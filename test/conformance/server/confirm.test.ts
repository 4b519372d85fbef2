import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, StatusCode } from '../../../src/wire/index.ts';
import { PROVISIONING, createBox } from './box.ts';
import { iaNa, iaPd, message, read } from './client.ts';

describe('Confirm (RFC 9915 18.3.3)', () => {
  it('[S-CNF-1] all addresses fit the link: Success', () => {
    const answer = read(createBox().exchange(message(MessageType.CONFIRM, [iaNa(1, '2001:db8:1::1'), iaNa(2, '2001:db8:1::2')])));
    assert.equal(answer.type, MessageType.REPLY);
    assert.ok(answer.options.some(({ code }) => code === OptionCode.STATUS_CODE), 'the status is written out');
    assert.equal(answer.status, StatusCode.Success);
  });

  it('[S-CNF-1] each of the prefixes of a link fits', () => {
    const box = createBox({ provisioning: PROVISIONING.replace('prefixes: [2001:db8:1::/64]', 'prefixes: [2001:db8:1::/64, 2001:db8:7::/64]') });
    const status = (...addresses: readonly string[]): number => read(box.exchange(message(MessageType.CONFIRM, [iaNa(1, ...addresses)]))).status;
    assert.equal(status('2001:db8:1::1', '2001:db8:7::1'), StatusCode.Success);
    assert.equal(status('2001:db8:7::1', '2001:db8:8::1'), StatusCode.NotOnLink);
  });

  it('[S-CNF-2] one that does not fit: NotOnLink', () => {
    const answer = read(createBox().exchange(message(MessageType.CONFIRM, [iaNa(1, '2001:db8:1::1'), iaNa(2, '2001:db8:9::2')])));
    assert.equal(answer.status, StatusCode.NotOnLink);
  });

  it('[S-CNF-3] no address in any IA: no Reply', () => {
    const box = createBox();
    assert.equal(box.exchange(message(MessageType.CONFIRM, [iaNa(1)])), undefined);
    assert.equal(box.exchange(message(MessageType.CONFIRM, [iaPd(1, '2001:db8:100::/56')])), undefined, 'a prefix is no address');
    assert.equal(box.appliance.counters.discarded['nothing-to-confirm'], 2);
  });

  it('[S-CNF-3] the link is not known: no Reply', () => {
    const box = createBox();
    assert.equal(box.exchange(message(MessageType.CONFIRM, [iaNa(1, '2001:db8:1::1')]), { interfaceName: 'eth9' }), undefined);
    assert.equal(box.appliance.counters.discarded['unknown-link'], 1);
  });

  it('[S-CNF-4] needs no binding, makes none, and the Reply has nothing but identifiers and status', () => {
    const box = createBox();
    const answer = read(box.exchange(message(MessageType.CONFIRM, [iaNa(1, '2001:db8:1::1')], { request: [OptionCode.DNS_SERVERS] })));
    assert.deepEqual(
      answer.options.map(({ code }) => code).sort((a, b) => a - b),
      [OptionCode.CLIENTID, OptionCode.SERVERID, OptionCode.STATUS_CODE],
    );
    assert.equal(box.appliance.leases.size, 0);
  });
});
