/** Leases of another server, one a name: what was said last counts. */
import { BindingStatus, LeaseKind, PRESENT_TIMESCALE, type Binding } from '../lease/index.ts';
import { compareBytes, epochSeconds, firstAddress, iaid, sameBytes, seconds, type Address, type Duid } from '../wire/index.ts';

export interface FoundLease {
  readonly kind: 'address' | 'prefix';
  readonly address: Address;
  /** 128 for an address. */
  readonly length: number;
  /** A declined address is held by nobody, and given to nobody for some time. */
  readonly isDeclined: boolean;
  readonly duid: Duid;
  readonly iaid: number;
  readonly preferred: number;
  readonly valid: number;
  /** When the client was heard last, in seconds since 1970. */
  readonly heard: number;
  /** When it ends, in seconds since 1970; Infinity: never. */
  readonly ends: number;
  /** Of Ethernet, where it is known. */
  readonly linkLayerAddress: Uint8Array | undefined;
}

/** How many of a file's leases were taken, and what became of the others. */
export interface LeaseCounts {
  readonly addresses: number;
  readonly prefixes: number;
  readonly declined: number;
  readonly ended: number;
}

export interface FoundLeases {
  set(lease: FoundLease): void;
  /** The lease has ended, or was given back. @param client who had it; where another has it since, nothing ends */
  end(address: Address, length: number, client?: Pick<FoundLease, 'duid' | 'iaid'>): void;
  /** In the order of their addresses, those that have not ended at `now`. */
  bindings(now: number): readonly Binding[];
  counts(now: number): LeaseCounts;
}

const NEVER = 0xffff_ffff;
/** As `declined-hold` has it where nothing is said. */
const DECLINED_HOLD = 86_400;
const SECONDS_MAX = 0xffff_ffff;
const ETHERNET = [0, 1] as const;

export function createFoundLeases(): FoundLeases {
  const leases = new Map<string, FoundLease | 'ended'>();
  const present = (now: number): FoundLease[] =>
    [...leases.values()].flatMap((lease) => (lease === 'ended' || lease.ends <= now ? [] : [lease]));
  return {
    set: (lease) => void leases.set(nameOf(lease.address, lease.length), lease),
    end(address, length, client) {
      const name = nameOf(address, length);
      const lease = leases.get(name);
      const isOthers = client !== undefined && lease !== undefined && lease !== 'ended' && !(sameBytes(lease.duid, client.duid) && lease.iaid === client.iaid);
      if (!isOthers) leases.set(name, 'ended');
    },
    bindings: (now) => present(now).sort((a, b) => compareBytes(a.address, b.address) || a.length - b.length).map((lease) => bindingOf(lease, now)),
    counts(now) {
      const left = present(now);
      const held = left.filter(({ isDeclined }) => !isDeclined);
      const addresses = held.filter(({ kind }) => kind === 'address').length;
      return { addresses, prefixes: held.length - addresses, declined: left.length - held.length, ended: leases.size - left.length };
    },
  };
}

function nameOf(address: Address, length: number): string {
  return `${String.fromCharCode(...address)}${String(length)}`;
}

function bindingOf(lease: FoundLease, now: number): Binding {
  const { kind, address, length, isDeclined, duid, heard, linkLayerAddress } = lease;
  // Others set a declined address aside for ever.
  const ends = isDeclined && lease.ends === Infinity ? now + DECLINED_HOLD : lease.ends;
  const valid = bounded(lease.valid);
  return {
    address: firstAddress(address, length),
    prefixLength: length,
    kind: kind === 'address' ? LeaseKind.IA_NA : LeaseKind.IA_PD,
    status: isDeclined ? BindingStatus.ABANDONED : BindingStatus.ACTIVE,
    duid,
    iaid: iaid(lease.iaid),
    preferredLifetime: seconds(Math.min(bounded(lease.preferred), valid)),
    validLifetime: seconds(valid),
    clientLastTransactionTime: epochSeconds(bounded(heard)),
    startTimeOfState: epochSeconds(bounded(heard)),
    stateExpirationTime: epochSeconds(Math.min(ends, NEVER)),
    partnerLifetime: epochSeconds(0),
    ackedPartnerLifetime: epochSeconds(0),
    expirationTime: epochSeconds(0),
    partnerRawCltTime: epochSeconds(0),
    updateNeeded: false,
    timescale: PRESENT_TIMESCALE,
    revision: 1,
    linkLayerAddress: linkLayerAddress === undefined ? undefined : Uint8Array.of(...ETHERNET, ...linkLayerAddress),
  };
}

function bounded(value: number): number {
  return Math.min(Math.max(value, 0), SECONDS_MAX);
}
