/**
 * The stable storage of one box: it keeps what was written and synced, whatever happens to the process. A write that was cut
 * off by a crash is there as a whole or not at all, as LevelDB's log sees to it; which, nobody knows.
 */
import type { LostRecords } from '../../../src/appliance/index.ts';
import type { DatabaseGeneration, EndpointRecord } from '../../../src/failover/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { leaseKey } from '../world/lease-key.ts';

export interface Disk {
  readonly durable: ReadonlyMap<string, Binding>;
  readonly endpoints: ReadonlyMap<string, EndpointRecord>;
  readonly generations: readonly DatabaseGeneration[];
  /** Number of the last commit that it holds. */
  readonly revision: number;
  /** What can't be read, until an operator accepts that. */
  readonly lost: LostRecords;
  beginGeneration(id: Uint8Array): void;
  write(revision: number, bindings: readonly Binding[], endpoints: readonly EndpointRecord[]): void;
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
  revision: number;
  lost: LostRecords;
}

export function createDisk(): Disk {
  let content: Content = { durable: new Map(), endpoints: new Map(), generations: [], revision: 0, lost: 'none' };
  let copied: Content | undefined;
  return {
    get durable() {
      return content.durable;
    },
    get endpoints() {
      return content.endpoints;
    },
    get generations() {
      return content.generations;
    },
    get revision() {
      return content.revision;
    },
    get lost() {
      return content.lost;
    },
    beginGeneration(id) {
      content.generations.push({ id, start: content.revision });
    },
    write(number, bindings, endpoints) {
      const written = bindings.map(leaseKey);
      bindings.forEach((binding, i) => content.durable.set(written[i] ?? '', binding));
      // A good record stands in the place of one that could not be read.
      const { lost } = content;
      if (typeof lost !== 'string') content.lost = lost.filter((lease) => !written.includes(leaseKey(lease)));
      for (const endpoint of endpoints) content.endpoints.set(endpoint.relationship, endpoint);
      content.revision = number;
    },
    lacks(bindings) {
      const { lost } = content;
      return typeof lost !== 'string' && lost.some((lease) => bindings.some((binding) => leaseKey(binding) === leaseKey(lease)));
    },
    found: (bindings) => bindings.map((binding) => content.durable.get(leaseKey(binding))),
    copy() {
      copied = copyOf(content);
    },
    putBackCopy() {
      if (copied === undefined) return false;
      content = copyOf(copied);
      return true;
    },
    empty() {
      content = { durable: new Map(), endpoints: new Map(), generations: [], revision: 0, lost: 'unknown' };
    },
    damage(record) {
      const { lost } = content;
      if (lost === 'unknown') return;
      if (lost !== 'none' && lost.some((lease) => leaseKey(lease) === leaseKey(record))) return;
      content.lost = [...(lost === 'none' ? [] : lost), { address: record.address, prefixLength: record.prefixLength }];
    },
    acceptLoss() {
      if (typeof content.lost !== 'string') for (const lease of content.lost) content.durable.delete(leaseKey(lease));
      content.lost = 'none';
    },
  };
}

function copyOf({ durable, endpoints, generations, revision, lost }: Content): Content {
  return { durable: new Map(durable), endpoints: new Map(endpoints), generations: [...generations], revision, lost };
}
