/**
 * Finds the compiled addons. They lie in `dist/native/`: beside the bundle when the daemon runs from
 * `dist/twinlease.js`, one folder away when it runs from the source tree.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Loads `dist/native/<name>.node`. The caller states the addon's shape: its C source is the only
 * other place that knows it. Throws when the file is missing or does not fit this Node.js.
 */
export function loadNativeAddon(name: string): unknown {
  const beside = fileURLToPath(new URL(`native/${name}.node`, import.meta.url));
  const fromSource = fileURLToPath(new URL(`../dist/native/${name}.node`, import.meta.url));
  return createRequire(import.meta.url)(existsSync(beside) ? beside : fromSource);
}
