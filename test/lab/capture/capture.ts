// Records what passes a port, with dumpcap (Debian: tshark), into a file for tshark to read.

import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Namespace } from '../network/namespace.ts';
import { startProgram } from '../process/program.ts';

export interface Capture {
  /** Ends the recording, once everything sent before the call is in the file; gives the file's path. */
  stop(): Promise<string>;
}

const flushWithinMs = 5_000;
let markers = 0;

/** UDP in and outside of fragments, which have no UDP header to filter by. */
const datagrams = 'udp or ip6 proto 44';
/** TCP connections of failover (RFC 8156 5.1). */
export const failoverConnections = 'tcp port 647';
/** Marks the end of a recording. */
const markerPort = 9;

/** Records what matches the filter, which is pcap's. */
export async function startCapture(namespace: Namespace, port: string, directory: string, filter = datagrams): Promise<Capture> {
  const name = `${namespace.name}-${port}`;
  const file = join(directory, `${name}.pcapng`);
  const dumpcap = startProgram(
    `dumpcap ${name}`,
    namespace.inside(['dumpcap', '-q', '-i', port, '-w', file, '-f', `ip6 and (${filter} or udp port ${markerPort})`]),
    join(directory, `${name}.dumpcap.log`),
  );
  await dumpcap.log.next({
    what: 'dumpcap to open its file',
    match: (line) => (line.startsWith('File: ') ? true : undefined),
  });
  return {
    async stop() {
      // The kernel hands packets over in blocks, and what is in the last block when dumpcap ends is lost:
      // send one more and wait for it.
      markers += 1;
      const marker = `end of the recording ${process.pid} ${markers}`;
      const written = waitForText(file, marker);
      await namespace.run(['bash', '-c', `printf %s "$1" > /dev/udp/ff02::1%${port}/${markerPort}`, 'bash', marker]);
      await written;
      await dumpcap.end('SIGINT');
      return file;
    },
  };
}

function waitForText(file: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (readFileSync(file).includes(text)) finish(resolve);
    };
    const finish = (settle: () => void): void => {
      watcher.close();
      clearTimeout(timer);
      settle();
    };
    const watcher = watch(file, look);
    const timer = setTimeout(() => finish(() => reject(new Error(`${file}: the recording does not end`))), flushWithinMs);
    look();
  });
}
