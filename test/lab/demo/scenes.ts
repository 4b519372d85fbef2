// What happens in the demonstration, from the empty lab to clients that are served.

import { clients, whenAll, type ClientName, type Held, type LabClient, type Wish } from '../clients/index.ts';
import { startDaemon, type Daemon } from '../daemon/daemon.ts';
import type { Lab, LanName } from '../network/lab.ts';
import { routerPorts, startRelay } from '../network/relay.ts';
import type { Narrator } from './narrator.ts';

interface Role {
  readonly who: string;
  readonly client: ClientName;
  readonly lan: LanName;
  readonly wishes: readonly Wish[];
}

const roles = [
  { who: 'laptop', client: 'dhclient', lan: 'lan', wishes: ['address', 'prefix'] },
  { who: 'home router', client: 'dhcpcd', lan: 'lan', wishes: ['address', 'prefix'] },
  { who: 'branch office PC', client: 'dhclient', lan: 'remote', wishes: ['address'] },
] as const satisfies readonly Role[];

const servedWithinMs = 15_000;

/** Which of the two boxes in the example this one is. */
const appliance = 'east';

/** Rejects, with the reason in words, if a client is not served or loses what it got. */
export async function demonstrate(lab: Lab, provisioning: string, { step, detail }: Narrator): Promise<Daemon> {
  step('The network stands: a box, a LAN, a router with a LAN behind it.');

  const daemon = await startDaemon(lab, provisioning, { appliance });
  step('twinlease serves lan1, and hears relays on uplink.');
  detail('It runs from the example, rootfs/usr/share/twinlease/example.yaml');

  await startRelay(lab.router, routerPorts, lab.directory);
  step('dhcrelay on the router passes on what clients of the branch say.');

  step('Three clients that know nothing yet ask for what they need.');
  const served = await Promise.all(roles.map((role) => serve(lab, role, { step, detail })));

  await daemon.program.end('SIGKILL');
  step('The daemon is killed (kill -9), as if the power had gone ...');
  const again = await startDaemon(lab, provisioning, { appliance });
  const live = await again.liveLeases();
  const given = served.flatMap(({ held }) => [held.address, held.prefix].filter((lease) => lease !== undefined));
  const lost = given.filter((lease) => !live.includes(lease));
  if (lost.length > 0) throw new Error(`after its restart the daemon did not know ${lost.join(', ')}`);
  step(`... and started again: it knows all ${given.length} leases.`);

  const leaver = served.find(({ role }) => role.who === 'branch office PC');
  await leaver?.client.release();
  step('The branch office PC shuts down, and gives its address back.');
  return again;
}

interface Served {
  readonly role: Role;
  readonly client: LabClient;
  readonly held: Held;
}

async function serve(lab: Lab, role: Role, { step, detail }: Narrator): Promise<Served> {
  const machine = await lab.addMachine(role.who.replaceAll(' ', '-'), role.lan);
  const client = clients[role.client](machine, role.wishes);
  let held: Held;
  try {
    held = await whenAll(client, 'bound', role.wishes, { withinMs: servedWithinMs });
  } catch (error) {
    throw new Error(`the ${role.who} (${role.client}) was not served`, { cause: error });
  }
  const way = role.lan === 'remote' ? ', through the relay' : '';
  step(`The ${role.who} (${role.client}) has its lease${role.wishes.length > 1 ? 's' : ''}${way}:`);
  if (held.address !== undefined) detail(`address ${held.address}`);
  if (held.prefix !== undefined) detail(`prefix  ${held.prefix}, for networks of its own`);
  return { role, client, held };
}
