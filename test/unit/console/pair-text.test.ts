import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatPairing, pairingStake } from '../../../src/console/pair-text.ts';
import type { PairingReport } from '../../../src/control/index.ts';

const NOW = Date.parse('2026-11-29T10:01:00Z');
const REPORT: PairingReport = {
  relationship: 'east-west', partner: 'west', partnerAddress: 'fd00::2', trust: 'pairing', stage: 'paired', since: '2026-11-29T10:00:00.000Z',
  partnerCertificate: 'ab'.repeat(32), nextPartnerCertificate: undefined, nextOwnCertificate: undefined, isNextKept: false,
  ownCertificate: 'cd'.repeat(32), key: 'used', wrongKeys: 0,
};

describe('a pairing as text', () => {
  it('says with whom, how far, since when, what of the key, and both certificates', () => {
    assert.equal(
      formatPairing(REPORT, NOW),
      `east-west: with west (fd00::2)
  state            paired: each box knows the other one's certificate
                   since 2026-11-29 10:00:00Z (1m)
  pairing key      used up; it may be taken out of the provisioning file
                   ("pairing-key: removed")
  partner SHA-256  AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:
                   AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB
  this box SHA-256 CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:
                   CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD:CD`,
    );
  });

  it('of a time that the clock showed before it was right it says so, and how long ago that was it does not', () => {
    assert.match(formatPairing({ ...REPORT, since: '1970-01-01T00:00:12.000Z' }, NOW), /since 1970-01-01 00:00:12Z by its clock, which was not right\n +then\n/);
    assert.match(formatPairing({ ...REPORT, since: '2027-01-01T00:00:00.000Z' }, NOW), /since 2027-01-01 00:00:00Z by its clock, which was not right\n +then\n/);
  });

  for (const [stage, says] of [
    ['unpaired', /not paired yet: waits for the first contact with west/],
    ['half-paired', /half paired: west is known/],
    ['no-key', /NOT PAIRED, and there is no key that was not used/],
    ['damaged', /DAMAGED: who the partner is can't be read/],
  ] as const) {
    it(`says where it stands: ${stage}`, () => assert.match(formatPairing({ ...REPORT, stage }, NOW), says));
  }

  it('says what a relationship without a pairing is known by', () => {
    assert.match(formatPairing({ ...REPORT, trust: 'insecure', stage: undefined }, NOW), /INSECURE: the boxes know each other by nothing/);
    assert.match(formatPairing({ ...REPORT, trust: 'certificates', stage: undefined }, NOW), /the provisioning file names the certificates/);
    assert.doesNotMatch(formatPairing({ ...REPORT, trust: 'certificates', stage: undefined }, NOW), /pairing key/);
  });

  it('counts those who proved another key', () => {
    assert.match(formatPairing({ ...REPORT, wrongKeys: 1 }, NOW), /somebody at fd00::2 proved another one 1 time$/m);
    assert.match(formatPairing({ ...REPORT, wrongKeys: 2 }, NOW), /proved another one 2 times$/m);
  });

  it('[R-ID3] says which certificate is to come, and whether the partner keeps it', () => {
    const soon = { ...REPORT, nextOwnCertificate: 'ef'.repeat(32), nextPartnerCertificate: '01'.repeat(32) };
    assert.match(formatPairing(soon, NOW), /this box, soon {3}EF:EF[^]*west does not keep it yet$/);
    assert.match(formatPairing(soon, NOW), /partner, soon {4}01:01/);
    assert.match(formatPairing({ ...soon, isNextKept: true }, NOW), /west keeps it$/);
  });

  it('says what is at stake before the partner is left', () => {
    const reset = pairingStake('reset', REPORT);
    assert.match(reset, /^This box is paired with west\.\nIt forgets west, and the connection ends/);
    assert.match(reset, /To be paired again both boxes need a new pairing key/);
    assert.doesNotMatch(pairingStake('reset', { ...REPORT, key: 'unused' }), /need a new pairing key/);
    const replace = pairingStake('replace', { ...REPORT, key: 'unused' });
    assert.match(replace, /takes the one that proves the new key\s+for it[^]*See that the old west is switched off, and stays so\./);
    assert.doesNotMatch(pairingStake('replace', { ...REPORT, stage: 'unpaired' }), /is paired with/);
  });
});
