// Bundles src/cli.ts and what it imports into dist/, with the launcher beside it. Run by `make build`.
// What a command imports dynamically becomes a chunk of its own: `serve` does not load the console. Node.js takes its time for each
// file that a start needs.
// Nothing outside of dist/ is needed to run it: binaries of packages lie in dist/native/ with our own addons.

import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';
import { modulesOfNode } from './modules-of-node.mjs';

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

const asEver = {
  outdir: 'dist',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  define: { TWINLEASE_VERSION: JSON.stringify(version) },
  // Names are kept whole: a crash record is read by a person.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // CommonJS packages inside the bundle call require() for Node's own modules.
  banner: {
    js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  },
  plugins: [modulesOfNode, binariesOfPackages],
  logLevel: 'warning',
  metafile: true,
};

// By itself, so that it consists of few, whatever it has in common with the commands.
const daemon = await build({ ...asEver, entryPoints: ['src/daemon/index.ts'], entryNames: 'daemon-[hash]' });
const [daemonFile] = Object.entries(daemon.metafile.outputs).find(([, { entryPoint }]) => entryPoint === 'src/daemon/index.ts');
const daemonApart = {
  name: 'daemon apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/daemon\/index\.ts$/ }, () => ({ path: `./${basename(daemonFile)}`, external: true }));
  },
};

const commands = await build({
  ...asEver,
  entryPoints: {
    twinlease: entry,
    'configuration-reader': 'src/daemon/configuration/configuration-reader.ts',
    'change-writer': 'src/daemon/configuration/change-writer.ts',
  },
  plugins: [daemonApart, ...asEver.plugins],
});

// Or Node.js reads each file to find out.
writeFileSync('dist/package.json', '{ "type": "module" }\n');
copyFileSync('src/twinlease.sh', 'dist/twinlease');
chmodSync('dist/twinlease', 0o755);
// What is compiled into dist/native/ is no part of the bundle.
writeFileSync('dist/licences.txt', licencesOf([daemon, commands], ['classic-level', 'nan', 'raw-socket']));
