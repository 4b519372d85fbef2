// The plug of a box that gives leases is pulled, again and again. After each time its disk is looked at, then it boots from it.

import { join } from 'node:path';
import { seededRandom } from '../../fuzz/random.ts';
import { BOOT_MS } from '../box.ts';
import { startFleet } from './fleet-on-lan.ts';
import { copyDataPartition, leasesOn, missingFrom } from './leases-on-disk.ts';
import type { Part } from './row.ts';
import { withBox } from './with-box.ts';

const CYCLES = Number(process.env['CYCLES'] ?? 10);
const LEAST_MS = 3_000;
const SPREAD_MS = 7_000;

export const powerCycles: Part = async (directory) =>
  await withBox(directory, async (box, network) => {
    const random = seededRandom(1);
    const acknowledged = new Set<string>();
    const waits: number[] = [];
    box.powerOn();
    await box.setUpAlone();
    for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
      const fleet = startFleet(await network.addClient(`fleet${String(cycle)}`));
      const started = performance.now();
      const firstReply = Promise.withResolvers<number>();
      const heard = (async () => {
        for await (const { leases } of fleet.replies) {
          firstReply.resolve(performance.now() - started);
          for (const { name, valid } of leases) if (valid > 0) acknowledged.add(name);
        }
      })();
      const limit = setTimeout(() => firstReply.reject(new Error('nobody was served')), BOOT_MS);
      waits.push(await firstReply.promise);
      clearTimeout(limit);
      await new Promise((resolve) => setTimeout(resolve, LEAST_MS + random.below(SPREAD_MS)));
      await box.cutPower();
      fleet.end();
      await heard;
      const copy = join(directory, `copy-${String(cycle)}`);
      copyDataPartition(box.disk, copy);
      const { leases, isRepaired } = leasesOn(copy, directory);
      const missing = missingFrom(leases, [...acknowledged]);
      console.log(`cycle ${String(cycle)}: ${String(acknowledged.size)} leases acknowledged so far, ${String(missing.length)} missing${isRepaired ? ', repaired' : ''}`);
      if (missing.length > 0) throw new Error(`gone: ${missing.slice(0, 5).join(', ')}`);
      box.powerOn();
    }
    await box.logIn();
    const [, ...afterBoots] = waits;
    return [
      { what: `${String(CYCLES)} real power cycles while 100 clients and more ask: acknowledged leases that were lost`, result: `0 of ${String(acknowledged.size)}`, isMet: true },
      { what: 'the same: longest time from power on to the first Reply', result: `${(Math.max(...afterBoots) / 1_000).toFixed(1)} s` },
    ];
  });
