/** Identities of boxes, made once for a run. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBoxIdentity, readBoxIdentity } from '../../../../src/identity/index.ts';
import type { BoxIdentity } from '../../../../src/identity/index.ts';

const made = new Map<string, Promise<BoxIdentity>>();

/** @param which tells boxes of one name apart */
export async function identityOf(name: string, which = ''): Promise<BoxIdentity> {
  const key = `${name} ${which}`;
  const known = made.get(key) ?? makeIdentity(name);
  made.set(key, known);
  return await known;
}

async function makeIdentity(name: string): Promise<BoxIdentity> {
  const directory = await mkdtemp(join(tmpdir(), 'twinlease-identity-'));
  try {
    const files = await createBoxIdentity(name, directory);
    assert.ok(!('error' in files));
    const identity = await readBoxIdentity(files);
    assert.ok(!('error' in identity));
    return identity;
  } finally {
    await rm(directory, { recursive: true });
  }
}
