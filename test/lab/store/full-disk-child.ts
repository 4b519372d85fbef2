/**
 * Opens a store for each record size on the small disk in its argument, lets every one of them meet the full disk, frees
 * the disk, commits 60 bindings to each, says what was acknowledged, and kills itself.
 */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, bindingOf } from '../../unit/store/bindings.ts';
import { open, type Opened } from '../../unit/store/opened-store.ts';
import { RECORD_SIZES, type Acknowledged } from './record-sizes.ts';
import { fillDisk } from './small-disk.ts';

const disk = process.argv[2] ?? '';
const frees: (() => void)[] = [];
const recoveries: Promise<unknown>[] = [];
const stores: { readonly size: number; readonly opened: Opened; counter: number }[] = [];

for (const size of RECORD_SIZES) {
  const recovered = new EventEmitter();
  const opened = await open(join(disk, `store-${size}`), {
    onAlarm: ({ id, raised }) => recovered.emit(`${id} ${raised}`),
  });
  recoveries.push(once(recovered, 'storage-full false'));
  stores.push({ size, opened, counter: 0 });
}

const next = (entry: (typeof stores)[number], number: number): ReturnType<Opened['store']['commit']> =>
  entry.opened.store.commit(++entry.counter, [bindingOf(number, { relay: new Uint8Array(entry.size).fill(7) })], []);

for (const entry of stores) {
  for (let number = 0; number < 5; number++) assert.deepEqual(await next(entry, number), { committed: true });
}

/** How many of the bindings that were committed on the full disk, until one failed, count as durable. */
const onFullDisk = new Map<number, number>();
for (const entry of stores) {
  frees.push(fillDisk(disk));
  let last = entry.counter;
  // Most of the room that the log has already is used up at once.
  for (let room = 200_000 - 6 * entry.size; room >= 50_000; room -= 50_000) {
    const { store } = entry.opened;
    last = entry.counter + 1;
    assert.deepEqual(await store.commit(++entry.counter, [bindingOf(4, { relay: new Uint8Array(50_000).fill(7) })], []), { committed: true });
  }
  for (let number = 1000; ; number++) {
    const result = await next(entry, number);
    if (result.committed) continue;
    const [found] = result.found;
    if (found !== undefined) assert.deepEqual(found.address, addressOf(number), 'what reached the disk all the same');
    onFullDisk.set(entry.size, number - 1000 + (found === undefined ? 0 : 1));
    break;
  }
  const refused = await next(entry, 4);
  assert.ok(!refused.committed);
  assert.match(refused.reason, /full/);
  assert.equal(refused.found[0]?.revision, last, 'what was durable before is still known');
}

for (const free of frees) free();
await Promise.all(recoveries);
for (const entry of stores) {
  for (let number = 1_000_000; number < 1_000_060; number++) assert.deepEqual(await next(entry, number), { committed: true });
}
const acknowledged: Acknowledged = stores.map(({ size }) => ({ size, onFullDisk: onFullDisk.get(size) ?? 0 }));
writeSync(1, `${JSON.stringify(acknowledged)}\n`);
process.kill(process.pid, 'SIGKILL');
