import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { INFINITY_SECONDS, MessageType, OptionCode, StatusCode } from '../../../src/wire/index.ts';
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

  it('[S-REN-2] an infinite lease that can’t be extended stays infinite, also its T1 and T2', () => {
    const forever = withServer('create-on-renew: false').replace('preferred: 1000s, valid: 2000s', 'preferred: infinite, valid: infinite');
    const box = createBox({ provisioning: forever });
    const { address } = bind(box);
    box.advance(300);
    box.configure(configuration(forever.replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::200 - 2001:db8:1::2ff')));
    const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(1, address)])));
    assert.deepEqual(leasesOf(answer), [[address, INFINITY_SECONDS, INFINITY_SECONDS]]);
    assert.deepEqual([answer.ias[0]?.t1, answer.ias[0]?.t2], [INFINITY_SECONDS, INFINITY_SECONDS]);
  });

  it('[S-REN-2] where no lease can be extended T1 and T2 are the end of the one that lasts longest', () => {
    const box = createBox({ provisioning: withServer('create-on-renew: false') });
    box.exchange(message(MessageType.REQUEST, [iaNa(1)]));
    box.advance(300);
    box.exchange(message(MessageType.REQUEST, [iaNa(2)]));
    box.configure(configuration(withServer('create-on-renew: false').replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::200 - 2001:db8:1::2ff')));
    for (const order of [[1, 2], [2, 1]]) {
      const { ias } = read(box.exchange(message(MessageType.RENEW, order.map((id) => iaNa(id)))));
      assert.deepEqual(ias.map(({ iaid, t1, t2, leases }) => [iaid, t1, t2, leases[0]?.valid]), order.map((id) => [id, 2000, 2000, id === 1 ? 1700 : 2000]));
    }
  });

  const pool = 'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]';
  const reservedForAnother = (...prefixes: readonly string[]): string =>
    `    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:02", prefixes: [${prefixes.join(', ')}] } ]\n`;
  for (const [after, pools, reservation, left] of [
    ['its pool is there, and it is reserved for another client', pool, reservedForAnother('2001:db8:100:4200::/56'), 1900],
    ['no pool holds it, and it is reserved for another client', '', reservedForAnother('2001:db8:100:4200::/56'), 1900],
    ['it is one of the prefixes that are reserved for another client', '', reservedForAnother('2001:db8:dead::/56', '2001:db8:100:4200::/56'), 1900],
    ['its pool delegates another length', pool.replace('delegated-length: 56', 'delegated-length: 60'), '', 0],
    ['the pool of its length is elsewhere', pool.replace('2001:db8:100::', '2001:db8:500::'), '', 0],
    ['the reservation has another length', '', reservedForAnother('2001:db8:100:4200::/57'), 0],
    ['it is reserved nowhere and of no pool', '', '', 0],
  ] as const) {
    it(`[S-REN-2, S-REN-3] a prefix that can’t be extended is told with ${String(left)} s: ${after}`, () => {
      const box = createBox({ provisioning: withServer('create-on-renew: false') });
      const prefix = '2001:db8:100:4200::/56';
      assert.equal(read(box.exchange(message(MessageType.REQUEST, [iaPd(1, prefix)]))).ias[0]?.leases[0]?.name, prefix);
      box.advance(100);
      box.configure(configuration(withServer('create-on-renew: false').replace(`    ${pool}\n`, `${pools === '' ? '' : `    ${pools}\n`}${reservation}`)));
      const answer = read(box.exchange(message(MessageType.RENEW, [iaPd(1, prefix)], { request: [OptionCode.PD_EXCLUDE] })));
      assert.deepEqual(leasesOf(answer).map(([name, , valid]) => [name, valid]), [[prefix, left]]);
    });
  }

  for (const [pools, left] of [
    [pool, 1900],
    [pool.replace('[ {', '[ { prefix: 2001:db8:500::/48, delegated-length: 56 }, {'), 1900],
    [pool.replace('delegated-length: 56', 'delegated-length: 60'), 0],
    [pool.replace('2001:db8:100::', '2001:db8:500::'), 0],
  ] as const) {
    it(`[S-REN-2] while stable storage takes nothing a prefix of 2001:db8:100::/48 is told with ${String(left)} s: ${pools}`, () => {
      const box = createBox({ commits: 'by hand' });
      const prefix = '2001:db8:100:4200::/56';
      box.deliver(message(MessageType.REQUEST, [iaPd(1, prefix)]));
      box.commitSucceeds();
      box.configure(configuration(PROVISIONING.replace(pool, pools)));
      box.advance(100);
      box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
      box.commitFails();
      box.takeSent();
      const answer = read(box.exchange(message(MessageType.RENEW, [iaPd(1, prefix)])));
      assert.deepEqual(leasesOf(answer).map(([name, , valid]) => [name, valid]), [[prefix, left]]);
    });
  }

  it('[S-REN-7] beside a lease that can’t be extended a new one is given where that is allowed', () => {
    const box = createBox();
    const { address } = bind(box);
    const narrowed = PROVISIONING.replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::200 - 2001:db8:1::2ff');
    box.configure(configuration(narrowed));
    const leases = leasesOf(read(box.exchange(message(MessageType.RENEW, [iaNa(1, address)]))));
    assert.deepEqual(leases[0], [address, 1000, 2000]);
    assert.match(leases[1]?.[0] ?? '', /^2001:db8:1::2/);
    assert.equal(box.durable.get(`${leases[1]?.[0] ?? ''}/128`)?.stateExpirationTime, box.now + 2000, 'and kept');
  });

  it('[S-REN-7] but none while records are lost, as it may be another client’s', () => {
    const before = createBox();
    const { address } = bind(before);
    const narrowed = PROVISIONING.replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::200 - 2001:db8:1::2ff');
    const box = createBox({ provisioning: narrowed, lostRecords: 'unknown', bindings: [...before.durable.values()] });
    assert.deepEqual(leasesOf(read(box.exchange(message(MessageType.RENEW, [iaNa(1, address)])))), [[address, 1000, 2000]]);
    assert.equal(box.durable.size, 2, 'the address and the prefix that it had');
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

  it('[S-REN-3] a prefix of another length than the client has is not what it has', () => {
    const box = createBox();
    const { prefix } = bind(box);
    const other = prefix.replace('/56', '/57');
    assert.deepEqual(leasesOf(read(box.exchange(message(MessageType.RENEW, [iaPd(1, other)])))), [[prefix, 1000, 2000], [other, 0, 0]]);
  });

  it('[S-REN-3] of thousands of addresses in an IA no more than 64 are told to end', () => {
    const box = createBox();
    const { address } = bind(box);
    const believed = Array.from({ length: 2_000 }, (_, n) => `2001:db8:1::f:${n.toString(16)}`);
    assert.equal(leasesOf(read(box.exchange(message(MessageType.RENEW, [iaNa(1, address, ...believed)])))).length, 65);
  });

  it('a Reply that fits no datagram is not sent, and the leases that it would have told are extended', () => {
    const box = createBox({ provisioning: withServer('limits: { leases-per-client: 200 }') });
    const ids = Array.from({ length: 128 }, (_, n) => n + 1);
    const { ias } = read(box.exchange(message(MessageType.REQUEST, ids.map((id) => iaNa(id)))));
    assert.equal(ias.flatMap(({ leases }) => leases).length, 128);
    box.advance(500);
    const believed = Array.from({ length: 17 }, (_, n) => `2001:db8:1::f:${n.toString(16)}`);
    assert.equal(box.exchange(message(MessageType.RENEW, ids.map((id) => iaNa(id, ...believed)))), undefined);
    assert.equal(box.appliance.counters.discarded['answer-too-long'], 1);
    assert.equal([...box.durable.values()].filter(({ stateExpirationTime }) => stateExpirationTime === box.now + 2000).length, 128);
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

  it('[S-REN-6] while records are lost nobody is told that there is no binding', () => {
    const box = createBox({ provisioning: withServer('create-on-renew: false'), lostRecords: 'unknown' });
    assert.equal(box.exchange(message(MessageType.RENEW, [iaNa(1, '2001:db8:1::142')])), undefined);
    assert.equal(box.appliance.counters.discarded['storage-lost'], 1);
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

  it('[S-REB-5] and it is kept', () => {
    const box = createBox({ provisioning: rapid });
    box.exchange(message(MessageType.REBIND, [iaNa(1, '2001:db8:1::142')]));
    assert.equal(box.durable.get('2001:db8:1::142/128')?.stateExpirationTime, box.now + 2000);
  });

  it('[S-REB-6] a prefix that is not known here may be another server’s: it is not told to end', () => {
    const answer = read(createBox().exchange(message(MessageType.REBIND, [iaPd(1, '2001:db8:7700::/56')])));
    assert.deepEqual(answer.ias.map(({ status, leases }) => [status, leases]), [[StatusCode.NoBinding, []]]);
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
