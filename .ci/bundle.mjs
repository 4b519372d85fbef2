// Bundles src/cli.ts and what it imports into dist/, with the launcher beside it. Run by `make build`.
// What a command imports dynamically becomes a chunk of its own: `serve` does not load the console.
// Nothing outside of dist/ is needed to run it: binaries of packages lie in dist/native/ with our own addons.

import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const entry = 'src/cli.ts';
if (!existsSync(entry)) {
  console.error(`build: ${entry} is missing: there is nothing to bundle`);
  process.exit(1);
}
mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist').filter((file) => file.endsWith('.js'))) rmSync(`dist/${name}`);

// Packages with native code look for their binaries around their own files, which are not there in a bundle.
const binariesOfPackages = {
  name: 'binaries of packages',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /\/raw\.node$/ }, () => ({ path: './native/raw.node', external: true }));
    onResolve({ filter: /^\.\/native\// }, ({ path }) => ({ path, external: true }));
    // cbor-x does without it, and it is in no firmware: what is measured and tested here is to be what runs there.
    onResolve({ filter: /^cbor-extract$/ }, () => ({ path: 'cbor-extract', namespace: 'left out' }));
    onLoad({ filter: /.*/, namespace: 'left out' }, () => ({ contents: 'module.exports = undefined;' }));
    onLoad({ filter: /\/classic-level\/binding\.js$/ }, () => ({ contents: "module.exports = require('./native/classic-level.node');" }));
  },
};

const { metafile } = await build({
  entryPoints: {
    twinlease: entry,
    'configuration-reader': 'src/daemon/configuration/configuration-reader.ts',
    'change-writer': 'src/daemon/configuration/change-writer.ts',
  },
  outdir: 'dist',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  plugins: [binariesOfPackages],
  define: { TWINLEASE_VERSION: JSON.stringify(version) },
  // Names are kept whole: a crash record is read by a person.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // CommonJS packages inside the bundle call require() for Node's own modules.
  banner: {
    js: 'import { createRequire as bundledRequire } from "node:module"; const require = bundledRequire(import.meta.url);',
  },
  logLevel: 'warning',
  metafile: true,
});

copyFileSync('src/twinlease.sh', 'dist/twinlease');
chmodSync('dist/twinlease', 0o755);
// What is compiled into dist/native/ is no part of the bundle.
writeFileSync('dist/licences.txt', licencesOf(metafile, ['classic-level', 'nan', 'raw-socket']));
