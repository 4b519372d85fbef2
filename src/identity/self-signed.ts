/** A certificate that signs itself (RFC 5280), for a key that signs nothing but TLS handshakes. */
import type { CertificateExtension } from 'node-forge';

/** A box without a clock finds itself in 1970. */
const NOT_BEFORE = new Date('1970-01-01T00:00:00Z');
/** "No well-defined expiration date" (RFC 5280 section 4.1.2.5). */
const NOT_AFTER = new Date('9999-12-31T23:59:59Z');

/** RFC 5280 section 4.2.1; a partner that checks purposes finds both, since a box may be primary here and secondary there. */
const EXTENSIONS: readonly CertificateExtension[] = [
  { name: 'basicConstraints', critical: true, cA: false },
  { name: 'keyUsage', critical: true, digitalSignature: true },
  { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
  { name: 'subjectKeyIdentifier' },
];

export interface CertificateRequest {
  readonly commonName: string;
  /** RSA, PKCS #8. */
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
  /** At most 20 octets, the highest bit clear, not 0 (RFC 5280 section 4.1.2.2). */
  readonly serialNumber: Uint8Array;
}

/** @returns the certificate in PEM */
export async function selfSignedCertificate(request: CertificateRequest): Promise<string> {
  // It is large, and nothing but this needs it.
  const { default: forge } = await import('node-forge');
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(request.publicKeyPem);
  certificate.serialNumber = Buffer.from(request.serialNumber).toString('hex');
  certificate.validity.notBefore = NOT_BEFORE;
  certificate.validity.notAfter = NOT_AFTER;
  const name = [{ name: 'commonName', value: request.commonName }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions(EXTENSIONS);
  certificate.sign(forge.pki.privateKeyFromPem(request.privateKeyPem), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}
