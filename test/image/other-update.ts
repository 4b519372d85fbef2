// The image as an update of another version, signed as the real one: the same but for what is changed in it.

import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { images } from './machine.ts';
import { updateManifest } from './update-manifest.ts';

const signing = process.env['SIGNING'] ?? join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'twinlease', 'signing');

/** What is wrong with it: `serve` ends at once; what else there is works. Ten minutes are as good as one to see that it goes back. */
export const doesNotServe: Change = (root) => {
  replace(join(root, 'usr/lib/twinlease/twinlease.js'), /^/, 'if (process.argv[2] === "serve") process.exit(1);\n');
  replace(join(root, 'usr/libexec/twinlease/mark-good'), '-gt 600', '-gt 60');
};

type Change = (root: string) => void;

/** Leaves it in `directory` as `name`. */
export function makeUpdate(directory: string, name: string, version: string, change: Change = () => undefined): void {
  const work = join(directory, `${name}.work`);
  const root = join(work, 'root');
  mkdirSync(join(work, 'update'), { recursive: true });
  const run = (program: string, words: readonly string[]): void => void execFileSync(program, words, { stdio: 'pipe' });
  run('unsquashfs', ['-quiet', '-no-progress', '-dest', root, join(images, 'rootfs.squashfs')]);
  const [before = ''] = /(?<=^VERSION_ID=).*$/m.exec(readFileSync(join(root, 'etc/os-release'), 'utf8')) ?? [];
  replace(join(root, 'etc/os-release'), `VERSION_ID=${before}`, `VERSION_ID=${version}`);
  const programs = join(root, 'usr/lib/twinlease');
  const files = readdirSync(programs).map((each) => join(programs, each)).filter((path) => path.endsWith('.js') && readFileSync(path, 'utf8').includes(`"${before}"`));
  if (files.length === 0) throw new Error(`no file of the program says "${before}"`);
  for (const path of files) replace(path, `"${before}"`, `"${version}"`);
  change(root);
  run('mksquashfs', [root, join(work, 'update/rootfs.squashfs'), '-noappend', '-quiet', '-no-progress', '-comp', 'zstd', '-Xcompression-level', '3']);
  copyFileSync(join(images, 'Image'), join(work, 'update/kernel.img'));
  writeFileSync(join(work, 'update/manifest.raucm'), updateManifest(version));
  run('rauc', ['bundle', `--cert=${join(signing, 'certificate.pem')}`, `--key=${join(signing, 'key.pem')}`, '--mksquashfs-args=-comp zstd -Xcompression-level 1', join(work, 'update'), join(directory, name)]);
  rmSync(work, { recursive: true });
}

function replace(path: string, what: string | RegExp, by: string): void {
  const text = readFileSync(path, 'utf8');
  const next = text.replace(what, by);
  if (next === text) throw new Error(`${path} has no ${String(what)}`);
  writeFileSync(path, next);
}
