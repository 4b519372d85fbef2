// packages.mjs NAME=VERSION...: the list of what is in an image, of what Buildroot's show-info says on standard input: with the versions of
// what Buildroot has no version of, and without what it only names for another's sake. Run by make-image.

import { readFileSync, writeSync } from 'node:fs';

/** RAUC asks for its unsquashfs, for a kind of update that a box does not take: nothing of it is installed (offline/stand-ins.mk). */
const NOT_INSTALLED = ['squashfs'];

const packages = JSON.parse(readFileSync(0, 'utf8'));
for (const name of NOT_INSTALLED) delete packages[name];
for (const word of process.argv.slice(2)) {
  const [name, version] = word.split('=');
  const found = packages[name];
  if (found === undefined) throw new Error(`there is no package "${name}"`);
  // Debian's own number is none of upstream's, which is what vulnerabilities are listed by.
  if (found['cpe-id'] !== undefined) found['cpe-id'] = found['cpe-id'].replace(`:${found.version}:`, `:${version.replace(/-[^-]*$/, '')}:`);
  found.version = version;
}
for (const { name, version, type, virtual } of Object.values(packages)) {
  if (type !== 'target' || virtual) continue;
  if (version === 'custom') throw new Error(`no version of ${name} is known`);
}
writeSync(1, `${JSON.stringify(packages, undefined, 1)}\n`);
