// What BIND and Knot say to a box that may not change their zones, as the box understands it; and that either has both kinds of zones.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { clients, whenAll } from '../clients/index.ts';
import { startDaemon, type Daemon } from '../daemon/daemon.ts';
import { writeFileSync } from 'node:fs';
import { withLab } from '../mocha-lab.ts';
import type { Lab } from '../network/lab.ts';
import { eventually } from '../process/eventually.ts';
import { bind, knot, newSecret, zones, type DnsServer } from './servers.ts';

interface Key {
  readonly name: string;
  readonly secret: string;
}

const place = '2001:db8:ffff::53';

for (const [name, make] of [['BIND', bind], ['Knot', knot]] as const) {
  describe(`${name}, whose zones a box updates`, function () {
    this.timeout(60_000);
    let lab: Lab;
    let daemon: Daemon;
    let server: DnsServer;
    let secret = '';
    let other = '';
    const provisioning = (): string => join(lab.directory, 'provisioning.yaml');

    const write = (key: Key | undefined): void => {
      const keys = key === undefined ? [] : [`  keys: { ${key.name}: { secret: "${key.secret}" } }`];
      const signed = key === undefined ? '' : `, key: ${key.name}`;
      writeFileSync(provisioning(), [
        'version: 1',
        'appliances: { box: { links: { lan: [lan1] }, clock: system } }',
        'lifetimes: { preferred: 40s, valid: 60s, t1: 3s, t2: 30s }',
        'dns-updates:',
        ...keys,
        '  zones:',
        `    - { name: ${zones.forward}, servers: ["${place}"]${signed} }`,
        `    - { prefix: "2001:db8:1::/48", servers: ["${place}"]${signed} }`,
        'links:',
        '  lan:',
        '    prefixes: [2001:db8:1::/64]',
        '    address-pools: [{ range: "2001:db8:1::1000 - 2001:db8:1::1fff" }]',
        `    dns-updates: { domain: ${zones.forward} }`,
        '',
      ].join('\n'));
    };
    const lastError = async (pattern: RegExp): Promise<void> => {
      let said = '';
      await eventually(`it to say ${String(pattern)}`, async () => {
        said = await daemon.ask(['show', 'dns', '--json']);
        return pattern.test(said) ? true : undefined;
      }, 30_000).catch((error: unknown) => assert.fail(`${String(error)}: ${said}`));
    };

    withLab(async (made) => {
      lab = made;
      [secret, other] = await Promise.all([newSecret(), newSecret()]);
      await lab.router.ip([`address add ${place}/64 dev wan`]);
      server = make({ namespace: lab.router, address: place, directory: join(lab.directory, 'dns'), secret });
      await server.start();
      write({ name: 'stranger', secret });
      daemon = await startDaemon(lab, provisioning());
      await whenAll(clients.dhclient(await lab.addMachine('printer', 'lan'), ['address'], 'printer'), 'bound', ['address'], { withinMs: 20_000 });
    });

    it('[O-8] does not know a key: the box says which', async () => {
      await lastError(/it does not know the key \\"stranger\\"/);
    });

    it('[O-8] has another secret for it: the box says so', async () => {
      write({ name: 'twinlease', secret: other });
      await daemon.ask(['reload']);
      await lastError(/BADSIG|has another secret/);
    });

    it('takes nothing that is not signed: the box says REFUSED or NOTAUTH', async () => {
      write(undefined);
      await daemon.ask(['reload']);
      await lastError(/REFUSED|NOTAUTH/);
      assert.deepEqual(await server.records(zones.forward), []);
    });

    it('[O-7, O-8] has name and address at once when the key is right', async () => {
      write({ name: 'twinlease', secret });
      await daemon.ask(['reload']);
      await eventually('the name to be there', async () => ((await server.records(zones.forward)).some((line) => line.startsWith('printer.lan.example.com AAAA 2001:db8:1::1')) ? true : undefined), 30_000);
      await eventually('the address to be there', async () => ((await server.records(zones.reverse)).some((line) => line.endsWith(' PTR printer.lan.example.com')) ? true : undefined), 30_000);
    });
  });
}
