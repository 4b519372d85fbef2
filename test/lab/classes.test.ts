// Two real clients, of which one says a user class (RFC 9915 21.15): each from its own pool, and kept through a Renew.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { whenAll, type Held } from './clients/client.ts';
import { dhclientSaying } from './clients/dhclient.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';

const classes = ['classes:', '  - { name: phones, match: { user-classes: [voice] }, lifetimes: { preferred: 50s, valid: 70s, t1: 3s, t2: 30s } }'];
const pools = ['address-pools: [{ range: "2001:db8:1::1000 - 2001:db8:1::1fff", classes: [phones] }, { range: "2001:db8:1::2000 - 2001:db8:1::2fff", not-classes: [phones] }]'];
/** One item, `voice`, behind its length; dhclient does not know the option by itself. */
const saysVoice = ['option dhcp6.user-class code 15 = string;', 'send dhcp6.user-class 00:05:76:6f:69:63:65;'];
const withinMs = 30_000;

describe('clients of classes', () => {
  let daemon: Daemon;
  let phone: { readonly got: Held; readonly renewed: Held };
  let other: { readonly got: Held; readonly renewed: Held };

  withLab(async (lab) => {
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { lan: pools, top: classes });
    daemon = await startDaemon(lab, provisioning);
    const live = async (name: string, lines: readonly string[]): Promise<{ got: Held; renewed: Held }> => {
      const client = dhclientSaying(lines)(await lab.addMachine(name, 'lan'), ['address']);
      const got = await whenAll(client, 'bound', ['address'], { withinMs });
      const renewed = await whenAll(client, 'renewed', ['address'], { withinMs });
      return { got, renewed };
    };
    [phone, other] = await Promise.all([live('phone', saysVoice), live('other', [])]);
  });

  it('get an address from the pool of their class, and keep it when they renew', () => {
    assert.match(phone.got.address ?? '', /^2001:db8:1::1[0-9a-f]{3}$/);
    assert.match(other.got.address ?? '', /^2001:db8:1::2[0-9a-f]{3}$/);
    assert.deepEqual([phone.renewed, other.renewed], [phone.got, other.got]);
  });

  it('twinlease classify says of a lease that what its client sends is not kept', async () => {
    const said = await daemon.ask(['classify', phone.got.address ?? '']);
    assert.match(said, /\n {2}perhaps in phones\n {4}user-classes +\? +nobody knows; it would be voice\n$/);
  });
});
