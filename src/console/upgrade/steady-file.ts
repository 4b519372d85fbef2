/**
 * A big file is written in pieces that are on the disk one after the other: a lease that is committed meanwhile never waits behind tens of megabytes,
 * and the memory does not fill with them.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { forgetFile } from '../../memory/index.ts';

const SYNC_OCTETS = 1_048_576;

/** For its owner alone. */
export function steadyFile(path: string): Writable {
  let file: FileHandle | undefined;
  let unsynced = 0;
  const write = async (chunk: Buffer): Promise<void> => {
    file ??= await open(path, 'w', 0o600);
    await file.writeFile(chunk);
    unsynced += chunk.length;
    if (unsynced < SYNC_OCTETS) return;
    await file.datasync();
    forgetFile(file);
    unsynced = 0;
  };
  const close = async (): Promise<void> => {
    await file?.datasync();
    await file?.close();
    file = undefined;
  };
  const settle = (work: Promise<void>, done: (error?: Error | null) => void): void => {
    work.then(() => done(), (error: unknown) => done(error as Error));
  };
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => settle(write(chunk), done),
    final: (done) => settle(close(), done),
    destroy: (error, done) => settle(file?.close() ?? Promise.resolve(), () => done(error)),
  });
}
