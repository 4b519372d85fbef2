/** Pairings as text for a person. */
import type { PairingAction, PairingReport } from '../control/index.ts';
import { formatSpan } from './time-span.ts';
import { formatUtcTime } from './utc-time.ts';
import { wrap } from './wrap.ts';

type Stage = NonNullable<PairingReport['stage']>;

const STAGES: Readonly<Record<Stage, (partner: string) => string>> = {
  unpaired: (partner) => `not paired yet: waits for the first contact with ${partner}`,
  'half-paired': (partner) => `half paired: ${partner} is known, and has not said yet that it knows this box`,
  paired: () => 'paired: each box knows the other one\'s certificate',
  'no-key': () => 'NOT PAIRED, and there is no key that was not used: a new one is wanted',
  damaged: () => 'DAMAGED: who the partner is can\'t be read, and nobody is let in',
};

const KEYS: Readonly<Record<PairingReport['key'], string>> = {
  unused: 'in the provisioning file, and not used yet',
  used: 'used up; it may be taken out of the provisioning file ("pairing-key: removed")',
  none: 'none in the provisioning file',
};

/** A clock that shows less never was right. */
const NO_BOX_BEFORE = Date.parse('2020-01-01T00:00:00Z');

export function formatPairing(report: PairingReport, now: number): string {
  const { relationship, partner, partnerAddress, trust, since, partnerCertificate, ownCertificate, key, wrongKeys } = report;
  const { nextPartnerCertificate, nextOwnCertificate, isNextKept } = report;
  const lines = [wrap(`${relationship}: `, `with ${partner} (${partnerAddress})`), wrap('  state            ', stateOf(report))];
  if (since !== undefined) lines.push(wrap('                   ', sinceText(since, now)));
  if (trust === 'pairing') lines.push(wrap('  pairing key      ', KEYS[key]));
  if (wrongKeys > 0) lines.push(wrap('                   ', `somebody at ${partnerAddress} proved another one ${String(wrongKeys)} time${wrongKeys === 1 ? '' : 's'}`));
  if (partnerCertificate !== undefined) lines.push(fingerprint('  partner SHA-256  ', partnerCertificate));
  if (ownCertificate !== undefined) lines.push(fingerprint('  this box SHA-256 ', ownCertificate));
  if (nextPartnerCertificate !== undefined) lines.push(fingerprint('  partner, soon    ', nextPartnerCertificate));
  if (nextOwnCertificate !== undefined) {
    lines.push(fingerprint('  this box, soon   ', nextOwnCertificate));
    lines.push(wrap('                   ', isNextKept ? `${partner} keeps it` : `${partner} does not keep it yet`));
  }
  return lines.join('\n');
}

/** A box without a clock pairs all the same, and writes down what its clock shows. */
function sinceText(since: string, now: number): string {
  const lasted = (now - Date.parse(since)) / 1_000;
  if (lasted < 0 || Date.parse(since) < NO_BOX_BEFORE) return `since ${formatUtcTime(since)} by its clock, which was not right then`;
  return `since ${formatUtcTime(since)} (${formatSpan(lasted)})`;
}

function stateOf({ trust, stage, partner }: PairingReport): string {
  if (trust === 'insecure') return 'INSECURE: the boxes know each other by nothing';
  if (trust === 'certificates' || stage === undefined) return 'the provisioning file names the certificates: there is nothing to pair';
  return STAGES[stage](partner);
}

/** In two lines, as other tools write it. */
function fingerprint(first: string, digits: string): string {
  const pairs = digits.toUpperCase().match(/../g) ?? [];
  return wrap(first, `${pairs.slice(0, 16).join(':')}: ${pairs.slice(16).join(':')}`);
}

/** What is at stake, said before it is done. */
export function pairingStake(action: PairingAction, { partner, stage, key }: PairingReport): string {
  const facts = [
    ...(stage === 'paired' ? [`This box is paired with ${partner}.`] : []),
    action === 'reset'
      ? `It forgets ${partner}, and the connection ends: each box serves what is its own until they are paired again. The leases stay.`
      : `It forgets the box that is ${partner} now, and takes the one that proves the new key for it. That one gets all leases from this box.`,
    ...(action === 'reset' && key !== 'unused' ? ['To be paired again both boxes need a new pairing key in the provisioning file.'] : []),
    ...(action === 'replace' ? [`See that the old ${partner} is switched off, and stays so.`] : []),
  ];
  return facts.map((text) => wrap('', text)).join('\n');
}
