/** Whatever comes, in whatever state, again and out of order: nothing breaks, no lease is lost, and the log says what was wrong. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import { BindingStatus, LeaseTable } from '../../../src/lease/index.ts';
import { FailoverMessageType, epochSeconds, failoverMessageTypeName } from '../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import { binding, duid, pool } from '../../unit/lease/leases.ts';
import { EVERY_MESSAGE } from '../../unit/wire/failover/samples.ts';
import { EPOCH } from './settings.ts';
import { inState, meeting, starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED, STARTUP } = EndpointState;
const STATES = Object.values(EndpointState).filter((state) => state !== STARTUP);
const ROLES = ['primary', 'secondary'] as const;
const HELD = '2001:db8:1::5';
const NOT_EXPECTED = new Set<number>([FailoverMessageType.CONNECT, FailoverMessageType.CONNECTREPLY, FailoverMessageType.STARTTLS, FailoverMessageType.REPLY]);

function tableWithLease(role: (typeof ROLES)[number]): LeaseTable {
  const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
  table.setPools([pool('2001:db8:1::/64', 'random', role)], []);
  table.put(binding(HELD, { duid: duid(1), stateExpirationTime: epochSeconds(EPOCH + 50_000), clientLastTransactionTime: epochSeconds(EPOCH - 10) }));
  return table;
}

/** Samples are of another day: said now they are in time, and what they say of leases is not. */
function sayTwice(solo: Solo, message: FailoverMessage): void {
  solo.says({ ...message, sentTime: solo.box.now().epoch });
  solo.says({ ...message, sentTime: solo.box.now().epoch });
  solo.box.advance(1_000);
}

function assertHeld(table: LeaseTable, what: string): void {
  const slot = table.firstOfClient(duid(1), 0, duid(1).length);
  assert.ok(slot !== 0, what);
  const { status, stateExpirationTime } = table.read(slot);
  assert.deepEqual([status, stateExpirationTime], [BindingStatus.ACTIVE, EPOCH + 50_000], what);
}

describe('Messages that have no place (RFC 8156 section 5)', () => {
  for (const role of ROLES) {
    for (const state of STATES) {
      it(`[F-MSG-26] any of them, twice, to the ${role} that met its partner in ${endpointStateName(state)}`, () => {
        for (const message of EVERY_MESSAGE) {
          const table = tableWithLease(role);
          const solo = meeting(role, state, COMMUNICATIONS_INTERRUPTED, { table });
          assert.equal(solo.view.communications, 'ok');
          solo.box.log.length = 0;
          sayTwice(solo, message);
          assertHeld(table, failoverMessageTypeName(message.type));
          if (!NOT_EXPECTED.has(message.type)) continue;
          assert.match(solo.box.log.join('\n'), new RegExp(`the connection to (east|west) ended: ${failoverMessageTypeName(message.type)} was not expected now`));
          assert.equal(solo.view.communications, 'none');
        }
      });
    }

    it(`[F-MSG-26] any of them, twice, before the ${role} has heard a STATE`, () => {
      for (const message of EVERY_MESSAGE) {
        if (message.type === FailoverMessageType.STATE || message.type === FailoverMessageType.CONTACT) continue;
        const table = tableWithLease(role);
        const solo = starting(role, NORMAL, { table });
        solo.connect();
        solo.box.log.length = 0;
        sayTwice(solo, message);
        assertHeld(table, failoverMessageTypeName(message.type));
        assert.match(solo.box.log.join('\n'), /the connection to (east|west) ended: /, failoverMessageTypeName(message.type));
      }
    });

    it(`[F-MSG-26] all of them in any order to the ${role}, over one connection after another`, () => {
      const table = tableWithLease(role);
      const solo = inState(role, NORMAL, { table });
      for (let round = 1; round <= 200; round++) {
        const message = EVERY_MESSAGE[(round * 7 + (round >> 3)) % EVERY_MESSAGE.length];
        assert.ok(message !== undefined);
        sayTwice(solo, message);
        if (solo.view.communications !== 'none') continue;
        solo.connect();
        solo.saysState(NORMAL);
      }
      assertHeld(table, 'at the end');
    });
  }
});
