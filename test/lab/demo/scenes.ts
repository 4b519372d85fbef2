// What happens in the demonstration: two boxes with nothing on them are paired, serve, and lose first a cable and then a
// box, while clients come and go.

import type { PairLab } from '../pair/lab.ts';
import { formatLinkHealth } from '../../../src/console/link-health-text.ts';
import { eventually } from '../process/eventually.ts';
import { leasesOf, serve, type Role, type Served } from './clients.ts';
import type { Narrator } from './narrator.ts';
import { makePair, startBranchRelay, type DemoBox, type DemoPair } from './pair.ts';

const first = [
  { who: 'laptop', client: 'dhclient', lan: 'lan-a', wishes: ['address', 'prefix'] },
  { who: 'home router', client: 'dhcpcd', lan: 'lan-b', wishes: ['address', 'prefix'] },
  { who: 'branch office PC', client: 'dhclient', lan: 'remote', wishes: ['address'] },
] as const satisfies readonly Role[];
const phone: Role = { who: 'phone', client: 'dhcp6c', lan: 'lan-b', wishes: ['address'] };
const printer: Role = { who: 'printer', client: 'dhcp6c', lan: 'lan-a', wishes: ['address'] };

/** Rejects, with the reason in words, if a client is not served, or a box does not know what clients have. */
export async function demonstrate(lab: PairLab, narrator: Narrator): Promise<DemoPair> {
  const { step, detail } = narrator;
  step('The network stands: two boxes on a LAN, and a router with a LAN behind it.');
  const pair = await makePair(lab);
  const { east, west, cables } = pair;
  detail('One file for both boxes: the example with a key from `twinlease pair key`.');

  await pairUp(pair, narrator);
  await startBranchRelay(lab);
  step('dhcrelay on the router passes on to both what clients of the branch say.');
  step('Three clients that know nothing yet ask for what they need.');
  const served: Served[] = await Promise.all(first.map((role) => serve(lab, role, narrator)));
  await bothRoute(pair, served.flatMap(({ held }) => held.prefix ?? []));
  step('The kernels of both boxes have routes to the two prefixes.');

  await cables.cut('east', 'lan', 'pulled');
  step('The LAN cable of east is pulled. East gives the leases, and hears nobody.');
  await untilWestSees(west, 'LOST');
  detail(await westOnLan(west));
  served.push(await serve(lab, phone, narrator));
  const { relayed } = await west.failover();
  detail(`West heard it and passed ${relayed.toPartner} messages on; east answered, through west.`);
  await cables.mend('east', 'lan');
  await untilWestSees(west, 'UP');
  step('The cable is back, and east hears its clients again.');

  await east.kill();
  step('The daemon on east is killed (kill -9), as if the power had gone.');
  served.push(await serve(lab, printer, narrator));
  detail('From the half of west, which goes on by itself.');
  const began = performance.now();
  await east.start();
  await pair.untilNormal();
  step(`East is started again, and ${((performance.now() - began) / 1_000).toFixed(1)} s later both are in NORMAL.`);

  await bothKnow(pair, leasesOf(served));
  step(`Each of them knows all ${leasesOf(served).length} leases.`);
  const leaver = served.find(({ who }) => who === 'branch office PC');
  await leaver?.client.release();
  step('The branch office PC shuts down, and gives its address back.');
  return pair;
}

async function pairUp(pair: DemoPair, { step, detail }: Narrator): Promise<void> {
  const began = performance.now();
  await Promise.all([pair.east.start(), pair.west.start()]);
  step('East and west are started, each with this file and an empty directory ...');
  await pair.untilNormal();
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  step(`... and ${seconds} s later they are a pair: the one that serves, and the one that knows all that it did.`);
  detail('Each has pinned the other one\'s certificate, over TLS 1.3; the key is used up.');
}

async function untilWestSees(west: DemoBox, verdict: string): Promise<void> {
  await eventually(`west to be told that lan1 is ${verdict} at east`, async () => {
    const { linkHealth } = await west.failover();
    return linkHealth.some(({ link, partner }) => link === 'lan1' && partner?.verdict === verdict) ? true : undefined;
  });
}

/** What `twinlease show failover` says of the link, in one line. */
async function westOnLan(west: DemoBox): Promise<string> {
  const { linkHealth } = await west.failover();
  const lan = linkHealth.find(({ link }) => link === 'lan1');
  return `twinlease show failover, on west: "lan1 ${(lan === undefined ? undefined : formatLinkHealth(lan, 'east')) ?? ''}"`;
}

async function bothRoute({ east, west }: DemoPair, prefixes: readonly string[]): Promise<void> {
  for (const box of [east, west]) {
    await eventually(`${box.name} to route ${prefixes.join(', ')}`, async () => {
      const routed = await box.routedPrefixes();
      return prefixes.every((prefix) => routed.includes(prefix)) ? true : undefined;
    });
  }
}

async function bothKnow({ east, west }: DemoPair, leases: readonly string[]): Promise<void> {
  for (const box of [east, west]) {
    await eventually(`${box.name} to know ${leases.join(', ')}`, async () => {
      const known = await box.liveLeases();
      return leases.every((lease) => known.includes(lease)) ? true : undefined;
    });
  }
}
