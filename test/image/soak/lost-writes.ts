// The power is cut below the page cache, CUTS times. A guest gives leases to a fleet while QEMU logs each write to its disk; then a
// random beginning of that log, without a random part of what was not flushed, becomes a disk again, which must mount, open, and hold
// every lease that a client had a Reply for by then.

import { execFileSync } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../fuzz/random.ts';
import type { Box } from '../box.ts';
import type { Network } from '../network.ts';
import { partitionOffset, partitionSize } from '../partitions.ts';
import { startFleet } from './fleet-on-lan.ts';
import { copyDataPartition, leasesOn, missingFrom } from './leases-on-disk.ts';
import { Replay } from './replay.ts';
import type { Part } from './row.ts';
import { withBox } from './with-box.ts';
import { readWriteLog } from './write-log.ts';

const CUTS = Number(process.env['CUTS'] ?? 200);
const SECONDS = Number(process.env['SECONDS'] ?? 60);
const SEED = Number(process.env['SEED'] ?? 1);

interface Acknowledged {
  readonly lease: string;
  /** How long the log was when the client had the Reply, at most. */
  readonly logged: number;
}

export const lostWrites: Part = async (directory) => {
  const log = join(directory, 'writes');
  const before = join(directory, 'before');
  const acknowledged = await giveLeases(directory, log, before);
  const entries = readWriteLog(log);
  const first = acknowledged[0]?.logged ?? Infinity;
  const from = entries.findIndex(({ end }) => end >= first);
  if (from < 0) throw new Error('no client was served');
  const random = seededRandom(SEED);
  const places = Array.from({ length: CUTS }, () => from + random.below(entries.length - from)).sort((a, b) => a - b);
  const partition = { offset: partitionOffset(before, 'data'), octets: partitionSize(before, 'data') };
  const data = join(directory, 'data');
  copyDataPartition(before, data);
  console.log(`${String(acknowledged.length)} leases, ${String(entries.length)} writes and flushes, ${String(CUTS)} cuts (SEED=${String(SEED)}) ...`);
  const replay = new Replay(log, entries, partition, data);
  let [failures, lost, held, repaired] = [0, 0, 0, 0];
  for (const [i, place] of places.entries()) {
    // Another file each time: a loop device that somebody still looks at shows what its file was.
    const copy = join(directory, `copy-${String(i)}`);
    lost += replay.cut(place + 1, copy, random);
    const due = acknowledged.filter(({ logged }) => logged <= (entries[place]?.end ?? 0)).map(({ lease }) => lease);
    try {
      const { leases, isRepaired } = leasesOn(copy, directory);
      const missing = missingFrom(leases, due);
      held += due.length;
      repaired += Number(isRepaired);
      if (missing.length > 0) throw new Error(`${String(missing.length)} acknowledged leases are gone: ${missing.slice(0, 3).join(', ')}`);
    } catch (error) {
      failures += 1;
      console.log(`cut ${String(i + 1)} behind entry ${String(place)}: ${error instanceof Error ? error.message : String(error)}`);
    }
    rmSync(copy);
    if ((i + 1) % 20 === 0) console.log(`${String(i + 1)} of ${String(CUTS)}, ${String(failures)} failed`);
  }
  replay.close();
  return [
    {
      what: `${String(CUTS)} power cuts below the page cache, ${String(lost)} writes lost: disks that do not mount, open, or hold every acknowledged lease`,
      result: `${String(failures)} (${String(held)} leases looked for; e2fsck was needed ${String(repaired)} times)`,
      isMet: failures === 0,
    },
  ];
};

async function giveLeases(directory: string, log: string, before: string): Promise<readonly Acknowledged[]> {
  writeFileSync(log, '');
  const giving = async (box: Box, network: Network): Promise<readonly Acknowledged[]> => {
    execFileSync('cp', ['--sparse=always', box.disk, before]);
    console.log('A box boots and is set up ...');
    box.powerOn();
    await box.setUpAlone();
    const fleet = startFleet(await network.addClient('fleet'));
    console.log(`100 clients, and another one each 100 ms, for ${String(SECONDS)} s ...`);
    const end = setTimeout(() => fleet.end(), SECONDS * 1_000);
    const acknowledged: Acknowledged[] = [];
    for await (const { leases } of fleet.replies) {
      const logged = statSync(log).size;
      for (const { name, valid } of leases) if (valid > 0) acknowledged.push({ lease: name, logged });
    }
    clearTimeout(end);
    return acknowledged;
  };
  return await withBox(directory, giving, log);
}
