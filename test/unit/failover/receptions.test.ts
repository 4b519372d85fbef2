/** Connections that came in and have not said yet whose they are (RFC 8156 section 6.2). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FailoverEffect, RelationshipConfiguration } from '../../../src/failover/index.ts';
import { createReceptions } from '../../../src/failover/receptions.ts';
import type { Receptions } from '../../../src/failover/receptions.ts';
import { createTransactionIds } from '../../../src/failover/transaction-ids.ts';
import { FailoverMessageType, FailoverStatusCode, monotonicMs } from '../../../src/wire/index.ts';
import type { Address, ConnectMessage } from '../../../src/wire/index.ts';
import { ADDRESS, address, settings } from '../../conformance/failover-endpoint/settings.ts';

const RIGHT = 'certificate of the primary';
const { CONNECT, CONTACT } = FailoverMessageType;

interface Door {
  readonly receptions: Receptions;
  /** What it did since the last call; warnings are their text. */
  readonly did: () => readonly unknown[];
  readonly comes: (connection: number, options?: { readonly from?: Address; readonly certificate?: string | undefined; readonly at?: number }) => void;
}

function door(relationships: readonly RelationshipConfiguration[]): Door {
  const effects: FailoverEffect[] = [];
  const receptions = createReceptions(relationships, createTransactionIds(50), (effect) => void effects.push(effect));
  return {
    receptions,
    did: () => effects.splice(0).map((effect) => (effect.kind === 'log' && effect.severity === 'warning' ? effect.text : effect)),
    comes(connection, options = {}) {
      const { from, certificate, at } = { from: ADDRESS.primary, certificate: RIGHT, at: 0, ...options };
      receptions.connected(connection, from, certificate, monotonicMs(at));
    },
  };
}

function connect(relationshipName?: string): ConnectMessage {
  return { type: CONNECT, transactionId: 9, relationshipName, vendor: [] };
}

const close = (connection: number): unknown => ({ kind: 'close', connection });

describe('a connection that has not said whose it is', () => {
  it('[F-CON-18] is the relationship’s that its CONNECT names, and then waits no more', () => {
    const one = settings('secondary', { name: 'one' });
    const { receptions, comes, did } = door([settings('secondary', { name: 'two' }), one]);
    comes(1);
    assert.equal(receptions.has(1), true);
    assert.equal(receptions.heard(1, connect('one')), one);
    assert.equal(receptions.has(1), false);
    assert.equal(receptions.heard(1, connect('one')), undefined);
    assert.deepEqual(did(), []);
  });

  it('[F-CON-19] is refused where the name is unknown, or there is none and there are several', () => {
    const { receptions, comes, did } = door([settings('secondary', { name: 'one' }), settings('secondary', { name: 'two' })]);
    for (const [name, text] of [['three', 'there is no relationship "three" between the two boxes'], [undefined, 'the CONNECT names no relationship, and there are several']] as const) {
      comes(3);
      assert.equal(receptions.heard(3, connect(name)), undefined);
      const status = { code: FailoverStatusCode.ConfigurationConflict, text };
      assert.deepEqual(did(), [
        { kind: 'send', connection: 3, message: { type: FailoverMessageType.CONNECTREPLY, transactionId: 9, status, vendor: [] } },
        `a connection was closed: ${text}`,
        close(3),
      ]);
      assert.equal(receptions.has(3), false);
    }
  });

  it('[F-CON-4, F-CON-5] is closed at once where it comes from no primary of this box, as that was configured last', () => {
    const { receptions, comes, did } = door([settings('primary')]);
    comes(1);
    assert.deepEqual(did(), ['a connection was closed: 2001:db8:ffff::1 is the primary of no relationship of this box', close(1)]);
    receptions.configure([settings('secondary')]);
    comes(2);
    assert.deepEqual([did(), receptions.has(2)], [[], true]);
    comes(3, { from: address('2001:db8:ffff::9') });
    assert.deepEqual(did(), ['a connection was closed: 2001:db8:ffff::9 is the primary of no relationship of this box', close(3)]);
    receptions.configure([settings('primary', { partnerAddress: ADDRESS.primary })]);
    comes(4);
    assert.equal(receptions.has(4), false);
    assert.equal(receptions.heard(2, connect()), undefined, 'nor is one that came before');
  });

  it('[F-SEC-6] is closed without a word where it proves to be somebody else, or nobody, also where no certificate is known yet', () => {
    for (const [partnerCertificate, certificate] of [[RIGHT, 'another'], [RIGHT, undefined], [undefined, undefined], [undefined, RIGHT]] as const) {
      const { receptions, comes, did } = door([settings('secondary', { partnerCertificate })]);
      comes(1, { certificate });
      assert.equal(receptions.heard(1, connect()), undefined);
      assert.deepEqual(did(), ['a connection was closed: 2001:db8:ffff::1 proved to be somebody, but not the partner of east-west', close(1)]);
    }
    const insecure = settings('secondary', { insecure: true, partnerCertificate: undefined });
    const { receptions, comes } = door([insecure]);
    comes(1, { certificate: undefined });
    assert.equal(receptions.heard(1, connect()), insecure);
  });

  it('[F-MSG-26] is told what was wrong where it says anything but CONNECT, or what can’t be read', () => {
    const { receptions, comes, did } = door([settings('secondary')]);
    const told = (connection: number, transactionId: number, text: string): readonly unknown[] => [
      { kind: 'send', connection, message: { type: FailoverMessageType.DISCONNECT, transactionId, status: { code: FailoverStatusCode.UnspecFail, text } } },
      `a connection was closed: ${text}`,
      close(connection),
    ];
    comes(1);
    assert.equal(receptions.heard(1, { type: CONTACT, transactionId: 4, vendor: [] }), undefined);
    assert.deepEqual(did(), told(1, 50, 'CONTACT came before CONNECT'));
    comes(2);
    receptions.malformed(2, 'a length of 3');
    assert.deepEqual(did(), told(2, 51, 'a length of 3'));
    assert.deepEqual([receptions.has(1), receptions.has(2)], [false, false]);
  });

  it('[F-SEC-8] is closed when it has said nothing for ten seconds', () => {
    const { receptions, comes, did } = door([settings('secondary')]);
    assert.equal(receptions.nextDueAt(), Infinity);
    comes(1, { at: 100 });
    comes(2, { at: 300 });
    comes(3, { at: 400 });
    receptions.closed(2);
    assert.equal(receptions.nextDueAt(), 10_100);
    receptions.timePassed(monotonicMs(10_099));
    assert.deepEqual(did(), []);
    receptions.timePassed(monotonicMs(10_100));
    assert.deepEqual(did(), ['a connection was closed: it said nothing', close(1)]);
    assert.equal(receptions.nextDueAt(), 10_400);
    receptions.timePassed(monotonicMs(10_400));
    assert.deepEqual(did(), ['a connection was closed: it said nothing', close(3)], 'the one that is gone is not closed');
  });

  it('[F-SEC-8] makes room for the thirty-third, the oldest first', () => {
    const { receptions, comes, did } = door([settings('secondary')]);
    for (let connection = 1; connection <= 32; connection++) comes(connection);
    assert.deepEqual(did(), []);
    comes(33);
    assert.deepEqual(did(), ['a connection was closed: too many connections say nothing', close(1)]);
    assert.deepEqual([receptions.has(2), receptions.has(33)], [true, true]);
  });
});
