/** An update from another host, into a file of this box. It is signed: who is on the way can't change it. */
import { rm } from 'node:fs/promises';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { surroundings } from '../surroundings.ts';
import { octetCounter } from './octet-counter.ts';
import { megabytes, percent } from './progress.ts';
import { steadyFile } from './steady-file.ts';

/** More than both partitions of a slot: not an update. */
const OCTETS_MAX = 100_000_000;
const REDIRECTIONS_MAX = 5;

/** Whether an update is to come from another host. */
export function isRemote(file: string): boolean {
  return /^https?:\/\//.test(file);
}

/** The same as `fetchUpdate`, until the person has had enough. @param progress says how far it is */
export async function fetchTelling(url: string, file: string, progress: (text: string) => void): Promise<void> {
  const tell = (there: number, of: number | undefined): void => progress(of === undefined ? `${megabytes(there)} MB fetched` : `${percent(there / of)} of ${megabytes(of)} MB fetched`);
  await fetchUpdate(url, file, tell, surroundings().screen()?.enough);
}

/**
 * @param onProgress octets that are there, of how many, as far as that is known
 * Rejects where it does not come whole; then there is no file.
 */
export async function fetchUpdate(url: string, file: string, onProgress: (there: number, of: number | undefined) => void, signal?: AbortSignal): Promise<void> {
  try {
    await fetchInto(url, file, await answerOf(url, signal), onProgress);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Not by `fetch`: in Node.js 24.21 that ends the process where the host closes the connection while the disk is slower than the network. */
async function answerOf(url: string, signal: AbortSignal | undefined, redirections = REDIRECTIONS_MAX): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const ask = url.startsWith('https:') ? getSecurely : get;
  ask(url, signal === undefined ? {} : { signal }, resolve).on('error', (error) => {
    reject(new Error(`${url} can't be reached: ${error.message}`));
  });
  const answer = await promise;
  const { statusCode = 0, statusMessage = '', headers: { location } } = answer;
  if (statusCode === 200) return answer;
  answer.destroy();
  if (statusCode >= 300 && statusCode < 400 && location !== undefined && redirections > 0) return await answerOf(new URL(location, url).href, signal, redirections - 1);
  throw new Error(`${url}: the host says ${String(statusCode)} ${statusMessage}`);
}

async function fetchInto(url: string, file: string, answer: IncomingMessage, onProgress: (there: number, of: number | undefined) => void): Promise<void> {
  const length = answer.headers['content-length'];
  const counter = octetCounter((there) => {
    onProgress(there, length === undefined ? undefined : Number(length));
    return there > OCTETS_MAX ? new Error(`${url} is more than ${String(OCTETS_MAX / 1_000_000)} MB: that is no update`) : null;
  });
  await pipeline(answer, counter, steadyFile(file));
}
