/**
 * The key that two boxes say beacons with, kept for a box that is started again while the management link is cut: nobody could agree on
 * another one with it, and its partner would take it for dead. A small file for its owner alone.
 */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from '../durable-file.ts';
import { readSmallFile } from './small-file.ts';

const OWNER_ONLY = 0o600;
const HEXADECIMAL = /^[0-9a-f]{64}$/;

/** @returns the key, where one was agreed with the partner of this certificate (SHA-256, 64 hexadecimal digits) and can be read */
export async function readBeaconKey(path: string, partnerCertificate: string): Promise<Uint8Array | undefined> {
  const file = await readSmallFile(path);
  if ('error' in file) return undefined;
  const [version, certificate, key = ''] = file.text.trimEnd().split(' ');
  return version === '1' && certificate === partnerCertificate && HEXADECIMAL.test(key) ? Buffer.from(key, 'hex') : undefined;
}

/** Rejects when the disk refuses; the file is then as it was. */
export async function writeBeaconKey(path: string, partnerCertificate: string, key: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeDurably(path, `1 ${partnerCertificate} ${Buffer.from(key).toString('hex')}\n`, OWNER_ONLY);
}
