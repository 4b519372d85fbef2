// The image, from the factory to a client that it serves, over the serial line as a person has it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { clients, whenAll } from '../lab/clients/index.ts';
import { eventually } from '../lab/process/eventually.ts';
import { startGuest, type Guest } from './guest.ts';
import { newDisk } from './machine.ts';
import { openNetwork, type Network } from './network.ts';
import { partitionOffset, runBootState, triesLeft } from './partitions.ts';

/** Software emulation on a machine with other work to do. */
const BOOT_MS = 120_000;
const COMMAND_MS = 30_000;
const PASSWORD = 'correct horse';

const PROVISIONING = `version: 1
appliances:
  east:
    management: { interface: eth0, address: "fd00::1/64" }
    links: { lan1: [eth1] }
lifetimes: { preferred: 40m, valid: 1h, t1: 20m, t2: 30m }
links:
  lan1:
    prefixes: ["2001:db8:1::/64"]
    address-pools: [{ range: "2001:db8:1::1000 - 2001:db8:1::1fff" }]
    prefix-pools: [{ prefix: "2001:db8:100::/40", delegated-length: 56 }]
`;

describe('the image of qemu-aarch64', function () {
  this.timeout(600_000);
  let directory: string;
  let network: Network;
  let guest: Guest;
  let ports: readonly string[];
  let held: readonly string[];
  let hasFailed = false;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'twinlease-image-'));
    network = await openNetwork(directory);
    ports = [await network.addPort('management'), await network.addPort('lan')];
    newDisk(join(directory, 'disk.img'));
    boot();
  });
  afterEach(function () {
    hasFailed ||= this.currentTest?.state === 'failed';
  });
  after(async () => {
    await guest.cutPower();
    network.close();
    if (hasFailed) console.log(`      what the serial line said is in ${directory}`);
    else rmSync(directory, { recursive: true });
  });

  function boot(): void {
    guest = startGuest(network.hub, { disk: join(directory, 'disk.img'), ports, number: 1, logFile: join(directory, 'serial') });
  }
  async function say(line: string, answer: RegExp): Promise<string> {
    guest.type(line);
    return await guest.until(answer, COMMAND_MS);
  }
  function note(what: string): void {
    console.log(`      ${what}: ${(guest.age / 1_000).toFixed(1)} s`);
  }

  it('asks whoever has the serial cable for a password, and takes none that is too short', async () => {
    await guest.until(/New password: /, BOOT_MS);
    note('from power on to the question for a password');
    await say('short', /That is too short\.[^]*New password: /);
    await say(PASSWORD, /The same again: /);
    await say(`${PASSWORD}r`, /They are not the same\.[^]*New password: /);
    await say(PASSWORD, /The same again: /);
    await say(PASSWORD, /\[DOWN\]> /);
  });

  it('is given its provisioning file on the console, and serves', async () => {
    await say('configure', /\[DOWN\]# /);
    await say('load', /Ctrl-C gives up/);
    for (const line of PROVISIONING.trimEnd().split('\n')) await say(line, /\n/);
    await say('.', /\*# /);
    await say('commit', /[^*]# /);
    await say('exit', /\[DOWN\]> /);
    await say('start', /started: /);
    await guest.until(/> /, COMMAND_MS);
  });

  it('serves a real client an address and a prefix', async () => {
    const machine = await network.addClient('client');
    const client = clients.dhclient(machine, ['address', 'prefix']);
    const { address, prefix } = await whenAll(client, 'bound', ['address', 'prefix'], { withinMs: BOOT_MS });
    assert.match(address ?? '', /^2001:db8:1::1[0-9a-f]{3}$/);
    assert.match(prefix ?? '', /^2001:db8:1[0-9a-f]{2}(:[0-9a-f]{1,4})?::\/56$/);
    held = [address ?? '', prefix ?? ''];
    const shown = await say('show leases', /\n[^\n]*> $/);
    for (const lease of held) assert.ok(shown.includes(lease), lease);
    const status = await say('show status', /\n[^\n]*> $/);
    console.log(`      ${/memory.*/.exec(status)?.[0] ?? ''}`);
  });

  it('comes back by itself after a power cut, with every lease, and asks for the password', async () => {
    await guest.cutPower();
    boot();
    await guest.until(/Password: /, BOOT_MS);
    note('from power on to the question for the password');
    const machine = await network.addClient('next');
    const client = clients.dhclient(machine, ['address']);
    await whenAll(client, 'bound', ['address'], { withinMs: BOOT_MS });
    note('from power on to the first Reply of a client that asks all the time');
    await say('wrong horse', /That is not it\.[^]*Password: /);
    await say(PASSWORD, /> /);
    const shown = await say('show leases', /\n[^\n]*> $/);
    for (const lease of held) assert.ok(shown.includes(lease), lease);
  });

  it('boots the other slot three times in vain, then the first one again, by itself', async () => {
    await guest.cutPower();
    const disk = join(directory, 'disk.img');
    runBootState(disk, join(directory, 'state'), ['set-primary', 'b']);
    const at = partitionOffset(disk, 'kernel-b');
    execFileSync('dd', ['if=/dev/urandom', `of=${disk}`, `seek=${String(at / 512)}`, 'count=64', 'conv=notrunc'], { stdio: 'pipe' });
    boot();
    for (const left of [2, 1, 0]) await guest.until(new RegExp(`Booting slot b \\(order b a; left: a 3, b ${String(left)}\\)`), BOOT_MS);
    await guest.until(/Booting slot a \(order b a; left: a 2, b 0\)/, BOOT_MS);
    await guest.until(/Password: /, BOOT_MS);
    note('from power on to the question for the password, three vain starts included');
  });

  it('boots the other slot when that is whole, and finds it good once the daemon serves', async () => {
    await guest.cutPower();
    const disk = join(directory, 'disk.img');
    for (const part of ['kernel', 'rootfs']) {
      const [from, to] = [partitionOffset(disk, `${part}-a`), partitionOffset(disk, `${part}-b`)].map((at) => String(at >> 20));
      execFileSync('dd', [`if=${disk}`, `of=${disk}`, 'bs=1M', `skip=${String(from)}`, `seek=${String(to)}`, `count=${part === 'kernel' ? '16' : '64'}`, 'conv=notrunc'], { stdio: 'pipe' });
    }
    runBootState(disk, join(directory, 'state'), ['set-primary', 'b']);
    boot();
    await guest.until(/Booting slot b \(order b a; left: a \d, b 2\)/, BOOT_MS);
    await guest.until(/Password: /, BOOT_MS);
    await say(PASSWORD, /> /);
    await say('show leases', /\n[^\n]*> $/);
    await eventually('the slot to be found good', () => (triesLeft(disk, 'b') === 3 ? true : undefined), BOOT_MS);
  });
});
