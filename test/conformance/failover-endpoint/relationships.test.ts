/** RFC 8156 section 6.2: which endpoint a connection is for; several relationships in one box (RFC 7031 4.4.2, m-to-1). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { RelationshipConfiguration } from '../../../src/failover/index.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import { FailoverMessageType, FailoverStatusCode, epochSeconds, formatAddress, seconds } from '../../../src/wire/index.ts';
import type { ConnectMessage, StateMessage } from '../../../src/wire/index.ts';
import { binding, duid, name as leaseName, pool } from '../../unit/lease/leases.ts';
import { createBox } from './box.ts';
import type { Box } from './box.ts';
import { ADDRESS, EPOCH, MCLT, address, record, settings } from './settings.ts';
import { inState, nameOf } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED, RECOVER_DONE } = EndpointState;
const ANOTHER = address('2001:db8:ffff::3');

const ONE = settings('secondary', { name: 'one' });
const TWO = settings('secondary', { name: 'two', pools: [1], partnerAddress: ANOTHER, partnerCertificate: 'another one' });
/** The same partner as that of ONE. */
const THREE = settings('secondary', { name: 'three', pools: [2] });

function started(relationships: readonly RelationshipConfiguration[]): Box {
  const stored = relationships.map(({ name, role }) => record(role, COMMUNICATIONS_INTERRUPTED, { relationship: name }));
  const box = createBox({ relationships, stored });
  box.step({ kind: 'start' });
  return box;
}

interface Offer {
  readonly connection: number;
  readonly name?: string | undefined;
  readonly from?: typeof ANOTHER;
  readonly certificate?: string | undefined;
}

/** A primary connects and says CONNECT. @returns the status code of the answer, 0 for consent, undefined for none */
function offer(box: Box, options: Offer): number | undefined {
  const { connection, name, from = ADDRESS.primary, certificate } = { certificate: 'certificate of the primary', ...options };
  box.step({ kind: 'connected', connection, relationship: undefined, partnerAddress: from, certificate });
  const message: ConnectMessage = {
    type: FailoverMessageType.CONNECT,
    transactionId: 1,
    sentTime: box.now().epoch,
    version: { major: 1, minor: 0 },
    mclt: seconds(MCLT),
    keepaliveTime: seconds(60),
    maxUnackedBndupd: 10,
    relationshipName: name,
    fixedPdLength: true,
    vendor: [],
  };
  box.step({ kind: 'message', connection, message, receivedAt: box.now().epoch });
  for (const effect of box.effects.splice(0)) {
    if (effect.kind === 'send' && effect.message.type === FailoverMessageType.CONNECTREPLY) return effect.message.status?.code ?? 0;
  }
  return undefined;
}

function tell(box: Box, connection: number, serverState: EndpointState): void {
  const message: StateMessage = {
    type: FailoverMessageType.STATE,
    transactionId: 2,
    serverState,
    serverFlags: { startup: false, communicated: true, ackStartup: false },
    startTimeOfState: epochSeconds(EPOCH),
    vendor: [],
  };
  box.step({ kind: 'message', connection, message, receivedAt: box.now().epoch });
}

/** The leases that were told to the partner at each connection. */
function told(box: Box): [connection: number, lease: string][] {
  return box.effects.splice(0).flatMap((effect) =>
    effect.kind === 'send' && effect.message.type === FailoverMessageType.BNDUPD && effect.message.binding.kind === 'client'
      ? effect.message.binding.ias.flatMap(({ leases }) =>
          leases.map((lease): [number, string] => [effect.connection, formatAddress(lease.address)]))
      : [],
  );
}

const states = (box: Box) => box.failover.relationships.map(({ state }) => endpointStateName(state));

