/**
 * How a box shows that it has the pairing key, to whoever is at the other end of a TLS connection: with an HMAC over the
 * exporter of that connection (RFC 8446 section 7.5). The exporter is another one on each connection, so a proof is worth
 * nothing on another; the role keeps it from being sent back; the certificates are those that the proof is for, since
 * the exporter itself says nothing of the client's. Who sees proofs learns nothing but what 2^136 guesses would show.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const PROOF_OCTETS = 32;

/** Labels that begin so need no registration (RFC 5705 section 4). */
export const EXPORTER_LABEL = 'EXPERIMENTAL twinlease pairing';
export const EXPORTER_OCTETS = 32;

/** One TLS connection, as both ends see it. */
export interface PairingSession {
  readonly exporter: Uint8Array;
  /** SHA-256 of what each side showed, and holds the key of; 64 hexadecimal digits. */
  readonly primaryCertificate: string;
  readonly secondaryCertificate: string;
}

/**
 * @param key the random octets of the pairing key
 * @param prover who shows that it has the key
 */
export function pairingProof(
  key: Uint8Array,
  relationship: string,
  prover: 'primary' | 'secondary',
  { exporter, primaryCertificate, secondaryCertificate }: PairingSession,
): Uint8Array {
  const name = Buffer.from(relationship);
  return createHmac('sha256', key)
    .update('twinlease pairing 1')
    .update(Uint8Array.of(prover === 'primary' ? 1 : 2, name.length))
    .update(name)
    .update(exporter)
    .update(Buffer.from(primaryCertificate, 'hex'))
    .update(Buffer.from(secondaryCertificate, 'hex'))
    .digest();
}

export function isSameProof(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
