/** What a box keeps of an update of both boxes: it survives the restarts that belong to it. The last one, also when it is over. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PAIR_UPDATE_STAGES, isPairUpdateOver } from '../control/index.ts';
import type { PairUpdateStage, UpdatedBox } from '../control/index.ts';
import { writeDurably } from '../durable-file.ts';
import { newerFileText, newerVersionOf, setNewerAside } from '../file-version.ts';

/** The file of one update. */
export interface UpdateFile {
  /** 16 hexadecimal digits. */
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
}

export interface PairUpdateRecord extends UpdateFile {
  readonly stage: PairUpdateStage;
  readonly version: string;
  readonly first: UpdatedBox;
  /** The primary: it sees to all of it. */
  readonly second: UpdatedBox;
  /** By the clock of the box that says so; ISO 8601. */
  readonly begun: string;
  readonly since: string;
  /** The slot that it was written into, of the box that restarts. */
  readonly slot: string | undefined;
  /** Why it was stopped. */
  readonly why: string | undefined;
}

const VERSION = 1;
const FOLDER = 'pair-update';
const ID = /^[0-9a-f]{16}$/;
const SHA256 = /^[0-9a-f]{64}$/;

export function folderOf(stateDirectory: string): string {
  return join(stateDirectory, FOLDER);
}

/** The update itself, while it is needed. */
export function updateFileOf(stateDirectory: string): string {
  return join(folderOf(stateDirectory), 'update.raucb');
}

/** @returns undefined where there never was one; or why it can't be read */
export async function readRecord(stateDirectory: string): Promise<PairUpdateRecord | undefined | { readonly error: string }> {
  const path = pathOf(stateDirectory);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { error: `${path} can't be read: ${(error as Error).message}` };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { error: `${path} is damaged: how far the update of both boxes was is not known` };
  }
  const { version, ...record } = (json ?? {}) as { readonly version?: unknown };
  const newer = newerVersionOf({ version }, VERSION);
  if (newer !== undefined) return { error: `${newerFileText(path, newer, VERSION)}. It is left as it is; "upgrade pair" begins anew` };
  return parseRecord(record) ?? { error: `${path} is damaged: how far the update of both boxes was is not known` };
}

export async function writeRecord(stateDirectory: string, record: PairUpdateRecord): Promise<void> {
  await mkdir(folderOf(stateDirectory), { recursive: true, mode: 0o700 });
  await setNewerAside(pathOf(stateDirectory), VERSION);
  await writeDurably(pathOf(stateDirectory), `${JSON.stringify({ version: VERSION, ...recordJson(record) })}\n`, 0o600);
}

/** As it stands in the file, without the file's version; also as the partner says it. */
export function recordJson({ version, ...record }: PairUpdateRecord): object {
  return { ...record, to: version };
}

/** @returns undefined where it is none */
export function parseRecord(value: unknown): PairUpdateRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { stage, to, first, second, begun, since, slot, why } = value as Readonly<Record<string, unknown>>;
  const file = parseFile(value as Readonly<Record<string, unknown>>);
  const known = PAIR_UPDATE_STAGES.find((each) => each === stage);
  const texts = [to, begun, since].every((text) => typeof text === 'string');
  if (file === undefined || known === undefined || !texts || !isBox(first) || !isBox(second)) return undefined;
  if ((slot !== undefined && typeof slot !== 'string') || (why !== undefined && typeof why !== 'string')) return undefined;
  return { ...file, stage: known, version: to as string, first, second, begun: begun as string, since: since as string, slot, why };
}

/** @returns undefined where it is none: its hash becomes the name of a file */
export function parseFile({ id, sha256, size }: Readonly<Record<string, unknown>>): UpdateFile | undefined {
  if (typeof id !== 'string' || !ID.test(id) || typeof sha256 !== 'string' || !SHA256.test(sha256)) return undefined;
  return typeof size === 'number' && Number.isSafeInteger(size) && size > 0 ? { id, sha256, size } : undefined;
}

export function isOver({ stage }: PairUpdateRecord): boolean {
  return isPairUpdateOver(stage);
}

function isBox(value: unknown): value is UpdatedBox {
  const { name, version } = (value ?? {}) as { readonly name?: unknown; readonly version?: unknown };
  return typeof name === 'string' && typeof version === 'string';
}

function pathOf(stateDirectory: string): string {
  return join(folderOf(stateDirectory), 'record.json');
}
