/**
 * How a secondary knows, before TLS, that it is probably its partner that asks for it: by the transaction-id of STARTTLS, which
 * the RFCs leave to the sender (RFC 7653 section 6.1). It is made of both boxes' certificates and the port that the primary dials
 * from. The primary shows its certificate to its partner alone, and TLS 1.3 encrypts it (RFC 8446 section 2). The mark decides who
 * waits for whom and nothing else: who it is, the handshake shows.
 */
import { createHmac } from 'node:crypto';

/** RFC 9915 section 8 */
const TRANSACTION_ID_OCTETS = 3;

/**
 * @param dialling SHA-256 of the certificate of the box that dials
 * @param waiting the same of the box that is dialled
 * @param port that it is dialled from
 */
export function markOf(dialling: string, waiting: string, port: number): number {
  return createHmac('sha256', dialling).update(`STARTTLS ${waiting} ${String(port)}`).digest().readUIntBE(0, TRANSACTION_ID_OCTETS);
}
