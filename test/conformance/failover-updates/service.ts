/**
 * A pair that serves clients, driven by a seed: both boxes change leases, the connection comes and goes with messages on their way, boxes
 * lose what is not durable. What a client holds is kept beside, so that a lease that two clients hold is found at once.
 */
import assert from 'node:assert/strict';
import type { Role } from '../../../src/failover/index.ts';
import { type Binding, BindingStatus, LeaseKind, NO_SLOT, declined, expired, grantableLifetime, hasEnded, reset } from '../../../src/lease/index.ts';
import { epochSeconds, formatAddress, iaid, seconds } from '../../../src/wire/index.ts';
import { NOW, duid, pool } from '../../unit/lease/leases.ts';
import { Box, type BoxOptions } from './box.ts';
import { Pair } from './pair.ts';

const LEAD = 60;
const WANTED = 600;
const HOLD = 300;
const CLIENTS = 10;

/** mulberry32 */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

function optionsOf(role: Role): BoxOptions {
  const pools = [pool('2001:db8:1::10 - 2001:db8:1::1b', 'random', role), pool('2001:db8:2::/56 of /60', 'sequential', role)];
  return { pools, settings: { mclt: seconds(LEAD) } };
}

/** What the clients may be using: until when, by lease and client. The longest promise counts: a client may have missed a later one. */
class Promises {
  readonly #until = new Map<string, Map<number, number>>();

  make(lease: string, client: number, until: number, now: number): void {
    const holders = this.#until.get(lease) ?? new Map<number, number>();
    for (const [other, end] of holders) {
      assert.ok(other === client || end <= now, `${lease} is given to client ${client} while client ${other} holds it`);
    }
    holders.set(client, Math.max(until, holders.get(client) ?? 0));
    this.#until.set(lease, holders);
  }

  /** The client gave it up. */
  end(lease: string, client: number): void {
    this.#until.get(lease)?.delete(client);
  }
}

export class Service {
  readonly pair: Pair;
  readonly #random: () => number;
  readonly #promises = new Promises();
  #isConnected = false;
  readonly trace: string[] = [];

