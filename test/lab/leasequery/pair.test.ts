// Two boxes that share their leases, and a requestor that asks both: they say the same, and the one that is left says it, too.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { Message, Query, full, leasequery, readReply, type Asked, type Reply, type Told } from '../../conformance/leasequery/requestor.ts';
import { clients, whenAll } from '../clients/index.ts';
import { openUdpPort, type UdpPort } from '../network/udp-port.ts';
import { makeBox, type Box } from '../pair/box.ts';
import { cablesOf } from '../pair/cables.ts';
import { openPairLab, type PairLab } from '../pair/lab.ts';
import { closeAfterwards } from '../pair/mocha-pair-lab.ts';
import { shortPace } from '../pair/pace.ts';
import { boxPlaces, router as routerPlace, subnets } from '../pair/place.ts';
import { askBox, twinlease } from '../pair/subjects/twinlease.ts';
import type { Subject } from '../pair/subjects/subject.ts';
import { eventually } from '../process/eventually.ts';
import { openTcpRequestor } from './tcp-requestor.ts';

const queried: Subject = {
  ...twinlease,
  prepare(plan) {
    const launch = twinlease.prepare(plan);
    const file = `${plan.runtime}/provisioning.yaml`;
    writeFileSync(file, `${readFileSync(file, 'utf8')}leasequery: { requestors: ["${routerPlace.onTransit}"], tcp: { security: insecure, active: true } }\n`);
    return launch;
  },
};
const names = ['east', 'west'] as const;
const wishes = ['address', 'prefix'] as const;

describe('leasequery of a pair', function () {
  this.timeout(120_000);
  let lab: PairLab | undefined;
  let requestor: UdpPort;
  let boxes: Readonly<Record<(typeof names)[number], Box>>;
  let lease = '';

  const opened = (): PairLab => lab ?? assert.fail('the lab is open');

  before(async () => {
    lab = await openPairLab();
    const shared = lab.addDirectory('shared');
    await queried.furnish(shared, [...names]);
    const cables = cablesOf(lab);
    const make = (name: (typeof names)[number]): Box => {
      const namespace = opened().boxes[name];
      assert.ok(namespace !== undefined);
      return makeBox({ lab: opened(), cables, subject: queried, lifetimes: shortPace.lifetimes, name, namespace, disk: opened().addDirectory(name), shared, isRouter: false });
    };
    boxes = { east: make('east'), west: make('west') };
    await Promise.all(names.map(async (name) => await boxes[name].start()));
    await eventually('the boxes to work together', async () => {
      const paired = await Promise.all(names.map(async (name) => await queried.isPaired(boxes[name].plan()).catch(() => false)));
      return paired.every(Boolean) ? true : undefined;
    }, 60_000);
    requestor = await openUdpPort(lab.router, 41_000, 'wan');
    const client = clients.dhclient(await lab.addMachine('client', 'lan-a'), wishes, 'client');
    await whenAll(client, 'bound', wishes, { withinMs: 30_000 });
    const shown = JSON.parse(await askBox(boxes.east.plan(), 'show', 'leases', '--active', '--link', 'lan', '--json')) as readonly { readonly lease: string }[];
    lease = shown.find((one) => !one.lease.includes('/'))?.lease ?? '';
  });
  after(() => requestor.close());
  closeAfterwards(() => lab);

  it('[R-XR6] both boxes say the same in NORMAL, by UDP and by TCP', async () => {
    const same = await eventually('both to know the lease', async () => {
      const [east, west] = [await told('east'), await told('west')];
      return east !== undefined && west !== undefined && isSame(east, west) ? east : undefined;
    }, 10_000);
    assert.equal(same.leases.length, 2);
    assert.ok(same.leases.some((one) => one.lease === full(lease)));
    const bulk = await Promise.all(names.map(async (name) => {
      const connection = await openTcpRequestor(opened().router, { address: boxPlaces[name].onTransit, port: 547 });
      connection.ask({ transactionId: 9, query: { type: Query.link, link: subnets.lan.prefix.replace('/64', '1') } });
      const [reply] = await connection.until(9, Message.LEASEQUERY_DONE);
      connection.close();
      return reply?.clients[0];
    }));
    const [east, west] = bulk;
    assert.ok(east !== undefined && west !== undefined && isSame(east, west));
  });

  it('[R-XR6] the one that is left answers when the other one is killed', async () => {
    const earlier = await told('west');
    assert.ok(earlier !== undefined);
    await boxes.east.powerOff();
    await eventually('west to notice', async () => (/COMMUNICATIONS-INTERRUPTED/.test(await askBox(boxes.west.plan(), 'show', 'failover')) ? true : undefined), 30_000);
    const now = await told('west');
    assert.deepEqual(now?.leases.map((one) => one.lease), earlier.leases.map((one) => one.lease));
    assert.equal(now.clientId, earlier.clientId);
  });

  let transactions = 1;

  /** What a box says of the client that has the lease. */
  async function told(name: (typeof names)[number]): Promise<Told | undefined> {
    transactions += 1;
    const asked: Asked = { transactionId: transactions, query: { type: Query.address, address: lease } };
    await requestor.send(leasequery(asked), { address: boxPlaces[name].onTransit, port: 547 });
    const reply = await requestor.received.next({
      what: `what ${name} says`,
      match: ({ bytes }): Reply | undefined => {
        const read = readReply(bytes);
        return read.transactionId === asked.transactionId ? read : undefined;
      },
    });
    return reply.clients[0];
  }
});

/** But for a second that may have passed between the two. */
function isSame(a: Told, b: Told): boolean {
  const isNear = (x = 0, y = 0): boolean => Math.abs(x - y) <= 1;
  return (
    a.clientId === b.clientId &&
    isNear(a.cltTime, b.cltTime) &&
    a.leases.length === b.leases.length &&
    a.leases.every((one, i) => {
      const other = b.leases[i];
      return one.lease === other?.lease && isNear(one.valid, other.valid) && isNear(one.preferred, other.preferred);
    })
  );
}
