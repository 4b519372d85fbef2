import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { openPairing } from '../../../src/identity/index.ts';
import type { Pairing, PairingSession } from '../../../src/identity/index.ts';
import { monotonicMs } from '../../../src/wire/index.ts';
import { inDirectory } from '../control/in-directory.ts';

const KEY = new Uint8Array(17).fill(7);
const EAST = 'e'.repeat(64);
const WEST = 'f'.repeat(64);
const SESSION: PairingSession = { exporter: new Uint8Array(32).fill(1), primaryCertificate: EAST, secondaryCertificate: WEST };

async function open(directory: string, role: 'primary' | 'secondary', key: Uint8Array | undefined = KEY): Promise<Pairing> {
  const path = join(directory, role, 'pair.json');
  return await openPairing({ relationship: 'pair', role, path, key, date: () => new Date(0), monotonicMs: () => monotonicMs(0), onChange: () => undefined });
}

function proofOf(pairing: Pairing, session = SESSION): Uint8Array {
  const proof = pairing.prove(session);
  assert.ok(proof !== undefined);
  return proof;
}

async function paired(directory: string): Promise<Pairing> {
  const west = await open(directory, 'secondary');
  assert.equal(await west.admit(SESSION, proofOf(await open(directory, 'primary'))), undefined);
  assert.equal(await west.confirm(EAST), undefined);
  return west;
}

