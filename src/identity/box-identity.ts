/** The identity of this box: its certificate and the key that belongs to it. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { readSmallFile } from './small-file.ts';

export interface BoxIdentity {
  readonly certificate: Certificate;
  /** PEM, not encrypted. */
  readonly privateKeyPem: string;
  /** What the operator should mend, such as a key that others can read; undefined where all is well. */
  readonly warning: string | undefined;
}

export interface IdentityFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Of the identity that a box made for itself, in its directory. */
export const OWN_KEY = 'box.key';
export const OWN_CERTIFICATE = 'box.crt';

/** @returns the identity, or why there is none, as a sentence without a full stop */
export async function readBoxIdentity({
  certificateFile,
  keyFile,
}: IdentityFiles): Promise<BoxIdentity | { readonly error: string }> {
  const certificate = await readCertificate(certificateFile);
  if ('error' in certificate) return certificate;
  const file = await readSmallFile(keyFile);
  if ('error' in file) return file;
  const key = parsePrivateKey(keyFile, file.text);
  if ('error' in key) return key;
  if (!new X509Certificate(certificate.pem).checkPrivateKey(key)) {
    return { error: `the key in ${keyFile} does not belong to the certificate in ${certificateFile}` };
  }
  const isExposed = (file.mode & 0o077) !== 0;
  return {
    certificate,
    privateKeyPem: file.text,
    warning: isExposed
      ? `the private key ${keyFile} can be read by others than its owner; say "chmod 600 ${keyFile}"`
      : undefined,
  };
}

function parsePrivateKey(path: string, text: string): KeyObject | { readonly error: string } {
  if (!text.includes('PRIVATE KEY-----')) return { error: `${path} holds no private key in PEM` };
  if (/ENCRYPTED/.test(text)) {
    return { error: `the private key in ${path} is encrypted; nobody is there to type its passphrase when the box starts` };
  }
  try {
    return createPrivateKey(text);
  } catch {
    return { error: `the private key in ${path} is damaged` };
  }
}
