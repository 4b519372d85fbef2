/**
 * Who a box is to its partner: an RSA key and a self-signed X.509 certificate (RFC 5280), made once and kept in two files.
 * A partner is known by its certificate, octet for octet ("pinned"): no authority is asked, and no date counts, because
 * a router's clock may say 1970 (RFC 7653 section 9.1: the certificate decides who may connect). Which certificate that is
 * stands in the provisioning file, or the boxes find out at their first contact by a one-time key: `pairing/`.
 */
export { readBeaconKey, writeBeaconKey } from './beacon-key-file.ts';
export { describeCertificate, readCertificate } from './certificate.ts';
export type { Certificate } from './certificate.ts';
export { formatFingerprint } from './fingerprint.ts';
export { createBoxIdentity } from './new-identity.ts';
export { readBoxIdentity } from './box-identity.ts';
export type { BoxIdentity } from './box-identity.ts';
export { dropNextIdentity, makeNextIdentity, readNextIdentity, useNextIdentity } from './next-identity.ts';
export { openOwnIdentity } from './own-identity.ts';
export { openPairing, PAIRING_REFUSALS } from './pairing/pairing.ts';
export type { Pairing, PairingRefusal, PairingStatus } from './pairing/pairing.ts';
export { formatPairingKey, newPairingKey, parsePairingKey } from './pairing/pairing-key.ts';
export { EXPORTER_LABEL, EXPORTER_OCTETS, PROOF_OCTETS } from './pairing/proof.ts';
export type { PairingSession } from './pairing/proof.ts';
export { wipeFile } from './wipe-file.ts';
export { writeOnce, writeOver } from './write-once.ts';
