// The lab of two boxes does to them what it says: cables, clocks, disks.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { run } from '../process/run.ts';
import { startProgram } from '../process/program.ts';
import { fillDisk, freeOctets } from '../store/small-disk.ts';
import { cablesOf, type Cables } from './cables.ts';
import { openPairLab, type PairLab } from './lab.ts';
import { boxPlaces, port } from './place.ts';
import { makeSystemClock } from './system-clock.ts';
import { openSlowLink } from './slow-link.ts';

/** Takes all that a connection brings, and answers with its digest. */
const listener = `
  const { createHash } = require('node:crypto');
  require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
    const hash = createHash('sha256');
    socket.on('data', (chunk) => hash.update(chunk)).on('end', () => socket.end(hash.digest('hex')));
  }).listen(4711, '${boxPlaces.west.onManagement}', () => console.log('ready'));`;
const octets = 3_000_000;
/** Says how long the connection took, in ms, and what came back for \`octets\` octets. */
const sender = `
  const began = performance.now();
  const socket = require('node:net').connect({ port: 4711, host: '${boxPlaces.west.onManagement}', allowHalfOpen: true }, () => {
    const connected = performance.now() - began;
    let digest = '';
    socket.on('data', (chunk) => (digest += chunk)).on('end', () => console.log(JSON.stringify({ connected, digest })));
    socket.end(Buffer.alloc(${octets}, 'x'));
  });`;

describe('the lab of two boxes', () => {
  let lab: PairLab;
  let cables: Cables;

  before(async () => {
    lab = await openPairLab();
    cables = cablesOf(lab);
    const { west } = lab.boxes;
    assert.ok(west !== undefined);
    const program = startProgram('listener', west.inside([process.execPath, '-e', listener]), join(lab.directory, 'listener.log'));
    await program.log.next({ what: 'it to listen', withinMs: 10_000, match: (line) => (line === 'ready' ? true : undefined) });
  });
  after(() => lab.close());

  const inEast = async (...command: string[]): Promise<string> => {
    const { east } = lab.boxes;
    assert.ok(east !== undefined);
    return (await east.run(command)).trim();
  };
  const carrier = (name: string): Promise<string> => inEast('cat', `/sys/class/net/${name}/carrier`);
  const transfer = async (): Promise<{ connected: number; digest: string }> =>
    JSON.parse(await inEast(process.execPath, '-e', sender)) as { connected: number; digest: string };
  const expected = createHash('sha256').update(Buffer.alloc(octets, 'x')).digest('hex');

  it('has a management link that carries what it is given', async () => {
    const { connected, digest } = await transfer();
    assert.equal(digest, expected);
    assert.ok(connected < 100, String(connected));
  });

  it('can put a slow link in its place, which carries the same later, and takes it away again', async () => {
    const mend = await openSlowLink(lab, cables, { delayMs: 50, lossPercent: 0 });
    const { connected, digest } = await transfer();
    await mend();
    assert.equal(digest, expected);
    // There and back. A new neighbour has to be found first: there and back once more.
    assert.ok(connected >= 100 && connected < 500, String(connected));
    assert.ok((await transfer()).connected < 100);
  });

  it('can put a lossy link in its place, through which TCP gets all the same', async () => {
    const mend = await openSlowLink(lab, cables, { delayMs: 5, lossPercent: 5 });
    const { digest } = await transfer();
    await mend();
    assert.equal(digest, expected);
  });

  it('can pull a cable, which the box can tell by its carrier, or cut it silently, which it cannot', async () => {
    await cables.cut('east', 'lan', 'pulled');
    assert.equal(await carrier(port.lan), '0');
    await cables.mend('east', 'lan');
    assert.equal(await carrier(port.lan), '1');
    await cables.cut('east', 'management', 'silent');
    assert.equal(await carrier(port.management), '1');
    const tried = transfer();
    assert.equal(await Promise.race([tried, new Promise((resolve) => setTimeout(resolve, 500, 'lost'))]), 'lost');
    await cables.mend('east', 'management');
    assert.equal((await tried).digest, expected);
  });

  it('can shift the time of day of a program, and no other clock', async () => {
    const clocks = 'console.log(JSON.stringify([Date.now(), Number(process.hrtime.bigint() / 1000000n), Math.floor(new Date() / 1000)]))';
    const clock = makeSystemClock(join(lab.directory, 'clock'));
    for (const seconds of [60, -3.5]) {
      clock.shift(seconds);
      const [day = 0, monotonic = 0] = JSON.parse(await run(await clock.under([process.execPath, '-e', clocks]))) as number[];
      assert.ok(Math.abs(day - Date.now() - 1_000 * seconds) < 2_000, `${seconds}`);
      assert.ok(Math.abs(monotonic - Number(process.hrtime.bigint() / 1_000_000n)) < 2_000);
    }
    clock.shift(-Date.now() / 1_000);
    const date = Number(await run(await clock.under(['date', '+%s'])));
    assert.ok(date >= 0 && date < 5, String(date));
  });

  it('can give a box a small disk, and fill it', () => {
    const disk = lab.addDisk('small', 16);
    const free = fillDisk(disk);
    assert.equal(freeOctets(disk), 0);
    assert.throws(() => writeFileSync(join(disk, 'more'), Buffer.alloc(10_000)), /ENOSPC/);
    free();
    writeFileSync(join(disk, 'more'), Buffer.alloc(10_000));
  });
});
