/** What lasts until a pairing is made or mended. */
import type { PairingStatus } from '../../identity/index.ts';

interface PairingAlarm {
  readonly severity: 'warning' | 'error';
  readonly text: string;
  readonly advice: string;
}

/** Each alarm that a relationship can have about its pairing; undefined where there is no reason for it. */
export function pairingAlarm(
  name: string,
  partner: string,
  status: PairingStatus,
): readonly { readonly id: string; readonly alarm: PairingAlarm | undefined }[] {
  return [
    { id: `${name} not-paired`, alarm: notPaired(name, partner, status) },
    { id: `${name} wrong-key`, alarm: wrongKey(partner, status) },
  ];
}

function notPaired(name: string, partner: string, { stage, key, unreadable = '' }: PairingStatus): PairingAlarm | undefined {
  switch (stage) {
    case 'paired':
      return undefined;
    case 'unpaired':
      return {
        severity: 'warning',
        text: `this box and ${partner} do not know each other yet: the pairing key is there, and waits for their first contact`,
        advice: `Start ${partner} with the same provisioning file, and see that the management link between the two is up.`,
      };
    case 'half-paired':
      return {
        severity: 'warning',
        text: `the pairing with ${partner} is not over: ${partner} is known, and has not said yet that it knows this box`,
        advice: `Nothing, if ${partner} is on: it goes on by itself. "twinlease show log" says why where it does not.`,
      };
    case 'no-key':
      return {
        severity: 'error',
        text:
          key === 'used'
            ? `this box has no partner: it left ${partner}, and the pairing key in the provisioning file was used before`
            : `this box has no partner: it is not paired with ${partner}, and the provisioning file has no pairing key`,
        advice: `Put a new key into the file of both boxes ("twinlease pair key" makes one), say "twinlease reload" on both, and "twinlease pair replace ${name}" where it is still paired.`,
      };
    case 'damaged':
      return {
        severity: 'error',
        text: `this box can't read who its partner ${partner} is, and lets nobody in: ${unreadable}`,
        advice: `Where a newer program wrote it, install that again. Otherwise: put a new key into the file of both boxes ("twinlease pair key"), say "twinlease reload" on both, then "twinlease pair reset ${name}" here and "twinlease pair replace ${name}" on ${partner}.`,
      };
  }
}

function wrongKey(partner: string, { stage, wrongKeys }: PairingStatus): PairingAlarm | undefined {
  if (wrongKeys === 0 || stage === 'paired') return undefined;
  return {
    severity: 'warning',
    text: `somebody at the address of ${partner} proved another pairing key (${wrongKeys} time${wrongKeys === 1 ? '' : 's'})`,
    advice: `If it is ${partner}: give both boxes the same provisioning file. If not: somebody is on the management link who should not be.`,
  };
}
