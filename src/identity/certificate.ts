/** Certificates from files: one in PEM (RFC 7468) in each. */
import { X509Certificate } from 'node:crypto';
import { readSmallFile } from './small-file.ts';

export interface Certificate {
  /** The common name of the subject: what the box called itself when the certificate was made. "" where there is none. */
  readonly name: string;
  /** SHA-256 of the certificate's octets, 64 hexadecimal digits in lower case. */
  readonly fingerprint: string;
  readonly pem: string;
  /** "RSA, 3072 bits" */
  readonly key: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** @returns the certificate, or why there is none, as a sentence without a full stop */
export async function readCertificate(path: string): Promise<Certificate | { readonly error: string }> {
  const file = await readSmallFile(path);
  if ('error' in file) return file;
  const blocks = file.text.match(/-----BEGIN [A-Z0-9 ]+-----/g) ?? [];
  if (blocks.some((block) => block.includes('PRIVATE KEY'))) {
    return { error: `${path} holds a private key; what is wanted is the certificate that belongs to it` };
  }
  if (blocks.length === 0) return { error: `${path} holds no certificate in PEM ("-----BEGIN CERTIFICATE-----")` };
  if (blocks.length > 1) return { error: `${path} holds ${blocks.length} objects; what is wanted is one certificate` };
  try {
    return describeCertificate(new X509Certificate(file.text));
  } catch {
    return { error: `the certificate in ${path} is damaged` };
  }
}

export function describeCertificate(certificate: X509Certificate): Certificate {
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails } = certificate.publicKey;
  const bits = asymmetricKeyDetails?.modulusLength;
  return {
    name: commonName(certificate),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    pem: certificate.toString(),
    key: `${asymmetricKeyType.toUpperCase()}${bits === undefined ? '' : `, ${bits} bits`}`,
    validFrom: certificate.validFromDate,
    validTo: certificate.validToDate,
  };
}

/** One "CN=..." a line; what a stranger wrote there is shown without control characters, and cut. */
function commonName({ subject }: X509Certificate): string {
  const name = /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
  return name.replace(/[^ -~]/g, '?').slice(0, 64);
}
