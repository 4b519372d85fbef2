/** What a box remembers of a pairing: a small file in its state directory, for its owner alone. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from '../../durable-file.ts';
import { newerFileText, newerVersionOf } from '../../file-version.ts';
import { readSmallFile } from '../small-file.ts';

export interface PairingRecord {
  /** SHA-256 of the partner's certificate, 64 hexadecimal digits; undefined where there is no partner. */
  readonly pin: string | undefined;
  /** What the partner will show instead, and may show from now on; the digest of a certificate, too. */
  readonly nextPin: string | undefined;
  /** What this box will show instead: the partner said that it keeps that durably. */
  readonly keptByPartner: string | undefined;
  /** The partner said, over a connection that both pins vouch for, that it keeps this box's certificate as durably. */
  readonly isConfirmed: boolean;
  /** When the certificate was pinned or forgotten, by this box's clock, ISO 8601; undefined: nothing ever was. */
  readonly since: string | undefined;
  /** Digest of the key that the pin was proved with. */
  readonly key: string | undefined;
  /** Digests of keys that can't be used again, the latest last. */
  readonly usedKeys: readonly string[];
  /** What was pinned before and left by the operator, the latest last. */
  readonly formerPins: readonly string[];
}

export const NO_PAIRING: PairingRecord = {
  pin: undefined,
  nextPin: undefined,
  keptByPartner: undefined,
  isConfirmed: false,
  since: undefined,
  key: undefined,
  usedKeys: [],
  formerPins: [],
};

/** Of the form of the file. */
const VERSION = 1;
/** A key that is in the file at all is among the latest. */
const USED_KEYS_MAX = 64;
/** A box that was swapped is in a drawer, and the one before it is scrap. */
const FORMER_PINS_MAX = 16;
const DIGEST = /^[0-9a-f]{64}$/;
const OWNER_ONLY = 0o600;

/** @returns the record, that of a box that never met anybody where there is none, or why it can't be read */
export async function readPairingRecord(path: string): Promise<PairingRecord | { readonly error: string }> {
  const file = await readSmallFile(path);
  if ('error' in file) return file.isMissing ? NO_PAIRING : file;
  const record = parse(file.text);
  if (typeof record === 'number') return { error: newerFileText(path, record, VERSION) };
  return record ?? { error: `${path} is damaged` };
}

/** Rejects when the disk refuses; the record is then as it was, or as it should be. */
export async function writePairingRecord(path: string, record: PairingRecord): Promise<void> {
  const { pin, nextPin, keptByPartner, isConfirmed, since, key } = record;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const usedKeys = record.usedKeys.slice(-USED_KEYS_MAX);
  const formerPins = record.formerPins.slice(-FORMER_PINS_MAX);
  const fields = { version: VERSION, pin, nextPin, keptByPartner, isConfirmed, since, key, usedKeys, formerPins };
  await writeDurably(path, `${JSON.stringify({ ...fields, check: checkOf(fields) }, undefined, 2)}\n`, OWNER_ONLY);
}

/** @returns a number: the version that a newer program wrote */
function parse(text: string): PairingRecord | number | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null) return undefined;
  const newer = newerVersionOf(content, VERSION);
  if (newer !== undefined) return newer;
  const { check, ...fields } = content as { readonly [name: string]: unknown };
  // Earlier records have no partners that were left.
  const { version, pin, nextPin, keptByPartner, isConfirmed, since, key, usedKeys, formerPins = [] } = fields;
  if (check !== checkOf(fields) || version !== VERSION || typeof isConfirmed !== 'boolean') return undefined;
  if (!isDigests(usedKeys) || !isDigests(formerPins)) return undefined;
  if (!isMaybeDigest(pin) || !isMaybeDigest(nextPin) || !isMaybeDigest(keptByPartner) || !isMaybeDigest(key)) return undefined;
  if (typeof since !== 'string' && since !== undefined) return undefined;
  return { pin, nextPin, keptByPartner, isConfirmed, since, key, usedKeys, formerPins };
}

function isDigests(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isDigest);
}

function isMaybeDigest(value: unknown): value is string | undefined {
  return value === undefined || isDigest(value);
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && DIGEST.test(value);
}

/** Finds what flash forgets; who means harm and can write here needs no wrong record. */
function checkOf(fields: object): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16);
}
