/**
 * The stable storage of one box: it keeps what was written and synced, whatever happens to the process. A write that was cut
 * off by a crash is there as a whole or not at all, as LevelDB's log sees to it; which, nobody knows.
 */
import type { LostRecords } from '../../../src/appliance/index.ts';
import type { ClockRecord, Timescale } from '../../../src/clock/index.ts';
import type { DnsRemovals } from '../../../src/dns/index.ts';
import type { DatabaseGeneration, EndpointRecord } from '../../../src/failover/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import type { ServerConfiguration } from '../../../src/server/index.ts';
import { epochSeconds, formatAddress } from '../../../src/wire/index.ts';
import type { EpochSeconds } from '../../../src/wire/index.ts';
import { leaseKey } from '../world/lease-key.ts';

export interface Disk {
  readonly durable: ReadonlyMap<string, Binding>;
  readonly endpoints: ReadonlyMap<string, EndpointRecord>;
  readonly generations: readonly DatabaseGeneration[];
  readonly timescales: readonly Timescale[];
  readonly saved: ClockRecord | undefined;
  /** Number of the last commit that it holds. */
  readonly revision: number;
  /** What can't be read, until an operator accepts that. */
  readonly lost: LostRecords;
  /** A time that no replay detection value has reached. */
  readonly replayUntil: EpochSeconds;
  keepReplay(until: EpochSeconds): void;
  /** What clients were said to have last. */
  readonly clientsHave: ServerConfiguration | undefined;
  keepClientsHave(configuration: ServerConfiguration): void;
  beginGeneration(id: Uint8Array): void;
  /** Names that are to be removed from the DNS. */
  readonly removals: readonly DnsRemovals[];
  write(revision: number, bindings: readonly Binding[], endpoints: readonly EndpointRecord[], clock: ClockRecord, removals: readonly DnsRemovals[]): void;
  /** The record of one of these can't be read. */
  lacks(bindings: readonly Binding[]): boolean;
  found(bindings: readonly Binding[]): readonly (Binding | undefined)[];
  copy(): void;
  /** @returns false where there is no copy */
  putBackCopy(): boolean;
  empty(): void;
  /** One of its records can't be read from now on. */
  damage(record: Binding): void;
  /** What can't be read is thrown away. */
  acceptLoss(): void;
}

interface Content {
  readonly durable: Map<string, Binding>;
  readonly endpoints: Map<string, EndpointRecord>;
  readonly generations: DatabaseGeneration[];
  readonly timescales: Map<number, Timescale>;
  readonly removals: Map<string, DnsRemovals>;
  saved: ClockRecord | undefined;
  revision: number;
  lost: LostRecords;
  replayUntil: EpochSeconds;
  clientsHave: ServerConfiguration | undefined;
}

export function createDisk(): Disk {
  return new SimulatedDisk();
}

/** A class: an object literal with getters is a dictionary, and the oracle looks at disks all the time. */
class SimulatedDisk implements Disk {
  #content: Content = { ...nothing(), lost: 'none' };
  #copied: Content | undefined;

  get durable(): ReadonlyMap<string, Binding> {
    return this.#content.durable;
  }

  get endpoints(): ReadonlyMap<string, EndpointRecord> {
    return this.#content.endpoints;
  }

  get generations(): readonly DatabaseGeneration[] {
    return this.#content.generations;
  }

  get timescales(): readonly Timescale[] {
    return [...this.#content.timescales.values()].sort((a, b) => a.index - b.index);
  }

  get removals(): readonly DnsRemovals[] {
    return [...this.#content.removals.values()];
  }

  get saved(): ClockRecord | undefined {
    return this.#content.saved;
  }

  get revision(): number {
    return this.#content.revision;
  }

  get lost(): LostRecords {
    return this.#content.lost;
  }

  get replayUntil(): EpochSeconds {
    return this.#content.replayUntil;
  }

  keepReplay(until: EpochSeconds): void {
    this.#content.replayUntil = until;
  }

  get clientsHave(): ServerConfiguration | undefined {
    return this.#content.clientsHave;
  }

  keepClientsHave(configuration: ServerConfiguration): void {
    this.#content.clientsHave = configuration;
  }

  beginGeneration(id: Uint8Array): void {
    this.#content.generations.push({ id, start: this.#content.revision });
  }

  write(number: number, bindings: readonly Binding[], endpoints: readonly EndpointRecord[], clock: ClockRecord, removals: readonly DnsRemovals[]): void {
    const content = this.#content;
    // What clients were told for T1 and T2 is kept in memory only.
    for (const binding of bindings) content.durable.set(leaseKey(binding), binding.renewal === undefined ? binding : { ...binding, renewal: undefined });
    // A good record stands in the place of one that could not be read.
    const { lost } = content;
    if (typeof lost !== 'string') {
      const written = bindings.map(leaseKey);
      content.lost = lost.filter((lease) => !written.includes(leaseKey(lease)));
    }
    for (const endpoint of endpoints) content.endpoints.set(endpoint.relationship, endpoint);
    for (const timescale of clock.timescales) content.timescales.set(timescale.index, timescale);
    for (const removal of removals) {
      if (removal.names.length === 0) content.removals.delete(formatAddress(removal.address));
      else content.removals.set(formatAddress(removal.address), removal);
    }
    content.saved = clock;
    content.revision = number;
  }

  lacks(bindings: readonly Binding[]): boolean {
    const { lost } = this.#content;
    return typeof lost !== 'string' && lost.some((lease) => bindings.some((binding) => leaseKey(binding) === leaseKey(lease)));
  }

  found(bindings: readonly Binding[]): readonly (Binding | undefined)[] {
    return bindings.map((binding) => this.#content.durable.get(leaseKey(binding)));
  }

  copy(): void {
    this.#copied = copyOf(this.#content);
  }

  putBackCopy(): boolean {
    if (this.#copied === undefined) return false;
    this.#content = copyOf(this.#copied);
    return true;
  }

  empty(): void {
    this.#content = { ...nothing(), lost: 'unknown' };
  }

  damage(record: Binding): void {
    const { lost } = this.#content;
    if (lost === 'unknown') return;
    if (lost !== 'none' && lost.some((lease) => leaseKey(lease) === leaseKey(record))) return;
    this.#content.lost = [...(lost === 'none' ? [] : lost), { address: record.address, prefixLength: record.prefixLength }];
  }

  acceptLoss(): void {
    const content = this.#content;
    if (typeof content.lost !== 'string') for (const lease of content.lost) content.durable.delete(leaseKey(lease));
    content.lost = 'none';
  }
}

/** A database that was just made: its first timescale is the true time. */
function nothing(): Omit<Content, 'lost'> {
  const first: Timescale = { index: 0, id: new Uint8Array(8), correction: 0, ahead: 0, begins: 'start' };
  return { durable: new Map(), endpoints: new Map(), generations: [], timescales: new Map([[0, first]]), removals: new Map(), saved: undefined, revision: 0, replayUntil: epochSeconds(0), clientsHave: undefined };
}

function copyOf({ durable, endpoints, generations, timescales, removals, ...rest }: Content): Content {
  return { durable: new Map(durable), endpoints: new Map(endpoints), generations: [...generations], timescales: new Map(timescales), removals: new Map(removals), ...rest };
}
