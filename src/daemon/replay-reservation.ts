/**
 * The file that keeps replay detection values of RFC 9915 section 20.3 from being used twice, over restarts: it holds a time in seconds since
 * 1970 that no value has reached.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReconfigureStart } from '../appliance/index.ts';
import { writeDurably } from '../durable-file.ts';
import { RECONFIGURE_KEY_LENGTH } from '../lease/index.ts';
import { reasonOf } from '../reason.ts';
import { epochSeconds } from '../wire/index.ts';
import type { EpochSeconds } from '../wire/index.ts';

const FILE = 'replay-detection';
const MODE = 0o600;
/** Times have 32 bits. */
const CONTENT = /^\d{1,10}\n$/;
const TIME_MAX = 0xffff_ffff;

export interface ReplayKeeper {
  /** No value may be used before something is reserved: by the clock that the box works by, which may be another than the system's. */
  readonly start: Omit<ReconfigureStart, 'hasFormer'>;
  /** @returns why it is not durable, or undefined */
  readonly reserve: (until: EpochSeconds) => Promise<string | undefined>;
  /** Resolves when what was asked for so far has come to an end. */
  readonly settled: () => Promise<unknown>;
}

/**
 * @param now what a file counts as that can't be read
 * @param onTrouble with a sentence about the file
 */
export async function keepReplayReservation(directory: string, now: EpochSeconds, onTrouble: (text: string) => void): Promise<ReplayKeeper> {
  const path = join(directory, FILE);
  let last: Promise<unknown> = Promise.resolve();
  const write = async (until: EpochSeconds): Promise<string | undefined> => {
    try {
      await writeDurably(path, `${until}\n`, MODE);
      return undefined;
    } catch (error) {
      return `${path}: ${reasonOf(error)}`;
    }
  };
  const used = await usedUntil(path, now, onTrouble);
  return {
    start: {
      replay: { used, reservedUntil: used },
      newKey: () => randomBytes(RECONFIGURE_KEY_LENGTH),
      hmacMd5: (key, message) => createHmac('md5', key).update(message).digest(),
    },
    async reserve(until) {
      const writing = write(until);
      last = writing;
      return await writing;
    },
    settled: async () => await last,
  };
}

/** Of a file that can't be read nobody knows what it said: the time of now is a good guess, as values follow the clock. */
async function usedUntil(path: string, now: EpochSeconds, onTrouble: (text: string) => void): Promise<EpochSeconds> {
  try {
    const content = await readFile(path, 'latin1');
    if (CONTENT.test(content) && Number(content) <= TIME_MAX) return epochSeconds(Number(content));
    onTrouble(`${path} holds no time: clients may refuse what they are asked by Reconfigure until they get their next key`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return epochSeconds(0);
    onTrouble(`${path} can't be read (${reasonOf(error)}): clients may refuse what they are asked by Reconfigure until they get their next key`);
  }
  return now;
}
