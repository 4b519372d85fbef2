/**
 * A box as it came from the factory: nothing on it says any more who it was, whom it knew, and which leases it gave. What is
 * secret is overwritten before it is removed. The provisioning file goes first: a box that was cut off in the middle starts as nothing
 * else meanwhile, and the same command goes on.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readProvisioning } from './config/index.ts';
import { askDaemon } from './control/index.ts';
import { syncFolder } from './durable-file.ts';
import { wipeFile } from './identity/index.ts';
import { lockDirectory, STATE_FILES } from './store/index.ts';

/** Of `pairing/`, and of those that the store writes, those that tell somebody something. */
const SECRET = ['pairing', 'identity.json', 'configurations'];

export interface ResetPlan {
  readonly stateDirectory: string;
  readonly provisioningFile: string;
  /** Keys and certificates that the provisioning file names, as far as it can be read; absolute paths. */
  readonly named: readonly string[];
}

export interface ResetOutcome {
  /** What it does not know, and left where it is. */
  readonly left: readonly string[];
}

export async function planReset(stateDirectory: string, provisioningFile: string): Promise<ResetPlan> {
  const loaded = await readProvisioning(provisioningFile);
  const named = new Set<string>();
  if ('document' in loaded) {
    const { appliances, relationships } = loaded.document;
    for (const { key, certificate } of Object.values(appliances)) for (const path of [key, certificate]) if (path !== undefined) named.add(resolve(path));
    for (const { certificates = {} } of Object.values(relationships)) for (const path of Object.values(certificates)) named.add(resolve(path));
  }
  return { stateDirectory: resolve(stateDirectory), provisioningFile: resolve(provisioningFile), named: [...named] };
}

/** @returns what to say of it. Rejects where it can't be done. */
export async function factoryReset(plan: ResetPlan, control: string): Promise<string> {
  const outcome = await resetBox(plan, async () => {
    // One that can't be asked to end keeps the state directory, and is found there.
    await askDaemon(control, { method: 'stop' }).catch(() => undefined);
  });
  if ('error' in outcome) throw new Error(`nothing was wiped: ${outcome.error}`);
  const left = outcome.left.length === 0 ? '' : `; left where it is, as nothing of Twinlease makes it: ${outcome.left.join(', ')}`;
  return `this box is as it came from the factory${left}`;
}

/**
 * @param stop ends the daemon that has the state directory; called where one has it
 * @returns what was left, or why nothing was done, as a sentence without a full stop. Rejects when the disk refuses.
 */
export async function resetBox(plan: ResetPlan, stop: () => Promise<void>): Promise<ResetOutcome | { readonly error: string }> {
  const { stateDirectory, provisioningFile, named } = plan;
  const hasState = await exists(stateDirectory);
  const release = hasState ? await takeFrom(stateDirectory, stop) : undefined;
  if (hasState && release === undefined) {
    return { error: `the daemon still has ${stateDirectory}, or was started again: stop the service first, then say it again` };
  }
  try {
    await wipeFile(provisioningFile);
    for (const path of named) await wipeFile(path);
    return { left: hasState ? await empty(stateDirectory) : [] };
  } finally {
    await release?.();
  }
}

/** So long a daemon may need to end: its last commit, and its last words. */
const STOP_MS = 15_000;
const LOOK_EVERY_MS = 50;

async function takeFrom(directory: string, stop: () => Promise<void>): Promise<(() => Promise<void>) | undefined> {
  const free = await lockDirectory(directory);
  if (free !== undefined) return free;
  await stop();
  for (const end = performance.now() + STOP_MS; performance.now() < end; ) {
    const release = await lockDirectory(directory);
    if (release !== undefined) return release;
    await new Promise((wake) => setTimeout(wake, LOOK_EVERY_MS));
  }
  return undefined;
}

/** @returns the paths of what nothing of this program makes */
async function empty(directory: string): Promise<readonly string[]> {
  const known = new Set([...SECRET, ...STATE_FILES].flatMap((name) => [name, `${name}.tmp`]));
  const names = await readdir(directory);
  // What is secret first.
  for (const name of names.filter((each) => SECRET.some((secret) => each.startsWith(secret)))) await wipeTree(join(directory, name));
  for (const name of names) if (known.has(name)) await rm(join(directory, name), { recursive: true, force: true });
  await syncFolder(directory);
  return (await readdir(directory)).map((name) => join(directory, name));
}

async function wipeTree(path: string): Promise<void> {
  const found = await stat(path);
  if (!found.isDirectory()) {
    await wipeFile(path);
    return;
  }
  for (const { parentPath, name } of (await readdir(path, { withFileTypes: true, recursive: true })).filter((entry) => entry.isFile())) {
    await wipeFile(join(parentPath, name));
  }
  await rm(path, { recursive: true });
  await syncFolder(dirname(path));
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
