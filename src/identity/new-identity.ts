/** Makes the identity of a box: once, and never in another's place. */
import { createPublicKey, generateKeyPair, randomBytes, X509Certificate } from 'node:crypto';
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { selfSignedCertificate } from './self-signed.ts';
import { writeOnce } from './write-once.ts';

/** As strong as AES-128 is (NIST SP 800-57 part 1, table 2). */
const RSA_BITS = 3072;
const SERIAL_NUMBER_OCTETS = 16;

/** A box's name as the provisioning file has it; it also makes the names of the files. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

export interface NewIdentity {
  readonly certificate: Certificate;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/**
 * Writes NAME.key and NAME.crt into a directory, which is made where it is missing.
 * @param name of the box
 * @returns what was made, or why nothing was, as a sentence without a full stop
 */
export async function createBoxIdentity(
  name: string,
  directory: string,
): Promise<NewIdentity | { readonly error: string }> {
  if (!NAME.test(name)) {
    return { error: `"${name}" can't be a box's name: 1 to 32 letters, digits, "-" and "_", a letter or digit first` };
  }
  const keyFile = join(directory, `${name}.key`);
  const certificateFile = join(directory, `${name}.crt`);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const path of [keyFile, certificateFile]) if (await exists(path)) return taken(path);
    const privateKeyPem = await newPrivateKey();
    const pem = await certificateFor(privateKeyPem, name);
    if (!(await writeOnce(keyFile, privateKeyPem))) return taken(keyFile);
    if (!(await writeCertificate(certificateFile, pem, keyFile))) return taken(certificateFile);
    return { certificate: describeCertificate(new X509Certificate(pem)), certificateFile, keyFile };
  } catch (error) {
    return { error: `the identity can't be written: ${(error as Error).message}` };
  }
}

/** A key without its certificate would only be in the way of the next attempt. */
async function writeCertificate(path: string, pem: string, keyFile: string): Promise<boolean> {
  let isWritten = false;
  try {
    isWritten = await writeOnce(path, pem);
  } finally {
    if (!isWritten) await rm(keyFile);
  }
  return isWritten;
}

function taken(path: string): { readonly error: string } {
  return { error: `${path} exists already and stays as it is: with another key the box would be a stranger to its partner` };
}

/** @returns an RSA key in PEM (PKCS #8) */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_BITS,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return privateKey;
}

/** @returns a certificate in PEM for the key, with this name of the box in it */
export async function certificateFor(privateKeyPem: string, commonName: string): Promise<string> {
  const publicKeyPem = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();
  return await selfSignedCertificate({ commonName, privateKeyPem, publicKeyPem, serialNumber: newSerialNumber() });
}

function newSerialNumber(): Uint8Array {
  const serial = randomBytes(SERIAL_NUMBER_OCTETS);
  // Positive, and as long as it says.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
