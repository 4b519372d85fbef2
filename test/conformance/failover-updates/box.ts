/** A box of which only the lease table and one update flow run; stable storage, clock and connection are the test's. */
import assert from 'node:assert/strict';
import type { RelationshipConfiguration, Role } from '../../../src/failover/index.ts';
import { type UpdateFlow, type UpdatePort, createUpdateFlow } from '../../../src/failover/updates/index.ts';
import {
  Allocator,
  type Binding,
  BindingStatus,
  type Candidate,
  LeaseTable,
  NO_SLOT,
  type PoolDefinition,
  expired,
  granted,
  partnerLifetimeFor,
  released,
} from '../../../src/lease/index.ts';
import {
  type Address,
  type BindingUpdate,
  type EpochSeconds,
  FailoverMessageType,
  type FailoverMessage,
  decodeFailoverMessage,
  encodeFailoverMessage,
  epochSeconds,
  formatAddress,
  iaid,
  seconds,
} from '../../../src/wire/index.ts';
import { KEY, NOW, SECRET, duid, name, pool } from '../../unit/lease/leases.ts';
import { settings } from '../failover-endpoint/settings.ts';

export const MCLT = 3_600;
/** Valid lifetime that clients are to have. */
const DESIRED = 259_200;

export function poolsOf(role: Role): PoolDefinition[] {
  return [
    pool('2001:db8:1::/64', 'random', role),
    pool('2001:db8:2::/48 of /56', 'sequential', role),
    // Another relationship's, or none's.
    pool('2001:db8:9::/64', 'random', 'whole'),
  ];
}

interface Write {
  readonly revision: number;
  readonly slots: readonly number[];
  /** What stable storage had, and has if it fails. */
  readonly before: readonly (Binding | undefined)[];
  readonly then: readonly FailoverMessage[];
  readonly isOwn: boolean;
  /** The client gets its answer. */
  readonly answer: () => void;
}

const NOBODY_WAITS = (): void => undefined;

export interface BoxOptions {
  readonly settings?: Partial<RelationshipConfiguration>;
  /** It lost records, and is being told everything. */
  readonly isRebuilding?: boolean;
  readonly leasesMax?: number;
  readonly pools?: readonly PoolDefinition[];
  /** The last revision of the box that it was before. */
  readonly revision?: number;
}

export class Box {
  readonly role: Role;
  readonly table = new LeaseTable(KEY, 0);
  readonly allocator: Allocator;
  readonly flow: UpdateFlow;
  /** What went out and was not taken yet. */
  outbox: FailoverMessage[] = [];
  readonly log: string[] = [];
  readonly lazy: number[] = [];
  readonly done: number[] = [];
  readonly writes: Write[] = [];
  now: EpochSeconds = NOW;
  isRebuilding: boolean;
  /** What stable storage has, by name. */
  readonly durable = new Map<string, Binding>();
  #asked: { readonly bindings: readonly Binding[]; readonly then: readonly FailoverMessage[] }[] = [];
  readonly #pools: readonly PoolDefinition[];
  #revision: number;
  #transactionId = 0;

