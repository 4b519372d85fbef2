import assert from 'node:assert/strict';
import { describe, it } from 'mocha';

interface Build {
  readonly metafile: { readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>> };
}

const { licencesOf } = (await import(new URL('../../../.ci/licences.mjs', import.meta.url).href)) as { readonly licencesOf: (builds: readonly Build[], more: readonly string[]) => string };

describe('the licences that are given away with the program', () => {
  const text = licencesOf([{ metafile: { outputs: { 'dist/a.js': { inputs: {
    'src/cli.ts': { bytesInOutput: 10 },
    'node_modules/yaml/dist/index.js': { bytesInOutput: 10 },
    'node_modules/yaml/dist/log.js': { bytesInOutput: 10 },
    'node_modules/mocha/index.js': { bytesInOutput: 0 },
  } } } } }, { metafile: { outputs: { 'dist/b.js': { inputs: { 'node_modules/yaml/dist/index.js': { bytesInOutput: 10 } } } } } }], ['classic-level']);

  it('are ours, and that of each package that is in it, once', () => {
    assert.match(text, /^Twinlease\n\nMIT License\n/);
    assert.match(text, /\nyaml \d+\.\d+\.\d+: ISC\n\nLICENSE:\n\nCopyright Eemeli Aro/);
    assert.equal(text.match(/^yaml /gm)?.length, 1);
    assert.doesNotMatch(text, /mocha/);
  });

  it('are also those of what a package is compiled with', () => {
    assert.match(text, /\ndeps\/leveldb\/[^\n]*\/LICENSE:\n\nCopyright/);
    assert.match(text, /\ndeps\/snappy\/[^\n]*\/COPYING:\n/);
  });
});
