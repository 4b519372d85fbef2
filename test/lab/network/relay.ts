// isc-dhcp-relay (Debian: isc-dhcp-relay) between two ports of a namespace.

import { join } from 'node:path';
import { startProgram, type Program } from '../process/program.ts';
import { place } from './lab.ts';
import type { Namespace } from './namespace.ts';

export interface RelayPorts {
  /** Where clients, or relays nearer to them, are. Its global address becomes the link-address. */
  readonly lower: string;
  /** Towards the server: a port, or `address%port` for a server or relay at that address. */
  readonly upper: string;
}

/** For the lab's router: from its LAN to the box. */
export const routerPorts: RelayPorts = { lower: 'lan', upper: `${place.boxOnUplink}%wan` };

/**
 * Resolves when it listens. `options` are its own: `-I` for an Interface-Id, `-rp PORT` for a source port.
 */
export async function startRelay(
  namespace: Namespace,
  ports: RelayPorts,
  directory: string,
  options: readonly string[] = [],
): Promise<Program> {
  const relay = startProgram(
    'dhcrelay',
    namespace.inside(['dhcrelay', '-6', '-d', '--no-pid', ...options, '-l', ports.lower, '-u', ports.upper]),
    join(directory, `dhcrelay-${namespace.name}.log`),
  );
  await relay.log.next({
    what: 'the relay to listen',
    match: (line) => (line.startsWith('Sending on') ? true : undefined),
  });
  return relay;
}
