import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, stateDiagram } from '../../../src/failover/index.ts';
import type { Role } from '../../../src/failover/index.ts';
import { PREVIOUS, SAME, TRANSITIONS } from '../../../src/failover/state-table.ts';

describe('the table of states in words', () => {
  for (const role of ['primary', 'secondary'] as const) {
    it(`has every state and every way out of it that the table has, for the ${role}`, () => {
      const states = stateDiagram(role);
      assert.deepEqual(states.map(({ state }) => state), Object.values(EndpointState));
      for (const { state, ways } of states) {
        const rows = TRANSITIONS.filter((row) => row.from.includes(state) && (row.role ?? role) === role && row.next !== SAME && row.next !== state);
        assert.deepEqual(ways.map(({ section }) => section), rows.map(({ section }) => section));
        assert.deepEqual(ways.map(({ next }) => next), rows.map(({ next }) => (next === PREVIOUS ? undefined : next)));
      }
    });
  }

  const ways = (role: Role, state: EndpointState): readonly string[] =>
    stateDiagram(role).find((each) => each.state === state)?.ways.map(({ when, nextName }) => `${when} -> ${nextName}`) ?? [];

  it('says of which states of the partner it speaks, and of the others', () => {
    assert.deepEqual(ways('primary', EndpointState.NORMAL).slice(0, 2), [
      'partner heard in another state -> COMMUNICATIONS-INTERRUPTED',
      'partner not heard -> COMMUNICATIONS-INTERRUPTED',
    ]);
    assert.deepEqual(ways('primary', EndpointState.COMMUNICATIONS_INTERRUPTED).slice(0, 2), [
      'partner heard in NORMAL, COMMUNICATIONS-INTERRUPTED -> NORMAL',
      'partner heard in RECOVER-DONE -> NORMAL',
    ]);
  });

  it('says that STARTUP leads back to the state before', () => {
    assert.ok(ways('primary', EndpointState.STARTUP).includes('startup time is over -> previous state'));
  });

  it('says what the operator can do, once', () => {
    assert.ok(ways('primary', EndpointState.NORMAL).includes('operator: partner-down -> PARTNER-DOWN'));
    assert.ok(ways('primary', EndpointState.POTENTIAL_CONFLICT).includes('operator: force-partner-down -> PARTNER-DOWN'));
  });

  it('is of the role', () => {
    assert.ok(ways('primary', EndpointState.POTENTIAL_CONFLICT).includes('all updates received -> CONFLICT-DONE'));
    assert.ok(ways('secondary', EndpointState.POTENTIAL_CONFLICT).includes('all updates received, partner in CONFLICT-DONE -> NORMAL'));
  });
});
