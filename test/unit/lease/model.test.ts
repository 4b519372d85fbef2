import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BindingStatus, NO_SLOT, type PoolDefinition, type PoolShare, isFree } from '../../../src/lease/index.ts';
import { type Address, formatAddress, iaid, isReservedInterfaceId, prefixesOverlap, seconds } from '../../../src/wire/index.ts';
import { readWords } from '../../../src/lease/address-words.ts';
import { Box, NOW, binding, duid, name, pool } from './leases.ts';

/** Small pools, so that everything meets everything; the last one is too large for a bitmap. */
const CONFIGURATIONS: readonly { readonly pools: readonly PoolDefinition[]; readonly reserved: readonly string[] }[] = [
  { pools: [pool('2001:db8:: - 2001:db8::7'), pool('2001:db8:100::/56 of /60')], reserved: ['2001:db8::3', '2001:db8:100:80::/62'] },
  { pools: [pool('2001:db8::4 - 2001:db8::b', 'sequential'), pool('2001:db8:100::/56 of /58')], reserved: ['2001:db8:100:40::/58'] },
  { pools: [pool('2001:db8:100::/56 of /57', 'sequential'), pool('2001:db8:0:0:1::/80')], reserved: [] },
  { pools: [pool('2001:db8:100:0:8000:: - 2001:db8:100:0:8000::5'), pool('2001:db8::1 - 2001:db8::1')], reserved: ['2001:db8::/64'] },
];

/** What is known of one lease, in the plainest way. */
interface Known {
  status: BindingStatus;
  client: number;
  iaid: number;
  locked: boolean;
}

/** Remembers what a function gave for a text. */
function remembering<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    const entry = known.get(text) ?? { value: compute(text) };
    known.set(text, entry);
    return entry.value;
  };
}

const prefixOf = remembering((text) => {
  const { address, prefixLength } = name(text);
  return { address, length: prefixLength };
});

function overlap(a: string, b: string): boolean {
  return prefixesOverlap(prefixOf(a), prefixOf(b));
}

function isReservedIid(text: string): boolean {
  const { address, length } = prefixOf(text);
  return length === 128 && isReservedInterfaceId(address);
}

/** The table and the allocator of a box with this share of its pools, beside a map that knows the same. */
class Pair {
  readonly box: Box;
  readonly known = new Map<string, Known>();
  readonly #share: PoolShare;
  configuration = 0;

  constructor(share: PoolShare) {
    this.#share = share;
    const { pools, reserved } = this.current;
    this.box = new Box(pools, reserved, { leasesPerClientMax: 6, leasesMax: 40 });
  }

