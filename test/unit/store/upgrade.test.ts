import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeBinding } from '../../../src/store/binding-record.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { bindingEntry, stateEntry } from '../../../src/store/entry.ts';
import { bindingKey, Family } from '../../../src/store/key.ts';
import { exportLines, importLines } from '../../../src/store/index.ts';
import { MIGRATIONS, upgradeItems, type Migration } from '../../../src/store/migration.ts';
import { decodeRecord, encodeRecord, SCHEMA_VERSION } from '../../../src/store/record.ts';
import { upgradeDatabase } from '../../../src/store/upgrade.ts';
import { BindingStatus, LeaseKind } from '../../../src/lease/index.ts';
import { addressOf, bindingsOf } from './bindings.ts';
import { readRaw, writeRaw } from './database-files.ts';
import { inDirectory, open, openError, type Opened } from './opened-store.ts';

/**
 * Two older formats of a binding's record, before the first, as they might have been. Version -1 held one lifetime, and no timescale;
 * version 0 held both lifetimes, and the status as a letter.
 */
const OLD_STATUS = { A: BindingStatus.ACTIVE, F: BindingStatus.FREE } as const;
const DUID = Uint8Array.of(0, 3, 0, 1, 9, 9, 9, 9);

const migrations: readonly Migration[] = [
  ...MIGRATIONS,
  {
    from: -1,
    migrate: (family, fields) => {
      if (family !== Family.BINDING) return fields;
      const [revision, status, duid, iaid, lifetime, time] = fields;
      return [revision, 0, status, duid, iaid, lifetime, lifetime, time];
    },
  },
  {
    from: 0,
    migrate: (family, fields) => {
      if (family !== Family.BINDING) return fields;
      const [revision, timescale, status, duid, iaid, preferred, valid, time] = fields as number[];
      const letter = status as unknown as keyof typeof OLD_STATUS;
      return [revision, timescale, LeaseKind.IA_NA, OLD_STATUS[letter], duid, iaid, preferred, valid, time, time, Number(time) + Number(valid)];
    },
  },
];

type Raw = readonly [Uint8Array, Uint8Array];

function oldBinding(number: number, version: -1 | 0): Raw {
  const key = bindingKey(addressOf(number), 128);
  const items = version === -1 ? [-1, 1, 'A', DUID, number, 600, 1000] : [0, 1, 0, 'F', DUID, number, 500, 600, 1000];
  return [key, Uint8Array.from(encodeRecord(key, items))];
}

function oldState(version: number): Raw {
  const { key } = stateEntry(0, undefined);
  return [key, Uint8Array.from(encodeRecord(key, [version, 1]))];
}

/** A store whose records are of these older versions. */
async function makeOldStore(directory: string, records: readonly Raw[]): Promise<void> {
  const { store } = await open(directory);
  await store.commit(1, [], []);
  await store.close();
  await writeRaw(directory, records);
}

async function versionsOf(directory: string): Promise<unknown[]> {
  return (await readRaw(directory)).map(([key, value]) => (decodeRecord(key, value) as unknown[])[0]);
}

/** Stores as the programs of older schema versions left them, and what those programs exported from them. */
const VERSION_1 = new URL('version-1/', import.meta.url).pathname;
const VERSION_2 = new URL('version-2/', import.meta.url).pathname;
const VERSION_3 = new URL('version-3/', import.meta.url).pathname;
const VERSION_4 = new URL('version-4/', import.meta.url).pathname;

async function exportOf({ store }: Opened): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportLines(store.bindings(), { withKeys: true })) lines.push(line);
  return lines;
}

/** As bindings say the same, whatever the order of their fields; the first line names the version of the form. */
function meaningOf(lines: readonly string[]): unknown[] {
  return lines.slice(1).filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}

