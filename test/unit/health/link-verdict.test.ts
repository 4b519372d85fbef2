import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { judgeLink } from '../../../src/health/index.ts';
import type { InterfaceSignals, LanSignals } from '../../../src/health/index.ts';
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

describe('the verdict on a link whose port is well, by what is heard there [R-LH2, R-LH3]', () => {
  const WELL: LanSignals = { beacons: { hears: true, isHeard: true }, silentMs: 0, clients: { areUnheard: false, heardAgoMs: Infinity }, isUnanswered: false };
  const { NO_BEACON, BEACON_NOT_HEARD, CLIENTS_NOT_HEARD, NO_ADVERTISE } = LinkEvidence;
  const silent = { beacons: { hears: false, isHeard: true }, silentMs: 2_000 } as const;
  const deaf = { areUnheard: true, heardAgoMs: Infinity } as const;
  const cases: readonly [what: string, heard: Partial<LanSignals>, verdict: number, evidence: number][] = [
    ['where all is well', {}, LinkVerdict.UP, 0],
    ['where no beacons are to be expected', { beacons: undefined }, LinkVerdict.UP, 0],
    ['where the partner is not heard', silent, LinkVerdict.SUSPECT, NO_BEACON],
    ['where the partner does not hear this box', { beacons: { hears: true, isHeard: false } }, LinkVerdict.SUSPECT, BEACON_NOT_HEARD],
    ['where the partner hears clients that this box does not', { clients: deaf }, LinkVerdict.SUSPECT, CLIENTS_NOT_HEARD],
    ['where neither the partner nor a client is heard, and the partner hears clients', { ...silent, clients: deaf }, LinkVerdict.LOST, NO_BEACON | CLIENTS_NOT_HEARD],
    ['where that is so for less than two seconds', { ...silent, silentMs: 1_999, clients: deaf }, LinkVerdict.SUSPECT, NO_BEACON | CLIENTS_NOT_HEARD],
    ['where the partner hears and is heard, and does not answer', { isUnanswered: true }, LinkVerdict.SUSPECT, NO_ADVERTISE],
    ['where it does not answer and does not hear: that explains it', { isUnanswered: true, beacons: { hears: true, isHeard: false } }, LinkVerdict.SUSPECT, BEACON_NOT_HEARD],
    ['where it does not answer and is not heard: that explains it', { ...silent, isUnanswered: true }, LinkVerdict.SUSPECT, NO_BEACON],
    ['in two halves: it has heard clients of its own since', { ...silent, silentMs: 300_000, clients: { ...deaf, heardAgoMs: 297_999 } }, LinkVerdict.SUSPECT, NO_BEACON | CLIENTS_NOT_HEARD],
    ['where it heard clients until it fell silent', { ...silent, silentMs: 300_000, clients: { ...deaf, heardAgoMs: 298_000 } }, LinkVerdict.LOST, NO_BEACON | CLIENTS_NOT_HEARD],
    ['where it has heard clients since, and none for ten minutes', { ...silent, silentMs: 3_600_000, clients: { ...deaf, heardAgoMs: 600_000 } }, LinkVerdict.LOST, NO_BEACON | CLIENTS_NOT_HEARD],
  ];
  for (const [what, heard, verdict, evidence] of cases) {
    it(what, () => {
      assert.deepEqual(judgeLink([GOOD], { ...WELL, ...heard }), { verdict, evidence });
    });
  }

  it('is the kernel’s where the kernel has something against the port: the rest follows from that', () => {
    const verdict = judgeLink([{ ...GOOD, hasCarrier: false }], { ...WELL, ...silent, clients: deaf });
    assert.deepEqual(verdict, { verdict: LinkVerdict.LOST, evidence: LinkEvidence.NO_CARRIER });
  });
});
