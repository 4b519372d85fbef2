/**
 * Which client's message the daemon failed over, remembered across the restart that follows, so that a
 * message that trips an invariant cannot stop the box for ever.
 */
import { appendFileSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuid, formatHex, parseDuid } from '../wire/index.ts';
import type { Duid } from '../wire/index.ts';

export interface CrashRecord {
  readonly at: Date;
  /** Undefined where the failure was not over a client's message. */
  readonly client: Duid | undefined;
  /** The datagram, for whoever looks into it. */
  readonly message: Uint8Array | undefined;
  readonly error: string;
}

/** Older ones are dropped when the file is read. */
const KEPT = 50;
const FILE = 'crashes.jsonl';

/** Written at once and synced: the process is about to end. Throws where the disk refuses. */
export function writeCrashRecord(directory: string, record: CrashRecord): void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, FILE);
  const line = {
    at: record.at.toISOString(),
    client: record.client === undefined ? undefined : formatDuid(record.client),
    message: record.message === undefined ? undefined : formatHex(record.message, ''),
    error: record.error,
  };
  // A line that a power cut tore must not swallow this one.
  appendFileSync(path, `\n${JSON.stringify(line)}\n`, { mode: 0o600 });
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

export interface PastCrash {
  readonly at: Date;
  readonly client: Duid | undefined;
}

/** The last crashes, oldest first. What cannot be read is left out. */
export function readCrashRecords(directory: string): readonly PastCrash[] {
  const path = join(directory, FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length > KEPT) dropOlder(path, lines.slice(-KEPT));
  return lines.slice(-KEPT).flatMap(parseLine);
}

function dropOlder(path: string, kept: readonly string[]): void {
  try {
    writeFileSync(`${path}.tmp`, `${kept.join('\n')}\n`, { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  } catch {
    // On a full disk the file stays as long as it is until a later start.
  }
}

function parseLine(line: string): readonly PastCrash[] {
  try {
    const value = JSON.parse(line) as { readonly at?: unknown; readonly client?: unknown };
    const at = new Date(typeof value.at === 'string' ? value.at : NaN);
    if (Number.isNaN(at.getTime())) return [];
    return [{ at, client: typeof value.client === 'string' ? parseDuid(value.client) : undefined }];
  } catch {
    return [];
  }
}