describe('a database of schema version 1', function () {
  this.timeout(30_000);

  it('is brought to the current one: every lease says what it said, and nothing of a partner', () =>
    inDirectory(async (directory) => {
      await cp(VERSION_1, directory, { recursive: true });
      const exported = (await readFile(join(VERSION_1, 'leases.jsonl'), 'utf8')).split('\n');
      const first = await open(directory);
      assert.equal(first.outcome, 'opened');
      assert.equal(first.read.length, 55);
      assert.deepEqual(meaningOf(await exportOf(first)), meaningOf(exported));
      for (const one of first.read) {
        const { partnerLifetime, ackedPartnerLifetime, expirationTime, partnerRawCltTime, updateNeeded, reconfigureData, clientAddress } = one;
        assert.deepEqual([partnerLifetime, ackedPartnerLifetime, expirationTime, partnerRawCltTime, updateNeeded], [0, 0, 0, 0, false]);
        assert.deepEqual([reconfigureData, clientAddress], [undefined, undefined]);
      }
      assert.deepEqual([first.counter, first.generations.length], [3, 4]);
      await first.store.close();
      assert.deepEqual(new Set(await versionsOf(directory)), new Set([SCHEMA_VERSION]));
      const second = await open(directory);
      assert.deepEqual(second.findings, []);
      assert.deepEqual(second.read, first.read);
      await second.store.close();
    }));

  it('that was never used, and has no identity yet, is taken for new', () =>
    inDirectory(async (directory) => {
      await (await open(directory)).store.close();
      const { key } = stateEntry(0, undefined);
      await writeRaw(directory, [[key, encodeRecord(key, [1, 0]).slice()]]);
      await rm(join(directory, 'identity.json'));
      const opened = await open(directory);
      assert.equal(opened.outcome, 'fresh');
      await opened.store.close();
    }));

  it('has an export that is read as well', async () => {
    const items = [];
    for await (const item of importLines(createInterface({ input: createReadStream(join(VERSION_1, 'leases.jsonl')) }))) items.push(item);
    assert.equal(items.length, 55);
    assert.deepEqual(items.filter((item) => 'problem' in item), []);
  });

  it('has no record that is believed with more in it than there was to say', () => {
    const fields = [1, 0, 3, 1, DUID, 7, 50, 60, 100, 100, 160];
    const read = (more: readonly unknown[]): unknown => {
      const current = upgradeItems(Family.BINDING, [1, ...fields, ...more], MIGRATIONS);
      assert.ok(typeof current !== 'string');
      const binding = decodeBinding({ address: addressOf(1), prefixLength: 128 }, current, 'copied');
      return typeof binding === 'string' ? binding : [binding.linkLayerAddress?.length, binding.relay?.length];
    };
    assert.deepEqual(read([]), [undefined, undefined]);
    assert.deepEqual(read([Uint8Array.of(0, 1, 2)]), [3, undefined]);
    assert.deepEqual(read([null, Uint8Array.of(1)]), [undefined, 1]);
    assert.equal(read([null, Uint8Array.of(1), 5]), 'it has 15 items');
    assert.equal(read([null, null, 0x20]), 'it has 14 items');
    assert.match(String(read([5])), /^linkLayerAddress: /);
  });
});

describe('a database of schema version 2', function () {
  this.timeout(30_000);

  it('is brought to the current one: every lease and endpoint says what it said, and of no relay agent', () =>
    inDirectory(async (directory) => {
      await cp(VERSION_2, directory, { recursive: true });
      const exported = (await readFile(join(VERSION_2, 'leases.jsonl'), 'utf8')).split('\n');
      const first = await open(directory);
      assert.deepEqual([first.outcome, first.read.length, first.read.filter(({ relay }) => relay !== undefined).length], ['opened', 56, 5]);
      assert.deepEqual(meaningOf(await exportOf(first)), meaningOf(exported));
      assert.deepEqual(new Set(first.read.map(({ relayAgent }) => relayAgent)), new Set([undefined]));
      assert.deepEqual(first.endpoints.map(({ relationship, partnerCounter }) => [relationship, partnerCounter]), [['east-west', 70]]);
      await first.store.close();
      assert.deepEqual(new Set(await versionsOf(directory)), new Set([SCHEMA_VERSION]));
      const second = await open(directory);
      assert.deepEqual([second.findings, second.read], [[], first.read]);
      await second.store.close();
    }));

  it('has an export that is read as well', async () => {
    const items = [];
    for await (const item of importLines(createInterface({ input: createReadStream(join(VERSION_2, 'leases.jsonl')) }))) items.push(item);
    assert.deepEqual([items.length, items.filter((item) => 'problem' in item)], [56, []]);
  });
});

describe('a database of schema version 3', function () {
  this.timeout(30_000);

  it('[R-ST2] is brought to the current one: its times are true, as the clock was believed, and when it was saved last is not known', () =>
    inDirectory(async (directory) => {
      await cp(VERSION_3, directory, { recursive: true });
      const exported = (await readFile(join(VERSION_3, 'leases.jsonl'), 'utf8')).split('\n');
      const first = await open(directory);
      assert.deepEqual([first.outcome, first.read.length, first.counter], ['opened', 33, 2]);
      assert.deepEqual(meaningOf(await exportOf(first)), meaningOf(exported));
      assert.deepEqual(first.timescales.map(({ index, correction, ahead, begins }) => [index, correction, ahead, begins]), [[0, 0, 0, 'start']]);
      assert.equal(first.saved, undefined);
      const [endpoint] = first.endpoints;
      assert.deepEqual([endpoint?.relationship, endpoint?.lastOperation, endpoint?.partnerCounter], ['east-west', 1_790_000_005, 70]);
      assert.deepEqual(Object.values(endpoint?.timescales ?? {}), [0, 0, 0, 0, 0]);
      await first.store.close();
      assert.deepEqual(new Set(await versionsOf(directory)), new Set([SCHEMA_VERSION]));
      const second = await open(directory);
      assert.deepEqual([second.findings, second.read, second.endpoints], [[], first.read, first.endpoints]);
      await second.store.close();
    }));

  it('has an export that is read as well', async () => {
    const items = [];
    for await (const item of importLines(createInterface({ input: createReadStream(join(VERSION_3, 'leases.jsonl')) }))) items.push(item);
    assert.deepEqual([items.length, items.filter((item) => 'problem' in item)], [33, []]);
  });
});

