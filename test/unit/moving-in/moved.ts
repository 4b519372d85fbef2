/** Moving in from files of a test, in a folder of its own. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'mocha';
import { loadProvisioning, type ProvisioningDocument } from '../../../src/config/index.ts';
import { type Moved, moveFromIsc, moveFromKea, moveFromOpenwrt } from '../../../src/moving-in/index.ts';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Result {
  readonly moved: Moved;
  readonly document: ProvisioningDocument;
  /** Lines of the leases between the first and the last, read. */
  readonly leases: readonly Readonly<Record<string, unknown>>[];
  readonly report: string;
}

/** When the leases that were made by running the servers are still held. */
export const NOW = 1_795_986_220;

const ways = { kea: moveFromKea, isc: moveFromIsc, openwrt: moveFromOpenwrt } as const;
export type Way = keyof typeof ways;

const made: string[] = [];

after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

export function folderWith(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'moving-in-'));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** @param names of the configuration, and of the leases or a second configuration, among the files */
export async function move(way: Way, files: Files, names: readonly [string, string?], ports: readonly string[] = [], now = NOW): Promise<Result> {
  const folder = folderWith(files);
  const [first, second] = names;
  const moved = await ways[way](join(folder, first), second === undefined ? undefined : join(folder, second), { folder: join(folder, 'out'), appliance: 'box', ports, now });
  const loaded = loadProvisioning(readFileSync(moved.provisioning), 'made');
  if (!('document' in loaded)) throw new Error(JSON.stringify(loaded));
  const lines = moved.leases === undefined ? [] : readFileSync(moved.leases, 'utf8').trimEnd().split('\n').slice(1, -1);
  return { moved, document: loaded.document, leases: lines.map((line) => JSON.parse(line) as Record<string, unknown>), report: readFileSync(moved.report, 'utf8') };
}

/** What it says where it refuses, without the folder; throws where something is left behind. */
export async function refused(way: Way, files: Files, names: readonly [string, string?]): Promise<string> {
  const folder = folderWith(files);
  const [first, second] = names;
  try {
    await ways[way](join(folder, first), second === undefined ? undefined : join(folder, second), { folder: join(folder, 'out'), appliance: 'box', ports: [], now: NOW });
  } catch (error) {
    const left = readdirSync(folder).filter((name) => !Object.hasOwn(files, name));
    if (left.length > 0) throw new Error(`${left.join(', ')} was left behind`, { cause: error });
    return (error as Error).message.replaceAll(`${folder}/`, '');
  }
  throw new Error('it was taken');
}

export function realFile(name: string): string {
  return readFileSync(fileURLToPath(new URL(`files/${name}`, import.meta.url)), 'latin1');
}

/** `left-out 12 what`, without the file. */
export function said({ findings }: Moved): string[] {
  return findings.map(({ kind, place, what }) => `${kind} ${String(place.line)} ${what}`);
}
