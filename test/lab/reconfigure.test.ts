// A client that checks the digest of a Reconfigure itself (dhcpcd), on the LAN and behind a relay; tshark looks on.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { startCapture, type Capture } from './capture/capture.ts';
import { describedPackets, malformedPackets, readPackets, type Packet } from './capture/packets.ts';
import { clients, whenAll, type LabClient } from './clients/index.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';
import type { Lab, Machine } from './network/lab.ts';
import { routerPorts, startRelay } from './network/relay.ts';

const wishes = ['address'] as const;
const LANS = ['lan', 'remote'] as const;
/** No client comes by itself while the test runs. */
const LONG = 'lifetimes: { preferred: 2h, valid: 4h, t1: 1h, t2: 90m }';
const RECONFIGURE = 10;

interface Reached {
  readonly client: LabClient;
  readonly machine: Machine;
  readonly address: string;
}

describe('a client that accepts Reconfigure', function () {
  this.timeout(60_000);
  let lab: Lab;
  let daemon: Daemon;
  let provisioning: string;
  const reached = new Map<(typeof LANS)[number], Reached>();
  const captures = new Map<(typeof LANS)[number], Capture>();

  function write(dns: string): void {
    writeProvisioning(provisioning, {
      server: ['reconfigure: {}'],
      lan: ['address-pools: [{ range: "2001:db8:1::1000 - 2001:db8:1::1fff" }]', LONG, `options: { dns-servers: [${dns}] }`],
      remote: [LONG, `options: { dns-servers: [${dns}] }`],
    });
  }

  withLab(async (made) => {
    lab = made;
    provisioning = `${lab.directory}/provisioning.yaml`;
    write('2001:db8::53');
    daemon = await startDaemon(lab, provisioning);
    await startRelay(lab.router, routerPorts, lab.directory, ['-I']);
    captures.set('lan', await startCapture(lab.box, 'lan1', lab.directory));
    captures.set('remote', await startCapture(lab.box, 'uplink', lab.directory));
    await Promise.all(
      LANS.map(async (lan) => {
        const machine = await lab.addMachine(`reconf-${lan}`, lan);
        const client = clients.dhcpcd(machine, wishes);
        const { address } = await whenAll(client, 'bound', wishes, { withinMs: 15_000 });
        assert.ok(address !== undefined);
        reached.set(lan, { client, machine, address });
      }),
    );
  });

  const on = (lan: (typeof LANS)[number]): Reached => {
    const found = reached.get(lan);
    assert.ok(found !== undefined);
    return found;
  };

  for (const lan of LANS) {
    it(`[S-RCF-6] dhcpcd on ${lan} takes the key`, () => {
      assert.match(readFileSync(join(on(lan).machine.directory, 'log'), 'utf8'), /accepted reconfigure key/);
    });

    it(`[S-RCF-7, S-RLY-7] dhcpcd on ${lan} believes what it is asked, and renews at once`, async () => {
      const { client, address } = on(lan);
      for (let time = 1; time <= 2; time++) {
        const from = client.events.entries.length;
        const report = JSON.parse(await daemon.ask(['lease', 'reconfigure', address, '--json'])) as { state: string; attempts: number; message: string };
        assert.deepEqual([report.state, report.attempts, report.message], ['answered', 1, 'renew']);
        assert.equal((await whenAll(client, 'renewed', wishes, { from, withinMs: 20_000 })).address, address);
      }
    });
  }

  it('clients that a changed file concerns come by themselves', async () => {
    const from = LANS.map((lan) => on(lan).client.events.entries.length);
    write('2001:db8::54');
    daemon.program.signal('SIGHUP');
    await Promise.all(LANS.map((lan, i) => whenAll(on(lan).client, 'renewed', wishes, { from: from[i] ?? 0, withinMs: 10_000 })));
    await daemon.program.log.next({ what: 'the outcome', match: (line) => (line.includes('of 2 clients that were asked by Reconfigure 2 came') ? true : undefined) });
  });

  it('so do those that a file concerns which changed while the daemon was off', async () => {
    const from = LANS.map((lan) => on(lan).client.events.entries.length);
    await daemon.program.end('SIGTERM');
    write('2001:db8::55');
    daemon = await startDaemon(lab, provisioning);
    await Promise.all(LANS.map((lan, i) => whenAll(on(lan).client, 'renewed', wishes, { from: from[i] ?? 0, withinMs: 10_000 })));
  });

  it('[S-RCF-1, S-RCF-5] tshark reads it, and finds nothing malformed', async () => {
    for (const lan of LANS) {
      const file = await captures.get(lan)?.stop();
      assert.ok(file !== undefined);
      assert.deepEqual(await malformedPackets(file), []);
      const sent = (await readPackets(file)).filter(({ messageTypes }: Packet) => messageTypes.at(-1) === RECONFIGURE);
      assert.equal(sent.length, 4);
      for (const { transactionId, optionCodes, messageTypes } of sent) {
        assert.equal(Number(transactionId), 0);
        assert.deepEqual(optionCodes.slice(-4), [2, 1, 19, 11]);
        assert.deepEqual(messageTypes, lan === 'lan' ? [RECONFIGURE] : [13, RECONFIGURE]);
      }
      const described = await describedPackets(file, `dhcpv6.msgtype == ${RECONFIGURE}`);
      assert.ok(described.some((line) => /Protocol.*3/.test(line)), described.join('\n'));
    }
  });

  it('the client that is off is given up in words', async () => {
    await on('lan').client.kill();
    await assert.rejects(daemon.ask(['lease', 'reconfigure', on('lan').address, '--wait', '3']), /was asked 2 times for a Renew and has not answered within 3/);
  });
});