describe('Reserved leases outside of all pools, with several partners', () => {
  const ON_ONE = '2001:db8:71::1';
  const ON_TWO = '2001:db8:72::1';
  const ON_NONE = '2001:db8:73::1';
  const FORMER = '2001:db8:74::1';

  it('[F-EP-2] [F-BU-1] each partner is told of those on the links of its relationship, and of no others', () => {
    const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
    const pools = [pool('2001:db8:1::/64', 'random', 'secondary'), pool('2001:db8:2::/64', 'random', 'secondary')];
    table.setPools(pools, [{ ...leaseName(ON_ONE), relationship: 'one' }, { ...leaseName(ON_TWO), relationship: 'two' }, leaseName(ON_NONE)]);
    const stored = [ONE, TWO].map((one) => record(one.role, COMMUNICATIONS_INTERRUPTED, { relationship: one.name }));
    const box = createBox({ relationships: [{ ...ONE, contactInterval: 0 }, { ...TWO, contactInterval: 0 }], stored, table });
    box.step({ kind: 'start' });
    offer(box, { connection: 1, name: 'one' });
    offer(box, { connection: 2, name: 'two', from: ANOTHER, certificate: 'another one' });
    for (const connection of [1, 2]) tell(box, connection, COMMUNICATIONS_INTERRUPTED);
    for (const connection of [1, 2]) tell(box, connection, NORMAL);
    assert.deepEqual(states(box), ['NORMAL', 'NORMAL']);
    box.effects.length = 0;
    const names = [ON_ONE, ON_TWO, ON_NONE, FORMER, '2001:db8:1::2', '2001:db8:2::2'];
    const slots = names.map((text, i) => table.put(binding(text, { duid: duid(i + 1), updateNeeded: true, stateExpirationTime: epochSeconds(EPOCH + 9_000) })));
    box.step({ kind: 'leasesChanged', slots, cause: 'client' });
    assert.deepEqual(told(box).sort(), [[1, '2001:db8:1::2'], [1, ON_ONE], [2, '2001:db8:2::2'], [2, ON_TWO]]);
  });
});

describe('Whose connection it is (RFC 8156 section 6.2)', () => {
  it('[F-CON-18, F-EP-1] address, name and role decide', () => {
    const box = started([ONE, TWO, { ...settings('primary', { name: 'four', pools: [3] }), partnerAddress: ADDRESS.primary }]);
    assert.equal(offer(box, { connection: 1, name: 'one' }), 0);
    assert.equal(box.failover.relationship('one')?.communications, 'connecting');
    assert.equal(offer(box, { connection: 2, name: 'two' }), FailoverStatusCode.ConfigurationConflict, 'another address');
    assert.equal(offer(box, { connection: 3, name: 'four' }), FailoverStatusCode.ConfigurationConflict, 'this box dials there');
    assert.equal(offer(box, { connection: 4, name: 'two', from: ANOTHER, certificate: 'another one' }), 0);
    assert.equal(box.failover.relationship('two')?.communications, 'connecting');
  });
  it('[F-CON-19] a name that is unknown, or absent where there are several: refused', () => {
    const box = started([ONE, THREE]);
    assert.equal(offer(box, { connection: 1, name: 'five' }), FailoverStatusCode.ConfigurationConflict);
    assert.equal(offer(box, { connection: 2 }), FailoverStatusCode.ConfigurationConflict);
    assert.equal(offer(box, { connection: 3, name: 'three' }), 0);
    const single = started([ONE, TWO]);
    assert.equal(offer(single, { connection: 1 }), 0, 'there is one with this partner');
  });
  it('[F-SEC-6] another certificate than that of the relationship: closed without a word', () => {
    for (const certificate of ['another one', undefined]) {
      const box = started([ONE, TWO]);
      assert.equal(offer(box, { connection: 1, name: 'one', certificate }), undefined);
      assert.equal(box.failover.relationship('one')?.communications, 'none');
      assert.match(box.log.join('\n'), /not the partner of one/);
    }
    const insecure = started([{ ...ONE, insecure: true, partnerCertificate: undefined }]);
    assert.equal(offer(insecure, { connection: 1, certificate: undefined }), 0);
    assert.ok(insecure.alarms.has('insecure'));
  });
  it('[F-SEC-6] the primary does not say CONNECT to one with another certificate', () => {
    const box = started([settings('primary', { name: 'six' })]);
    box.step({
      kind: 'connected',
      connection: 1,
      relationship: 'six',
      partnerAddress: ADDRESS.secondary,
      certificate: 'another one',
    });
    assert.deepEqual(box.effects, [{ kind: 'close', connection: 1 }]);
    assert.match(box.alarms.get('refused')?.text ?? '', /another certificate/);
  });
  it('[F-MSG-26] anything but CONNECT first: DISCONNECT', () => {
    const box = started([ONE]);
    box.step({ kind: 'connected', connection: 1, relationship: undefined, partnerAddress: ADDRESS.primary, certificate: undefined });
    tell(box, 1, NORMAL);
    const types = box.effects.map((effect) => (effect.kind === 'send' ? effect.message.type : effect.kind));
    assert.deepEqual(types, [FailoverMessageType.DISCONNECT, 'close']);
  });
  it('[F-SEC-8] connections that say nothing are few and short', () => {
    const box = started([ONE]);
    const connect = (connection: number) =>
      box.step({ kind: 'connected', connection, relationship: undefined, partnerAddress: ADDRESS.primary, certificate: undefined });
    for (let connection = 1; connection <= 40; connection++) connect(connection);
    const closed = () => box.effects.splice(0).filter(({ kind }) => kind === 'close').length;
    assert.equal(closed(), 8, 'the oldest make room');
    assert.equal(offer(box, { connection: 41, name: 'one' }), 0, 'the true partner gets in');
    tell(box, 41, NORMAL);
    box.effects.length = 0;
    box.advance(9_999);
    assert.equal(closed(), 0);
    box.advance(1);
    assert.equal(closed(), 31);
  });
});

