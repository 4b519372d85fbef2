// An update for the right board, whole, and signed by somebody whom no box trusts.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { updateManifest } from './update-manifest.ts';

/** Leaves it in `directory` as `name`. */
export function forgeUpdate(directory: string, name: string): void {
  const path = (file: string): string => join(directory, file);
  mkdirSync(path('forged'));
  writeFileSync(path('forged/manifest.raucm'), updateManifest('9.9.9'));
  for (const file of ['rootfs.squashfs', 'kernel.img']) writeFileSync(path(`forged/${file}`), randomBytes(1 << 16));
  const run = (program: string, words: readonly string[]): void => void execFileSync(program, words, { stdio: 'pipe' });
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=Twinlease updates', '-keyout', path('forged.key'), '-out', path('forged.pem')]);
  rmSync(path(name), { force: true });
  run('rauc', ['bundle', `--cert=${path('forged.pem')}`, `--key=${path('forged.key')}`, path('forged'), path(name)]);
}
