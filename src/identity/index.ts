/**
 * Who a box is to its partner: an RSA key and a self-signed X.509 certificate (RFC 5280), made once and kept in two files.
 * A partner is known by its certificate, octet for octet ("pinned"): no authority is asked, and no date counts, because
 * a router's clock may say 1970 (RFC 7653 section 9.1: the certificate decides who may connect).
 */
export { describeCertificate, readCertificate } from './certificate.ts';
export type { Certificate } from './certificate.ts';
export { formatFingerprint } from './fingerprint.ts';
export { createBoxIdentity } from './new-identity.ts';
export { readBoxIdentity } from './box-identity.ts';
export type { BoxIdentity } from './box-identity.ts';
