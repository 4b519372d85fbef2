/** Verdicts and evidence in plain words. */
import { LinkEvidence, LinkVerdict } from '../../wire/index.ts';
import type { LinkHealth } from '../../wire/index.ts';

const VERDICTS: Readonly<Record<LinkVerdict, string>> = {
  [LinkVerdict.UNKNOWN]: 'unknown',
  [LinkVerdict.UP]: 'UP',
  [LinkVerdict.SUSPECT]: 'SUSPECT',
  [LinkVerdict.LOST]: 'LOST',
  [LinkVerdict.ADMIN_OFF]: 'switched off',
};

const EVIDENCE: readonly (readonly [bit: number, text: string])[] = [
  [LinkEvidence.NO_CARRIER, 'no carrier'],
  [LinkEvidence.NO_INTERFACE, 'there is no such interface'],
  [LinkEvidence.SWITCHED_OFF, 'switched off'],
  [LinkEvidence.NO_ADDRESS, 'no link-local address'],
  [LinkEvidence.TENTATIVE_ADDRESS, 'its link-local address is being checked'],
  [LinkEvidence.DUPLICATE_ADDRESS, 'another device has its link-local address'],
  [LinkEvidence.NO_SOCKET, 'no socket could be opened'],
  [LinkEvidence.NO_BEACON, 'it does not hear its partner there'],
  [LinkEvidence.BEACON_NOT_HEARD, 'its partner does not hear it there'],
  [LinkEvidence.NO_ADVERTISE, 'its partner does not answer clients there'],
  [LinkEvidence.CLIENTS_NOT_HEARD, 'its partner hears clients that it does not'],
];

/** "LOST", or "verdict 9" of a newer version. */
export function verdictName(verdict: number): string {
  return (VERDICTS as Readonly<Record<number, string>>)[verdict] ?? `verdict ${verdict}`;
}

/** "no carrier"; empty where nothing speaks against the link. */
export function evidenceText({ evidence }: Pick<LinkHealth, 'evidence'>): string {
  return EVIDENCE.flatMap(([bit, text]) => ((evidence & bit) !== 0 ? [text] : [])).join(', ');
}
