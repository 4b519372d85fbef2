/**
 * The file that says which configuration clients have: after a start with another one those are asked whom the change concerns. It is in
 * canonical form, without secrets.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.ts';
import { reasonOf } from '../reason.ts';
import type { ServerConfiguration } from '../server/index.ts';
import type { LoadedConfiguration } from './configuration/loaded-configuration.ts';

const FILE = 'clients-configuration.yaml';
const MODE = 0o600;
const SAYS_NOTHING = 'does not say what clients have: all that accept Reconfigure are asked';

export interface ClientsConfiguration {
  /** Clients may have something else than what the box began with. */
  readonly hasFormer: boolean;
  /** Reads what that is. @returns undefined: nobody knows */
  former(): Promise<ServerConfiguration | undefined>;
  /** Clients have this now, in canonical form. It is written where it is not what the file says; one behind the other. */
  has(text: string): Promise<void>;
}

/**
 * @param text what the box begins with, in canonical form
 * @param read reads a provisioning file, as it is used for the box's own
 * @param onTrouble with a sentence about the file
 */
export async function openClientsConfiguration(
  directory: string,
  text: string,
  read: (file: string) => Promise<LoadedConfiguration | string>,
  onTrouble: (text: string) => void,
): Promise<ClientsConfiguration> {
  const path = join(directory, FILE);
  const found = await keptText(path, onTrouble);
  let last = found;
  let writing: Promise<void> = Promise.resolve();

  const write = async (next: string): Promise<void> => {
    try {
      await writeDurably(path, next, MODE);
    } catch (error) {
      last = undefined;
      onTrouble(`${path}: ${reasonOf(error)}: after a restart clients may be asked by Reconfigure once more`);
    }
  };

  return {
    hasFormer: found !== undefined && found !== text,
    async former() {
      try {
        const loaded = await read(path);
        if (typeof loaded !== 'string') return loaded.appliance.server;
        onTrouble(`${path} ${SAYS_NOTHING}`);
      } catch (error) {
        onTrouble(`${path} ${SAYS_NOTHING} (${reasonOf(error)})`);
      }
      return undefined;
    },
    async has(next) {
      if (next !== last) {
        last = next;
        writing = writing.then(async () => { await write(next); });
      }
      await writing;
    },
  };
}

/** Undefined: there is none. */
async function keptText(path: string, onTrouble: (text: string) => void): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    onTrouble(`${path} can't be read: ${reasonOf(error)}`);
    return '';
  }
}
