import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { LeaseKind } from '../../../src/lease/index.ts';
import { reportLease } from '../../../src/control/lease-report.ts';
import { MessageType, OptionCode, decodeMessage, optionValue, optionValues } from '../../../src/wire/index.ts';
import { PROVISIONING, SERVER_ID, address, configuration, createBox } from './box.ts';
import type { Box } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';
import { REGISTERING, from, iaAddress, inform } from './registering.ts';
import { relayed, unwrap } from './relayed.ts';

const OWN = '2001:db8:1::abcd:1';
/** Of the link's pool. */
const POOLED = '2001:db8:1::123';

describe('address registration (RFC 9686)', () => {
  let box: Box;
  beforeEach(() => {
    box = createBox({ provisioning: REGISTERING });
  });

  const slotOf = (text: string): number => box.appliance.leases.find(address(text), 0, 128);
  const kept = (text = OWN): { readonly kind: string; readonly status: string; readonly duid: string } | undefined => {
    const slot = slotOf(text);
    if (slot === 0) return undefined;
    const { kind, status, duid } = reportLease(box.appliance.leases, slot, 'lan');
    return { kind, status, duid };
  };
  const registeredBy = (duid: string) => ({ kind: 'REGISTERED', status: 'REGISTERED', duid });
  const discarded = (reason: keyof Box['appliance']['counters']['discarded']): number => box.appliance.counters.discarded[reason];

  it('[O-37, S-NEW-6] the answer goes to that address, has the same transaction-id and the same IA Address option, and nothing else', () => {
    const asked = inform(OWN, { valid: 1_000, preferred: 500, transactionId: 0x1234 });
    const sent = box.exchange(asked, from(OWN));
    assert.ok(sent !== undefined);
    assert.deepEqual([sent.destination, sent.port, sent.interfaceName], [OWN, 546, 'eth1']);
    const answer = read(sent);
    assert.deepEqual([answer.type, answer.transactionId], [MessageType.ADDR_REG_REPLY, 0x1234]);
    assert.deepEqual(answer.options, [iaAddress(OWN, 1_000, 500)]);
    assert.deepEqual(kept(), registeredBy('00:03:00:01:02:00:00:00:00:01'));
  });

  it('[O-37] an option in that option comes back as well', () => {
    const vendor = { code: 250, data: Uint8Array.of(1, 2, 3) };
    const plain = optionValue([iaAddress(OWN, 9)], OptionCode.IAADDR) ?? assert.fail();
    const asked = message(MessageType.ADDR_REG_INFORM, [{ code: OptionCode.IAADDR, value: { ...plain, options: [vendor] } }]);
    assert.deepEqual(optionValue(read(box.exchange(asked, from(OWN))).options, OptionCode.IAADDR)?.options, [vendor]);
  });

  it('[O-37] no answer before the record is on stable storage, and none where it can not be written', () => {
    box = createBox({ provisioning: REGISTERING, commits: 'by hand' });
    assert.equal(box.exchange(inform(OWN), from(OWN)), undefined);
    assert.equal(box.commitsInFlight[0]?.bindings[0]?.kind, LeaseKind.REGISTERED);
    box.commitSucceeds();
    assert.equal(box.takeSent().length, 1);
    assert.equal(box.exchange(inform('2001:db8:1::2'), from('2001:db8:1::2')), undefined);
    box.commitFails();
    assert.deepEqual(box.takeSent(), []);
    assert.equal(kept('2001:db8:1::2'), undefined);
  });

  it('[O-37] a late commit changes nothing of the answer: the lifetimes in it are the host’s own', () => {
    box = createBox({ provisioning: REGISTERING, commits: 'by hand' });
    box.deliver(inform(OWN), from(OWN));
    box.advance(5);
    box.commitSucceeds();
    assert.deepEqual(box.takeSent().map(({ message: answer }) => answer.options), [[iaAddress(OWN, 1_000)]]);
  });

  it('[O-37] is off unless the link has it: nothing is kept, nobody is told that there is such a thing', () => {
    box = createBox();
    assert.equal(box.exchange(inform(OWN), from(OWN)), undefined);
    assert.equal(discarded('registration-off'), 1);
    assert.equal(kept(), undefined);
    assert.equal(offered(), false);
    box = createBox({ provisioning: REGISTERING });
    box.exchange(inform('2001:db8:2::7'), { ...from('2001:db8:2::7'), interfaceName: 'uplink' });
    box.exchange(relayed(inform('2001:db8:2::7'), { peerAddress: '2001:db8:2::7' }), { interfaceName: 'uplink', source: address('2001:db8:ffff::2') });
    assert.equal(discarded('registration-off'), 1, 'the other link has none');
  });

  const offered = (type: typeof MessageType.SOLICIT | typeof MessageType.INFORMATION_REQUEST = MessageType.SOLICIT, request = [OptionCode.ADDR_REG_ENABLE as number]): boolean => {
    const answer = read(box.exchange(message(type, type === MessageType.SOLICIT ? [iaNa(1)] : [], { request })));
    return optionValues(answer.options, OptionCode.ADDR_REG_ENABLE).length === 1;
  };

  it('[O-37] whoever asks for option 148 is told that it is on, and nobody else', () => {
    assert.equal(offered(), true);
    assert.equal(offered(MessageType.INFORMATION_REQUEST), true);
    assert.equal(offered(MessageType.SOLICIT, [OptionCode.DNS_SERVERS]), false);
  });

  describe('[O-37] is dropped, counted and said', () => {
    const dropped = (title: string, reason: Parameters<typeof discarded>[0], line: RegExp | undefined, deliver: () => unknown): void => {
      it(title, () => {
        assert.equal(deliver(), undefined);
        assert.equal(discarded(reason), 1);
        assert.equal(box.appliance.leases.size, 0);
        if (line !== undefined) assert.match(box.log.join('\n'), line);
      });
    };
    dropped('without a client identifier', 'no-client-id', undefined, () => box.exchange(inform(OWN, { client: undefined }), from(OWN)));
    dropped('with a server identifier', 'unexpected-server-id', undefined, () => box.exchange(message(MessageType.ADDR_REG_INFORM, [iaAddress(OWN, 9)], { server: SERVER_ID }), from(OWN)));
    dropped('without an address', 'no-registered-address', /does not have one address/, () => box.exchange(message(MessageType.ADDR_REG_INFORM, []), from(OWN)));
    dropped('with an address inside an IA alone', 'no-registered-address', /does not have one address/, () => box.exchange(message(MessageType.ADDR_REG_INFORM, [iaNa(1, OWN)]), from(OWN)));
    dropped('with two addresses', 'no-registered-address', /does not have one address/, () => box.exchange(inform(OWN, { options: [iaAddress('2001:db8:1::2', 9)] }), from(OWN)));
    dropped('with an Option Request option', 'no-registered-address', /Option Request/, () => box.exchange(inform(OWN, { options: [{ code: OptionCode.ORO, value: [] }] }), from(OWN)));
    dropped('from another address', 'registration-of-other', /fe80::c1 dropped: it came from another address/, () => box.exchange(inform(OWN)));
    dropped('relayed, of another peer-address', 'registration-of-other', /another address/, () =>
      box.exchange(relayed(inform(OWN), { peerAddress: '2001:db8:1::bad', linkAddress: '2001:db8:1::1' }), { interfaceName: 'uplink', source: address('2001:db8:ffff::2') }));
    dropped('of another link', 'registration-off-link', /2001:db8:2::9 dropped: the address is neither/, () => box.exchange(inform('2001:db8:2::9'), from('2001:db8:2::9')));
    dropped('link-local', 'registration-off-link', /neither of the link/, () => box.exchange(inform('fe80::c1')));
    dropped('unicast', 'unicast', undefined, () => box.exchange(inform(OWN), { ...from(OWN), destination: 'unicast' }));
  });

  it('[O-37] through relay agents the peer-address of the innermost counts, and the answer goes back by them', () => {
    box = createBox({ provisioning: PROVISIONING.replace('  branch:\n', '  branch:\n    address-registration: true\n') });
    const host = '2001:db8:2::77';
    const hardware = { code: OptionCode.CLIENT_LINKLAYER_ADDR, value: { hardwareType: 1, address: Uint8Array.of(2, 0, 0, 0, 0, 9) } } as const;
    const way = relayed(inform(host), { peerAddress: host, options: [hardware] }, { peerAddress: 'fe80::aa', linkAddress: '::' });
    const { levels, answer } = unwrap(box.exchange(way, { interfaceName: 'uplink', source: address('2001:db8:ffff::2') }));
    assert.equal(levels.length, 2);
    assert.equal(answer.type, MessageType.ADDR_REG_REPLY);
    assert.deepEqual(levels[1]?.peerAddress, address(host));
    assert.match(box.log.join('\n'), /branch: 00:03:00:01:02:00:00:00:00:01 \(02:00:00:00:00:09\) registered 2001:db8:2::77/);
  });

  it('[O-37] an address in a prefix that is delegated to the host, and to no other', () => {
    const delegated = read(box.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias[0]?.leases[0]?.name ?? '';
    const host = delegated.replace('/56', '77');
    assert.equal(box.exchange(inform(host, { client: OTHER_CLIENT }), from(host)), undefined);
    assert.equal(discarded('registration-off-link'), 1);
    assert.ok(box.exchange(inform(host), from(host)) !== undefined);
    assert.deepEqual(kept(host), registeredBy('00:03:00:01:02:00:00:00:00:01'));
    box.deliver(message(MessageType.RELEASE, [iaPd(1, delegated)]));
    const again = read(box.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias[0]?.leases[0]?.name;
    assert.equal(again, delegated, 'what it registered inside keeps the prefix from nobody');
  });

  it('[O-37] a reserved prefix is not kept from its client by what it registered inside', () => {
    const reserving = REGISTERING.replace('  branch:', '    reservations: [ { duid: "00:03:00:01:02:00:00:00:00:01", prefixes: [2001:db8:999::/56] } ]\n  branch:');
    box = createBox({ provisioning: reserving });
    const ask = (): string | undefined => read(box.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias[0]?.leases[0]?.name;
    assert.equal(ask(), '2001:db8:999::/56');
    assert.ok(box.exchange(inform('2001:db8:999::5'), from('2001:db8:999::5')) !== undefined);
    box.deliver(message(MessageType.RELEASE, [iaPd(1, '2001:db8:999::/56')]));
    assert.equal(ask(), '2001:db8:999::/56');
  });

  it('[O-37] what is registered is leased to nobody, not even to who asks for it, and is free again behind its end', () => {
    const hinted = (): string | undefined => read(box.exchange(message(MessageType.SOLICIT, [iaNa(1, POOLED)], { client: OTHER_CLIENT }))).ias[0]?.leases[0]?.name;
    assert.equal(hinted(), POOLED);
    box.exchange(inform(POOLED, { valid: 1_000 }), from(POOLED));
    assert.notEqual(hinted(), POOLED);
    box.advance(990);
    assert.notEqual(hinted(), POOLED);
    box.advance(70);
    assert.equal(kept(POOLED)?.status, 'FREE');
    assert.equal(hinted(), POOLED);
  });

  it('[O-37] a whole pool of registered addresses gives none', () => {
    const small = REGISTERING.replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::100 - 2001:db8:1::103');
    box = createBox({ provisioning: small });
    for (const last of ['100', '101', '102', '103']) box.exchange(inform(`2001:db8:1::${last}`), from(`2001:db8:1::${last}`));
    assert.deepEqual(read(box.exchange(message(MessageType.SOLICIT, [iaNa(1)], { client: OTHER_CLIENT }))).ias[0]?.leases, []);
  });

  it('[O-37] of an address of no pool nothing is left behind its end, neither in memory nor on stable storage', () => {
    box.exchange(inform(OWN, { valid: 1_000 }), from(OWN));
    assert.equal(box.appliance.leases.size, 1);
    box.advance(1_100);
    assert.equal(box.appliance.leases.size, 0);
    assert.equal(box.durable.size, 0);
  });

  it('[O-37] who registers again has it for as long as it says now, also for shorter', () => {
    box.exchange(inform(OWN, { valid: 1_000 }), from(OWN));
    box.exchange(inform(OWN, { valid: 3_000 }), from(OWN));
    box.advance(1_100);
    assert.deepEqual(kept(), registeredBy('00:03:00:01:02:00:00:00:00:01'));
    box.exchange(inform(OWN, { valid: 100 }), from(OWN));
    box.advance(200);
    assert.equal(kept(), undefined);
    assert.equal(box.log.filter((line) => line.includes('registered')).length, 1, 'only what is new is said');
  });

  it('[O-37] an address that never ends stays', () => {
    box.exchange(inform(OWN, { valid: 0xffff_ffff }), from(OWN));
    box.advance(100_000);
    assert.equal(kept()?.status, 'REGISTERED');
  });

  it('[O-37] a valid lifetime of 0: the address is no more, and that is answered', () => {
    assert.ok(box.exchange(inform(OWN, { valid: 0 }), from(OWN)) !== undefined, 'also where nobody has it');
    box.exchange(inform(OWN), from(OWN));
    const answer = read(box.exchange(inform(OWN, { valid: 0 }), from(OWN)));
    assert.deepEqual(answer.options, [iaAddress(OWN, 0)]);
    assert.equal(kept(), undefined);
    assert.match(box.log.join('\n'), /00:03:00:01:02:00:00:00:00:01 has 2001:db8:1::abcd:1 no more/);
  });

  it('[O-37] another client that registers the address has it from then on, which is said', () => {
    box.exchange(inform(OWN), from(OWN));
    assert.ok(box.exchange(inform(OWN, { client: OTHER_CLIENT }), from(OWN)) !== undefined);
    assert.deepEqual(kept(), registeredBy('00:03:00:01:02:00:00:00:00:02'));
    assert.match(box.log.join('\n'), /00:03:00:01:02:00:00:00:00:02 registered 2001:db8:1::abcd:1, which 00:03:00:01:02:00:00:00:00:01 had registered/);
  });

  it('[O-37] an address that was leased by DHCPv6 stays leased, whoever registers it', () => {
    const leased = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)]))).ias[0]?.leases[0]?.name ?? '';
    for (const client of [CLIENT, OTHER_CLIENT]) assert.equal(box.exchange(inform(leased, { client }), from(leased)), undefined);
    assert.equal(discarded('registration-of-lease'), 2);
    assert.equal(kept(leased)?.kind, 'IA_NA');
    assert.match(box.log.join('\n'), /was leased by DHCPv6/);
    box.exchange(message(MessageType.RELEASE, [iaNa(1, leased)]));
    assert.ok(box.exchange(inform(leased, { client: OTHER_CLIENT }), from(leased)) !== undefined);
    assert.equal(kept(leased)?.kind, 'REGISTERED');
  });

  it('[O-37] a client registers so many and no more, and its leases count apart from them', () => {
    box = createBox({ provisioning: `${REGISTERING}server: { limits: { leases-per-client: 2 } }\n` });
    for (const last of ['1', '2', '3']) box.exchange(inform(`2001:db8:1::${last}`), from(`2001:db8:1::${last}`));
    assert.equal(discarded('registrations-max'), 1);
    assert.equal(box.appliance.leases.size, 2);
    const given = read(box.exchange(message(MessageType.REQUEST, [iaNa(1), iaNa(2), iaNa(3)]))).ias.map(({ leases }) => leases.length);
    assert.deepEqual(given, [1, 1, 0]);
  });

  it('[O-37] registrations take no more records than the box may keep', () => {
    box = createBox({ provisioning: `${REGISTERING}server: { limits: { leases: 2 } }\n` });
    for (const last of ['1', '2', '3']) box.exchange(inform(`2001:db8:1::${last}`), from(`2001:db8:1::${last}`));
    assert.equal(discarded('registrations-max'), 1);
  });

  it('[O-37] while the commit of another client’s message about the address is under way, it waits', () => {
    box = createBox({ provisioning: REGISTERING, commits: 'by hand' });
    box.deliver(inform(OWN), from(OWN));
    box.deliver(inform(OWN, { client: OTHER_CLIENT }), from(OWN));
    assert.equal(box.appliance.counters.waited, 1);
    box.commitSucceeds();
    box.commitSucceeds();
    assert.equal(box.takeSent().length, 2);
    assert.deepEqual(kept(), registeredBy('00:03:00:01:02:00:00:00:00:02'));
  });

  it('[O-37] Renew, Release and Decline of the host leave it alone', () => {
    box.exchange(inform(POOLED), from(POOLED));
    for (const type of [MessageType.RENEW, MessageType.RELEASE, MessageType.DECLINE] as const) box.exchange(message(type, [iaNa(0, POOLED)]));
    assert.equal(kept(POOLED)?.status, 'REGISTERED');
  });

  it('[O-37] survives a restart, and a configuration without it: then it runs out', () => {
    box.exchange(inform(POOLED), from(POOLED));
    box = createBox({ provisioning: REGISTERING, bindings: [...box.durable.values()] });
    assert.deepEqual(kept(POOLED), registeredBy('00:03:00:01:02:00:00:00:00:01'));
    box.configure(configuration(PROVISIONING));
    box.advance(1_100);
    assert.equal(kept(POOLED)?.status, 'FREE');
  });

  it('[O-37] an operator ends it like a lease', () => {
    box.exchange(inform(OWN), from(OWN));
    box.dispatch({ kind: 'leaseCommand', id: 7, command: { action: 'release', address: address(OWN), prefixLength: 128 } });
    assert.equal(kept(), undefined);
    assert.ok(box.log.includes('command 7: done'));
  });

  it('[O-37] a preferred lifetime that is longer than the valid one is the host’s own affair', () => {
    assert.deepEqual(read(box.exchange(inform(OWN, { valid: 10, preferred: 20 }), from(OWN))).options, [iaAddress(OWN, 10, 20)]);
    assert.equal(box.durable.get(`${OWN}/128`)?.preferredLifetime, 10);
  });

  it('[O-37] an ADDR-REG-REPLY is for hosts', () => {
    box.exchange({ ...inform(OWN), type: MessageType.ADDR_REG_REPLY }, from(OWN));
    assert.equal(box.appliance.counters.malformed.get('unknown-message-type'), 1);
    assert.ok(decodeMessage(Uint8Array.of(37, 0, 0, 1)).error === undefined);
  });
});
