/** Makes what the tests of the lease room need. */
import assert from 'node:assert/strict';
import {
  type AllocationLimits,
  type AllocationOrder,
  Allocator,
  type Binding,
  BindingStatus,
  type Candidate,
  LeaseKind,
  type LeaseName,
  LeaseTable,
  type PoolDefinition,
  type PoolShare,
} from '../../../src/lease/index.ts';
import {
  type Address,
  type Duid,
  type EpochSeconds,
  epochSeconds,
  formatAddress,
  iaid,
  lastAddress,
  parseAddress,
  parsePrefix,
  seconds,
} from '../../../src/wire/index.ts';

export const KEY = { k0: 0x01234567, k1: 0x89abcdef };
export const SECRET = { k0: 0x5ec0de01, k1: 0x5ec0de02 };
export const NOW: EpochSeconds = epochSeconds(1_800_000_000);

export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed, text);
  return parsed;
}

/** "2001:db8::/56" or, for an address, "2001:db8::1". */
export function name(text: string): LeaseName {
  if (!text.includes('/')) return { address: address(text), prefixLength: 128 };
  const prefix = parsePrefix(text);
  assert.ok(prefix, text);
  return { address: prefix.address, prefixLength: prefix.length };
}

/** The DUID of client number `n`, of 14 octets like a DUID-LLT's unless another length is asked for. */
export function duid(n: number, length = 14): Duid {
  const octets = new Uint8Array(length);
  octets[1] = 1;
  new DataView(octets.buffer).setUint32(length - 4, n);
  return octets as Duid;
}

/** An ACTIVE lease of client 1, with what differs. */
export function binding(text: string, differing: Partial<Binding> = {}): Binding {
  const { address: octets, prefixLength } = name(text);
  return {
    address: octets,
    prefixLength,
    kind: prefixLength === 128 ? LeaseKind.IA_NA : LeaseKind.IA_PD,
    status: BindingStatus.ACTIVE,
    duid: duid(1),
    iaid: iaid(1),
    preferredLifetime: seconds(3_600),
    validLifetime: seconds(7_200),
    clientLastTransactionTime: NOW,
    startTimeOfState: NOW,
    stateExpirationTime: epochSeconds(NOW + 7_200),
    partnerLifetime: epochSeconds(0),
    ackedPartnerLifetime: epochSeconds(0),
    expirationTime: epochSeconds(0),
    partnerRawCltTime: epochSeconds(0),
    updateNeeded: false,
    timescale: 0,
    revision: 1,
    linkLayerAddress: undefined,
    relay: undefined,
    relayAgent: undefined,
    reconfigureData: undefined,
    clientAddress: undefined,
    dns: undefined,
    ...differing,
  };
}

/** A pool: "2001:db8::/56 of /64", "2001:db8::1 - 2001:db8::f", or a prefix whose addresses it has. */
export function pool(text: string, allocation: AllocationOrder = 'random', share: PoolShare = 'whole'): PoolDefinition {
  const delegated = /^(.*) of \/(\d+)$/.exec(text);
  const range = /^(.*) - (.*)$/.exec(text);
  if (delegated !== null) {
    const [, prefix = '', length = ''] = delegated;
    const { address: octets, prefixLength } = name(prefix);
    return { prefix: { address: octets, length: prefixLength }, delegatedLength: Number(length), allocation, share };
  }
  if (range !== null) {
    const [, first = '', last = ''] = range;
    return { first: address(first), last: address(last), allocation, share };
  }
  const { address: first, prefixLength } = name(text);
  return { first, last: lastAddress(first, prefixLength), allocation, share };
}

/** A table with these pools and an allocator over it. */
export class Box {
  readonly table = new LeaseTable(KEY, 0);
  readonly allocator: Allocator;
  now: EpochSeconds = NOW;
  /** Of which ended leases nobody was told. */
  mayReturn: (slot: number) => boolean = () => false;
  #pools: readonly PoolDefinition[];

  constructor(pools: readonly PoolDefinition[], excluded: readonly string[] = [], limits: Partial<AllocationLimits> = {}) {
    this.#pools = pools;
    this.allocator = new Allocator(this.table, SECRET, { leasesMax: 1_000_000, leasesPerClientMax: 1_000, ...limits });
    this.table.setPools(pools, excluded.map(name));
  }

  configure(pools: readonly PoolDefinition[], excluded: readonly string[] = []): void {
    this.#pools = pools;
    this.table.setPools(pools, excluded.map(name));
  }

  /** What client `client` would be offered from every pool: the name, or why there is none. */
  offer(client: number, iaidNumber = 1, hint?: string): string {
    this.allocator.startMessage(this.now, this.mayReturn);
    return this.offerMore(client, iaidNumber, hint);
  }

  /** As `offer`, for a further IA of the message. */
  offerMore(client: number, iaidNumber: number, hint?: string): string {
    const pools = this.#pools.map((_, number) => number);
    return this.nameOf(this.allocator.find(pools, duid(client), iaid(iaidNumber), hint === undefined ? undefined : name(hint)));
  }

  /** What client `client` would get by a reservation. */
  reserve(text: string, client = 1): string {
    this.allocator.startMessage(this.now, this.mayReturn);
    return this.nameOf(this.allocator.findReserved(name(text), duid(client)));
  }

  /** Gives the client what it would be offered. */
  give(client: number, iaidNumber = 1, hint?: string): string {
    const text = this.offer(client, iaidNumber, hint);
    if (text.includes(':')) this.table.put(binding(text, { duid: duid(client), iaid: iaid(iaidNumber) }));
    return text;
  }

  /** The lease becomes free at `start`. */
  free(text: string, start: EpochSeconds = NOW): void {
    const slot = this.slot(text);
    this.table.put({ ...this.table.read(slot), status: BindingStatus.FREE, startTimeOfState: start });
  }

  slot(text: string): number {
    const { address: octets, prefixLength } = name(text);
    return this.table.find(octets, 0, prefixLength);
  }

  nameOf(candidate: Candidate): string {
    if (candidate.outcome !== 'found') return candidate.outcome;
    const text = formatAddress(candidate.address as Address);
    return candidate.prefixLength === 128 ? text : `${text}/${candidate.prefixLength}`;
  }
}