  constructor(seed: number) {
    this.#random = generator(seed);
    this.pair = new Pair();
    for (const role of ['primary', 'secondary'] as const) this.pair.replace(role, new Box(role, optionsOf(role)));
    this.connect();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  connect(): void {
    this.trace.push(`${this.pair.now - NOW}: connected`);
    this.#isConnected = true;
    this.pair.connect(this.#below(3) === 0 ? 2 : 100);
  }

  disconnect(): void {
    this.trace.push(`${this.pair.now - NOW}: disconnected`);
    this.#isConnected = false;
    this.pair.disconnect();
  }

  /** One thing happens. */
  act(): void {
    const kind = this.#below(100);
    if (kind < 30) this.pair.step();
    else if (kind < 45) this.pair.pick(this.#below(2)).commit();
    else if (kind < 80) this.#serve(this.pair.pick(this.#below(2)), 1 + this.#below(CLIENTS));
    else if (kind < 90) this.#passTime(this.#below(4) === 0 ? this.#below(400) : this.#below(10));
    else if (kind < 93) this.#toggle();
    else if (kind < 94) this.#crash(this.#below(2) === 0 ? 'primary' : 'secondary');
    else if (kind < 96) this.pair.pick(this.#below(2)).storeLazyChanges();
    else this.#endLeases();
  }

  /** Faults stop, clients stay away, and the boxes talk until nothing is left to say. */
  comeToRest(): void {
    if (this.#isConnected) this.disconnect();
    this.connect();
    for (let i = 0; i < 6; i += 1) {
      this.pair.settleFor(400);
      this.#endLeases();
    }
    this.pair.settleFor(4_000);
  }

  #toggle(): void {
    if (this.#isConnected) this.disconnect();
    else this.connect();
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #note(box: Box, text: string): void {
    this.trace.push(`${this.pair.now - NOW}: ${box.role}: ${text}`);
  }

  #passTime(duration: number): void {
    this.pair.now = this.pair.now + duration;
    for (const box of this.pair.boxes) box.endStep();
    this.#endLeases();
  }

  #endLeases(): void {
    for (const box of this.pair.boxes) {
      const due: number[] = [];
      box.table.takeExpired(box.now, 1_000, due);
      const ended = due.map((slot) => {
        const binding = box.table.read(slot);
        assert.ok(!hasEnded(binding.status), 'nothing is free by itself while the partner is not down');
        this.#note(box, `${box.nameOf(slot)} ends`);
        const isAbandoned = binding.status === BindingStatus.ABANDONED;
        return { ...(isAbandoned ? reset(binding, box.now, 0) : expired(binding, box.now, 0)), updateNeeded: true };
      });
      if (ended.length > 0) box.begin(...ended);
    }
  }

  #crash(role: Role): void {
    const old = this.pair.boxes.find((box) => box.role === role);
    assert.ok(old !== undefined);
    if (this.#isConnected) this.disconnect();
    this.#note(old, 'crashes');
    const box = new Box(role, { ...optionsOf(role), revision: old.revision });
    box.now = old.now;
    box.has(...old.durable.values());
    for (const [name, binding] of old.durable) box.durable.set(name, binding);
    this.pair.replace(role, box);
  }

  /** What a client asks for, of a box that answers it: in NORMAL the primary alone gives new leases (RFC 8156 8.8.1). */
  #serve(box: Box, client: number): void {
    const own: number[] = [];
    const id = duid(client);
    for (let slot = box.table.firstOfClient(id, 0, id.length); slot !== NO_SLOT; slot = box.table.nextOfClient(slot)) own.push(slot);
    if (own.some((slot) => box.table.records.lock(slot) !== 0)) return;
    const held = own.find((slot) => box.table.records.status(slot) === BindingStatus.ACTIVE && this.#below(2) === 0);
    if (held !== undefined) this.#serveHolder(box, client, held);
    else if (!this.#isConnected || box.role === 'primary') this.#giveNew(box, client);
  }

  #serveHolder(box: Box, client: number, slot: number): void {
    const binding = box.table.read(slot);
    const name = box.nameOf(slot);
    const choice = this.#below(10);
    if (binding.stateExpirationTime <= box.now) return;
    if (choice === 0) {
      this.#note(box, `client ${client} releases ${name}`);
      this.#promises.end(name, client);
      box.begin(box.release(name));
    } else if (choice === 1 && binding.kind === LeaseKind.IA_NA) {
      this.#note(box, `client ${client} declines ${name}`);
      this.#promises.end(name, client);
      box.begin({ ...declined(binding, seconds(HOLD), box.now, 0), updateNeeded: true });
    } else {
      this.#give(box, client, name, binding.iaid);
    }
  }

  #giveNew(box: Box, client: number): void {
    const number = this.#below(2);
    box.allocator.startMessage(box.now, (slot) => box.flow.mayReturn(slot));
    const found = box.allocator.find([number], duid(client), iaid(1), undefined);
    if (found.outcome !== 'found') return;
    const name = `${formatAddress(found.address.slice() as Binding['address'])}/${found.prefixLength}`;
    if (found.slot !== NO_SLOT && box.table.records.lock(found.slot) !== 0) return;
    this.#give(box, client, name, 1);
  }

  #give(box: Box, client: number, name: string, iaidNumber: number): void {
    const binding = box.known(name);
    const acked = binding?.status === BindingStatus.ACTIVE ? binding.ackedPartnerLifetime : epochSeconds(0);
    const valid = grantableLifetime(seconds(WANTED), acked, seconds(LEAD), box.now);
    this.#note(box, `client ${client} has ${name} for ${valid}`);
    const end = box.now + valid;
    box.beginFor(() => this.#promises.make(name, client, end, box.now), box.lease(name, client, valid, iaidNumber));
  }
}
