import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { BindingStatus, LeaseKind, encodeLeaseDns, type Binding } from '../../../src/lease/index.ts';
import { epochSeconds, INFINITY_SECONDS, iaid, type Address, type Duid } from '../../../src/wire/index.ts';
import { lockDirectory } from '../../../src/store/directory-lock.ts';
import { generationEntry } from '../../../src/store/entry.ts';
import { bindingOf, bindingsOf } from './bindings.ts';
import { writeRaw } from './database-files.ts';
import { inDirectory, NOW, open, openError, type Opened } from './opened-store.ts';

/** Numbers and octets alike, without the optional fields that are undefined. */
function plain(bindings: readonly Binding[]): unknown {
  const octets = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value);
  return bindings.map((binding) => JSON.parse(JSON.stringify({ ...binding, ...octetFields(binding) }, octets)) as unknown);
}

/** `JSON.stringify` would ask a Buffer for its own form first. */
function octetFields(binding: Binding): object {
  const { address, duid, linkLayerAddress, relay, relayAgent, reconfigureData, clientAddress, dns } = binding;
  const fields = { address, duid, linkLayerAddress, relay, relayAgent, reconfigureData, clientAddress, dns };
  return Object.fromEntries(Object.entries(fields).map(([name, octets]) => [name, octets && new Uint8Array(octets)]));
}

async function exported({ store }: Opened): Promise<Binding[]> {
  const all: Binding[] = [];
  for await (const chunk of store.bindings()) all.push(...chunk);
  return all;
}

/** What a lease has to do with a partner, each by itself. */
const PARTNER_FIELDS: readonly Partial<Binding>[] = [
  { partnerLifetime: epochSeconds(0xffffffff) },
  { ackedPartnerLifetime: epochSeconds(1) },
  { expirationTime: epochSeconds(2) },
  { partnerRawCltTime: epochSeconds(3) },
  { updateNeeded: true },
  { reconfigureData: Uint8Array.of(1, 2, 3, 4, 5) },
  { clientAddress: Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) },
  { dns: encodeLeaseDns({ bits: 0x13, fqdnFlags: 1, name: Uint8Array.of(1, 0x61, 0), wanted: Uint8Array.of(1, 0x62, 0) }) },
  { relay: Uint8Array.of(12, 0), relayAgent: Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2) },
];

