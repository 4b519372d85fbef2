import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bindingEntry, stateEntry } from '../../../src/store/entry.ts';
import { bindingKey, Family, numberedKey } from '../../../src/store/key.ts';
import { encodeRecord, SCHEMA_VERSION } from '../../../src/store/record.ts';
import { formatAddress } from '../../../src/wire/index.ts';
import { addressOf, bindingOf, bindingsOf } from './bindings.ts';
import { readRaw, writeRaw } from './database-files.ts';
import { inDirectory, open, type Opened } from './opened-store.ts';

const keyOf = (number: number): Uint8Array => bindingKey(addressOf(number), 128);

/** A binding of nobody, with these of the rarer fields. */
function rareRecord(fields: number, ...values: readonly unknown[]): Uint8Array {
  return encodeRecord(keyOf(200), [SCHEMA_VERSION, 1, 0, 3, 1, new Uint8Array(0), 0, 0, 0, 0, 0, 0, fields, ...values]).slice();
}

/** A store with the bindings 0..99. */
async function makeStore(directory: string): Promise<void> {
  const { store } = await open(directory);
  await store.commit(1, bindingsOf(0, 100), []);
  await store.close();
}

/** Changes one octet of the values of these bindings, as LevelDB would hand it on after a compaction. */
async function damageValues(directory: string, numbers: readonly number[]): Promise<void> {
  const entries = await readRaw(directory);
  const damaged = numbers.map((number) => {
    const [key, value] = entries.find(([found]) => Buffer.from(keyOf(number)).equals(found)) ?? assert.fail();
    const changed = Uint8Array.from(value);
    changed[10] = (changed[10] ?? 0) ^ 1;
    return [key, changed] as const;
  });
  await writeRaw(directory, damaged);
}

const namesOf = ({ store }: Opened): string[] => store.loss.records.map(({ lease }) => formatAddress(lease.address));

async function linesAside(directory: string): Promise<string[]> {
  return (await readFile(join(directory, 'aside', 'records.jsonl'), 'utf8')).trimEnd().split('\n');
}

