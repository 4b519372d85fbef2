// A small source tree in a temporary folder, for rules to be tried on.

import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const projectRoot = path.resolve(import.meta.dirname, '../../..');

/** Writes `files` (path to text) beside the project's own settings, hands the folder to `use`, and removes it. */
export async function withTree<T>(files: Readonly<Record<string, string>>, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'twinlease-lint-'));
  try {
    cpSync(path.join(projectRoot, 'tsconfig.json'), path.join(folder, 'tsconfig.json'));
    cpSync(path.join(projectRoot, 'package.json'), path.join(folder, 'package.json'));
    symlinkSync(path.join(projectRoot, 'node_modules'), path.join(folder, 'node_modules'));
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
