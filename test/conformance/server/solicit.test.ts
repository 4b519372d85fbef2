import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, StatusCode, optionValue } from '../../../src/wire/index.ts';
import { PROVISIONING, SERVER_ID, createBox } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';

const RAPID_COMMIT = { code: OptionCode.RAPID_COMMIT, value: true } as const;
const rapid = PROVISIONING.replace('  lan:\n', '  lan:\n    rapid-commit: true\n');
const preferred = PROVISIONING.replace('  lan:\n', '  lan:\n    preference: 200\n');

describe('Solicit (RFC 9915 18.3.1, 18.3.9)', () => {
  it('[S-SOL-2] without Rapid Commit on both sides: Advertise, and nothing is committed', () => {
    for (const [provisioning, options] of [
      [PROVISIONING, []],
      [PROVISIONING, [RAPID_COMMIT]],
      [rapid, []],
    ] as const) {
      const box = createBox({ provisioning });
      assert.equal(read(box.exchange(message(MessageType.SOLICIT, [iaNa(1)], { options }))).type, MessageType.ADVERTISE);
      assert.equal(box.appliance.leases.size, 0);
    }
  });

  it('[S-SOL-3] with Rapid Commit on both sides: a Reply with the option, after the commit', () => {
    const box = createBox({ provisioning: rapid, commits: 'by hand' });
    assert.equal(box.exchange(message(MessageType.SOLICIT, [iaNa(1)], { options: [RAPID_COMMIT] })), undefined);
    box.commitSucceeds();
    const answer = read(box.takeSent()[0]);
    assert.equal(answer.type, MessageType.REPLY);
    assert.equal(optionValue(answer.options, OptionCode.RAPID_COMMIT), true);
    const lease = answer.ias[0]?.leases[0]?.name;
    assert.ok(box.durable.has(`${lease ?? ''}/128`));
  });

  it('[S-SOL-4, S-TX-1] the Advertise has the transaction-id and both identifiers', () => {
    const answer = read(createBox().exchange(message(MessageType.SOLICIT, [iaNa(1)], { transactionId: 0x010203 })));
    assert.equal(answer.transactionId, 0x010203);
    assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), SERVER_ID);
    assert.deepEqual(optionValue(answer.options, OptionCode.CLIENTID), CLIENT);
  });

  it('[S-SOL-5] the preference is what is configured, and left out where it is 0', () => {
    const preferenceOf = (provisioning: string): number | undefined =>
      optionValue(read(createBox({ provisioning }).exchange(message(MessageType.SOLICIT, [iaNa(1)]))).options, OptionCode.PREFERENCE);
    assert.equal(preferenceOf(PROVISIONING), undefined);
    assert.equal(preferenceOf(preferred), 200);
  });

  it('[S-APP-1] the preference is in no Reply', () => {
    const answer = read(createBox({ provisioning: preferred }).exchange(message(MessageType.REQUEST, [iaNa(1)])));
    assert.equal(optionValue(answer.options, OptionCode.PREFERENCE), undefined);
  });

  it('[S-SOL-7] requested options are in the Advertise as they will be in the Reply', () => {
    const provisioning = `${PROVISIONING}options: { dns-servers: [2001:db8::53], domain-search: [example.com] }\n`;
    const box = createBox({ provisioning });
    const request = [OptionCode.DNS_SERVERS, OptionCode.DOMAIN_LIST];
    const configured = (type: typeof MessageType.SOLICIT | typeof MessageType.REQUEST): unknown =>
      read(box.exchange(message(type, [iaNa(1)], { request }))).options.filter(({ code }) => request.includes(code as never));
    const advertised = configured(MessageType.SOLICIT);
    assert.equal((advertised as readonly unknown[]).length, 2);
    assert.deepEqual(configured(MessageType.REQUEST), advertised);
  });

  it('[S-SOL-8] the leases of the Advertise are those that a Request then gets', () => {
    const box = createBox();
    const ias = [iaNa(1), iaNa(2), iaPd(1), iaPd(2)];
    const offered = read(box.exchange(message(MessageType.SOLICIT, ias)));
    assert.equal(new Set(offered.ias.flatMap(({ leases }) => leases.map(({ name }) => name))).size, 4, 'each IA has its own');
    assert.deepEqual(read(box.exchange(message(MessageType.REQUEST, ias))).ias, offered.ias);
  });

  it('[S-SOL-2] a client that has a lease is offered it for its whole time again, and nothing is changed', () => {
    const box = createBox();
    const lease = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)]))).ias[0]?.leases[0];
    assert.ok(lease !== undefined);
    const end = box.now + 2000;
    box.advance(600);
    assert.deepEqual(read(box.exchange(message(MessageType.SOLICIT, [iaNa(1)]))).ias[0]?.leases, [lease]);
    const slot = box.appliance.leases.firstOfClient(CLIENT, 0, CLIENT.length);
    assert.equal(box.appliance.leases.records.stateExpirationTime(slot), end);
  });

  it('a Solicit without an IA is answered with what it asks for', () => {
    const answer = read(createBox({ provisioning: `${PROVISIONING}options: { dns-servers: [2001:db8::53] }\n` }).exchange(message(MessageType.SOLICIT, [], { request: [OptionCode.DNS_SERVERS] })));
    assert.deepEqual([answer.type, answer.ias], [MessageType.ADVERTISE, []]);
    assert.ok(optionValue(answer.options, OptionCode.DNS_SERVERS) !== undefined);
  });

  it('[O-40] without a length hint, and with one of 0, prefixes come from the pools in their order in the file', () => {
    const pools = [
      '{ prefix: 2001:db8:100:10::/60, delegated-length: 60 }',
      '{ prefix: 2001:db8:101::/48, delegated-length: 56 }',
      '{ prefix: 2001:db8:102::/48, delegated-length: 60 }',
    ];
    const provisioning = PROVISIONING.replace('prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]', `prefix-pools: [ ${pools.join(', ')} ]`);
    for (const hints of [[], ['::/0']]) {
      const box = createBox({ provisioning });
      const given = [1, 2].map((id) => read(box.exchange(message(MessageType.REQUEST, [iaPd(id, ...hints)]))).ias[0]?.leases[0]?.name.slice(0, 12));
      assert.deepEqual(given, ['2001:db8:100', '2001:db8:101']);
    }
  });

  it('[S-SOL-9] a hint is honoured where it is free, and not echoed where it is not', () => {
    const box = createBox();
    const offer = (hint: string, client = CLIENT): string | undefined =>
      read(box.exchange(message(MessageType.SOLICIT, [iaNa(1, hint)], { client }))).ias[0]?.leases[0]?.name;
    assert.equal(offer('2001:db8:1::177'), '2001:db8:1::177');
    assert.match(offer('2001:db8:1::9999') ?? '', /^2001:db8:1::1/, 'outside of the pool');
    assert.match(offer('2001:db8:9::1') ?? '', /^2001:db8:1::1/, 'not on the link');
    box.deliver(message(MessageType.REQUEST, [iaNa(1, '2001:db8:1::177')]));
    assert.notEqual(offer('2001:db8:1::177', OTHER_CLIENT), '2001:db8:1::177');
  });

  it('[S-SOL-9, O-40] a prefix hint is honoured, and a prefix length hint', () => {
    const provisioning = PROVISIONING.replace(
      'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]',
      'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 }, { prefix: 2001:db8:101::/48, delegated-length: 60 } ]',
    );
    const box = createBox({ provisioning });
    const offer = (hint: string): string | undefined =>
      read(box.exchange(message(MessageType.SOLICIT, [iaPd(1, hint)]))).ias[0]?.leases[0]?.name;
    assert.equal(offer('2001:db8:100:4200::/56'), '2001:db8:100:4200::/56');
    assert.match(offer('::/60') ?? '', /\/60$/);
    assert.match(offer('::/56') ?? '', /\/56$/);
    assert.match(offer('::/58') ?? '', /\/56$/, 'rather the larger one that is closest');
    assert.match(offer('::/48') ?? '', /\/56$/, 'the closest there is');
  });

  it('[S-SOL-10] nothing for an IA_NA: NoAddrsAvail in it, and no address', () => {
    const bare = PROVISIONING.replace(/ {4}address-pools:.*\n/g, '');
    const answer = read(createBox({ provisioning: bare }).exchange(message(MessageType.SOLICIT, [iaNa(1), iaPd(1)])));
    assert.equal(answer.type, MessageType.ADVERTISE);
    assert.deepEqual(answer.ias.map(({ status, leases }) => [status, leases.length]), [[StatusCode.NoAddrsAvail, 0], [StatusCode.Success, 1]]);
  });

  it('[S-SOL-11] nothing for an IA_PD: NoPrefixAvail in it', () => {
    const bare = PROVISIONING.replace(/ {4}prefix-pools:.*\n/g, '');
    const answer = read(createBox({ provisioning: bare }).exchange(message(MessageType.SOLICIT, [iaNa(1), iaPd(1)])));
    assert.deepEqual(answer.ias.map(({ status, leases }) => [status, leases.length]), [[StatusCode.Success, 1], [StatusCode.NoPrefixAvail, 0]]);
  });

  it('[S-SOL-12] the last address may be offered to two clients; the Request decides', () => {
    const single = PROVISIONING.replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::100 - 2001:db8:1::100');
    const box = createBox({ provisioning: single });
    for (const client of [CLIENT, OTHER_CLIENT]) {
      assert.equal(read(box.exchange(message(MessageType.SOLICIT, [iaNa(1)], { client }))).ias[0]?.leases.length, 1);
    }
    assert.equal(read(box.exchange(message(MessageType.REQUEST, [iaNa(1)]))).ias[0]?.leases.length, 1);
    assert.equal(read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }))).ias[0]?.status, StatusCode.NoAddrsAvail);
  });
});
