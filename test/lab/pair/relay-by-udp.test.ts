// A partner that lacks the extension, and whose LAN is lost in silence: real clients get their leases from it through the other box, which
// is a relay agent for it on the management link. tshark reads what goes there.

import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { startCapture } from '../capture/capture.ts';
import { clients, whenAll, type LabClient } from '../clients/index.ts';
import { run } from '../process/run.ts';
import { closeAfterwards } from './mocha-pair-lab.ts';
import { boxPlaces, port } from './place.ts';
import { plain } from './subjects/twinlease.ts';
import { openTwoBoxes, type TwoBoxes } from './two-boxes.ts';

const wishes = ['address', 'prefix'] as const;
const [RELAY_FORWARD, RELAY_REPLY] = ['12', '13'];

describe('a partner that is relayed to by UDP [R-LH8]', function () {
  this.timeout(120_000);
  let open: TwoBoxes | undefined;
  let client: LabClient;

  const boxes = (): TwoBoxes => {
    assert.ok(open !== undefined);
    return open;
  };
  before(async () => {
    open = await openTwoBoxes(plain);
  });
  closeAfterwards(() => open?.lab);

  it('gives leases to clients that it does not hear, from its own addresses, and both boxes stay in NORMAL', async () => {
    const { lab, cables, east, west } = boxes();
    const { west: namespace } = lab.boxes;
    assert.ok(namespace !== undefined);
    const capture = await startCapture(namespace, port.management, lab.addDirectory('relayed'), 'udp port 547');
    await cables.cut('east', 'lan', 'silent');
    client = clients.dhclient(await lab.addMachine('comer', 'lan-b'), wishes, 'comer');
    await whenAll(client, 'bound', wishes, { withinMs: 30_000 });
    const file = await capture.stop();
    const fields = ['dhcpv6.msgtype', 'ipv6.src', 'ipv6.dst', 'udp.srcport', 'udp.dstport', 'dhcpv6.linkaddr', '_ws.malformed'].flatMap((field) => ['-e', field]);
    const rows = (await run(['tshark', '-r', file, '-Y', 'dhcpv6', '-T', 'fields', ...fields])).trim().split('\n').map((line) => line.split('\t'));
    const ways = new Set(rows.map(([types = '', ...row]) => [types.split(',')[0], ...row].join(' ').trim()));
    assert.deepEqual(ways, new Set([
      `${RELAY_FORWARD} ${boxPlaces.west.onManagement} ${boxPlaces.east.onManagement} 547 547 2001:db8:1::`,
      `${RELAY_REPLY} ${boxPlaces.east.onManagement} ${boxPlaces.west.onManagement} 547 547 2001:db8:1::`,
    ]));
    assert.ok(await plain.isPaired(east.plan()));
    assert.ok(await plain.isPaired(west.plan()));
  });

  it('and extends them', async () => {
    const { east } = boxes();
    const from = client.events.entries.length;
    await whenAll(client, 'renewed', wishes, { from, withinMs: 30_000 });
    assert.equal((await plain.leases(east.plan())).length, 2);
  });
});
