import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, formatAddress, optionValue } from '../../../src/wire/index.ts';
import type { PlainOption } from '../../../src/wire/index.ts';
import { PROVISIONING, address, createBox } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';
import { FROM_RELAY, RELAY_ADDRESS, relayed, unwrap } from './relayed.ts';

const SOLICIT = message(MessageType.SOLICIT, [iaNa(1)]);

function octets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('relayed messages (RFC 9915 19)', () => {
  it('[S-RLY-1, S-OPT-9] the Relay-reply chain mirrors the Relay-forward chain', () => {
    const forward = relayed(
      SOLICIT,
      { linkAddress: '2001:db8:2::1', peerAddress: 'fe80::c1', hopCount: 0 },
      { linkAddress: '::', peerAddress: 'fe80::77', hopCount: 1 },
      { linkAddress: '2001:db8:aa::1', peerAddress: '2001:db8:aa::2', hopCount: 2 },
    );
    const { levels, answer } = unwrap(createBox().exchange(forward, FROM_RELAY));
    assert.deepEqual(
      levels.map(({ type, hopCount, linkAddress, peerAddress }) => [type, hopCount, formatAddress(linkAddress), formatAddress(peerAddress)]),
      [
        [MessageType.RELAY_REPL, 2, '2001:db8:aa::1', '2001:db8:aa::2'],
        [MessageType.RELAY_REPL, 1, '::', 'fe80::77'],
        [MessageType.RELAY_REPL, 0, '2001:db8:2::1', 'fe80::c1'],
      ],
    );
    assert.equal(answer.type, MessageType.ADVERTISE);
  });

  it('[S-RLY-2, S-OPT-17] Interface-Id is copied at the level where it was received', () => {
    const withId = (id: string): readonly PlainOption[] => [{ code: OptionCode.INTERFACE_ID, value: octets(id) }];
    const { levels } = unwrap(createBox().exchange(relayed(SOLICIT, { options: withId('inner') }, {}, { options: withId('outer') }), FROM_RELAY));
    assert.deepEqual(
      levels.map(({ options }) => optionValue(options, OptionCode.INTERFACE_ID)),
      [octets('outer'), undefined, octets('inner')],
    );
  });

  it('[S-RLY-3, S-CON-4] eight levels are accepted, nine are not, unless the file allows more', () => {
    const nested = (levels: number): ReturnType<typeof relayed> => relayed(SOLICIT, ...Array.from({ length: levels }, () => ({})));
    const box = createBox();
    assert.equal(unwrap(box.exchange(nested(8), FROM_RELAY)).levels.length, 8);
    assert.equal(box.exchange(nested(9), FROM_RELAY), undefined);
    assert.equal(box.appliance.counters.malformed.get('relay-too-deep'), 1);
    const tolerant = createBox({ provisioning: `${PROVISIONING}server: { relay-depth: 32 }\n` });
    assert.equal(unwrap(tolerant.exchange(nested(32), FROM_RELAY)).levels.length, 32);
  });

  it('[S-RLY-5, O-24] options that the Echo Request names come back at their level', () => {
    const options: readonly PlainOption[] = [
      { code: OptionCode.ERO, value: [OptionCode.SUBSCRIBER_ID, 65_001] },
      { code: OptionCode.SUBSCRIBER_ID, value: octets('line 7') },
      { code: OptionCode.REMOTE_ID, value: { enterprise: 32_473, id: octets('x') } },
      { code: 65_001, data: Uint8Array.of(9) },
    ];
    const { levels } = unwrap(createBox().exchange(relayed(SOLICIT, { options }), FROM_RELAY));
    const codes = levels[0]?.options.map(({ code }) => code) ?? [];
    assert.ok(codes.includes(OptionCode.SUBSCRIBER_ID) && codes.includes(65_001));
    assert.ok(!codes.includes(OptionCode.REMOTE_ID), 'what is not named does not');
  });

  it('[S-RLY-6, O-33] Relay Source Port is copied, and the answer goes to the port that the relay sent from', () => {
    const options: readonly PlainOption[] = [{ code: OptionCode.RELAY_PORT, value: 0 }];
    const sent = createBox().exchange(relayed(SOLICIT, { options }), { ...FROM_RELAY, sourcePort: 30_547 });
    assert.equal(sent?.port, 30_547);
    assert.equal(optionValue(unwrap(sent).levels[0]?.options ?? [], OptionCode.RELAY_PORT), 0);
  });

  it('[S-TX-3, S-NEW-5, S-CON-2] without it the answer goes to port 547 of who sent the Relay-forward', () => {
    const sent = createBox().exchange(relayed(SOLICIT, {}), { ...FROM_RELAY, sourcePort: 30_547 });
    assert.deepEqual([sent?.destination, sent?.port, sent?.interfaceName], ['2001:db8:ffff::1', 547, 'uplink']);
  });

  it('[S-TX-7] the relay chain is kept with the lease, and dropped when the client is heard directly', () => {
    const box = createBox();
    const forward = relayed(message(MessageType.REQUEST, [iaNa(1)]), { linkAddress: '2001:db8:1::5' });
    const { answer } = unwrap(box.exchange(forward, FROM_RELAY));
    const lease = answer.ias[0]?.leases[0]?.name ?? '';
    const kept = box.durable.get(`${lease}/128`)?.relay;
    assert.ok(kept !== undefined);
    assert.deepEqual([...kept.subarray(0, 2)], [MessageType.RELAY_FORW, 0]);
    assert.deepEqual(kept.subarray(2, 18), address('2001:db8:1::5'));
    assert.equal(kept.length, 34 + 4, 'the headers, without the message');
    assert.deepEqual(box.durable.get(`${lease}/128`)?.relayAgent, RELAY_ADDRESS);
    const other = address('2001:db8:ffff::2');
    box.exchange(relayed(message(MessageType.RENEW, [iaNa(1, lease)]), { linkAddress: '2001:db8:1::5', hopCount: 3 }), { ...FROM_RELAY, source: other });
    assert.equal(box.durable.get(`${lease}/128`)?.relay?.[1], 3, 'the chain of the last message');
    assert.deepEqual(box.durable.get(`${lease}/128`)?.relayAgent, other, 'and whom it came from');
    box.exchange(message(MessageType.RENEW, [iaNa(1, lease)]));
    assert.deepEqual([box.durable.get(`${lease}/128`)?.relay, box.durable.get(`${lease}/128`)?.relayAgent], [undefined, undefined]);
    box.exchange(relayed(message(MessageType.RENEW, [iaNa(1, lease)]), { linkAddress: '2001:db8:1::5' }), FROM_RELAY);
    assert.ok(box.durable.get(`${lease}/128`)?.relay !== undefined, 'a lease that was given directly has one from now on');
    const direct = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }))).ias[0]?.leases[0]?.name ?? '';
    assert.deepEqual([box.durable.get(`${direct}/128`)?.relay, box.durable.get(`${direct}/128`)?.relayAgent], [undefined, undefined]);
  });
});

