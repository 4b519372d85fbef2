import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once, EventEmitter } from 'node:events';
import { cp, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEventLog } from '../../../src/control/index.ts';
import { stampsAt } from '../control/stamps-at.ts';
import { EndpointState, type EndpointRecord } from '../../../src/failover/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { keepOldDatabase, keepWhatIsLeft } from '../../../src/daemon/old-database.ts';
import type { StoreAlarm } from '../../../src/store/index.ts';
import { epochSeconds, seconds } from '../../../src/wire/index.ts';
import { bindingKey } from '../../../src/store/key.ts';
import { addressOf, bindingOf, bindingsOf } from './bindings.ts';
import { damage, fileOf, writeRaw } from './database-files.ts';
import { inDirectory, open, type Opened } from './opened-store.ts';

async function folderOf({ store }: Opened): Promise<string> {
  const copy = await store.setAside();
  assert.ok('folder' in copy, JSON.stringify(copy));
  return copy.folder;
}

/** The last octet of the DUID of each client in a copy, as an operator would look into it: beside the identity, in a folder of its own. */
async function clientsIn(copy: string, directory: string): Promise<readonly number[]> {
  const look = join(directory, 'look');
  await mkdir(look);
  await cp(copy, join(look, 'database'), { recursive: true });
  await cp(join(directory, 'identity.json'), join(look, 'identity.json'));
  const { store, read, outcome } = await open(look);
  assert.equal(outcome, 'opened');
  await store.close();
  return clientsOf(read);
}

const clientsOf = (bindings: readonly Binding[]): readonly number[] => bindings.map(({ duid }) => duid.at(-1) ?? NaN);

async function asideIn(directory: string): Promise<readonly string[]> {
  return (await readdir(join(directory, 'aside'))).sort();
}

/** What the log says while `work` is done. */
async function logOf(work: (log: ReturnType<typeof createEventLog>) => Promise<void>): Promise<string> {
  const lines: string[] = [];
  await work(createEventLog(stampsAt(new Date(0)), (line) => lines.push(line)));
  return lines.join('\n');
}

function endpoint(updateAllNeeded: boolean): EndpointRecord {
  return {
    relationship: 'east-west',
    role: 'secondary',
    state: EndpointState.RECOVER,
    previousState: EndpointState.RECOVER,
    startTimeOfState: epochSeconds(1),
    partnerState: 0,
    partnerStartTimeOfState: epochSeconds(0),
    partnerDownTime: epochSeconds(0),
    lastContact: epochSeconds(0),
    lastOperation: epochSeconds(0),
    hasCommunicated: true,
    mclt: seconds(60),
    partnerGeneration: new Uint8Array(0),
    partnerCounter: 0,
    updateAllNeeded,
    restNeeded: false,
    acksVoidThrough: 0,
  };
}