  get current(): (typeof CONFIGURATIONS)[number] {
    const current = CONFIGURATIONS[this.configuration];
    assert.ok(current);
    return { pools: current.pools.map((one) => ({ ...one, share: this.#share })), reserved: current.reserved };
  }

  /** Whose an element is that is free or has no record. */
  ownerOf(text: string): 'own' | 'partner' {
    if (this.#share === 'whole') return 'own';
    const { address, length } = prefixOf(text);
    const isSecondarys = length === 128 ? (address[15] ?? 0) % 2 === 0 : this.known.get(text)?.status === BindingStatus.FREE_BACKUP;
    return isSecondarys === (this.#share === 'secondary') ? 'own' : 'partner';
  }

  configure(n: number): void {
    this.configuration = n % CONFIGURATIONS.length;
    this.box.configure(this.current.pools, this.current.reserved);
  }

  put(text: string, known: Known): void {
    this.box.table.put(binding(text, { status: known.status, duid: duid(known.client), iaid: iaid(known.iaid) }));
    this.known.set(text, { ...known, locked: this.known.get(text)?.locked ?? false });
  }

  setLock(text: string, known: Known, locked: boolean): void {
    if (locked) this.box.table.lock(this.box.slot(text), 5);
    else this.box.table.unlock(this.box.slot(text), 5);
    known.locked = locked;
  }

  isTaken(text: string): boolean {
    const known = this.known.get(text);
    return known !== undefined && (!isFree(known.status) || known.locked);
  }

  /** Whether something that is taken overlaps it, or is it. */
  meetsTaken(text: string): boolean {
    return [...this.known.keys()].some((other) => this.isTaken(other) && overlap(text, other));
  }

  isHeldBack(text: string): boolean {
    return isReservedIid(text) || this.current.reserved.some((reserved) => overlap(text, reserved));
  }

  elements(): string[] {
    return this.current.pools.flatMap((_, number) => this.elementsOf(number));
  }

  readonly #elements = remembering((key) => this.#listElements(Number(key.split(' ')[1])));

  /** Every element of a small pool, none of a large one. */
  elementsOf(number: number): readonly string[] {
    return this.#elements(`${this.configuration} ${number}`);
  }

  #listElements(number: number): readonly string[] {
    const { space } = this.box.table.pools.pool(number);
    const words = new Uint32Array(4);
    return Array.from({ length: space.size > 64 ? 0 : space.size }, (_, index) => {
      space.at(index, words);
      const octets = Uint8Array.from(Buffer.from([...words].map((word) => word.toString(16).padStart(8, '0')).join(''), 'hex'));
      const text = formatAddress(octets as Uint8Array as Address);
      return space.elementLength === 128 ? text : `${text}/${space.elementLength}`;
    });
  }

  heldBy(client: number): number {
    return [...this.known].filter(([text, known]) => known.client === client && this.isTaken(text)).length;
  }

  request(client: number, iaidNumber: number, hint: string | undefined): void {
    const text = this.box.offer(client, iaidNumber, hint);
    assert.equal(this.box.offer(client, iaidNumber, hint), text, 'a look-up changes nothing');
    if (text === 'client-max') {
      assert.ok(this.heldBy(client) >= 6);
      return;
    }
    assert.ok(this.heldBy(client) < 6);
    const free = this.elements().filter((element) => !this.meetsTaken(element) && !this.isHeldBack(element) && this.ownerOf(element) === 'own');
    if (text.includes(':')) {
      assert.ok(!this.meetsTaken(text), `${text} overlaps what is taken`);
      assert.ok(!this.isHeldBack(text), `${text} is reserved`);
      assert.equal(this.ownerOf(text), 'own', `${text} is the partner's`);
      const remembered = [...this.known].filter(([, known]) => known.client === client && known.iaid === iaidNumber).map(([other]) => other);
      if (remembered.some((other) => free.includes(other))) assert.ok(remembered.includes(text), 'the old lease comes back');
      else if (hint !== undefined && free.includes(hint) && (this.known.size < 40 || this.known.has(hint))) assert.equal(text, hint);
      if (!this.known.has(text)) assert.ok(this.known.size < 40);
      this.put(text, { status: BindingStatus.ACTIVE, client, iaid: iaidNumber, locked: false });
    } else if (this.known.size < 40) {
      assert.equal(text, 'exhausted');
      assert.deepEqual(free, []);
    } else {
      assert.equal(text, 'leases-max');
      assert.deepEqual(free.filter((element) => this.known.has(element)), []);
    }
  }

  /** A prefix that nobody had is handed to the secondary. */
  receive(n: number): void {
    const unknown = this.elements().filter((element) => element.includes('/') && !this.known.has(element));
    const text = unknown[n % unknown.length];
    if (text !== undefined && this.known.size < 40) this.put(text, { status: BindingStatus.FREE_BACKUP, client: 0, iaid: 9, locked: false });
  }

  reserve(client: number): void {
    const { reserved } = this.current;
    const text = reserved[client % Math.max(1, reserved.length)];
    if (text === undefined) return;
    const found = this.box.reserve(text);
    if (this.meetsTaken(text)) assert.equal(found, 'taken');
    else assert.equal(found, this.known.size >= 40 && !this.known.has(text) ? 'leases-max' : text);
    if (found === text) this.put(text, { status: BindingStatus.ACTIVE, client, iaid: 1, locked: false });
  }

  check(): void {
    const { table } = this.box;
    assert.equal(table.size, this.known.size);
    for (const status of Object.values(BindingStatus)) {
      assert.equal(table.count(status), [...this.known.values()].filter((known) => known.status === status).length);
    }
    for (const [text, known] of this.known) {
      const { address, length } = prefixOf(text);
      const slot = table.find(address, 0, length);
      assert.notEqual(slot, NO_SLOT, text);
      assert.equal(table.records.status(slot), known.status);
      assert.equal(table.records.isTaken(slot), this.isTaken(text));
    }
    for (let client = 0; client < 5; client += 1) {
      let count = 0;
      for (let slot = table.firstOfClient(duid(client), 0, 14); slot !== NO_SLOT && count <= table.size; slot = table.nextOfClient(slot)) count += 1;
      assert.equal(count, [...this.known.values()].filter((known) => known.client === client).length);
    }
    for (const number of this.current.pools.keys()) if (this.elementsOf(number).length > 0) this.checkPool(number);
  }

  checkPool(number: number): void {
    const { table } = this.box;
    const counts = table.pools.pool(number);
    const elements = this.elementsOf(number);
    for (const side of ['own', 'partner'] as const) {
      const wanted = elements.filter((text) => this.ownerOf(text) === side);
      assert.deepEqual(this.listOf(number, side), wanted.filter((text) => this.isListed(text)).sort());
    }
    for (const status of Object.values(BindingStatus)) {
      const counted = elements.filter((text) => this.known.get(text)?.status === status).length;
      assert.equal(counts.count(status), counted);
    }
    for (const text of elements) {
      const isUsed = this.isUsed(number, text);
      if (this.known.has(text)) assert.ok(isUsed, `${text} has a record`);
      if (isUsed) assert.ok(this.known.has(text) || this.isHeldBack(text), `${text} has none`);
    }
  }

  /** Names in the list of what is free of one part. */
  listOf(number: number, side: 'own' | 'partner'): string[] {
    const { records, pools } = this.box.table;
    const free = pools.pool(number)[side]?.free;
    const names: string[] = [];
    if (free === undefined) return names;
    for (let slot = free.first; slot !== NO_SLOT && names.length <= free.size; slot = free.next(slot)) {
      const prefixLength = records.prefixLength(slot);
      names.push(formatAddress(records.address(slot)) + (prefixLength === 128 ? '' : `/${prefixLength}`));
    }
    assert.equal(free.size, names.length);
    return names.sort();
  }

  isListed(text: string): boolean {
    return this.known.has(text) && !this.isTaken(text) && !this.current.reserved.some((reserved) => overlap(text, reserved));
  }

  /** Whether an element is noted as used in the part that unused elements of its kind belong to, and in no other. */
  isUsed(number: number, text: string): boolean {
    const { own, partner } = this.box.table.pools.pool(number);
    const words = new Uint32Array(4);
    readWords(prefixOf(text).address, 0, words, 0);
    const isUsedIn = [own, partner].flatMap((part) => (part?.space?.holds(words) === true ? [part.used?.has(part.space.indexOf(words)) === true] : []));
    assert.equal(isUsedIn.length, 1, `${text} is of one part`);
    return isUsedIn[0] === true;
  }
}

const client = fc.integer({ min: 0, max: 4 });
const lease = fc.nat();
const hint = fc.option(fc.constantFrom('2001:db8::5', '2001:db8::3', '2001:db8:100:40::/60', '2001:db8:100:40::/58', '2001:db8::1:0:0:1'), { nil: undefined });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ action: fc.constant('request' as const), client, iaid: fc.integer({ min: 1, max: 3 }), hint }) },
  { weight: 4, arbitrary: fc.record({ action: fc.constantFrom('free', 'free', 'free', 'hand', 'decline', 'expire', 'remove', 'lock', 'unlock', 'extend'), lease }) },
  { weight: 2, arbitrary: fc.record({ action: fc.constant('receive' as const), element: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ action: fc.constant('reserve' as const), client }) },
  { weight: 1, arbitrary: fc.record({ action: fc.constant('configure' as const), to: fc.nat(3) }) },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What becomes of one lease that is known. */
function change(pair: Pair, action: string, text: string, known: Known): void {
  switch (action) {
    case 'free':
      pair.put(text, { ...known, status: BindingStatus.FREE });
      break;
    case 'hand':
      if (isFree(known.status)) pair.put(text, { ...known, status: BindingStatus.FREE + BindingStatus.FREE_BACKUP - known.status as BindingStatus });
      break;
    case 'expire':
      pair.put(text, { ...known, status: BindingStatus.EXPIRED });
      break;
    case 'decline':
      pair.put(text, { ...known, status: BindingStatus.ABANDONED });
      break;
    case 'lock':
    case 'unlock':
      pair.setLock(text, known, action === 'lock');
      break;
    case 'remove':
      pair.box.table.remove(pair.box.slot(text));
      pair.known.delete(text);
      break;
    default:
      if (known.status === BindingStatus.ACTIVE) pair.box.table.extend(pair.box.slot(text), seconds(1), seconds(2), NOW, 3);
  }
}

function run(pair: Pair, steps: readonly Step[]): void {
  for (const one of steps) {
    if (one.action === 'request') pair.request(one.client, one.iaid, one.hint);
    else if (one.action === 'reserve') pair.reserve(one.client);
    else if (one.action === 'configure') pair.configure(one.to);
    else if (one.action === 'receive') pair.receive(one.element);
    else {
      const [text, known] = [...pair.known][one.lease % pair.known.size] ?? [];
      if (text !== undefined && known !== undefined) change(pair, one.action, text, known);
    }
    pair.check();
  }
}

describe('leases, pools and allocation', () => {
  for (const share of ['whole', 'primary', 'secondary'] as const) {
    it(`agree with a plain map through any sequence of events: nothing is given twice, nothing overlaps, every count is right (${share})`, () => {
      let runs = 0;
      let long = 0;
      const property = fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
        const pair = new Pair(share);
        run(pair, steps);
        runs += 1;
        if (pair.known.size > 15) long += 1;
      });
      fc.assert(property, { seed: 8415 });
      assert.ok(long > runs / 5, 'the sequences are long enough to fill the pools');
    }).timeout(60_000);
  }
});
