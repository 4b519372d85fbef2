import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { Role } from '../../../src/failover/index.ts';
import { nextStep } from '../../../src/failover/state-machine.ts';
import type { Condition, Trigger } from '../../../src/failover/state-table.ts';

const ROLES: readonly Role[] = ['primary', 'secondary'];

const STATES = {
  START: EndpointState.STARTUP,
  N: EndpointState.NORMAL,
  CI: EndpointState.COMMUNICATIONS_INTERRUPTED,
  PD: EndpointState.PARTNER_DOWN,
  PC: EndpointState.POTENTIAL_CONFLICT,
  R: EndpointState.RECOVER,
  RW: EndpointState.RECOVER_WAIT,
  RD: EndpointState.RECOVER_DONE,
  RI: EndpointState.RESOLUTION_INTERRUPTED,
  CD: EndpointState.CONFLICT_DONE,
} as const;
type Short = keyof typeof STATES;
const SHORTS = Object.keys(STATES) as readonly Short[];

/** Where STARTUP leads back to here: a state that none of its other rows leads to. */
const BEFORE = 'RI';

interface Moment {
  readonly role?: Role;
  readonly partner?: Short;
  readonly conditions?: readonly Condition[];
}

/** Where it goes; "+" where it looks at the partner again from there, then what is done besides. "-": no row. */
function outcome(from: Short, trigger: Trigger, { role = 'primary', partner, conditions = [] }: Moment = {}): string {
  const step = nextStep(trigger, {
    role,
    state: STATES[from],
    previousState: STATES[BEFORE],
    partner: partner === undefined ? undefined : { state: STATES[partner], isStarting: trigger === 'partner-starting' },
    holds: (condition) => conditions.includes(condition),
  });
  if (step === undefined) return '-';
  const to = SHORTS.find((short) => STATES[short] === step.to) ?? endpointStateName(step.to);
  return [`${to}${step.row.again === true ? '+' : ''}`, step.row.does].filter((part) => part !== undefined).join(' ');
}

/** Of all states, those in which something happens. */
function outcomes(trigger: Trigger, moment: Moment = {}): Partial<Record<Short, string>> {
  const found = SHORTS.map((from): [Short, string] => [from, outcome(from, trigger, moment)]);
  return Object.fromEntries(found.filter(([, to]) => to !== '-'));
}

