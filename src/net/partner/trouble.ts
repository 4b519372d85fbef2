/**
 * What goes wrong with connections between partners: each is counted, and told in one line. Who makes trouble on purpose
 * fills no log: of each kind there is a line at once, then one in a while, which says how many it stands for.
 */

export const PARTNER_TROUBLES = [
  /** From an address that is no partner's (RFC 8156 section 6.1). */
  'stranger',
  /** Closed for a newer one, because too many had not shown yet who they are. */
  'crowdedOut',
  /** Had not shown in time who they are. */
  'tooSlow',
  /** The first thing that came was not what it has to be (RFC 7653 sections 8.2, 9.1). */
  'badStart',
  /** TLS is wanted on one side only. */
  'tlsRefused',
  /** The TLS handshake failed. */
  'tlsFailed',
  /** TLS is good, but the certificate is not the partner's. */
  'wrongCertificate',
  /** The same, and it is that of a box that was the partner before the operator took another one. */
  'formerPartner',
  /** Two boxes that are to be paired could not. */
  'pairingFailed',
  /** A partner has several connections open; the oldest was closed. */
  'tooMany',
  /** A partner reads less than it is sent. */
  'notReading',
  /** The system refuses to accept or to listen. */
  'notListening',
] as const;
export type PartnerTrouble = (typeof PARTNER_TROUBLES)[number];

export type Report = (severity: 'info' | 'warning', text: string) => void;

export interface Troubles {
  readonly counts: Readonly<Record<PartnerTrouble, number>>;
  /** @param text a sentence without a full stop, in words for the operator */
  note(kind: PartnerTrouble, text: string): void;
}

const QUIET_MS = 60_000;

export function createTroubles(report: Report, monotonicMs: () => number): Troubles {
  const counts = Object.fromEntries(PARTNER_TROUBLES.map((kind) => [kind, 0])) as Record<PartnerTrouble, number>;
  const quiet = new Map<PartnerTrouble, { readonly until: number; unsaid: number }>();
  return {
    counts,
    note(kind, text) {
      counts[kind]++;
      const now = monotonicMs();
      const silence = quiet.get(kind);
      if (silence !== undefined && now < silence.until) {
        silence.unsaid++;
        return;
      }
      const unsaid = silence?.unsaid ?? 0;
      report('warning', unsaid === 0 ? text : `${text} (and ${unsaid} more like it since this was last said)`);
      quiet.set(kind, { until: now + QUIET_MS, unsaid: 0 });
    },
  };
}
