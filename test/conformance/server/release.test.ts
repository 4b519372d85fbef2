import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, StatusCode, formatAddress, optionValue } from '../../../src/wire/index.ts';
import type { PlainOption } from '../../../src/wire/index.ts';
import { PROVISIONING, SERVER_ID, configuration, createBox } from './box.ts';
import type { Box } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';

const SUCCESS = { code: OptionCode.STATUS_CODE, value: { status: StatusCode.Success, message: '' } } as const;

/** The IA_PD with these options inside each of its prefixes, or inside the one of this name. */
function withOptions(ia: PlainOption, options: readonly PlainOption[], only?: string): PlainOption {
  assert.ok('value' in ia && ia.code === OptionCode.IA_PD);
  const prefixes = ia.value.options.map((prefix) => {
    assert.ok('value' in prefix && prefix.code === OptionCode.IAPREFIX);
    const isMeant = only === undefined || only === `${formatAddress(prefix.value.address)}/${String(prefix.value.prefixLength)}`;
    return isMeant ? { ...prefix, value: { ...prefix.value, options } } : prefix;
  });
  return { ...ia, value: { ...ia.value, options: prefixes } };
}

function bind(box: Box, client = CLIENT): string {
  const lease = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client }))).ias[0]?.leases[0]?.name;
  assert.ok(lease !== undefined);
  return lease;
}

