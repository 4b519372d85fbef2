// The image, from the factory to a client that it serves, over the serial line as a person has it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { clients, whenAll } from '../lab/clients/index.ts';
import type { Machine } from '../lab/network/lab.ts';
import { eventually } from '../lab/process/eventually.ts';
import { Message, Query } from '../conformance/leasequery/requestor.ts';
import { openTcpRequestor } from '../lab/leasequery/tcp-requestor.ts';
import { BOOT_MS, type Box } from './box.ts';
import { forgeUpdate } from './forged-update.ts';
import { images } from './machine.ts';
import { openTcpPorts } from './open-ports.ts';
import { partitionOffset, runBootState, triesLeft } from './partitions.ts';
import { PROVISIONING } from './provisioning.ts';
import { STICK, makeStick, readFromStick } from './stick.ts';
import { useStage } from './stage.ts';

/** 50 MB over an emulated port and onto an emulated disk, beside whatever else the machine writes. */
const UPDATE_MS = 480_000;

describe('the image of qemu-aarch64', function () {
  this.timeout(600_000);
  const stage = useStage();
  let box: Box;
  let held: readonly string[];
  let machine: Machine;

  before(async () => {
    await stage.network.tellTime();
    box = await stage.addBox('east');
    box.powerOn();
  });

  async function hasItsLeases(): Promise<void> {
    await eventually(
      `the daemon to show ${held.join(' and ')}`,
      async () => {
        const shown = await box.ask('show leases');
        return held.every((lease) => shown.includes(lease)) ? true : undefined;
      },
      BOOT_MS,
    );
  }

  it('asks whoever has the serial cable for a password, and takes none that is too short', async () => {
    await box.until(/New password: /, BOOT_MS);
    await box.say('short', /That is too short\.[^]*New password: /);
    await box.say('correct horse', /The same again: /);
    await box.say('wrong horse', /They are not the same\./);
    await box.choosePassword();
  });

  it('asks a box that is new for its provisioning file, and serves', async () => {
    await box.pasteFile(PROVISIONING, /serves by itself/, BOOT_MS);
    await box.until(/\]> $/);
  });

  it('serves a real client an address and a prefix', async () => {
    machine = await stage.network.addClient('client');
    const client = clients.dhclient(machine, ['address', 'prefix']);
    const { address, prefix } = await whenAll(client, 'bound', ['address', 'prefix'], { withinMs: BOOT_MS });
    assert.match(address ?? '', /^2001:db8:1::1[0-9a-f]{3}$/);
    assert.match(prefix ?? '', /^2001:db8:1[0-9a-f]{2}(:[0-9a-f]{1,4})?::\/56$/);
    held = [address ?? '', prefix ?? ''];
    await hasItsLeases();
    console.log(`      ${/memory.*/.exec(await box.ask('show status'))?.[0] ?? ''}`);
  });

  it('is told the time by an NTP server on the management cable: it steps from 1970, and the lease goes on', async () => {
    const trusted = /time +(\S+) (\S+Z), trusted \(NTP\)/;
    const [, day, time] = await eventually('the clock to be trusted', async () => trusted.exec(await box.ask('clock show')) ?? undefined, BOOT_MS);
    box.note('from power on to a clock that is trusted');
    assert.ok(Math.abs(Date.parse(`${day ?? ''}T${time ?? ''}`) - Date.now()) < 60_000, `${day ?? ''} ${time ?? ''}`);
    await hasItsLeases();
  });

  it('is a router of its LAN: a host reaches its address there, and it reaches the host by what it leased to it', async () => {
    await eventually(
      'the box to answer the host',
      async () => {
        try {
          return await machine.namespace.run(['ping', '-c', '1', '-W', '1', '2001:db8:1::1']);
        } catch {
          return undefined;
        }
      },
      BOOT_MS,
    );
    assert.match(await box.ask(`diag ping ${held[0] ?? ''}`), /answers \(3 of 3\)/);
  });

  it('has what diag needs: whoever is at the console may ping and capture', async () => {
    assert.match(await box.ask('diag ping fd00::1'), /answers \(3 of 3\)/);
    assert.match(await box.ask('diag capture eth1 /tmp/eth1.pcap seconds 2 all'), /\d+ packets of eth1 in \/tmp\/eth1\.pcap/);
  });

  it('tells a requestor on the management cable who has which lease (leasequery, RFC 5460)', async () => {
    const requestor = await openTcpRequestor(stage.network.hub, { address: 'fd00::1', port: 547 });
    try {
      requestor.ask({ transactionId: 1, query: { type: Query.link, link: '2001:db8:1::' } });
      const [{ clients: told } = { clients: [] }] = await requestor.until(1, Message.LEASEQUERY_REPLY);
      assert.deepEqual(told.map(({ leases }) => leases.length), [held.length]);
    } finally {
      requestor.close();
    }
  });

  it('listens at no TCP port but those that its file opens', async () => {
    assert.deepEqual(await openTcpPorts(stage.network.hub, 'fd00::1'), [547, 9547]);
    assert.deepEqual(await openTcpPorts(machine.namespace, '2001:db8:1::1'), [547]);
    box.note('from power on to two scans of all ports');
  });

  it('comes back by itself after a power cut, with every lease, and asks for the password', async () => {
    makeStick(join(stage.directory, 'stick'), []);
    await box.cutPower();
    box.powerOn(join(stage.directory, 'stick'));
    await box.until(/Password: /, BOOT_MS);
    box.note('from power on to the question for the password');
    const next = await stage.network.addClient('next');
    const client = clients.dhclient(next, ['address']);
    await whenAll(client, 'bound', ['address'], { withinMs: BOOT_MS });
    box.note('from power on to the first Reply of a client that asks all the time');
    await box.say('wrong horse', /That is not it\./);
    await box.logIn();
    await hasItsLeases();
  });

  it('writes onto a stick what is to leave the box, which may be pulled out then', async () => {
    await box.say('configure', /\]# $/);
    await box.say(`backup ${STICK}/kept.yaml`, /kept\.yaml[^]*\nSHA-256 [^]*\]# $/);
    await box.say('exit', /\]> $/);
    assert.equal(readFromStick(join(stage.directory, 'stick'), 'kept.yaml'), PROVISIONING);
    assert.match(await box.ask(`diag dump ${STICK}/support.txt`), /support\.txt: \d+ octets/);
    const support = readFromStick(join(stage.directory, 'stick'), 'support.txt');
    for (const part of ['show status', 'twinlease.yaml', '/var/log/messages']) assert.ok(support.includes(part), part);
  });

  it('refuses an update that another has signed', async () => {
    const url = await stage.network.offerFiles(stage.directory);
    forgeUpdate(stage.directory, 'forged.raucb');
    assert.match(await box.ask(`upgrade ${url}/forged.raucb yes`), /signature verification failed|certificate/i);
    assert.match(await box.ask('upgrade status'), /^a .* runs +this one +yes/m);
  });

  it('takes an update from a host on the management port, starts it, and keeps it because it serves', async () => {
    const url = await stage.network.offerFiles(images);
    await box.say(`upgrade ${url}/update.raucb yes`, /is in slot b, and is started next/, UPDATE_MS);
    box.note('from power on to an update that is written');
    await box.until(/Booting slot b \(order b a; left: a \d, b 2\)/, BOOT_MS);
    await box.logIn();
    await hasItsLeases();
    assert.match(await box.ask('log earlier 1 lines 10'), /twinlease: /);
    await eventually('the slot to be found good', () => (triesLeft(box.disk, 'b') === 3 ? true : undefined), BOOT_MS);
  });

  it('boots a broken slot three times in vain, then the other one again, by itself', async () => {
    await box.cutPower();
    runBootState(box.disk, join(stage.directory, 'state'), ['set-primary', 'b']);
    const at = partitionOffset(box.disk, 'kernel-b');
    execFileSync('dd', ['if=/dev/urandom', `of=${box.disk}`, `seek=${String(at / 512)}`, 'count=64', 'conv=notrunc'], { stdio: 'pipe' });
    box.powerOn();
    for (const left of [2, 1, 0]) await box.until(new RegExp(`Booting slot b \\(order b a; left: a 3, b ${String(left)}\\)`), BOOT_MS);
    await box.until(/Booting slot a \(order b a; left: a 2, b 0\)/, BOOT_MS);
    await box.until(/Password: /, BOOT_MS);
    box.note('from power on to the question for the password, three vain starts included');
  });
});
