// What a start of the program does without, so that a slow router answers its first client soon.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';

const folder = fileURLToPath(new URL('../../../dist', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.js'));

describe('the bundle', () => {
  it("imports none of Node's own modules: each would be read whole, and load what nobody asked for", () => {
    const imports = files.flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*"([^"]*)"/g)].map(([, what = '']) => what));
    assert.deepEqual(imports.filter(isBuiltin), []);
  });

  it('gives the daemon few files to load', () => {
    const daemon = files.find((name) => name.startsWith('daemon-')) ?? assert.fail('no daemon');
    const loaded = new Set([daemon]);
    for (const name of loaded) for (const [, next = ''] of readFileSync(join(folder, name), 'utf8').matchAll(/\bfrom"\.\/([^"]*)"/g)) loaded.add(next);
    assert.ok(loaded.size <= 5, [...loaded].join(' '));
  });
});