describe('Release (RFC 9915 18.3.7)', () => {
  it('[S-REL-1] frees the leases that belong to the IA of this client', () => {
    const box = createBox();
    const lease = bind(box);
    box.deliver(message(MessageType.RELEASE, [iaNa(1, lease)]));
    assert.equal(box.durable.get(`${lease}/128`)?.status, BindingStatus.FREE);
  });

  it('[S-REL-1] leaves other leases alone: of another IA, of another client, not named', () => {
    const box = createBox();
    const lease = bind(box);
    box.deliver(message(MessageType.RELEASE, [iaNa(2, lease)]));
    box.deliver(message(MessageType.RELEASE, [iaNa(1, lease)], { client: OTHER_CLIENT }));
    box.deliver(message(MessageType.RELEASE, [iaNa(1, '2001:db8:1::1f7')]));
    assert.equal(box.durable.get(`${lease}/128`)?.status, BindingStatus.ACTIVE);
  });

  it('[S-REL-2] the Reply has Success and both identifiers', () => {
    const box = createBox();
    const answer = read(box.exchange(message(MessageType.RELEASE, [iaNa(1, bind(box))])));
    assert.equal(answer.type, MessageType.REPLY);
    assert.ok(answer.options.some(({ code }) => code === OptionCode.STATUS_CODE));
    assert.equal(answer.status, StatusCode.Success);
    assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), SERVER_ID);
    assert.deepEqual(optionValue(answer.options, OptionCode.CLIENTID), CLIENT);
    assert.deepEqual(answer.ias, []);
  });

  it('[S-REL-3] each IA without binding comes back with NoBinding and nothing else', () => {
    const box = createBox();
    const lease = bind(box);
    const answer = read(box.exchange(message(MessageType.RELEASE, [iaNa(1, lease), iaNa(2, lease), iaPd(3, '2001:db8:100::/56')])));
    assert.equal(answer.status, StatusCode.Success);
    assert.deepEqual(
      answer.ias.map(({ iaid, status, leases, t1, t2 }) => ({ iaid, status, leases, t1, t2 })),
      [2, 3].map((iaid) => ({ iaid, status: StatusCode.NoBinding, leases: [], t1: 0, t2: 0 })),
    );
  });

  it('[S-REL-1] leaves a prefix alone that is named with another length', () => {
    const box = createBox();
    const prefix = read(box.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias[0]?.leases[0]?.name ?? '';
    box.deliver(message(MessageType.RELEASE, [iaPd(1, prefix.replace('/56', '/57'))]));
    assert.equal(box.durable.get(prefix)?.status, BindingStatus.ACTIVE);
  });

  for (const type of [MessageType.RELEASE, MessageType.DECLINE] as const) {
    it(`[S-REL-2, S-DEC-3] the Reply to message type ${type} has no option beside identifiers and status, whatever is asked for`, () => {
      const box = createBox({ provisioning: `${PROVISIONING}options: { dns-servers: [2001:db8::53] }\n` });
      const answer = read(box.exchange(message(type, [iaNa(1, bind(box))], { request: [OptionCode.DNS_SERVERS] })));
      assert.deepEqual(
        answer.options.map(({ code }) => code).sort((a, b) => a - b),
        [OptionCode.CLIENTID, OptionCode.SERVERID, OptionCode.STATUS_CODE],
      );
    });

    it(`message type ${type} gets no Reply while stable storage takes nothing, and changes nothing`, () => {
      const box = createBox({ commits: 'by hand' });
      box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
      box.commitSucceeds();
      const lease = read(box.takeSent()[0]).ias[0]?.leases[0]?.name ?? '';
      box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
      box.commitFails();
      assert.equal(box.exchange(message(type, [iaNa(1, lease)])), undefined);
      assert.equal(box.appliance.counters.discarded['storage-unavailable'], 1);
      assert.deepEqual([box.appliance.leases.count(BindingStatus.ACTIVE), box.commitsInFlight.length], [1, 0]);
    });
  }

  it('[S-REL-4] the client gets the same lease back while nobody else needed it', () => {
    const box = createBox();
    const lease = bind(box);
    box.deliver(message(MessageType.RELEASE, [iaNa(1, lease)]));
    bind(box, OTHER_CLIENT);
    assert.equal(bind(box), lease);
  });

  it('[O-19] a Release that brings an excluded prefix of its own gets NoBinding', () => {
    const excluding = PROVISIONING.replace(
      'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]',
      'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56, exclude: { length: 64, subnet-id: 1 } } ]',
    );
    const box = createBox({ provisioning: excluding });
    const request = message(MessageType.REQUEST, [iaPd(1)], { request: [OptionCode.PD_EXCLUDE] });
    const given = read(box.exchange(request)).ias[0]?.leases[0];
    assert.ok(given !== undefined);
    const releaseWith = (data: Uint8Array): number | undefined =>
      read(box.exchange(message(MessageType.RELEASE, [withOptions(iaPd(1, given.name), [SUCCESS, { code: OptionCode.PD_EXCLUDE, data }])]))).ias[0]?.status;
    assert.equal(releaseWith(Uint8Array.of(64, 2)), StatusCode.NoBinding);
    box.configure(configuration(PROVISIONING));
    assert.equal(releaseWith(Uint8Array.of(64, 1)), StatusCode.NoBinding, 'its pool excludes nothing any more');
    box.configure(configuration(excluding.replace('2001:db8:100::/48', '2001:db8:500::/48')));
    assert.equal(releaseWith(Uint8Array.of(64, 1)), StatusCode.NoBinding, 'its pool is no more');
    box.configure(configuration(excluding));
    assert.equal(releaseWith(Uint8Array.of(64, 1)), undefined, 'with the excluded prefix that it was given it is released');
    assert.equal(box.durable.get(given.name)?.status, BindingStatus.FREE);
  });

  it('[O-19] a prefix with another option in it is released', () => {
    const box = createBox();
    const name = read(box.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias[0]?.leases[0]?.name ?? '';
    const answer = read(box.exchange(message(MessageType.RELEASE, [withOptions(iaPd(1, name), [SUCCESS])])));
    assert.deepEqual(answer.ias, []);
    assert.equal(box.durable.get(name)?.status, BindingStatus.FREE);
  });

  it('[O-19] of an IA that brings an excluded prefix of its own with one of its prefixes none is released', () => {
    const box = createBox();
    const first = read(box.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias[0]?.leases[0]?.name ?? '';
    box.configure(configuration(PROVISIONING.replace('  branch:\n', '    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:01", prefixes: [2001:db8:dead::/56] } ]\n  branch:\n')));
    box.exchange(message(MessageType.RENEW, [iaPd(1, first)]));
    assert.equal(box.appliance.leases.count(BindingStatus.ACTIVE), 2);
    const both = iaPd(1, first, '2001:db8:dead::/56');
    const answer = read(box.exchange(message(MessageType.RELEASE, [withOptions(both, [{ code: OptionCode.PD_EXCLUDE, data: Uint8Array.of(64, 2) }], first)])));
    assert.deepEqual(answer.ias.map(({ status }) => status), [StatusCode.NoBinding]);
    assert.equal(box.appliance.leases.count(BindingStatus.ACTIVE), 2);
  });
});

describe('Decline (RFC 9915 18.3.8)', () => {
  const brief = `${PROVISIONING}server: { declined-hold: 1h }\n`;

  it('[S-DEC-1] a declined address leaves the IA', () => {
    const box = createBox();
    const lease = bind(box);
    box.deliver(message(MessageType.DECLINE, [iaNa(1, lease)]));
    assert.notEqual(bind(box), lease);
  });

  it('[S-DEC-1] of several addresses of an IA only the one that is named', () => {
    const reserved = PROVISIONING.replace('  branch:\n', '    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:01", addresses: [2001:db8:1::2] } ]\n  branch:\n');
    const box = createBox();
    const first = bind(box);
    box.configure(configuration(reserved));
    box.exchange(message(MessageType.RENEW, [iaNa(1, first)]));
    assert.equal(box.appliance.leases.count(BindingStatus.ACTIVE), 2);
    box.deliver(message(MessageType.DECLINE, [iaNa(1, '2001:db8:1::2')]));
    assert.equal(box.durable.get('2001:db8:1::2/128')?.status, BindingStatus.ABANDONED);
    assert.equal(box.durable.get(`${first}/128`)?.status, BindingStatus.ACTIVE);
    box.deliver(message(MessageType.DECLINE, [iaNa(1, first, '2001:db8:1::1f7')]));
    assert.equal(box.durable.get(`${first}/128`)?.status, BindingStatus.ABANDONED, 'what else is named does not matter');
  });

  it('[S-DEC-2] it is set aside for the configured time, and free after it', () => {
    const box = createBox({ provisioning: brief });
    const lease = bind(box);
    box.deliver(message(MessageType.DECLINE, [iaNa(1, lease)]));
    assert.equal(box.durable.get(`${lease}/128`)?.status, BindingStatus.ABANDONED);
    const offer = (): string | undefined =>
      read(box.exchange(message(MessageType.SOLICIT, [iaNa(1, lease)], { client: OTHER_CLIENT }))).ias[0]?.leases[0]?.name;
    box.advance(3599);
    assert.notEqual(offer(), lease);
    box.advance(5);
    assert.equal(offer(), lease);
  });

  it('[S-DEC-3, S-NEW-9] the Reply has Success, and NoBinding in each unknown IA', () => {
    const box = createBox();
    const answer = read(box.exchange(message(MessageType.DECLINE, [iaNa(1, bind(box)), iaNa(2, '2001:db8:1::1f7')])));
    assert.equal(answer.status, StatusCode.Success);
    assert.deepEqual(answer.ias.map(({ iaid, status }) => [iaid, status]), [[2, StatusCode.NoBinding]]);
  });

  it('[S-DEC-4] a prefix can’t be declined', () => {
    const box = createBox();
    const prefix = read(box.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias[0]?.leases[0]?.name;
    assert.ok(prefix !== undefined);
    const answer = read(box.exchange(message(MessageType.DECLINE, [iaPd(1, prefix)])));
    assert.deepEqual(answer.ias, []);
    assert.equal(box.durable.get(prefix)?.status, BindingStatus.ACTIVE);
  });

  it('[S-DEC-4, S-SEC-1] one client can’t use up a pool by declining', () => {
    const box = createBox();
    for (let n = 0; n < 50; n++) {
      box.deliver(message(MessageType.DECLINE, [iaNa(1, bind(box))]));
      box.advance(1);
    }
    assert.equal(box.appliance.leases.count(BindingStatus.ABANDONED), 8);
    assert.equal(box.appliance.leases.count(BindingStatus.ACTIVE), 0, 'what is not set aside is free');
  });
});