describe('a record that can not be read', function () {
  this.timeout(30_000);

  it('[R-ST1] marks its lease alone as lost, at every opening until that is accepted', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      await damageValues(directory, [3, 70]);
      const files = new Set<number>();
      for (let time = 0; time < 2; time++) {
        const opened = await open(directory);
        files.add((await stat(join(directory, 'aside', 'records.jsonl'))).ino);
        assert.equal(opened.outcome, 'lost');
        assert.equal(opened.store.loss.mark, undefined, 'the rest is believed');
        assert.deepEqual(namesOf(opened), [formatAddress(addressOf(3)), formatAddress(addressOf(70))]);
        assert.equal(opened.read.length, 98);
        assert.match(opened.findings[0] ?? '', /^the record of 2001:db8:1::3\/128 can not be read: it does not match its check$/);
        await opened.store.close();
      }
      const lines = await linesAside(directory);
      assert.equal(lines.length, 2, 'each is kept aside once');
      assert.equal(files.size, 1, 'and written once');
      const raw = await readRaw(directory);
      const kept = JSON.parse(lines[0] ?? '') as { key: string; value: string };
      assert.ok(raw.some(([key, value]) => Buffer.from(key).toString('hex') === kept.key && Buffer.from(value).toString('hex') === kept.value));

      const opened = await open(directory);
      assert.equal(await opened.store.accept(), undefined);
      assert.deepEqual(opened.store.loss, { mark: undefined, records: [] });
      await opened.store.close();
      const accepted = await open(directory);
      assert.equal(accepted.outcome, 'opened');
      assert.equal(accepted.read.length, 98);
      assert.equal((await linesAside(directory)).length, 2);
      await accepted.store.close();
    }));

  it('is superseded by a commit for its lease, which accepting the loss leaves alone', () =>
    inDirectory(async (directory) => {
      await makeStore(directory);
      await damageValues(directory, [3, 4]);
      const { store } = await open(directory);
      await store.commit(2, [bindingOf(3)], []);
      assert.equal(await store.accept(), undefined);
      await store.close();
      const again = await open(directory);
      assert.equal(again.outcome, 'opened');
      assert.deepEqual(again.read.slice(2, 5).map(({ address }) => address.at(-1)), [2, 3, 5]);
      await again.store.close();
    }));

  const records: readonly [what: string, entry: () => readonly [Uint8Array, Uint8Array]][] = [
    ['is too short', () => [keyOf(200), Uint8Array.of(1, 2)]],
    ['is no CBOR', () => [keyOf(200), Uint8Array.from(encodeRecord(keyOf(200), [1])).fill(0xff, 0, 2)]],
    ['has no fields', () => [keyOf(200), Uint8Array.from(encodeRecord(keyOf(200), [1]))]],
    ['has a field that no binding has', () => [keyOf(200), encodeRecord(keyOf(200), [SCHEMA_VERSION, 1, 0, 3, 9, new Uint8Array(0), 0, 0, 0, 0, 0, 0]).slice()]],
    ['is of a later schema version', () => [keyOf(200), encodeRecord(keyOf(200), [SCHEMA_VERSION + 1, 1, 0, 3, 1, new Uint8Array(0), 0, 0, 0, 0, 0, 0]).slice()]],
    ['names a field that is not known', () => [keyOf(200), rareRecord(0x400)]],
    ['names a field that is not there', () => [keyOf(200), rareRecord(0x02)]],
    ['has a field without a name', () => [keyOf(200), rareRecord(0x02, 5, 6)]],
    ['names no field, in so many words', () => [keyOf(200), rareRecord(0)]],
    ['is of an older schema version that was never released', () => [keyOf(200), encodeRecord(keyOf(200), [0, 1]).slice()]],
    ['belongs under another key', () => [keyOf(200), Uint8Array.from(bindingEntry(bindingOf(201), 1).value)]],
    ['is of a commit that never was', () => [keyOf(200), Uint8Array.from(bindingEntry(bindingOf(200), 77).value)]],
  ];
  for (const [what, entry] of records) {
    it(`is found where it ${what}`, () =>
      inDirectory(async (directory) => {
        await makeStore(directory);
        await writeRaw(directory, [entry()]);
        const opened = await open(directory);
        assert.equal(opened.outcome, 'lost');
        assert.equal(opened.store.loss.mark, undefined);
        assert.deepEqual(namesOf(opened), [formatAddress(addressOf(200))]);
        assert.equal(opened.read.length, 100);
        await opened.store.close();
      }));
  }

  const database: readonly [what: string, entries: () => (readonly [Uint8Array, Uint8Array])[]][] = [
    ['has a damaged key, which must not be taken for another lease', () => [[keyOf(200).with(12, 9), Uint8Array.of(1)]]],
    ['has a key of no known family', () => [[Uint8Array.of(0x77, 1, 2, 3), Uint8Array.of(1)]]],
    ['is that of the last commit', () => [[stateEntry(1, undefined).key, Uint8Array.of(1, 2, 3, 4, 5, 6)]]],
    ['is that of a generation', () => [[numberedKey(Family.GENERATION, 1), Uint8Array.of(1, 2, 3, 4, 5, 6)]]],
    ['is that of the timescale of all times', () => [[numberedKey(Family.TIMESCALE, 0), Uint8Array.of(1, 2, 3, 4, 5, 6)]]],
    [
      'is one of more than 64',
      () => Array.from({ length: 65 }, (_, i) => [keyOf(1000 + i), Uint8Array.of(1)] as const),
    ],
  ];
  for (const [what, entries] of database) {
    it(`[R-ST1] makes the whole storage lost where it ${what}`, () =>
      inDirectory(async (directory) => {
        await makeStore(directory);
        await writeRaw(directory, entries());
        const opened = await open(directory);
        assert.equal(opened.outcome, 'lost');
        assert.ok(opened.store.loss.mark !== undefined);
        assert.equal(opened.read.length, 100, 'what can be read is of use');
        assert.deepEqual(await opened.store.commit(opened.counter + 1, bindingsOf(300, 301), []), { committed: true });
        await opened.store.close();
        assert.deepEqual(await readdir(join(directory, 'aside')), ['database-1']);

        const again = await open(directory);
        assert.deepEqual(again.findings, opened.findings);
        assert.equal(again.read.length, 101, 'and is there again');
        assert.equal(await again.store.accept(), undefined);
        await again.store.close();
        const accepted = await open(directory);
        assert.equal(accepted.outcome, 'opened');
        assert.deepEqual(await readdir(join(directory, 'aside')), ['database-1']);
        await accepted.store.close();
      }));
  }
});
