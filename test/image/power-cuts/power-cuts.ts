// `make soak`: the power is cut below the page cache, CUTS times. A guest gives leases to a fleet while QEMU logs each write to its
// disk; then a random beginning of that log, without a random part of what was not flushed, becomes a disk again, which must mount,
// open, and hold every lease that a client had a Reply for by then.

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../fuzz/random.ts';
import type { FleetEvent } from '../../lab/fleet/event.ts';
import type { FleetPlan } from '../../lab/fleet/plan.ts';
import { newBox } from '../box.ts';
import { openNetwork } from '../network.ts';
import { partitionOffset, partitionSize } from '../partitions.ts';
import { PROVISIONING, digitsOf } from '../provisioning.ts';
import { Replay } from './replay.ts';
import { readWriteLog } from './write-log.ts';

const CUTS = Number(process.env['CUTS'] ?? 200);
const SECONDS = Number(process.env['SECONDS'] ?? 60);
const SEED = Number(process.env['SEED'] ?? 1);
const fleetProgram = fileURLToPath(new URL('../../lab/fleet/fleet-process.ts', import.meta.url));
const twinlease = fileURLToPath(new URL('../../../dist/twinlease', import.meta.url));

interface Acknowledged {
  readonly lease: string;
  /** How long the log was when the client had the Reply, at most. */
  readonly logged: number;
}

const directory = mkdtempSync(join(tmpdir(), 'twinlease-power-cuts-'));
const log = join(directory, 'writes');
const before = join(directory, 'before');
const network = await openNetwork(directory);
try {
  const acknowledged = await giveLeases();
  const failures = cutPower(acknowledged);
  process.exitCode = failures === 0 ? 0 : 1;
  if (failures === 0) rmSync(directory, { recursive: true });
  else console.log(`the disk, the log of writes and the serial line are in ${directory}`);
} finally {
  network.close();
}

async function giveLeases(): Promise<readonly Acknowledged[]> {
  writeFileSync(log, '');
  const box = await newBox(network, directory, 'east', 1, log);
  execFileSync('cp', ['--sparse=always', box.disk, before]);
  console.log('A box boots and is set up ...');
  box.powerOn();
  await box.choosePassword();
  await box.say('paste', /Paste the file/);
  for (const line of PROVISIONING.trimEnd().split('\n')) await box.say(line, /\n/);
  await box.say(`. ${digitsOf(PROVISIONING)}`, /serves by itself/);
  const { namespace } = await network.addClient('fleet');
  const plan: FleetPlan = { places: [{ name: 'lan', interface: 'eth0', residents: 100, newcomerEveryMs: 100 }], newcomersAfterMs: 2_000 };
  console.log(`100 clients, and another one each 100 ms, for ${String(SECONDS)} s ...`);
  const [file = '', ...words] = namespace.inside([process.execPath, fleetProgram, JSON.stringify(plan)]);
  const fleet = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const end = setTimeout(() => fleet.kill('SIGTERM'), SECONDS * 1_000);
  const acknowledged: Acknowledged[] = [];
  for await (const line of createInterface({ input: fleet.stdout })) {
    const event = JSON.parse(line) as FleetEvent;
    if (event.event !== 'reply' || !event.used) continue;
    const logged = statSync(log).size;
    for (const { name, valid } of event.leases) if (valid > 0) acknowledged.push({ lease: name, logged });
  }
  clearTimeout(end);
  await box.cutPower();
  return acknowledged;
}

function cutPower(acknowledged: readonly Acknowledged[]): number {
  const entries = readWriteLog(log);
  const first = acknowledged[0]?.logged ?? Infinity;
  const from = entries.findIndex(({ end }) => end >= first);
  if (from < 0) throw new Error('no client was served');
  const random = seededRandom(SEED);
  const places = Array.from({ length: CUTS }, () => from + random.below(entries.length - from)).sort((a, b) => a - b);
  const partition = { offset: partitionOffset(before, 'data'), octets: partitionSize(before, 'data') };
  const data = join(directory, 'data');
  execFileSync('dd', [`if=${before}`, `of=${data}`, 'bs=1M', `skip=${String(partition.offset >> 20)}`, `count=${String(partition.octets >> 20)}`, 'conv=sparse'], { stdio: 'pipe' });
  console.log(`${String(acknowledged.length)} leases, ${String(entries.length)} writes and flushes, ${String(CUTS)} cuts (SEED=${String(SEED)}) ...`);
  const replay = new Replay(log, entries, partition, data);
  let [failures, lostWrites, held, repaired] = [0, 0, 0, 0];
  for (const [i, place] of places.entries()) {
    const copy = join(directory, 'copy');
    lostWrites += replay.cut(place + 1, copy, random);
    const due = acknowledged.filter(({ logged }) => logged <= (entries[place]?.end ?? 0)).map(({ lease }) => lease);
    try {
      const { leases, isRepaired } = leasesOn(copy);
      const missing = due.filter((lease) => !leases.includes(`"${lease.split('/')[0] ?? ''}`));
      held += due.length;
      repaired += Number(isRepaired);
      if (missing.length > 0) throw new Error(`${String(missing.length)} acknowledged leases are gone: ${missing.slice(0, 3).join(', ')}`);
    } catch (error) {
      failures += 1;
      console.log(`cut ${String(i + 1)} behind entry ${String(place)}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if ((i + 1) % 20 === 0) console.log(`${String(i + 1)} of ${String(CUTS)}, ${String(failures)} failed`);
  }
  replay.close();
  console.log(`${String(CUTS)} power cuts: ${String(failures)} failed; ${String(lostWrites)} writes lost, ${String(held)} leases looked for, e2fsck needed ${String(repaired)} times`);
  return failures;
}

/** Mounts as the box does, and reads all leases. */
function leasesOn(image: string): { readonly leases: string; readonly isRepaired: boolean } {
  const mountPoint = join(directory, 'mounted');
  mkdirSync(mountPoint, { recursive: true });
  const mount = (): void => void execFileSync('mount', ['-o', 'loop,noatime,errors=remount-ro', image, mountPoint], { stdio: 'pipe' });
  let isRepaired = false;
  try {
    mount();
  } catch {
    isRepaired = true;
    execFileSync('e2fsck', ['-y', image], { stdio: 'pipe' });
    mount();
  }
  const out = openSync(join(directory, 'leases'), 'w+');
  try {
    execFileSync(twinlease, ['export', '--state', join(mountPoint, 'state')], { stdio: ['ignore', out, 'pipe'] });
    return { leases: execFileSync('cat', [join(directory, 'leases')], { encoding: 'utf8', maxBuffer: 1 << 28 }), isRepaired };
  } finally {
    closeSync(out);
    execFileSync('umount', [mountPoint]);
  }
}
