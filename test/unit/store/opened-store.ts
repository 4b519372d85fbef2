import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binding } from '../../../src/lease/index.ts';
import { openStore, type OpenedStore, type StoreAlarm, type StoreError, type StoreOptions } from '../../../src/store/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';

/** A store that a test opened, and what it was told meanwhile. */
export interface Opened extends OpenedStore {
  readonly read: readonly Binding[];
  readonly alarms: readonly StoreAlarm[];
}

export const NOW = epochSeconds(1_790_000_000);

/** Opens the store, which must succeed. */
export async function open(directory: string, options: Partial<StoreOptions> = {}): Promise<Opened> {
  const read: Binding[] = [];
  const alarms: StoreAlarm[] = [];
  const opening = await openStore({
    directory,
    randomBytes,
    now: () => NOW,
    onBinding: (binding) => read.push(copyOf(binding)),
    onAlarm: (alarm) => alarms.push(alarm),
    ...options,
  });
  if ('error' in opening) assert.fail(opening.error.text);
  return { ...opening, read, alarms };
}

/** The octets of what is given are views of a whole file, valid during the call. */
function copyOf(binding: Binding): Binding {
  const copies = Object.entries(binding).map(([name, value]: [string, unknown]) => [name, value instanceof Uint8Array ? new Uint8Array(value) : value]);
  return Object.fromEntries(copies) as Binding;
}

/** Opens the store, which must be refused. */
export async function openError(directory: string): Promise<StoreError> {
  const ignore = (): void => undefined;
  const opening = await openStore({ directory, randomBytes, now: () => NOW, onBinding: ignore, onAlarm: ignore });
  if ('error' in opening) return opening.error;
  await opening.store.close();
  assert.fail('the store was opened');
}

/** Runs a test in a directory of its own, which is removed afterwards. */
export async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'twinlease-store-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
