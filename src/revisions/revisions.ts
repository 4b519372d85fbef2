/** What stood in the provisioning file before each commit: a bounded number of files, the newest with the highest number. */
import { mkdir, readFile, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.ts';

const KEPT = 20;
const NAME = /^(\d{6})\.yaml$/;

export interface Revision {
  /** 1: what stood there before the last commit. */
  readonly back: number;
  readonly replacedAt: Date;
}

export interface Revisions {
  /** The newest first. */
  list(): Promise<readonly Revision[]>;
  /** Undefined where there is none so far back. */
  read(back: number): Promise<string | undefined>;
  /** @param at what time it is; undefined: the system's clock knows no less than whoever saves */
  save(text: string, at: Date | undefined): Promise<void>;
}

export function revisionsDirectory(stateDirectory: string): string {
  return join(stateDirectory, 'configurations');
}

export function openRevisions(stateDirectory: string): Revisions {
  const directory = revisionsDirectory(stateDirectory);
  const numbers = async (): Promise<readonly number[]> => {
    const names = await readdir(directory).catch(() => []);
    return names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number).sort((a, b) => b - a);
  };
  const pathOf = (number: number): string => join(directory, `${String(number).padStart(6, '0')}.yaml`);
  return {
    async list() {
      const files = (await numbers()).map(async (number, i) => ({ back: i + 1, replacedAt: (await stat(pathOf(number))).mtime }));
      return await Promise.all(files);
    },
    async read(back) {
      const number = (await numbers())[back - 1];
      return number === undefined ? undefined : await readFile(pathOf(number), 'utf8');
    },
    async save(text, at) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const known = await numbers();
      const path = pathOf((known[0] ?? 0) + 1);
      await writeDurably(path, text, 0o600);
      if (at !== undefined) await utimes(path, at, at);
      for (const number of known.slice(KEPT - 1)) await rm(pathOf(number), { force: true });
    },
  };
}