describe('an old database', function () {
  this.timeout(30_000);

  it('[R-ST1] is kept as it is: what was asked for before is in it, what is asked for later is not', () =>
    inDirectory(async (directory) => {
      const opened = await open(directory);
      await opened.store.commit(1, bindingsOf(0, 3), []);
      const earlier = opened.store.commit(2, [bindingOf(3)], []);
      const copying = folderOf(opened);
      const changed = { ...bindingOf(0), duid: bindingOf(9).duid };
      assert.deepEqual(await earlier, { committed: true });
      assert.deepEqual(await opened.store.commit(3, [changed, bindingOf(4)], [bindingOf(1)]), { committed: true });
      const copy = await copying;
      assert.equal(copy, join(directory, 'aside', 'old-database-1'));
      assert.deepEqual(await clientsIn(copy, directory), [0, 1, 2, 3]);
      assert.deepEqual(await opened.store.commit(4, [bindingOf(5)], []), { committed: true });
      await opened.store.close();
      const again = await open(directory);
      assert.deepEqual([again.outcome, clientsOf(again.read)], ['opened', [9, 2, 3, 4, 5]]);
      await again.store.close();
    }));

  it('is kept two times, the first and the last', () =>
    inDirectory(async (directory) => {
      const opened = await open(directory);
      for (let number = 1; number <= 4; number++) {
        await opened.store.commit(number, [bindingOf(number)], []);
        await folderOf(opened);
      }
      await opened.store.close();
      assert.deepEqual(await asideIn(directory), ['old-database-1', 'old-database-4']);
      assert.deepEqual(await clientsIn(join(directory, 'aside', 'old-database-1'), directory), [1]);
    }));

  it('is not kept where the disk has no room for it, which the operator is told; the store goes on', () =>
    inDirectory(async (directory) => {
      const opened = await open(directory);
      await opened.store.commit(1, [bindingOf(1)], []);
      const huge = join(directory, 'database', 'huge');
      await writeFile(huge, '');
      await truncate(huge, 2 ** 43);
      const text = await logOf((log) => keepOldDatabase(opened.store, log));
      assert.match(text, /warning the lease database is older .*; no copy of it could be kept: it takes 83886\d\d MiB of free disk$/);
      assert.deepEqual(await opened.store.commit(2, [bindingOf(2)], []), { committed: true });
      await opened.store.close();
      assert.ok(!(await readdir(directory)).includes('aside'));
    }));

  it('that can not be opened again stops all commits, with an alarm, and nothing else', () =>
    inDirectory(async (directory) => {
      const opened = await open(directory);
      await opened.store.commit(1, [bindingOf(1)], []);
      await writeFile(join(directory, 'database', 'CURRENT'), 'nothing');
      const copying = opened.store.setAside();
      const commit = opened.store.commit(2, [bindingOf(2)], []);
      await copying;
      await opened.store.close();
      assert.equal(await Promise.race([commit, new Promise((resolve) => setImmediate(resolve, 'pending'))]), 'pending');
      assert.deepEqual(opened.alarms.map(({ id, raised }) => [id, raised]), [['storage-damaged', true]]);
    }));

  it('makes room again on a full disk', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.commit(1, [bindingOf(1)], []);
      const copy = await folderOf(first);
      await first.store.close();
      await writeFile(join(directory, 'aside', 'records.jsonl'), '');
      const emitter = new EventEmitter();
      let isFull = true;
      const writeBallast = (count: number): Uint8Array => {
        if (isFull && count > 1_000) throw new Error('no room');
        return randomBytes(count);
      };
      await rm(join(directory, 'ballast'));
      const deleted = once(emitter, 'deleted');
      const opened = await open(directory, {
        randomBytes: writeBallast,
        onAlarm: ({ id, raised, text }: StoreAlarm) => {
          if (text.endsWith(`; deleted for it: ${copy}`)) emitter.emit('deleted', id, raised);
        },
      });
      assert.deepEqual(await opened.store.setAside(), { reason: 'the disk is full' });
      assert.deepEqual(await deleted, ['storage-full', true]);
      isFull = false;
      await opened.store.close();
      assert.deepEqual(await asideIn(directory), ['records.jsonl'], 'what could not be read stays');
    }));

  it('[R-ST1] with gaps is kept when the box starts, once', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.commit(1, bindingsOf(0, 3), [], [endpoint(false)]);
      await first.store.close();
      await writeRaw(directory, [[bindingKey(addressOf(1), 128), Uint8Array.of(1, 2, 3)]]);
      const second = await open(directory);
      const text = await logOf((log) => keepWhatIsLeft(second, log));
      assert.match(text, /warning the lease database has gaps, and will be filled up by the partner; a copy of it as it is now is kept in .*aside\/old-database-1$/);
      await second.store.commit(2, [], [], [endpoint(true)]);
      await second.store.close();
      const third = await open(directory);
      assert.equal(third.outcome, 'lost');
      assert.equal(await logOf((log) => keepWhatIsLeft(third, log)), '', 'it is being filled up already');
      await third.store.close();
      assert.deepEqual(await asideIn(directory), ['old-database-1', 'records.jsonl']);
    }));

  it('[R-ST1] that was made anew, or is empty, is not kept a second time', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.commit(1, bindingsOf(0, 300), []);
      await first.store.close();
      await (await open(directory)).store.close();
      await damage(await fileOf(directory, 'table'), 0.5);
      const rebuilt = await open(directory);
      assert.deepEqual([rebuilt.outcome, rebuilt.isRebuilt], ['lost', true]);
      assert.equal(await logOf((log) => keepWhatIsLeft(rebuilt, log)), '');
      await rebuilt.store.close();
      await rm(join(directory, 'database'), { recursive: true });
      const empty = await open(directory);
      assert.deepEqual([empty.outcome, empty.isRebuilt, empty.bindings], ['lost', false, 0]);
      assert.equal(await logOf((log) => keepWhatIsLeft(empty, log)), '');
      await empty.store.close();
      assert.deepEqual(await asideIn(directory), ['database-1']);
    }));
});