describe('the link of a client (RFC 9915 13.1)', () => {
  const withSelectors = PROVISIONING.replace(
    '  branch:\n',
    '  branch:\n    relay: { interface-ids: [port-7], remote-ids: [ { enterprise: 32473, id: line-7 } ] }\n',
  );
  const networkOf = (name: string | undefined): string => name?.split(':')[2] ?? 'none';
  const linkOf = (options: Parameters<typeof relayed>[1], provisioning = withSelectors): string =>
    networkOf(unwrap(createBox({ provisioning }).exchange(relayed(SOLICIT, options), FROM_RELAY)).answer.ias[0]?.leases[0]?.name);

  it('[S-LNK-1] of a direct message: the receiving interface’s', () => {
    const box = createBox();
    assert.equal(networkOf(read(box.exchange(SOLICIT)).ias[0]?.leases[0]?.name), '1');
    assert.equal(box.exchange(SOLICIT, { interfaceName: 'uplink' }), undefined, 'an interface for relays has no clients');
    assert.equal(box.appliance.counters.discarded['unknown-link'], 1);
  });

  it('[S-LNK-2, O-45] of a relayed message: the link-address’s, the nearest to the client that is not zero', () => {
    const lease = (...relays: Parameters<typeof relayed>[1][]): string =>
      networkOf(unwrap(createBox().exchange(relayed(SOLICIT, ...relays), FROM_RELAY)).answer.ias[0]?.leases[0]?.name);
    assert.equal(lease({ linkAddress: '2001:db8:2::5' }), '2');
    assert.equal(lease({ linkAddress: '2001:db8:1::5' }), '1', 'a link of this box’s own may be reached by relay, too');
    assert.equal(lease({ linkAddress: '::' }, { linkAddress: '2001:db8:2::5' }), '2');
    assert.equal(lease({ linkAddress: '2001:db8:2::5' }, { linkAddress: '2001:db8:1::5' }), '2');
  });

  it('[S-LNK-2] a link-address that belongs to no link: no answer', () => {
    const box = createBox();
    assert.equal(box.exchange(relayed(SOLICIT, { linkAddress: '2001:db8:77::1' }), FROM_RELAY), undefined);
    assert.equal(box.appliance.counters.discarded['unknown-link'], 1);
  });

  it('[O-15] every link-address zero, a lightweight relay agent: the receiving interface’s', () => {
    const box = createBox();
    const forward = relayed(SOLICIT, { linkAddress: '::', options: [{ code: OptionCode.INTERFACE_ID, value: octets('port 3') }] });
    const sent = box.exchange(forward, { source: address('fe80::c1'), destination: 'multicast', sourcePort: 547 });
    assert.equal(networkOf(unwrap(sent).answer.ias[0]?.leases[0]?.name), '1');
    assert.deepEqual([sent?.destination, sent?.port], ['fe80::c1', 547]);
  });

  it('an Interface-Id that a link names decides, whatever the link-address says', () => {
    const options = [{ code: OptionCode.INTERFACE_ID, value: octets('port-7') }] as const;
    assert.equal(linkOf({ linkAddress: '2001:db8:1::5', options }), '2');
    assert.equal(linkOf({ linkAddress: '2001:db8:1::5', options: [{ code: OptionCode.INTERFACE_ID, value: octets('port-8') }] }), '1');
  });

  it('[O-2] a Remote-Id that a link names decides, enterprise and id together', () => {
    const remote = (enterprise: number, id: string): readonly PlainOption[] => [{ code: OptionCode.REMOTE_ID, value: { enterprise, id: octets(id) } }];
    assert.equal(linkOf({ linkAddress: '2001:db8:1::5', options: remote(32_473, 'line-7') }), '2');
    assert.equal(linkOf({ linkAddress: '2001:db8:1::5', options: remote(32_474, 'line-7') }), '1');
    assert.equal(linkOf({ linkAddress: '2001:db8:1::5', options: remote(32_473, 'line-8') }), '1');
  });

  it('[O-2] links may be named by Interface-Ids alone, or by Remote-Ids alone', () => {
    const interfaceId = [{ code: OptionCode.INTERFACE_ID, value: octets('port-7') }] as const;
    const remoteId = [{ code: OptionCode.REMOTE_ID, value: { enterprise: 32_473, id: octets('line-7') } }] as const;
    const byInterface = PROVISIONING.replace('  branch:\n', '  branch:\n    relay: { interface-ids: [port-7] }\n');
    const byRemote = PROVISIONING.replace('  branch:\n', '  branch:\n    relay: { remote-ids: [ { enterprise: 32473, id: line-7 } ] }\n');
    const linkWith = (options: readonly PlainOption[], provisioning: string): string => linkOf({ linkAddress: '2001:db8:1::5', options }, provisioning);
    assert.deepEqual([linkWith(interfaceId, byInterface), linkWith(remoteId, byInterface)], ['2', '1']);
    assert.deepEqual([linkWith(interfaceId, byRemote), linkWith(remoteId, byRemote)], ['1', '2']);
  });

  it('[O-2] of several relays the nearest to the client whose port a link names decides', () => {
    const port = (name: string): Parameters<typeof relayed>[1] => ({ linkAddress: '2001:db8:1::5', options: [{ code: OptionCode.INTERFACE_ID, value: octets(name) }] });
    const line = (id: string): Parameters<typeof relayed>[1] => ({ linkAddress: '2001:db8:1::5', options: [{ code: OptionCode.REMOTE_ID, value: { enterprise: 32_473, id: octets(id) } }] });
    const twoNamed = withSelectors.replace('  branch:\n', '    relay: { interface-ids: [port-1] }\n  branch:\n');
    const link = (...relays: readonly Parameters<typeof relayed>[1][]): string =>
      networkOf(unwrap(createBox({ provisioning: twoNamed }).exchange(relayed(SOLICIT, ...relays), FROM_RELAY)).answer.ias[0]?.leases[0]?.name);
    assert.equal(link(port('port-9'), port('port-7')), '2', 'the nearest is of no link');
    assert.equal(link(line('line-9'), port('port-7')), '2');
    assert.equal(link(port('port-1'), port('port-7')), '1');
    assert.equal(link(port('port-7'), port('port-1')), '2');
  });

  it('[S-LNK-2] of links with prefixes of several lengths the one that the link-address lies in', () => {
    const lengths = PROVISIONING.replace('prefixes: [2001:db8:2::/64]', 'prefixes: ["2001:db8:2:0::/80"]');
    assert.equal(linkOf({ linkAddress: '2001:db8:2::5' }, lengths), '2');
    assert.equal(linkOf({ linkAddress: '2001:db8:1::5' }, lengths), '1');
  });

  it('[O-3] a Subscriber-Id needs no echo and disturbs nothing', () => {
    const options = [{ code: OptionCode.SUBSCRIBER_ID, value: octets('customer 7') }] as const;
    const { levels } = unwrap(createBox().exchange(relayed(SOLICIT, { options }), FROM_RELAY));
    assert.equal(optionValue(levels[0]?.options ?? [], OptionCode.SUBSCRIBER_ID), undefined);
  });

  it('a link’s clients are served through a relay while its interface is down', () => {
    const box = createBox();
    const forward = relayed(message(MessageType.REQUEST, [iaNa(1), iaPd(1)]), { linkAddress: '2001:db8:1::1' });
    const { answer } = unwrap(box.exchange(forward, FROM_RELAY));
    assert.deepEqual(answer.ias.map(({ leases }) => leases.length), [1, 1]);
  });

  it('two clients behind one relay get different leases', () => {
    const box = createBox();
    const names = [CLIENT, OTHER_CLIENT].map(
      (client) => unwrap(box.exchange(relayed(message(MessageType.REQUEST, [iaNa(1)], { client }), {}), FROM_RELAY)).answer.ias[0]?.leases[0]?.name,
    );
    assert.notEqual(names[0], names[1]);
  });
});
