// The box's port on the LAN goes down, goes away, comes back and changes its name while the daemon runs.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clients, whenAll } from './clients/index.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';
import { place, type Lab } from './network/lab.ts';

describe('an interface of the box', () => {
  let lab: Lab;
  let daemon: Daemon;

  withLab(async (made) => {
    lab = made;
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { server: ['preference: 255'] });
    daemon = await startDaemon(lab, provisioning);
  });

  let machines = 0;
  /** A client that nobody knows gets an address: the daemon hears the LAN and is heard there. */
  async function servesTheLan(): Promise<void> {
    machines += 1;
    const client = clients.dhcp6c(await lab.addMachine(`machine${machines}`, 'lan'), ['address']);
    await whenAll(client, 'bound', ['address'], { withinMs: 20_000 });
    await client.kill();
    assert.ok(!(await isGone()), 'the daemon has ended');
  }

  async function isGone(): Promise<boolean> {
    return await Promise.race([daemon.program.gone.then(() => true), Promise.resolve(false)]);
  }

  /** Does `change` and waits for the daemon to say that it noticed. */
  async function untilNoticed(change: () => Promise<unknown>): Promise<void> {
    const from = daemon.program.log.entries.length;
    const noticed = daemon.program.log.next({
      what: 'a line about lan1',
      from,
      match: (line) => (line.includes('lan1') ? true : undefined),
    });
    await change();
    await noticed;
  }

  it('serves', servesTheLan);

  it('that loses its link and gets it back serves again', async () => {
    await untilNoticed(() => lab.box.ip(['link set lan1 down']));
    await untilNoticed(() => lab.box.ip(['link set lan1 up', `address add ${place.boxOnLan}/64 dev lan1`]));
    await servesTheLan();
  });

  it('that flaps ten times in a row serves again', async () => {
    const flaps = Array.from({ length: 10 }, () => ['link set lan1 down', 'link set lan1 up']).flat();
    await untilNoticed(() => lab.box.ip(flaps));
    await servesTheLan();
  });

  it('that is deleted and made anew serves again', async () => {
    await untilNoticed(() => lab.box.ip(['link delete lan1']));
    await untilNoticed(() => lab.plug(lab.box, 'lan1', 'lan'));
    await servesTheLan();
  });

  it('that is renamed away stops serving; another that takes its name serves', async () => {
    await untilNoticed(() => lab.box.ip(['link set lan1 down', 'link set lan1 name spare', 'link set spare up']));
    await lab.box.ip(['link set spare down']);
    await untilNoticed(() => lab.plug(lab.box, 'lan1', 'lan'));
    await servesTheLan();
  });

  it('that gets its name back serves again', async () => {
    await untilNoticed(() => lab.box.ip(['link delete lan1']));
    await untilNoticed(() => lab.box.ip(['link set spare name lan1', 'link set lan1 up']));
    await servesTheLan();
  });

  it('whose addresses are still being checked for duplicates serves once they are not', async () => {
    await untilNoticed(() => lab.box.ip(['link delete lan1']));
    await lab.box.run(['sh', '-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/accept_dad']);
    await untilNoticed(() => lab.plug(lab.box, 'lan1', 'lan'));
    await servesTheLan();
  });
});
