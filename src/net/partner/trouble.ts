/** What goes wrong with connections between partners. */
import type { Troubles } from '../troubles.ts';

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

export type PartnerTroubles = Troubles<PartnerTrouble>;
