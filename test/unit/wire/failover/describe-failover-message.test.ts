import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { describeFailoverMessage, type FailoverMessage, FailoverMessageType, failoverMessageTypeName } from '../../../../src/wire/index.ts';
import { octets } from '../octets.ts';
import { CLIENT_BINDING, EVERY_MESSAGE, NOW, PREFIX_BINDING, PREFIX_LEASE } from './samples.ts';

function described(type: FailoverMessageType): readonly string[] {
  return EVERY_MESSAGE.filter((message) => message.type === type).map(describeFailoverMessage);
}

describe('a failover message in words', () => {
  it('begins with type and transaction-id, and has the sent-time of one that was received', () => {
    for (const message of EVERY_MESSAGE) {
      assert.ok(describeFailoverMessage(message).startsWith(failoverMessageTypeName(message.type)));
      assert.ok(!describeFailoverMessage(message).includes('\n'));
    }
    assert.equal(describeFailoverMessage({ type: FailoverMessageType.POOLREQ, transactionId: 42, sentTime: NOW }), 'POOLREQ 00002a sent 1790000000');
    assert.equal(failoverMessageTypeName(99), 'message type 99');
  });

  it('says of a client what is leased to it', () => {
    const [text = ''] = described(FailoverMessageType.BNDUPD);
    for (const part of [
      'client 00:03:00:01:02:00:00:00:00:01 base 1790000000',
      'vpn type 0 76:70:6e:31',
      'relay fe80::21 (43 octets)',
      'IA_NA 3735928559 t1 1500 t2 2400 {',
      '2001:db8:1::101 ACTIVE since 1789999999 until 1790003600 preferred 3000 valid 3600',
      'client-last-transaction-time 1789999995',
      'partner-lifetime 1790261000 partner-lifetime-sent 1790261001 partner-raw-clt-time 1789992800 expiration-time 1790261002',
      'fqdn flags 5 04:68:6f:73:74:07:65:78:61:6d:70:6c:65:00',
      'dns-removal host host.example zone example flags usingRequestedFqdn,reverseUpToDate',
      'AddressInUse "another client has it"',
      'IA_PD 1 t1 1800 t2 2880 { 2001:db8:8100::/56 ACTIVE',
      'ConfigurationConflict ""',
      'MissingBindingInformation "no base time"',
      'CLIENT_ADDRESS fe80::1',
      'CONTACT_INTERVAL 250 ms',
      'CONFIG_SHARED "links" "lan1: 2001:db8:1::/64"',
      'DATABASE own 0102030405060708/4294967298 partner 1112131415161718/77',
      'CLOCK trusted source 2, 2122232425262728 -1700000000 s, 3132333435363738 not known',
    ]) {
      assert.ok(text.includes(part), `${part}\n${text}`);
    }
  });

  it('says that a key is there, and not the key', () => {
    const [text = ''] = described(FailoverMessageType.BNDUPD);
    assert.ok(text.includes('reconfigure-key of 1789999940 (16 octets)'));
    assert.ok(!text.includes('08:09:0a:0b'));
  });

  it('says of a prefix whose it is', () => {
    const message: FailoverMessage = { type: FailoverMessageType.BNDUPD, transactionId: 4, binding: PREFIX_BINDING };
    assert.equal(
      describeFailoverMessage(message),
      'BNDUPD 000004 prefix base 1790000000 vpn type 1 00:00:5e:00:00:00:01 2001:db8:8100::/56 FREE-BACKUP since 1790000000 ' +
        'preferred 0 valid 0 OutdatedBindingInformation "mine is newer"',
    );
  });

  it('says what CONNECT, STATE and DISCONNECT say', () => {
    const [connect = ''] = described(FailoverMessageType.CONNECT);
    assert.ok(
      connect.startsWith(
        'CONNECT 000001 relationship "east-west" version 1.0 mclt 3600 keepalive 60 max-unacked 1000 fixed-pd-length NotSupported "version 2.0" EXTENSIONS 20 21 50 51 60 70',
      ),
      connect,
    );
    const [state = ''] = described(FailoverMessageType.STATE);
    assert.ok(state.startsWith('STATE 000002 PARTNER-DOWN startup communicated since 1789999900 partner-down 1789999899 '), state);
    assert.deepEqual(described(FailoverMessageType.DISCONNECT), ['DISCONNECT ffffff ServerShuttingDown "restart"']);
  });

  it('shows numbers that have no name, and extensions that are not known or malformed', () => {
    const state = { type: FailoverMessageType.STATE, transactionId: 0, serverFlags: { startup: false, communicated: false, ackStartup: false }, startTimeOfState: NOW } as const;
    assert.equal(
      describeFailoverMessage({ ...state, serverState: 77, vendor: [{ code: 999, data: octets('01') }, { code: 70, data: octets('01') }] }),
      'STATE 000000 state 77 since 1790000000 extension 999 01 CONTACT_INTERVAL malformed 01',
    );
    const lease = { ...PREFIX_LEASE, bindingStatus: 9 };
    assert.match(describeFailoverMessage({ type: FailoverMessageType.BNDUPD, transactionId: 0, binding: { ...PREFIX_BINDING, lease } }), / binding-status 9 /);
    const unknown = { ...CLIENT_BINDING, clientId: undefined, ias: [], vendor: [] };
    assert.match(describeFailoverMessage({ type: FailoverMessageType.BNDREPLY, transactionId: 0, binding: unknown }), / client unknown /);
  });
});
