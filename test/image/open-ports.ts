// Which TCP ports a box listens at, as whoever is beside it finds out: by asking at each.

import type { Namespace } from '../lab/network/namespace.ts';

const program = new URL('./open-ports-process.ts', import.meta.url).pathname;

/** @param from where it is asked from */
export async function openTcpPorts(from: Namespace, address: string): Promise<readonly number[]> {
  return JSON.parse(await from.run([process.execPath, program, address])) as readonly number[];
}
