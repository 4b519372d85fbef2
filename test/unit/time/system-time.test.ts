import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createSystemTime, readKernelClock } from '../../../src/time/index.ts';

const HOUR_MS = 3_600_000;

/** Clocks and a kernel that the test drives. */
function machine(isSynchronized: boolean) {
  const state = { epochMs: 1_000_000, monotonicMs: 5_000, isSynchronized, looks: 0 };
  const clocks = { epochMs: () => state.epochMs, monotonicMs: () => state.monotonicMs };
  const kernel = () => {
    state.looks++;
    return { isSynchronized: state.isSynchronized, maxError: undefined };
  };
  const pass = (ms: number): void => {
    state.epochMs += ms;
    state.monotonicMs += ms;
  };
  return { state, clocks, kernel, pass };
}

describe('the system\'s time', () => {
  it('[R-ST2] is kept where the kernel says so, and else nobody vouches for it', () => {
    for (const [isSynchronized, status] of [[true, 'synchronized'], [false, 'unconfirmed']] as const) {
      const { clocks, kernel } = machine(isSynchronized);
      assert.equal(createSystemTime('ntp', clocks, kernel).status(), status);
    }
  });

  it('is believed where the provisioning file says so, whatever the kernel knows', () => {
    const { clocks, kernel, state } = machine(false);
    const time = createSystemTime('system', clocks, kernel);
    assert.equal(time.status(), 'believed');
    time.configure('ntp');
    assert.equal(time.status(), 'unconfirmed');
    state.isSynchronized = true;
    time.configure('system');
    assert.equal(time.status(), 'believed');
  });

  it('is what the clocks show, in whole seconds and milliseconds', () => {
    const { clocks, kernel, pass } = machine(true);
    const time = createSystemTime('ntp', clocks, kernel);
    pass(1_900);
    assert.deepEqual(time.read(), { epoch: 1_001, monotonic: 6_900 });
  });

  it('[R-ST2] asks the kernel when somebody looks, and not at each reading', () => {
    const { clocks, kernel, pass, state } = machine(false);
    const time = createSystemTime('ntp', clocks, kernel);
    const { looks } = state;
    state.isSynchronized = true;
    for (let i = 0; i < 100; i++) {
      pass(HOUR_MS);
      time.read();
    }
    assert.deepEqual([state.looks, time.status()], [looks, 'unconfirmed']);
    time.look();
    assert.deepEqual([state.looks, time.status()], [looks + 1, 'synchronized']);
  });

  for (const [what, by] of [['forward', HOUR_MS], ['back', -HOUR_MS]] as const) {
    it(`[R-ST2] does not take a clock that somebody set ${what} for one that NTP keeps: the kernel is asked before it is read`, () => {
      const { clocks, kernel, pass, state } = machine(true);
      const time = createSystemTime('ntp', clocks, kernel);
      pass(1_000);
      time.read();
      assert.equal(time.steps(), 0);
      state.epochMs += by;
      state.isSynchronized = false;
      time.read();
      assert.deepEqual([time.status(), time.steps()], ['unconfirmed', 1]);
      time.read();
      assert.equal(time.steps(), 1);
    });
  }
});

describe('what the kernel knows of its clock', () => {
  it('[R-ST2] can be asked without a privilege: an error below 16 s means that it is kept', () => {
    const { isSynchronized, maxError } = readKernelClock();
    assert.equal(isSynchronized, maxError !== undefined);
    if (maxError !== undefined) assert.ok(maxError >= 0 && maxError < 16, String(maxError));
  });
});
