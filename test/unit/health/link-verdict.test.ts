import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { judgeLink } from '../../../src/health/index.ts';
import type { InterfaceSignals } from '../../../src/health/index.ts';
import { LinkEvidence, LinkVerdict } from '../../../src/wire/index.ts';

const GOOD: InterfaceSignals = { name: 'eth1', exists: true, isEnabled: true, hasCarrier: true, address: 'ready', isOpen: true };

describe('the verdict on a link [R-LH1, R-LH2]', () => {
  const cases: readonly [what: string, changes: Partial<InterfaceSignals>, verdict: number, evidence: number][] = [
    ['whose port is well', {}, LinkVerdict.UP, 0],
    ['whose port is gone', { exists: false, isEnabled: false, hasCarrier: false, address: 'none', isOpen: false }, LinkVerdict.LOST, LinkEvidence.NO_INTERFACE],
    ['whose port an operator switched off', { isEnabled: false, hasCarrier: false, address: 'none' }, LinkVerdict.ADMIN_OFF, LinkEvidence.SWITCHED_OFF],
    ['whose port has no carrier, and so no ready address', { hasCarrier: false, address: 'tentative' }, LinkVerdict.LOST, LinkEvidence.NO_CARRIER],
    ['whose port has no address', { address: 'none' }, LinkVerdict.LOST, LinkEvidence.NO_ADDRESS],
    ['whose port has an address that another device has', { address: 'duplicate' }, LinkVerdict.LOST, LinkEvidence.DUPLICATE_ADDRESS],
    ['whose port’s address is being checked', { address: 'tentative' }, LinkVerdict.SUSPECT, LinkEvidence.TENTATIVE_ADDRESS],
    ['whose port has no socket', { isOpen: false }, LinkVerdict.LOST, LinkEvidence.NO_SOCKET],
  ];
  for (const [what, changes, verdict, evidence] of cases) {
    it(what, () => {
      assert.deepEqual(judgeLink([{ ...GOOD, ...changes }]), { verdict, evidence });
    });
  }

  it('with several ports is that of the best of them, in whatever order', () => {
    const lost = { ...GOOD, hasCarrier: false };
    const suspect = { ...GOOD, address: 'tentative' } as const;
    for (const ports of [[lost, suspect, GOOD], [GOOD, lost, suspect]]) assert.equal(judgeLink(ports).verdict, LinkVerdict.UP);
    assert.equal(judgeLink([lost, suspect]).verdict, LinkVerdict.SUSPECT);
    assert.equal(judgeLink([{ ...GOOD, isEnabled: false }, lost]).verdict, LinkVerdict.LOST);
  });

  it('is unknown where this box has no port: its clients come through relays', () => {
    assert.deepEqual(judgeLink([]), { verdict: LinkVerdict.UNKNOWN, evidence: 0 });
  });
});
