import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, StatusCode } from '../../../src/wire/index.ts';
import { PROVISIONING, configuration, createBox } from './box.ts';
import type { Box } from './box.ts';
import { OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';
import type { Answer } from './client.ts';

function bind(box: Box): { readonly address: string; readonly prefix: string } {
  const { ias } = read(box.exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(1)])));
  const address = ias[0]?.leases[0]?.name;
  const prefix = ias[1]?.leases[0]?.name;
  assert.ok(address !== undefined && prefix !== undefined);
  return { address, prefix };
}

function leasesOf(answer: Answer): readonly (readonly [string, number, number])[] {
  return answer.ias.flatMap((ia) => ia.leases.map(({ name, preferred, valid }) => [name, preferred, valid] as const));
}

/** The file with the server's settings changed. */
function withServer(settings: string): string {
  return `${PROVISIONING}server: { ${settings} }\n`;
}

describe('Renew (RFC 9915 18.3.4)', () => {
  it('[S-REN-1, S-TX-8] a known IA gets new lifetimes, and T1 and T2 that are the same in all IAs', () => {
    const box = createBox();
    const { address, prefix } = bind(box);
    box.advance(600);
    const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(1, address), iaPd(1, prefix)])));
    assert.deepEqual(leasesOf(answer), [[address, 1000, 2000], [prefix, 1000, 2000]]);
    assert.deepEqual(answer.ias.map(({ t1, t2 }) => [t1, t2]), [[500, 800], [500, 800]]);
    assert.equal(box.durable.get(`${address}/128`)?.stateExpirationTime, box.now + 2000);
  });

  it('[S-REN-2] a lease that can’t be extended is told with what is left of it, T1 and T2 being its end', () => {
    const box = createBox({ provisioning: withServer('create-on-renew: false') });
    const { address } = bind(box);
    box.advance(300);
    const narrowed = withServer('create-on-renew: false').replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::200 - 2001:db8:1::2ff');
    box.configure(configuration(narrowed));
    const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(1, address)])));
    assert.deepEqual(leasesOf(answer), [[address, 700, 1700]]);
    assert.deepEqual([answer.ias[0]?.t1, answer.ias[0]?.t2], [1700, 1700]);
    assert.equal(box.durable.get(`${address}/128`)?.stateExpirationTime, box.now + 1700, 'it is not extended');
  });

  it('[S-REN-7] beside a lease that can’t be extended a new one is given where that is allowed', () => {
    const box = createBox();
    const { address } = bind(box);
    const narrowed = PROVISIONING.replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::200 - 2001:db8:1::2ff');
    box.configure(configuration(narrowed));
    const leases = leasesOf(read(box.exchange(message(MessageType.RENEW, [iaNa(1, address)]))));
    assert.deepEqual(leases[0], [address, 1000, 2000]);
    assert.match(leases[1]?.[0] ?? '', /^2001:db8:1::2/);
  });

  it('[S-REN-3] an address that is not right for the link any more is told to end, a prefix likewise', () => {
    const box = createBox();
    const { address, prefix } = bind(box);
    const moved = PROVISIONING.replaceAll('2001:db8:1:', '2001:db8:5:').replaceAll('2001:db8:100::', '2001:db8:500::');
    box.configure(configuration(moved));
    const leases = leasesOf(read(box.exchange(message(MessageType.RENEW, [iaNa(1, address), iaPd(1, prefix)]))));
    assert.ok(leases.some(([name, preferred, valid]) => name === address && preferred === 0 && valid === 0));
    assert.ok(leases.some(([name, preferred, valid]) => name === prefix && preferred === 0 && valid === 0));
  });

  it('[S-REN-3] what the client believes to have in a known IA, and has not, is told to end', () => {
    const box = createBox();
    const { address } = bind(box);
    const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(1, address, '2001:db8:1::1f0')])));
    assert.deepEqual(leasesOf(answer), [[address, 1000, 2000], ['2001:db8:1::1f0', 0, 0]]);
  });

  it('[S-REN-4] an unknown IA is created, with the address that the client has where it is free', () => {
    const box = createBox();
    const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(5, '2001:db8:1::142')])));
    assert.deepEqual(leasesOf(answer), [['2001:db8:1::142', 1000, 2000]]);
    assert.ok(box.durable.has('2001:db8:1::142/128'));
  });

  it('[S-REN-4] an unknown IA_PD with a length hint gets a prefix of that length', () => {
    const twoLengths = PROVISIONING.replace(
      'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]',
      'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 }, { prefix: 2001:db8:101::/48, delegated-length: 60 } ]',
    );
    const [lease] = leasesOf(read(createBox({ provisioning: twoLengths }).exchange(message(MessageType.RENEW, [iaPd(5, '::/60')]))));
    assert.match(lease?.[0] ?? '', /^2001:db8:101:.*\/60$/);
  });

  it('[S-REN-5] creation is allowed and nothing is free: NoAddrsAvail and NoPrefixAvail', () => {
    const bare = PROVISIONING.replace(/ {4}(address|prefix)-pools:.*\n/g, '');
    const answer = read(createBox({ provisioning: bare }).exchange(message(MessageType.RENEW, [iaNa(1), iaPd(1)])));
    assert.deepEqual(answer.ias.map(({ status }) => status), [StatusCode.NoAddrsAvail, StatusCode.NoPrefixAvail]);
  });

  it('[S-REN-6] creation is not allowed: NoBinding', () => {
    const box = createBox({ provisioning: withServer('create-on-renew: false') });
    const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(1, '2001:db8:1::142'), iaPd(1)])));
    assert.deepEqual(answer.ias.map(({ status, leases }) => [status, leases.length]), [[StatusCode.NoBinding, 0], [StatusCode.NoBinding, 0]]);
    assert.equal(box.appliance.leases.size, 0);
  });

  it('another client’s lease is not given to who renews it', () => {
    const box = createBox();
    const { address } = bind(box);
    const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(1, address)], { client: OTHER_CLIENT })));
    assert.ok(!leasesOf(answer).some(([name, , valid]) => name === address && valid > 0));
  });

  it('requested options come with it', () => {
    const box = createBox({ provisioning: `${PROVISIONING}options: { dns-servers: [2001:db8::53] }\n` });
    const { address } = bind(box);
    const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(1, address)], { request: [OptionCode.DNS_SERVERS] })));
    assert.ok(answer.options.some(({ code }) => code === OptionCode.DNS_SERVERS));
  });
});

