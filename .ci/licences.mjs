// What whoever gives the program away has to give away with it: our licence, and those of the packages that are in it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LICENCE = /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i;

/**
 * @param builds by esbuild, with their metafiles
 * @param more names of packages that are in the program, and not in the bundle
 * @returns all of them, one below the other
 */
export function licencesOf(builds, more) {
  const used = builds.flatMap(({ metafile }) => Object.values(metafile.outputs)).flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path));
  const folders = new Set([...used.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []), ...more.map((name) => join('node_modules', name))]);
  const packages = new Map([...folders].map(licencesOfPackage));
  return [`Twinlease\n\n${readFileSync('LICENSE', 'utf8')}`, ...[...packages.keys()].sort().map((name) => packages.get(name))].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Its name and version, and what belongs to it. */
function licencesOfPackage(folder) {
  const { name, version, license, author, homepage } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${folder} does not say under which licence it is`);
  const said = `${name} ${version}: ${license}`;
  // In deps/ are the sources of others that it is compiled with.
  const texts = readdirSync(folder, { recursive: true })
    .filter((path) => /^(deps\/.*\/)?[^/]*$/.test(path) && LICENCE.test(path.split('/').at(-1)))
    .map((path) => `${path}:\n\n${readFileSync(join(folder, path), 'utf8')}`);
  // Some say no more than the name of it, and who they are.
  const all = [said, ...(texts.length > 0 ? texts : [`${typeof author === 'string' ? author : (author?.name ?? homepage ?? '')}\n`])];
  return [`${name} ${version}`, all.join('\n\n')];
}