describe('a database of schema version 4', function () {
  this.timeout(30_000);

  it('is brought to the current one: no lease has a name, and nothing is to be removed from the DNS', () =>
    inDirectory(async (directory) => {
      await cp(VERSION_4, directory, { recursive: true });
      const exported = (await readFile(join(VERSION_4, 'leases.jsonl'), 'utf8')).split('\n');
      const first = await open(directory);
      assert.deepEqual([first.outcome, first.read.length, first.counter], ['opened', 33, 2]);
      assert.deepEqual(meaningOf(await exportOf(first)), meaningOf(exported));
      assert.deepEqual([first.read.filter(({ dns }) => dns !== undefined), first.removals], [[], []]);
      await first.store.close();
      assert.deepEqual(new Set(await versionsOf(directory)), new Set([SCHEMA_VERSION]));
    }));
});

describe('a database of an older schema version', function () {
  this.timeout(30_000);

  it('is given in the current form, and rewritten, through each step between', () =>
    inDirectory(async (directory) => {
      const records = [oldState(-1), ...Array.from({ length: 1500 }, (_, i) => oldBinding(i, i % 2 === 0 ? -1 : 0))];
      await makeOldStore(directory, records);
      const first = await open(directory, { migrations });
      assert.equal(first.outcome, 'opened');
      assert.deepEqual(first.findings, ['1501 records were brought to the current schema version']);
      assert.equal(first.read.length, 1500);
      const [one, two] = first.read;
      assert.deepEqual(
        [one?.status, one?.preferredLifetime, one?.validLifetime, one?.stateExpirationTime, Buffer.from(one?.duid ?? [])],
        [BindingStatus.ACTIVE, 600, 600, 1600, Buffer.from(DUID)],
      );
      assert.deepEqual([two?.status, two?.preferredLifetime, two?.validLifetime], [BindingStatus.FREE, 500, 600]);
      await first.store.close();
      assert.deepEqual(new Set(await versionsOf(directory)), new Set([SCHEMA_VERSION]));

      const second = await open(directory);
      assert.equal(second.outcome, 'opened');
      assert.deepEqual(second.findings, []);
      assert.deepEqual(second.read, first.read);
      await second.store.close();
    }));

  it('is upgraded to the end where a crash left it half done', () =>
    inDirectory(async (directory) => {
      const done = bindingsOf(0, 3).map((binding) => {
        const { key, value } = bindingEntry(binding, 1);
        return [key, value.slice()] as const;
      });
      await makeOldStore(directory, [oldState(-1), ...done, oldBinding(3, -1), oldBinding(4, 0)]);
      const { store, outcome, read } = await open(directory, { migrations });
      assert.equal(outcome, 'opened');
      assert.equal(read.length, 5);
      await store.close();
      assert.deepEqual(new Set(await versionsOf(directory)), new Set([SCHEMA_VERSION]));
    }));

  it('counts as upgraded only after its last record is', () =>
    inDirectory(async (directory) => {
      await makeOldStore(directory, [oldState(-1), oldBinding(0, -1)]);
      const failing: Migration[] = [...MIGRATIONS, { from: -1, migrate: () => { throw new Error('power cut'); } }];
      const database = await openDatabase(join(directory, 'database'), 'existing');
      await assert.rejects(upgradeDatabase(database, failing), /power cut/);
      await database.close();
      assert.deepEqual((await versionsOf(directory)).filter((version) => version === -1).length, 2);
      const { store, read } = await open(directory, { migrations });
      assert.equal(read.length, 1);
      await store.close();
    }));

  it('keeps a record aside that has no way to the current version', () =>
    inDirectory(async (directory) => {
      await makeOldStore(directory, [oldBinding(0, -1), oldBinding(1, 0)]);
      const { store, outcome, read } = await open(directory, { migrations: migrations.filter(({ from }) => from !== -1) });
      assert.equal(outcome, 'lost');
      assert.deepEqual(store.loss.records.map(({ why }) => why), ["it is of schema version -1, which this program can't read"]);
      assert.equal(read.length, 1);
      await store.close();
    }));

  it('is refused, and not changed, where a later program wrote it', () =>
    inDirectory(async (directory) => {
      await makeOldStore(directory, [oldState(SCHEMA_VERSION + 1)]);
      const before = await readRaw(directory);
      const { code, text } = await openError(directory);
      assert.equal(code, 'schema-newer');
      assert.match(text, /of schema version 6; this program knows versions up to 5; install that program again$/);
      assert.deepEqual(await readRaw(directory), before);
    }));
});
