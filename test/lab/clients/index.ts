// The real clients of the lab, all from Debian.

import type { StartClient } from './client.ts';
import { startDhclient } from './dhclient.ts';
import { startDhcpcd } from './dhcpcd.ts';
import { startDibbler } from './dibbler.ts';
import { startWide } from './wide.ts';

export type { Held, LabClient, StartClient, Wish } from './client.ts';
export { whenAll } from './client.ts';

export const clients = {
  dhclient: startDhclient,
  dhcpcd: startDhcpcd,
  'dibbler-client': startDibbler,
  dhcp6c: startWide,
} as const satisfies Record<string, StartClient>;
export type ClientName = keyof typeof clients;