  constructor(role: Role, options: BoxOptions = {}) {
    this.role = role;
    this.isRebuilding = options.isRebuilding ?? false;
    this.#revision = options.revision ?? 1;
    const leasesMax = options.leasesMax ?? 100_000;
    this.allocator = new Allocator(this.table, SECRET, { leasesMax, leasesPerClientMax: 1_000 });
    this.#pools = options.pools ?? poolsOf(role);
    this.table.setPools(this.#pools, []);
    const port: UpdatePort = {
      send: (message) => this.outbox.push(message),
      change: (bindings, then) => this.#asked.push({ bindings, then }),
      lazyChange: (slots) => this.lazy.push(...slots),
      updatesDone: (transactionId) => this.done.push(transactionId),
      log: (severity, text) => this.log.push(`${severity}: ${text}`),
      nextTransactionId: () => (this.#transactionId += 1),
      isRebuilding: () => this.isRebuilding,
    };
    this.flow = createUpdateFlow({
      configuration: settings(role, { pools: [0, 1], ...options.settings }),
      table: this.table,
      port,
      leasesMax,
      takeForPartner: (number, count) => this.allocator.takeForPartner(number, count),
      takeFromPartner: (number, count) => this.allocator.takeFromPartner(number, count),
    });
  }

  /** Communications are OK, in NORMAL unless another mode is wanted. */
  open(window = 1_000, extensions: readonly number[] = []): this {
    this.flow.opened(window, extensions);
    return this;
  }

  /** What ends every step of an endpoint: pump, and then its effects are carried out. */
  endStep(): void {
    this.flow.pump(this.now);
    this.carryOut();
  }

  /** The table gets what the flow asked for, and locks it. */
  carryOut(): void {
    for (const { bindings, then } of this.#asked.splice(0)) {
      const revision = (this.#revision += 1);
      const before = bindings.map(({ address, prefixLength }) => this.#stored(address, prefixLength));
      const slots = bindings.map((binding) => {
        const slot = this.table.put({ ...binding, revision });
        assert.equal(this.table.records.lock(slot), 0, 'the flow changes no lease that waits for a commit');
        this.table.lock(slot, revision);
        return slot;
      });
      this.writes.push({ revision, slots, before, then, isOwn: false, answer: NOBODY_WAITS });
    }
  }

  receive(message: FailoverMessage): void {
    const octets = encodeFailoverMessage(message, this.now).subarray(2);
    const decoded = decodeFailoverMessage(octets, this.now);
    assert.ok(decoded.error === undefined, 'what was encoded can be decoded');
    switch (decoded.type) {
      case FailoverMessageType.BNDUPD:
      case FailoverMessageType.BNDREPLY:
        this.flow.received(decoded, this.now);
        break;
      case FailoverMessageType.POOLREQ:
      case FailoverMessageType.POOLRESP:
        this.flow.received({ type: decoded.type, transactionId: decoded.transactionId }, this.now);
        break;
      default:
        assert.fail(`an update flow sends no ${decoded.type}`);
    }
    this.endStep();
  }

  /** The oldest write is durable. */
  commit(): void {
    const write = this.writes.shift();
    if (write === undefined) return;
    for (const slot of write.slots) {
      this.durable.set(this.nameOf(slot), this.table.read(slot));
      this.table.unlock(slot, write.revision);
    }
    write.answer();
    this.outbox.push(...write.then);
    if (write.isOwn) {
      this.flow.leasesChanged(write.slots);
      this.endStep();
    }
    this.flow.unlocked(write.slots);
    this.endStep();
  }

  #stored(address: Address, prefixLength: number): Binding | undefined {
    const slot = this.table.find(address, 0, prefixLength);
    return slot === NO_SLOT ? undefined : this.table.read(slot);
  }

  /** The oldest write, of the flow, fails: the table has again what it had. */
  fail(): void {
    const write = this.writes.shift();
    assert.ok(write !== undefined && !write.isOwn, 'the flow has asked for a change');
    for (const [i, slot] of write.slots.entries()) {
      this.table.unlock(slot, write.revision);
      const before = write.before[i];
      if (before === undefined) this.table.remove(slot);
      else this.table.put(before);
    }
    this.flow.unlocked(write.slots);
    this.endStep();
  }

  /** A change of this box's own: locked until it is committed. */
  begin(...bindings: readonly Binding[]): number[] {
    return this.beginFor(NOBODY_WAITS, ...bindings);
  }

  /** The same for a client that is answered when it is durable. */
  beginFor(answer: () => void, ...bindings: readonly Binding[]): number[] {
    const revision = (this.#revision += 1);
    const slots = bindings.map((binding) => this.table.put({ ...binding, revision }));
    for (const slot of slots) this.table.lock(slot, revision);
    this.writes.push({ revision, slots, before: [], then: [], isOwn: true, answer });
    return slots;
  }

  /** The same, at once durable. */
  change(...bindings: readonly Binding[]): void {
    this.begin(...bindings);
    while (this.writes.length > 0) this.commit();
  }

  /** The table has this from before; nobody is told. */
  has(...bindings: readonly Binding[]): void {
    for (const binding of bindings) this.table.put(binding);
  }

  /** Keeps this lease for a client, on a link of this relationship. */
  reserve(text: string, relationship: string | undefined = 'east-west'): void {
    this.table.setPools(this.#pools, [{ ...name(text), relationship }]);
  }

  slot(text: string): number {
    const { address, prefixLength } = name(text);
    const slot = this.table.find(address, 0, prefixLength);
    assert.notEqual(slot, NO_SLOT, `there is a record of ${text}`);
    return slot;
  }

  read(text: string): Binding {
    return this.table.read(this.slot(text));
  }

  isUnknown(text: string): boolean {
    const { address, prefixLength } = name(text);
    return this.table.find(address, 0, prefixLength) === NO_SLOT;
  }

  nameOf(slot: number): string {
    const { records } = this.table;
    return `${formatAddress(records.address(slot))}/${records.prefixLength(slot)}`;
  }

  /** The name of what the allocator found. */
  allocatedName({ address, prefixLength }: Candidate): string {
    return `${formatAddress(address as Binding['address'])}/${prefixLength}`;
  }

  /** What rode on other writes until now is durable. */
  storeLazyChanges(): void {
    for (const slot of this.lazy.splice(0)) {
      if (this.table.records.lock(slot) === 0) this.durable.set(this.nameOf(slot), this.table.read(slot));
    }
  }

  /** As the server does it: gives or extends a lease, with what the partner has to know. */
  lease(text: string, client = 1, valid = MCLT, iaidNumber = 1): Binding {
    const { address, prefixLength } = name(text);
    const slot = this.table.find(address, 0, prefixLength);
    const own = slot === NO_SLOT ? undefined : this.table.read(slot);
    const partnerLifetime = partnerLifetimeFor(this.now, seconds(Math.floor(valid / 2)), seconds(valid), seconds(DESIRED));
    if (own?.status === BindingStatus.ACTIVE) {
      const end = Math.max(own.stateExpirationTime, this.now + valid);
      return {
        ...own,
        preferredLifetime: seconds(valid),
        validLifetime: seconds(valid),
        clientLastTransactionTime: this.now,
        stateExpirationTime: epochSeconds(end),
        partnerLifetime,
        updateNeeded: true,
      };
    }
    const grant = {
      address,
      prefixLength,
      kind: prefixLength === 128 ? (3 as const) : (25 as const),
      duid: duid(client),
      iaid: iaid(iaidNumber),
      preferredLifetime: seconds(valid),
      validLifetime: seconds(valid),
      linkLayerAddress: undefined,
      relay: undefined,
      relayAgent: undefined,
    };
    return { ...granted(grant, own, this.now, 0), partnerLifetime, updateNeeded: true };
  }

  release(text: string): Binding {
    return { ...released(this.read(text), this.now, 0), updateNeeded: true };
  }

  expire(text: string): Binding {
    return { ...expired(this.read(text), this.now, 0), updateNeeded: true };
  }

  get revision(): number {
    return this.#revision;
  }

  /** What the table has of a lease, if anything. */
  known(text: string): Binding | undefined {
    return this.isUnknown(text) ? undefined : this.read(text);
  }

  /** What went out of this type. */
  take(type: number): FailoverMessage[] {
    const taken = this.outbox.filter((message) => message.type === type);
    this.outbox = this.outbox.filter((message) => message.type !== type);
    return taken;
  }

  /** The contents of all BNDUPD that went out. */
  takeUpdates(): BindingUpdate[] {
    return this.take(FailoverMessageType.BNDUPD).map((message) => {
      assert.ok('binding' in message);
      return message.binding;
    });
  }
}