describe('the store', function () {
  this.timeout(30_000);

  it('is fresh, then opened, and gives back every field of every binding as of its commit', () =>
    inDirectory(async (directory) => {
      const bindings: Binding[] = [
        bindingOf(1),
        bindingOf(2, { duid: new Uint8Array(0) as Duid, status: BindingStatus.FREE, iaid: iaid(0) }),
        bindingOf(3, { duid: new Uint8Array(130).fill(7) as Duid, iaid: iaid(0xffffffff), stateExpirationTime: epochSeconds(0xffffffff) }),
        bindingOf(4, { validLifetime: INFINITY_SECONDS, preferredLifetime: INFINITY_SECONDS, linkLayerAddress: Uint8Array.of(0, 1, 2, 0, 0, 0, 0, 4) }),
        bindingOf(5, { relay: new Uint8Array(40_000).fill(12) }),
        bindingOf(6, { relay: Uint8Array.of(12, 0), linkLayerAddress: Uint8Array.of(0, 1), kind: LeaseKind.REGISTERED }),
        ...PARTNER_FIELDS.map((fields, i) => bindingOf(8 + i, fields)),
        bindingOf(100, PARTNER_FIELDS.reduce((all, fields) => ({ ...all, ...fields }), { relay: Uint8Array.of(1), linkLayerAddress: Uint8Array.of(2, 3) })),
        bindingOf(7, { kind: LeaseKind.IA_PD, prefixLength: 56, address: Uint8Array.of(0x20, 1, 0xd, 0xb8, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0) as Address, status: BindingStatus.ABANDONED }),
      ];
      const first = await open(directory);
      assert.equal(first.outcome, 'fresh');
      assert.equal(first.counter, 0);
      assert.deepEqual(await first.store.commit(7, bindings, []), { committed: true });
      await first.store.close();

      const second = await open(directory);
      assert.equal(second.outcome, 'opened');
      assert.equal(second.counter, 7);
      assert.equal(second.bindings, bindings.length);
      const expected = bindings.map((binding) => ({ ...binding, revision: 7 })).sort((a, b) => Buffer.compare(a.address, b.address));
      assert.deepEqual(plain(second.read), plain(expected));
      await second.store.close();
    }));

  it('makes all changes of a commit, puts and deletes, and the last one on a lease counts', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.commit(1, bindingsOf(0, 10), []);
      await first.store.commit(2, [bindingOf(3, { status: BindingStatus.RELEASED })], [bindingOf(4), bindingOf(99)]);
      const expected = bindingsOf(0, 10)
        .filter((_, number) => number !== 4)
        .map((binding, at) => (at === 3 ? { ...binding, status: BindingStatus.RELEASED, revision: 2 } : binding));
      assert.deepEqual(plain(await exported(first)), plain(expected), 'as of now');
      await first.store.close();
      const second = await open(directory);
      assert.deepEqual(plain(second.read), plain(expected), 'after a restart');
      assert.equal(second.counter, 2);
      await second.store.close();
    }));

  it('[O-37] keeps what a host registered, and nothing of what it has no more, nor anything of its prefix length but 128', () =>
    inDirectory(async (directory) => {
      const registered = { kind: LeaseKind.REGISTERED };
      const { store } = await open(directory);
      await store.commit(1, [bindingOf(1, registered), bindingOf(2, registered), bindingOf(3)], []);
      await store.commit(2, [bindingOf(2, { ...registered, status: BindingStatus.FREE }), bindingOf(3, { status: BindingStatus.FREE })], []);
      await assert.rejects(store.commit(3, [bindingOf(0, { ...registered, prefixLength: 64 })], []), /can be read again/);
      await store.close();
      const second = await open(directory);
      assert.deepEqual(second.read.map(({ kind, status, address }) => [kind, status, address[15]]), [
        [LeaseKind.REGISTERED, BindingStatus.ACTIVE, 1],
        [LeaseKind.IA_NA, BindingStatus.FREE, 3],
      ]);
      await second.store.close();
    }));

  it('gives bindings in the order of their addresses, at start-up and for an export of any size', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      const shuffled = Array.from({ length: 2500 }, (_, i) => (i * 1201) % 2500);
      await first.store.commit(1, shuffled.map((number) => bindingOf(number)), []);
      const expected = plain(bindingsOf(0, 2500));
      assert.deepEqual(plain(await exported(first)), expected);
      await first.store.close();
      const second = await open(directory);
      assert.deepEqual(plain(second.read), expected);
      await second.store.close();
    }));

  it('has one commit in flight at a time, with a counter that grows, of bindings that it can read again', () =>
    inDirectory(async (directory) => {
      const { store } = await open(directory);
      const flight = store.commit(5, bindingsOf(0, 1), []);
      await assert.rejects(store.commit(6, bindingsOf(1, 2), []), /one commit is in flight/);
      assert.deepEqual(await flight, { committed: true });
      await assert.rejects(store.commit(5, [], []), /counter of commits grows/);
      await assert.rejects(store.commit(7, [bindingOf(1, { status: 9 as BindingStatus })], []), /can be read again/);
      await store.close();
    }));

  it('stores revisions beyond 32 bits', () =>
    inDirectory(async (directory) => {
      const counter = Number.MAX_SAFE_INTEGER - 1;
      const first = await open(directory);
      await first.store.commit(counter, bindingsOf(0, 1), []);
      await first.store.close();
      const second = await open(directory);
      assert.equal(second.counter, counter);
      assert.equal(second.read[0]?.revision, counter);
      await second.store.close();
    }));

  it('[R-ST1] starts a generation at each opening, and records where the last one ended', () =>
    inDirectory(async (directory) => {
      const ids = new Set<string>();
      const starts: number[] = [];
      for (let opening = 0; opening < 4; opening++) {
        const { store, generations, counter } = await open(directory);
        assert.equal(generations.length, opening + 1);
        ids.add(Buffer.from(generations.at(-1)?.id ?? []).toString('hex'));
        starts.push(generations.at(-1)?.start ?? -1);
        for (let i = 1; i <= opening; i++) await store.commit(counter + i, [], []);
        await store.close();
      }
      assert.equal(ids.size, 4);
      assert.deepEqual(starts, [0, 0, 1, 3]);
      const { store, generations } = await open(directory);
      assert.deepEqual(generations.map(({ start }) => start), [0, 0, 1, 3, 6]);
      assert.ok(generations.every(({ id }) => id.length === 8));
      await store.close();
    }));

  it('[R-ST1] remembers the last 1024 generations', () =>
    inDirectory(async (directory) => {
      await (await open(directory)).store.close();
      const older = Array.from({ length: 1500 }, (_, i) => {
        const { key, value } = generationEntry({ ordinal: 2 + i, id: new Uint8Array(8).fill(i), start: 0 });
        return [key, value.slice()] as const;
      });
      await writeRaw(directory, older);
      for (let time = 0; time < 2; time++) {
        const { store, generations } = await open(directory);
        assert.equal(generations.length, 1024);
        assert.equal(generations.at(-1)?.ordinal, 1502 + time);
        await store.close();
      }
    }));

  it('[R-ST2] has a timescale for the times of its bindings, which stays', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.close();
      const second = await open(directory);
      await second.store.close();
      assert.equal(second.timescales.length, 1);
      const { index, id, correction } = second.timescales[0] ?? assert.fail();
      assert.deepEqual([index, id.length, correction], [0, 8, 0]);
      const third = await open(directory);
      assert.deepEqual(third.timescales, second.timescales);
      await third.store.close();
    }));

  it('[R-ST2] (1) knows when its last commit was, and in which timescale', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      assert.equal(first.saved, undefined);
      await first.store.commit(1, [], [], [], { time: epochSeconds(NOW + 7), timescale: 0, timescales: [] });
      await first.store.commit(2, [], []);
      await first.store.close();
      const second = await open(directory);
      assert.deepEqual(second.saved, { time: NOW + 7, timescale: 0 });
      await second.store.close();
      const third = await open(directory);
      assert.deepEqual(third.saved, second.saved);
      await third.store.close();
    }));

  it('[R-ST2] (2) has the timescales that a commit brings, as long as something refers to them', () =>
    inDirectory(async (directory) => {
      const id = new Uint8Array(8).fill(7);
      const untrue = { index: 1, id, correction: undefined, ahead: 10, begins: 'start' } as const;
      const between = { index: 2, id, correction: undefined, ahead: 20, begins: 'start' } as const;
      const present = { index: 3, id, correction: 0, ahead: -5, begins: 'step' } as const;
      const first = await open(directory);
      await first.store.commit(1, bindingsOf(0, 1, { timescale: 1 }), [], [], { time: NOW, timescale: 1, timescales: [untrue, between] });
      await first.store.commit(2, [], [], [], { time: NOW, timescale: 3, timescales: [{ ...between, correction: 99 }, present] });
      await first.store.close();
      for (let time = 0; time < 2; time++) {
        const later = await open(directory);
        assert.equal(later.outcome, 'opened');
        assert.deepEqual(later.timescales, [untrue, { ...present, ahead: 15, begins: 'start' }]);
        await later.store.close();
      }
    }));

  it('[R-ST2] is lost where a binding is in a timescale that is not known, and the binding is of use', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.commit(1, bindingsOf(0, 3, { timescale: 5 }), []);
      await first.store.close();
      const second = await open(directory);
      assert.equal(second.outcome, 'lost');
      assert.equal(second.findings[0], 'what timescale 5 is, which bindings refer to, is not known');
      assert.equal(second.read.length, 3);
      assert.equal(await second.store.accept(), undefined);
      await second.store.close();
      const third = await open(directory);
      assert.equal(third.outcome, 'opened');
      assert.deepEqual(third.timescales.map(({ index }) => index), [0, 5]);
      await third.store.close();
    }));

  it('is marked as lost by an import until that is accepted', () =>
    inDirectory(async (directory) => {
      const first = await open(directory);
      await first.store.markLost('its content was imported');
      await first.store.close();
      const second = await open(directory, { now: () => epochSeconds(NOW + 1000) });
      await second.store.markLost('its content was imported');
      assert.equal(second.outcome, 'lost');
      assert.deepEqual(second.store.loss.mark, { since: NOW, findings: ['its content was imported'] });
      assert.equal(await second.store.accept(), undefined);
      await second.store.close();
      const third = await open(directory);
      assert.equal(third.outcome, 'opened');
      await third.store.close();
    }));

  it('is open in one process at a time', () =>
    inDirectory(async (directory) => {
      const { store } = await open(directory);
      assert.equal((await openError(directory)).code, 'in-use');
      await store.close();
      await (await open(directory)).store.close();

      const unlock = (await lockDirectory(directory)) ?? assert.fail();
      assert.equal((await openError(directory)).code, 'in-use', 'also before the first has opened the database');
      await unlock();
      await (await open(directory)).store.close();
    }));
});
