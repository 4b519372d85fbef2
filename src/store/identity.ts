import { readFile } from 'node:fs/promises';
import { DuidType, formatDuid, formatHex, parseDuid, parseHex, type Duid } from '../wire/index.ts';
import { writeDurably } from '../durable-file.ts';
import { newerVersionOf } from '../file-version.ts';
import { crc32c } from './leveldb/crc32c.ts';

/** Who this server is. It is made once, and lives beside the database, so that the loss of the database alone shows. */
export interface Identity {
  /** The server's DUID, which never changes (RFC 9915 11): a UUID (RFC 6355), which does not depend on the hardware, or that of a server before it. */
  readonly duid: Duid;
  /** 16 random octets that make the addresses that it gives hard to guess. */
  readonly allocationSecret: Uint8Array;
}

/** Of the form of the file. */
export const IDENTITY_VERSION = 1;
const SECRET_LENGTH = 16;
const OWNER_ONLY = 0o600;

/** Makes an identity from random octets, durably. @param taken the DUID of a server whose place this one takes */
export async function createIdentity(path: string, randomBytes: (count: number) => Uint8Array, taken?: Duid): Promise<Identity> {
  const identity: Identity = { duid: taken ?? newDuid(randomBytes), allocationSecret: Uint8Array.from(randomBytes(SECRET_LENGTH)) };
  await writeDurably(path, format(identity), OWNER_ONLY);
  return identity;
}

function newDuid(randomBytes: (count: number) => Uint8Array): Duid {
  const uuid = Uint8Array.from(randomBytes(16));
  // A random UUID says so in its version and variant (RFC 9562 5.4).
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return Uint8Array.of(0, DuidType.UUID, ...uuid) as Duid;
}

/** Reads the identity; undefined when there is none. A string says why it can't be read; a number is the version that a newer program wrote. */
export async function readIdentity(path: string): Promise<Identity | undefined | string | number> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : message;
  }
  return parse(text) ?? 'its content is damaged';
}

function format({ duid, allocationSecret }: Identity): string {
  const fields = { version: IDENTITY_VERSION, duid: formatDuid(duid), allocationSecret: formatHex(allocationSecret) };
  return `${JSON.stringify({ ...fields, check: checkOf(fields) }, undefined, 2)}\n`;
}

function parse(text: string): Identity | number | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  const newer = newerVersionOf(fields, IDENTITY_VERSION);
  if (newer !== undefined) return newer;
  const { version, duid, allocationSecret, check } = (fields ?? {}) as { readonly [name: string]: unknown };
  if (version !== IDENTITY_VERSION || typeof duid !== 'string' || typeof allocationSecret !== 'string') return undefined;
  if (check !== checkOf({ version, duid, allocationSecret })) return undefined;
  const octets = parseDuid(duid);
  const secret = parseHex(allocationSecret);
  if (octets === undefined || secret?.length !== SECRET_LENGTH) return undefined;
  return { duid: octets, allocationSecret: secret };
}

function checkOf(fields: { readonly version: number; readonly duid: string; readonly allocationSecret: string }): string {
  const octets = Buffer.from(`${fields.version} ${fields.duid} ${fields.allocationSecret}`);
  return crc32c(octets, 0, octets.length).toString(16).padStart(8, '0');
}
