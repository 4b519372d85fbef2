// Every client of the lab, on the LAN and behind the relay, all at once; tshark looks on.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { startCapture } from './capture/capture.ts';
import { badExchanges, exchangesIn } from './capture/exchanges.ts';
import { malformedPackets, readPackets, type Packet } from './capture/packets.ts';
import { clients, type ClientName, type Wish } from './clients/index.ts';
import { liveThrough, type Life } from './clients/life.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';
import { routerPorts, startRelay } from './network/relay.ts';

const pools = {
  lan: { address: /^2001:db8:1::1[0-9a-f]{3}$/, prefix: /^2001:db8:1[0-9a-f]{2}(:[0-9a-f]{1,4})?::\/56$/ },
  remote: { address: /^2001:db8:2::1[0-9a-f]{3}$/, prefix: /^2001:db8:2[0-9a-f]{2}(:[0-9a-f]{1,4})?::\/56$/ },
} as const;

interface Scenario {
  readonly client: ClientName;
  readonly lan: keyof typeof pools;
  readonly wishes: readonly Wish[];
}

const names = Object.keys(clients) as ClientName[];
const both: readonly Wish[] = ['address', 'prefix'];
const scenarios: readonly Scenario[] = [
  ...names.flatMap((client) => (['lan', 'remote'] as const).map((lan) => ({ client, lan, wishes: both }))),
  { client: 'dhclient', lan: 'lan', wishes: ['address'] },
  { client: 'dhclient', lan: 'lan', wishes: ['prefix'] },
];

describe('real clients', () => {
  const lives = new Map<Scenario, PromiseSettledResult<Life>>();
  const recordings: Record<'lan' | 'uplink' | 'remote', { file: string; packets: readonly Packet[] }> = {
    lan: { file: '', packets: [] },
    uplink: { file: '', packets: [] },
    remote: { file: '', packets: [] },
  };
  let daemon: Daemon;

  withLab(async (lab) => {
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning);
    daemon = await startDaemon(lab, provisioning);
    await startRelay(lab.router, routerPorts, lab.directory, ['-I']);
    const captures = {
      lan: await startCapture(lab.box, 'lan1', lab.directory),
      uplink: await startCapture(lab.box, 'uplink', lab.directory),
      remote: await startCapture(lab.router, 'lan', lab.directory),
    };
    const live = async (scenario: Scenario, number: number): Promise<Life> => {
      const { client, lan, wishes } = scenario;
      return await liveThrough(client, await lab.addMachine(`${client}-${number}`, lan), wishes);
    };
    const ends = await Promise.allSettled(scenarios.map(live));
    // If that fails, the test below says which are left.
    await daemon.untilNoneIsLive().catch(() => undefined);
    for (const [i, scenario] of scenarios.entries()) {
      const end = ends[i];
      if (end !== undefined) lives.set(scenario, end);
    }
    for (const [name, capture] of Object.entries(captures)) {
      const file = await capture.stop();
      recordings[name as keyof typeof recordings] = { file, packets: await readPackets(file) };
    }
  });

  for (const scenario of scenarios) {
    const { client, lan, wishes } = scenario;
    const where = lan === 'lan' ? 'on the LAN' : 'behind the relay';
    it(`${client} ${where} gets, renews and releases: ${wishes.join(' and ')}`, () => {
      const life = lives.get(scenario);
      assert.ok(life !== undefined);
      if (life.status === 'rejected') throw life.reason;
      const { got, renewed } = life.value;
      for (const wish of ['address', 'prefix'] as const) {
        if (wishes.includes(wish)) assert.match(got[wish] ?? '', pools[lan][wish]);
        else assert.equal(got[wish], undefined);
      }
      assert.deepEqual(renewed, got);
    });
  }

  it('no two clients got the same lease', () => {
    const leases = [...lives.values()].flatMap((life) =>
      life.status === 'fulfilled' ? [life.value.got.address, life.value.got.prefix].filter((lease) => lease !== undefined) : [],
    );
    assert.equal(new Set(leases).size, leases.length);
  });

  it('the table holds no live lease once all were released', async () => {
    assert.deepEqual(await daemon.liveLeases(), []);
  });

  for (const name of ['lan', 'uplink', 'remote'] as const) {
    it(`tshark finds nothing malformed on ${name}`, async () => {
      assert.ok(recordings[name].packets.length > 0);
      assert.deepEqual(await malformedPackets(recordings[name].file), []);
    });

    it(`tshark sees each message on ${name} answered rightly`, () => {
      const exchanges = exchangesIn(recordings[name].packets);
      const types = new Set(exchanges.map(({ request }) => request.messageTypes.at(-1)));
      assert.deepEqual([...types].sort(), [1, 3, 5, 8]);
      assert.deepEqual(exchanges.flatMap(badExchanges), []);
    });
  }

  it('the box sends clients only link-local packets, from port 547 to port 546', () => {
    const answers = recordings.lan.packets.filter(({ sourcePort }) => sourcePort === 547);
    for (const { source, destination, destinationPort } of answers) {
      assert.match(source, /^fe80:/);
      assert.match(destination, /^fe80:/);
      assert.equal(destinationPort, 546);
    }
  });
});
