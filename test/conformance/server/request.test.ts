import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, StatusCode, iaid, optionValue } from '../../../src/wire/index.ts';
import { PROVISIONING, SERVER_ID, configuration, createBox, duid } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';

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
    assert.deepEqual(answer.ias.map(({ t1, t2 }) => [t1, t2]), [[0, 0], [500, 800]], 'where nothing is given there is nothing to renew');
  });

  it('[S-REQ-3] an IA_NA that can get no address: NoAddrsAvail and no address', () => {
    const bare = PROVISIONING.replace(/ {4}address-pools:.*\n/g, '');
    const [ia] = read(createBox({ provisioning: bare }).exchange(message(MessageType.REQUEST, [iaNa(1)]))).ias;
    assert.deepEqual([ia?.status, ia?.leases], [StatusCode.NoAddrsAvail, []]);
  });

  it('[S-REQ-4] an IA_PD that can get no prefix: NoPrefixAvail and no prefix', () => {
    const bare = PROVISIONING.replace(/ {4}prefix-pools:.*\n/g, '');
    const [ia] = read(createBox({ provisioning: bare }).exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias;
    assert.deepEqual([ia?.status, ia?.leases], [StatusCode.NoPrefixAvail, []]);
  });

  it('[S-REQ-5] another address than asked for may be given; the one asked for is then not listed', () => {
    const box = createBox();
    box.deliver(message(MessageType.REQUEST, [iaNa(1, '2001:db8:1::123')], { client: OTHER_CLIENT }));
    const [ia] = read(box.exchange(message(MessageType.REQUEST, [iaNa(1, '2001:db8:1::123')]))).ias;
    assert.equal(ia?.leases.length, 1);
    assert.notEqual(ia.leases[0]?.name, '2001:db8:1::123');
  });

  it('[S-REQ-7, S-TX-6] an IA that is bound keeps its lease; the Reply to the same transaction-id is made anew', () => {
    const box = createBox();
    const request = message(MessageType.REQUEST, [iaNa(1), iaPd(1)]);
    const first = read(box.exchange(request));
    box.advance(10);
    const second = read(box.exchange(request));
    assert.deepEqual(second.ias, first.ias);
    const name = first.ias[0]?.leases[0]?.name ?? '';
    assert.equal(box.durable.get(`${name}/128`)?.stateExpirationTime, box.now + 2000, 'its lifetimes start again');
    assert.equal(box.durable.size, 2);
  });

  it('a Request without an IA is answered with what it asks for', () => {
    const box = createBox({ provisioning: `${PROVISIONING}options: { dns-servers: [2001:db8::53] }\n` });
    const answer = read(box.exchange(message(MessageType.REQUEST, [], { request: [OptionCode.DNS_SERVERS] })));
    assert.deepEqual(answer.ias, []);
    assert.ok(optionValue(answer.options, OptionCode.DNS_SERVERS) !== undefined);
  });

  it('[S-SEC-1] how many leases a client may hold is what the file says since the last reload', () => {
    const box = createBox();
    box.configure(configuration(`${PROVISIONING}server: { limits: { leases-per-client: 1 } }\n`));
    const answer = read(box.exchange(message(MessageType.REQUEST, [iaNa(1), iaNa(2)])));
    assert.deepEqual(answer.ias.map(({ leases }) => leases.length), [1, 0]);
  });

  it('[S-NEW-1, S-OPT-4] an IA_TA is ignored and the rest processed', () => {
    const temporary = { code: OptionCode.IA_TA, value: { iaid: iaid(9), options: [] } };
    const answer = read(createBox().exchange(message(MessageType.REQUEST, [temporary, iaNa(1)])));
    assert.equal(answer.ias.length, 1);
    assert.ok(!answer.options.some(({ code }) => code === OptionCode.IA_TA));
  });

  it('several IA_NA and IA_PD in one message are each served', () => {
    const answer = read(createBox().exchange(message(MessageType.REQUEST, [iaNa(1), iaNa(2), iaPd(1), iaPd(2), iaPd(3)])));
    assert.deepEqual(answer.ias.map(({ kind, iaid: id, leases }) => [kind, id, leases.length]), [
      ['IA_NA', 1, 1], ['IA_NA', 2, 1], ['IA_PD', 1, 1], ['IA_PD', 2, 1], ['IA_PD', 3, 1],
    ]);
    assert.equal(new Set(answer.ias.map(({ leases }) => leases[0]?.name)).size, 5);
  });

  it('a delegated prefix of 128 bits is a prefix, not an address', () => {
    const whole = PROVISIONING.replace('2001:db8:100::/48, delegated-length: 56', '2001:db8:100::/120, delegated-length: 128');
    const box = createBox({ provisioning: whole });
    const [ia] = read(box.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias;
    assert.match(ia?.leases[0]?.name ?? '', /^2001:db8:100::.*\/128$/);
    assert.equal(box.exchange(message(MessageType.CONFIRM, [iaPd(1, ia?.leases[0]?.name ?? '')])), undefined);
  });

  it('[S-SEC-1] one client gets no more leases than it may hold', () => {
    const box = createBox({ provisioning: `${PROVISIONING}server: { limits: { leases-per-client: 3 } }\n` });
    const answer = read(box.exchange(message(MessageType.REQUEST, [1, 2, 3, 4, 5].map((id) => iaNa(id)))));
    assert.deepEqual(answer.ias.map(({ leases }) => leases.length), [1, 1, 1, 0, 0]);
    assert.equal(answer.ias[4]?.status, StatusCode.NoAddrsAvail);
    assert.equal(read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }))).ias[0]?.leases.length, 1);
  });

  it('[S-SEC-3] a client that changes its DUID all the time uses leases only while they last', () => {
    const single = PROVISIONING.replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::100 - 2001:db8:1::103');
    const box = createBox({ provisioning: single });
    for (let n = 0; n < 12; n++) {
      const client = duid(`00:03:00:01:02:00:00:00:01:${n.toString(16).padStart(2, '0')}`);
      assert.equal(read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client }))).ias[0]?.leases.length, 1);
      box.advance(600);
    }
  });

  it('a message with thousands of IAs is answered with as many as fit, not with silence', () => {
    const ias = Array.from({ length: 3_000 }, (_, n) => iaNa(n + 1));
    const answer = read(createBox().exchange(message(MessageType.REQUEST, ias)));
    assert.ok(answer.ias.length >= 100);
  });

  it('[S-LNK-4] addresses are not guessable from one another unless asked for in sequence', () => {
    const addresses = (provisioning: string): readonly number[] => {
      const box = createBox({ provisioning });
      return [1, 2, 3, 4, 5, 6].map((n) => {
        const client = duid(`00:03:00:01:02:00:00:00:02:0${String(n)}`);
        const name = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client }))).ias[0]?.leases[0]?.name ?? '';
        return Number.parseInt(name.split(':').at(-1) ?? '', 16);
      });
    };
    const sequential = PROVISIONING.replace('range: "2001:db8:1::100 - 2001:db8:1::1ff"', 'range: "2001:db8:1::100 - 2001:db8:1::1ff", allocation: sequential');
    assert.deepEqual(addresses(sequential), [0x100, 0x101, 0x102, 0x103, 0x104, 0x105]);
    const random = addresses(PROVISIONING);
    const steps = random.slice(1).map((address, n) => address - (random[n] ?? 0));
    assert.ok(new Set(steps).size > 3, `steps ${steps.join(' ')}`);
  });

  it('[S-NEW-8] a client gets the same address again after everything about it was forgotten (RFC 7943)', () => {
    const pool = PROVISIONING.replace('range: "2001:db8:1::100 - 2001:db8:1::1ff"', 'prefix: "2001:db8:1::/64"');
    const leaseIn = (box: ReturnType<typeof createBox>): string | undefined =>
      read(box.exchange(message(MessageType.REQUEST, [iaNa(1)]))).ias[0]?.leases[0]?.name;
    const first = leaseIn(createBox({ provisioning: pool }));
    assert.ok(first !== undefined);
    assert.equal(leaseIn(createBox({ provisioning: pool })), first);
  });

  it('a lease is kept over a reload of the configuration', () => {
    const box = createBox();
    const request = message(MessageType.REQUEST, [iaNa(1)]);
    const first = read(box.exchange(request)).ias;
    box.configure(configuration(`${PROVISIONING}server: { preference: 7 }\n`));
    assert.deepEqual(read(box.exchange(request)).ias, first);
  });
});