describe('Rebind (RFC 9915 18.3.5)', () => {
  const rapid = PROVISIONING.replace('  lan:\n', '  lan:\n    rapid-commit: true\n');

  it('[S-REB-1] a known IA gets new lifetimes', () => {
    const box = createBox();
    const { address } = bind(box);
    box.advance(1700);
    assert.deepEqual(leasesOf(read(box.exchange(message(MessageType.REBIND, [iaNa(1, address)])))), [[address, 1000, 2000]]);
  });

  it('[S-REB-2] a known lease that is not right for the link any more is told to end', () => {
    const box = createBox();
    const { address } = bind(box);
    box.configure(configuration(PROVISIONING.replaceAll('2001:db8:1:', '2001:db8:5:')));
    const leases = leasesOf(read(box.exchange(message(MessageType.REBIND, [iaNa(1, address)]))));
    assert.ok(leases.some(([name, preferred, valid]) => name === address && preferred === 0 && valid === 0));
  });

  it('[S-REB-3] an unknown IA with an address that can’t be right for the link: told to end', () => {
    const answer = read(createBox().exchange(message(MessageType.REBIND, [iaNa(1, '2001:db8:77::1')])));
    assert.deepEqual(leasesOf(answer), [['2001:db8:77::1', 0, 0]]);
  });

  it('[S-REB-4] nothing to say: no Reply', () => {
    const box = createBox();
    assert.equal(box.exchange(message(MessageType.REBIND, [])), undefined);
    assert.equal(box.appliance.counters.discarded['nothing-to-rebind'], 1);
  });

  it('[S-REB-5] an unknown IA is created where Rapid Commit is on', () => {
    const answer = read(createBox({ provisioning: rapid }).exchange(message(MessageType.REBIND, [iaNa(1, '2001:db8:1::142')])));
    assert.deepEqual(leasesOf(answer), [['2001:db8:1::142', 1000, 2000]]);
  });

  it('[S-REB-6] an unknown IA gets NoBinding where Rapid Commit is off', () => {
    const box = createBox();
    const answer = read(box.exchange(message(MessageType.REBIND, [iaNa(1, '2001:db8:1::142')])));
    assert.deepEqual(answer.ias.map(({ status, leases }) => [status, leases.length]), [[StatusCode.NoBinding, 0]]);
    assert.equal(box.appliance.leases.size, 0);
  });

  it('[S-REB-6] creation is allowed and nothing is free: NoAddrsAvail and NoPrefixAvail', () => {
    const bare = rapid.replace(/ {4}(address|prefix)-pools:.*\n/g, '');
    const answer = read(createBox({ provisioning: bare }).exchange(message(MessageType.REBIND, [iaNa(1), iaPd(1)])));
    assert.deepEqual(answer.ias.map(({ status }) => status), [StatusCode.NoAddrsAvail, StatusCode.NoPrefixAvail]);
  });
});