describe('A second connection (F-CON-20)', () => {
  it('[F-CON-20] of the true partner takes the place of the first, which was half-open', () => {
    const solo = inState('secondary', NORMAL);
    const first = solo.connection;
    const closed = solo.closed;
    solo.connect();
    assert.ok(closed.includes(first));
    assert.equal(nameOf(solo), 'COMMUNICATIONS-INTERRUPTED', 'communications were lost');
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.equal(nameOf(solo), 'NORMAL', 'and are restored');
    solo.box.step({ kind: 'closed', connection: first, reason: 'late' });
    assert.equal(nameOf(solo), 'NORMAL', 'what becomes of the first is of no matter');
  });
  it('[F-CON-20] that is refused leaves the first alone', () => {
    const solo = inState('secondary', NORMAL);
    const first = solo.connection;
    solo.connect({ version: { major: 2, minor: 0 } });
    assert.equal(nameOf(solo), 'NORMAL');
    assert.equal(solo.view.communications, 'ok');
    solo.connection = first;
    solo.saysState(NORMAL);
    assert.equal(nameOf(solo), 'NORMAL');
  });
});

describe('Several relationships (RFC 7031 section 4.4.2)', () => {
  it('[F-EP-3, R-M1] each has its state, its record and its leases', () => {
    const box = started([ONE, TWO, settings('primary', { name: 'seven', pools: [3] })]);
    offer(box, { connection: 1, name: 'one' });
    tell(box, 1, NORMAL);
    offer(box, { connection: 2, name: 'two', from: ANOTHER, certificate: 'another one' });
    tell(box, 2, RECOVER_DONE);
    box.advance(5_000);
    assert.deepEqual(states(box), ['NORMAL', 'NORMAL', 'COMMUNICATIONS-INTERRUPTED']);
    assert.equal(box.command('partner-down', 'seven'), undefined);
    assert.match(box.command('partner-down', 'eight') ?? '', /no relationship "eight"/);
    box.step({ kind: 'closed', connection: 2, reason: 'reset' });
    assert.deepEqual(states(box), ['NORMAL', 'COMMUNICATIONS-INTERRUPTED', 'PARTNER-DOWN']);
    assert.deepEqual(
      [...box.stored].map(([name, { state }]) => [name, endpointStateName(state)]),
      [['one', 'NORMAL'], ['two', 'COMMUNICATIONS-INTERRUPTED'], ['seven', 'PARTNER-DOWN']],
    );
  });
});
