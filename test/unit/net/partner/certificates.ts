/** Certificates that nobody should make, but that somebody may have made. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { describeCertificate } from '../../../../src/identity/index.ts';
import type { BoxIdentity } from '../../../../src/identity/index.ts';

/** RSA with 2048 bits, valid from one date to another. */
export function identityValid(notBefore: string, notAfter: string): BoxIdentity {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = '01';
  certificate.validity.notBefore = new Date(notBefore);
  certificate.validity.notAfter = new Date(notAfter);
  certificate.setSubject([{ name: 'commonName', value: 'by hand' }]);
  certificate.setIssuer([{ name: 'commonName', value: 'by hand' }]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return {
    certificate: describeCertificate(new X509Certificate(forge.pki.certificateToPem(certificate))),
    privateKeyPem: privateKey,
    warning: undefined,
  };
}
