// A message that the daemon fails over: it comes back without it.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, describe, it } from 'mocha';
import { OptionCode } from '../../src/wire/index.ts';
import { clients, whenAll, type LabClient, type Wish } from './clients/index.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';
import { association, duidOf, message, option } from './network/datagram.ts';
import type { Lab } from './network/lab.ts';
import { openUdpPort, type UdpPort } from './network/udp-port.ts';

const wishes: readonly Wish[] = ['address', 'prefix'];
const failing = fileURLToPath(new URL('hostile/plant-failure.ts', import.meta.url));
const exitFailed = 'exit 70';

const address = Buffer.from('20010db8000100000000000000000005000003e8000007d0', 'hex');
function confirm(client: number): Buffer {
  const held = association(OptionCode.IA_NA, 1, option(OptionCode.IAADDR, address));
  return message(4, client, option(OptionCode.CLIENTID, duidOf(client)), held);
}

describe('a message that makes the daemon fail', () => {
  let lab: Lab;
  let provisioning: string;
  let daemon: Daemon;
  let poisoner: UdpPort;
  let before: LabClient;

  const start = async (): Promise<void> => {
    daemon = await startDaemon(lab, provisioning, { under: ['env', `NODE_OPTIONS=--import=${failing}`] });
  };

  withLab(async (made) => {
    lab = made;
    provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning);
    await start();
    poisoner = await openUdpPort((await lab.addMachine('poisoner', 'lan')).namespace, 546);
    before = clients.dhcp6c(await lab.addMachine('before', 'lan'), wishes);
    await whenAll(before, 'bound', wishes, { withinMs: 15_000 });
  });
  after(() => poisoner.close());

  it('ends it twice, with its exit code; the third time its client is not heard, and an alarm says so', async () => {
    for (let time = 0; time < 2; time += 1) {
      await poisoner.send(confirm(7));
      assert.equal(await daemon.program.gone, exitFailed);
      await start();
    }
    const status = await daemon.ask(['show', 'status']);
    assert.match(status.replace(/\s+/g, ' '), /messages of client .* are dropped for 60 minutes: the daemon failed over them 2 times/);
    await poisoner.send(confirm(7));
    const newcomer = clients.dhclient(await lab.addMachine('newcomer', 'lan'), wishes);
    await whenAll(newcomer, 'bound', wishes, { withinMs: 15_000 });
    assert.equal((await daemon.liveLeases()).length, 2 * wishes.length, 'those from before the failures are there, too');
  });

  it('the same of another client still ends it', async () => {
    await poisoner.send(confirm(8));
    assert.equal(await daemon.program.gone, exitFailed);
  });
});
