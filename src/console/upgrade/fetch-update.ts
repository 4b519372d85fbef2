/** An update from another host, into a file of this box. It is signed: who is on the way can't change it. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** More than both partitions of a slot: not an update. */
const OCTETS_MAX = 100_000_000;

/**
 * @param onProgress octets that are there, of how many, as far as that is known
 * Rejects where it does not come whole; then there is no file.
 */
export async function fetchUpdate(url: string, file: string, onProgress: (there: number, of: number | undefined) => void, signal?: AbortSignal): Promise<void> {
  try {
    await fetchInto(file, await answerOf(url, signal), onProgress);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function answerOf(url: string, signal: AbortSignal | undefined): Promise<Response> {
  const response = await fetch(url, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    const { cause } = error as { readonly cause?: { readonly message?: string } };
    throw new Error(`${url} can't be reached: ${cause?.message ?? String(error)}`);
  });
  if (!response.ok) throw new Error(`${url}: the host says ${String(response.status)} ${response.statusText}`);
  return response;
}

async function fetchInto(file: string, { url, body, headers }: Response, onProgress: (there: number, of: number | undefined) => void): Promise<void> {
  if (body === null) throw new Error(`${url}: the host gives nothing`);
  const length = headers.get('content-length');
  let there = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      there += chunk.length;
      onProgress(there, length === null ? undefined : Number(length));
      done(there > OCTETS_MAX ? new Error(`${url} is more than ${String(OCTETS_MAX / 1_000_000)} MB: that is no update`) : null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(body), counter, createWriteStream(file, { mode: 0o600 }));
}