describe('the table of states, trigger by trigger (RFC 8156 section 8)', () => {
  // As figure 6 and the sections behind it have it: the state of this box by rows, of the partner by columns.
  const HEARD = `
           N      CI     PD     PC     R      RW     RD     RI     CD
    START  RI+    RI+    PC+    RI+    RI+    RI+    RI+    RI+    RI+
    N      N      CI+    CI+    CI+    CI+    CI+    CI+    CI+    CI+
    CI     N*     N*     PC+    PC+    CI     CI     N*     PC+    PC+
    PD     PC+    PC+    PC+    PC+    PD*    PD*    N*     PC+    PC+
    R      ask    ask    ask    PC+    ask    ask    ask    PC+    PC+
    RW     RW     RW     RW     RW     RW     RW     RW     RW     RW
    RD     N      RD     RD     PC+    CI     CI     N      PC+    PC+
    RI     PC+    PC+    PC+    PC+    PC+    PC+    PC+    PC+    PC+
    CD     N      CD     PC+    CD     CD     CD     CD     CD     CD`;
  const [columns = [], ...rows] = HEARD.trim().split('\n').map((line) => line.trim().split(/ +/));
  for (const [from, ...wanted] of rows as [Short, ...string[]][]) {
    it(`${endpointStateName(STATES[from])} hears the partner, whatever its state`, () => {
      for (const role of ROLES) {
        const found = columns.map((partner) => outcome(from, 'partner-state', { role, partner: partner as Short }));
        assert.deepEqual(found, wanted.map((cell) => (cell === 'ask' ? 'R ask-for-updates' : cell.replace('*', ' ask-for-what-is-left'))), role);
      }
    });
  }

  it('POTENTIAL-CONFLICT hears the partner: the primary asks first, the secondary when the primary has its updates', () => {
    for (const partner of columns as readonly Short[]) {
      assert.equal(outcome('PC', 'partner-state', { partner }), 'PC ask-for-updates', partner);
      const secondarys = partner === 'CD' ? 'PC ask-for-updates' : 'PC';
      assert.equal(outcome('PC', 'partner-state', { partner, role: 'secondary' }), secondarys, partner);
    }
  });

  it('a partner that is starting leads out of STARTUP alone', () => {
    for (const role of ROLES) {
      for (const partner of columns as readonly Short[]) {
        const stay = Object.fromEntries(SHORTS.map((short) => [short, short]));
        const wanted = { ...stay, START: partner === 'PD' ? 'PC+' : 'RI+' };
        assert.deepEqual(outcomes('partner-starting', { role, partner }), wanted, partner);
      }
    }
  });

  it('a partner that began to serve alone after this box stopped makes it recover', () => {
    const conditions = ['served-alone-after-us'] as const;
    for (const trigger of ['partner-state', 'partner-starting'] as const) {
      assert.equal(outcome('START', trigger, { partner: 'PD', conditions }), 'R+');
      assert.equal(outcome('START', trigger, { partner: 'CI', conditions }), 'RI+');
    }
  });

  it('[F-SM-41] a box that lost its leases asks no partner for them that has none either', () => {
    const conditions = ['storage-lost'] as const;
    const asked = (columns as readonly Short[]).filter((partner) => outcome('R', 'partner-state', { partner, conditions }).endsWith('ask-for-updates'));
    assert.deepEqual(asked, ['N', 'CI', 'PD']);
  });

  it('[F-SM-48] two boxes that never ran failover do not wait', () => {
    for (const partner of columns as readonly Short[]) {
      assert.equal(outcome('RW', 'partner-state', { partner, conditions: ['first-meeting'] }), 'RD+');
    }
  });

  it('every state has an answer when communications fail', () => {
    const stay = Object.fromEntries(SHORTS.map((short) => [short, short]));
    for (const role of ROLES) assert.deepEqual(outcomes('communications-failed', { role }), { ...stay, N: 'CI', PC: 'RI' });
  });

  it('what ends a wait counts in the state that waits for it, and in no other', () => {
    for (const role of ROLES) {
      assert.deepEqual(outcomes('no-acknowledgements', { role }), { N: 'CI' });
      assert.deepEqual(outcomes('wait-over', { role }), { RW: 'RD+' });
      assert.deepEqual(outcomes('auto-partner-down', { role }), { CI: 'PD' });
      assert.deepEqual(outcomes('startup-over', { role }), { START: 'RI' });
      assert.deepEqual(outcomes('startup-over', { role, conditions: ['first-start-alone'] }), { START: 'PD' });
    }
    assert.deepEqual(outcomes('updates-done'), { PC: 'CD+', R: 'RW+' });
    assert.deepEqual(outcomes('updates-done', { role: 'secondary' }), { R: 'RW+' });
    assert.deepEqual(outcomes('updates-done', { role: 'secondary', partner: 'CD' }), { PC: 'N', R: 'RW+' }, 'what it asked for before the primary had all counts for nothing');
  });

  it('[F-GAP-18] the operator says that the partner is down where the RFC lets him, and by force elsewhere', () => {
    const declared = { N: 'PD', CI: 'PD', RI: 'PD' };
    const conflict = { ...declared, PC: 'PD accept-storage' };
    const gone = { R: 'PD accept-storage', RW: 'PD accept-storage', RD: 'PD accept-storage', CD: 'PD accept-storage' };
    for (const role of ROLES) {
      assert.deepEqual(outcomes('partner-down', { role }), declared);
      assert.deepEqual(outcomes('partner-down', { role, conditions: ['partner-gone'] }), declared);
      assert.deepEqual(outcomes('force-partner-down', { role }), conflict);
      assert.deepEqual(outcomes('force-partner-down', { role, conditions: ['partner-gone'] }), { ...conflict, ...gone });
    }
  });

  it('an old database does not count in any state', () => {
    const recover = Object.fromEntries(SHORTS.map((short) => [short, 'R+ distrust-storage']));
    for (const role of ROLES) {
      assert.deepEqual(outcomes('storage-old', { role }), { ...recover, START: 'START distrust-storage', PD: 'PC+ distrust-storage' });
    }
  });
});
