/** Reads the provisioning file again while packets are served. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadedConfiguration } from './loaded-configuration.ts';

const READER = `configuration-reader.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;

/**
 * In a process of its own: a file of 10 000 reservations takes more than a second to read.
 * @returns what it holds, or its errors as text
 */
export async function reloadConfiguration(file: string, applianceName: string): Promise<LoadedConfiguration | string> {
  const reader = fork(fileURLToPath(new URL(READER, import.meta.url)), [file, applianceName], { serialization: 'advanced' });
  let answer: unknown;
  reader.once('message', (message) => {
    answer = message;
  });
  try {
    // "close" and not "exit": the answer has been read by then.
    await once(reader, 'close');
  } catch (error) {
    return `${file} can't be read, no process could be started for it: ${error instanceof Error ? error.message : String(error)}`;
  }
  return (answer as LoadedConfiguration | string | undefined) ?? `${file} can't be read: the process that reads it ended without an answer`;
}
