/** What is said of pairings over the control socket. The rules of `protocol.ts` hold for it. */

/** What an operator may do to a pairing. */
export const PAIRING_ACTIONS = ['reset', 'replace'] as const;
export type PairingAction = (typeof PAIRING_ACTIONS)[number];

/** Another key and certificate for this box: to be made and used when the partners keep it; or not, after all. */
export const ROTATION_ACTIONS = ['begin', 'cancel'] as const;
export type RotationAction = (typeof ROTATION_ACTIONS)[number];

/** By what this box knows its partner in a relationship. */
export interface PairingReport {
  readonly relationship: string;
  readonly partner: string;
  readonly partnerAddress: string;
  /** `certificates`: the provisioning file names them; `insecure`: by nothing. */
  readonly trust: 'pairing' | 'certificates' | 'insecure';
  /** Of a pairing; undefined where there is none to be made. */
  readonly stage: 'unpaired' | 'half-paired' | 'paired' | 'no-key' | 'damaged' | undefined;
  /** When the partner became known, or a stranger again. */
  readonly since: string | undefined;
  /** SHA-256, 64 hexadecimal digits. */
  readonly partnerCertificate: string | undefined;
  /** That of this box. */
  readonly ownCertificate: string | undefined;
  /** What the partner will show instead, and may show from now on. */
  readonly nextPartnerCertificate: string | undefined;
  /** What this box will show, when all partners keep it. */
  readonly nextOwnCertificate: string | undefined;
  /** This partner does. */
  readonly isNextKept: boolean;
  /** Whether the key of the provisioning file was used; the key itself is told to nobody. */
  readonly key: 'unused' | 'used' | 'none';
  /** How often somebody at the partner's address proved another key, since the daemon started. */
  readonly wrongKeys: number;
}