describe('the pairing of a relationship', () => {
  it('[R-ID1] takes a proof for its own connection, certificates, name and role alone', () =>
    inDirectory(async (directory) => {
      const [east, west] = [await open(directory, 'primary'), await open(directory, 'secondary')];
      for (const other of [
        { ...SESSION, exporter: new Uint8Array(32).fill(2) },
        { ...SESSION, secondaryCertificate: 'a'.repeat(64) },
        { ...SESSION, primaryCertificate: 'b'.repeat(64) },
      ]) {
        const fresh = await open(directory, 'secondary');
        assert.equal(await fresh.admit(SESSION, proofOf(east, other)), 'wrong-key');
      }
      assert.equal(await (await open(directory, 'secondary')).admit(SESSION, proofOf(west)), 'wrong-key');
      assert.equal(await west.admit(SESSION, proofOf(east)), undefined);
      assert.deepEqual(west.status, {
        stage: 'half-paired', pin: EAST, nextPin: undefined, keptByPartner: undefined, since: '1970-01-01T00:00:00.000Z', key: 'unused', unreadable: undefined, wrongKeys: 0,
      });
    }));

  it('[R-ID1] is confirmed by the pinned partner alone, and forgets the key only then', () =>
    inDirectory(async (directory) => {
      const [east, west] = [await open(directory, 'primary'), await open(directory, 'secondary')];
      assert.equal(await west.confirm(EAST), 'unknown-partner');
      await west.admit(SESSION, proofOf(east));
      assert.equal(await west.confirm(WEST), 'unknown-partner');
      assert.equal(west.status.key, 'unused');
      assert.equal(await west.confirm(EAST), undefined);
      assert.deepEqual([west.status.stage, west.status.key, west.prove(SESSION)], ['paired', 'used', undefined]);
      assert.equal(await west.admit(SESSION, proofOf(east)), 'used-key');
      const again = await open(directory, 'secondary');
      assert.deepEqual(again.status, west.status);
      assert.equal((await stat(join(directory, 'secondary', 'pair.json'))).mode & 0o777, 0o600);
    }));

  it('[R-ID1] is forgotten by the operator, durably, and needs a new key then', () =>
    inDirectory(async (directory) => {
      const west = await paired(directory);
      assert.equal(await west.forget(), undefined);
      assert.deepEqual([west.status.stage, west.status.pin], ['no-key', undefined]);
      const again = await open(directory, 'secondary');
      assert.equal(again.status.stage, 'no-key');
      assert.equal(await again.admit(SESSION, proofOf(await open(directory, 'primary'))), 'used-key');
      const newKey = new Uint8Array(17).fill(8);
      again.useKey(newKey);
      assert.equal(again.status.stage, 'unpaired');
      assert.equal(await again.admit(SESSION, proofOf(await open(directory, 'primary', newKey))), undefined);
    }));

  it('[R-ID1] knows whom the operator has left, also after a restart, until it is the partner again', () =>
    inDirectory(async (directory) => {
      const west = await paired(directory);
      assert.ok(!west.wasPartner(EAST));
      await west.forget();
      const again = await open(directory, 'secondary', new Uint8Array(17).fill(8));
      assert.deepEqual([again.wasPartner(EAST), again.wasPartner(WEST)], [true, false]);
      const newKey = new Uint8Array(17).fill(8);
      await rm(join(directory, 'primary'), { recursive: true, force: true });
      assert.equal(await again.admit(SESSION, proofOf(await open(directory, 'primary', newKey))), undefined);
      assert.ok(!again.wasPartner(EAST));
    }));

  it('reads the record of a version that kept nobody in mind whom it had left', () =>
    inDirectory(async (directory) => {
      const fields = { version: 1, pin: EAST, isConfirmed: true, since: '2026-11-01T00:00:00.000Z', usedKeys: ['c'.repeat(64)] };
      const check = createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16);
      await mkdir(join(directory, 'secondary'));
      await writeFile(join(directory, 'secondary', 'pair.json'), JSON.stringify({ ...fields, check }));
      const west = await open(directory, 'secondary');
      assert.deepEqual([west.status.stage, west.status.pin, west.wasPartner(EAST)], ['paired', EAST, false]);
    }));

  const NEXT = 'd'.repeat(64);
  it('[R-ID3] keeps what the partner will show beside what it shows, and drops the old one at the first use', () =>
    inDirectory(async (directory) => {
      assert.ok(!(await (await open(directory, 'secondary')).keepNext(NEXT)), 'a stranger has nothing to come');
      const west = await paired(directory);
      await west.useNext(NEXT);
      assert.equal(west.status.pin, EAST, 'nobody has told of it');
      assert.ok(await west.keepNext(NEXT));
      const again = await open(directory, 'secondary');
      assert.deepEqual([again.status.pin, again.status.nextPin], [EAST, NEXT]);
      await again.useNext(NEXT);
      assert.ok(!again.wasPartner(EAST), 'it is the same box');
      for (const pairing of [again, await open(directory, 'secondary')]) {
        assert.deepEqual([pairing.status.stage, pairing.status.pin, pairing.status.nextPin], ['paired', NEXT, undefined]);
      }
    }));

  it('[R-ID3] says that it keeps something only when the disk has it, and is with its partner though the disk is full', () =>
    inDirectory(async (directory) => {
      const west = await paired(directory);
      const inTheWay = join(directory, 'secondary', 'pair.json.tmp');
      await mkdir(inTheWay);
      assert.deepEqual([await west.keepNext(NEXT), await west.notePartnerKeeps(NEXT), west.status.nextPin], [false, false, undefined]);
      await rm(inTheWay, { recursive: true });
      assert.deepEqual([await west.keepNext(NEXT), await west.notePartnerKeeps(NEXT)], [true, true]);
      await mkdir(inTheWay);
      await west.useNext(NEXT);
      assert.equal(west.status.pin, NEXT);
      const again = await open(directory, 'secondary');
      assert.deepEqual([again.status.pin, again.status.nextPin, again.status.keptByPartner], [EAST, NEXT, NEXT]);
    }));

  for (const [what, damage] of [
    ['cut off', (text: string) => text.slice(0, 100)],
    ['with another pin', (text: string) => text.replaceAll('e'.repeat(64), 'a'.repeat(64))],
    ['without the used key', (text: string) => text.replace(/"usedKeys": \[[^\]]*\]/, '"usedKeys": []')],
    ['no record at all', () => '[]'],
  ] as const) {
    it(`[R-ID1] lets nobody in where its record is ${what}`, () =>
      inDirectory(async (directory) => {
        await paired(directory);
        const path = join(directory, 'secondary', 'pair.json');
        await writeFile(path, damage(await readFile(path, 'utf8')));
        const west = await open(directory, 'secondary');
        assert.deepEqual([west.status.stage, west.status.pin, west.prove(SESSION)], ['damaged', undefined, undefined]);
        assert.equal(await west.admit(SESSION, proofOf(await open(directory, 'primary'))), 'storage');
        assert.equal(await west.confirm(EAST), 'storage');
        assert.equal(await west.forget(), undefined);
        assert.equal(west.status.stage, 'no-key', 'the key may be the one that was used');
      }));
  }

  it('[R-ID1] pins nobody whose certificate can\'t be kept', () =>
    inDirectory(async (directory) => {
      const [east, west] = [await open(directory, 'primary'), await open(directory, 'secondary')];
      // A folder in the way of the draft.
      await mkdir(join(directory, 'secondary', 'pair.json.tmp'), { recursive: true });
      assert.equal(await west.admit(SESSION, proofOf(east)), 'storage');
      assert.deepEqual([west.status.stage, west.status.pin], ['unpaired', undefined]);
      await rm(join(directory, 'secondary', 'pair.json.tmp'), { recursive: true });
      assert.equal(await west.admit(SESSION, proofOf(east)), undefined);
    }));

  it('[R-ID1] is with one of two who prove the key at once', () =>
    inDirectory(async (directory) => {
      const [east, west] = [await open(directory, 'primary'), await open(directory, 'secondary')];
      const second = { ...SESSION, primaryCertificate: 'a'.repeat(64) };
      const results = await Promise.all([west.admit(SESSION, proofOf(east)), west.admit(second, proofOf(east, second))]);
      assert.deepEqual(results, [undefined, 'other-partner']);
      assert.equal(west.status.pin, EAST);
    }));
});
