// `open-ports-process.ts ADDRESS`, inside of a namespace: prints the TCP ports that are open there. One that says nothing at all is
// asked again, and is a failure in the end: nobody knows.

import { once } from 'node:events';
import { connect } from 'node:net';

const PORTS = 65_535;
const AT_A_TIME = 200;
const ANSWER_MS = 20_000;

const [host = ''] = process.argv.slice(2);
const open: number[] = [];
let next = 1;

async function askAll(): Promise<void> {
  while (next <= PORTS) {
    const port = next++;
    if (await isOpen(port)) open.push(port);
  }
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_MS) });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

await Promise.all(Array.from({ length: AT_A_TIME }, askAll));
console.log(JSON.stringify(open.sort((a, b) => a - b)));
