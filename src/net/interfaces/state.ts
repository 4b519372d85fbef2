/** What is known of one interface of this box, and what may happen to it. */

/**
 * Of an IPv6 address: `tentative` while duplicate address detection runs, `duplicate` when it failed
 * (RFC 4862 section 5.4): the address can't be used in either state.
 */
export type AddressState = 'ready' | 'tentative' | 'duplicate';

export interface InterfaceAddress {
  /** As iproute2 prints it (RFC 5952). */
  readonly address: string;
  readonly prefixLength: number;
  readonly state: AddressState;
}

export interface InterfaceState {
  readonly name: string;
  readonly ifindex: number;
  /** Switched on by the administrator. */
  readonly enabled: boolean;
  /** The cable, or whatever stands for it, is there. False while the interface is not enabled. */
  readonly carrier: boolean;
  /** The kernel's operational state (RFC 2863): UP, DOWN, LOWERLAYERDOWN, DORMANT, UNKNOWN, ... */
  readonly operState: string;
  /** Link-layer address; undefined where the link has none. */
  readonly mac: string | undefined;
  /** A link-local address, a ready one if there is any; undefined where there is none. */
  readonly linkLocal: InterfaceAddress | undefined;
  /** Every other IPv6 address, in the kernel's order. */
  readonly globalAddresses: readonly InterfaceAddress[];
}

export type InterfaceChange =
  | { readonly kind: 'appeared'; readonly state: InterfaceState }
  /** `state`: the last that was known of it. */
  | { readonly kind: 'gone'; readonly state: InterfaceState }
  | { readonly kind: 'renamed'; readonly from: string; readonly state: InterfaceState }
  /** `enabled`, `carrier` or `operState` changed. */
  | { readonly kind: 'carrier'; readonly before: InterfaceState; readonly state: InterfaceState }
  /** `mac`, `linkLocal` or `globalAddresses` changed. */
  | { readonly kind: 'address'; readonly before: InterfaceState; readonly state: InterfaceState }
  /**
   * The kernel took IPv6 from the interface and gave it back, as when its MTU was below 1280 for a while.
   * Sockets on it may have lost their multicast groups without a word.
   */
  | { readonly kind: 'ipv6-restarted'; readonly state: InterfaceState };

/** Things that happened between two snapshots and need not show in them. All hold interface indexes. */
export interface PassingEvents {
  readonly deleted: ReadonlySet<number>;
  readonly linkLocalRemoved: ReadonlySet<number>;
}

/**
 * What led from one snapshot to the next. What is gone comes first and what is new last, so that a name
 * is given up before it is taken again.
 */
export function interfaceChanges(
  before: readonly InterfaceState[],
  now: readonly InterfaceState[],
  passing: PassingEvents,
): InterfaceChange[] {
  const known = new Map(before.map((state) => [state.ifindex, state]));
  const present = new Map(now.map((state) => [state.ifindex, state]));
  const gone: InterfaceChange[] = [];
  const renamed: InterfaceChange[] = [];
  const changed: InterfaceChange[] = [];
  const appeared: InterfaceChange[] = [];
  for (const state of before)
    if (!present.has(state.ifindex) || passing.deleted.has(state.ifindex)) gone.push({ kind: 'gone', state });
  for (const state of now) {
    const old = passing.deleted.has(state.ifindex) ? undefined : known.get(state.ifindex);
    if (old === undefined) {
      appeared.push({ kind: 'appeared', state });
      continue;
    }
    if (old.name !== state.name) renamed.push({ kind: 'renamed', from: old.name, state });
    if (old.enabled !== state.enabled || old.carrier !== state.carrier || old.operState !== state.operState)
      changed.push({ kind: 'carrier', before: old, state });
    if (old.mac !== state.mac || !sameAddresses(addressesOf(old), addressesOf(state)))
      changed.push({ kind: 'address', before: old, state });
    const interrupted = old.linkLocal === undefined || passing.linkLocalRemoved.has(state.ifindex);
    if (interrupted && state.linkLocal !== undefined) changed.push({ kind: 'ipv6-restarted', state });
  }
  return [...gone, ...renamed, ...changed, ...appeared];
}

function addressesOf(state: InterfaceState): readonly InterfaceAddress[] {
  return state.linkLocal === undefined ? state.globalAddresses : [state.linkLocal, ...state.globalAddresses];
}

function sameAddresses(one: readonly InterfaceAddress[], other: readonly InterfaceAddress[]): boolean {
  return (
    one.length === other.length &&
    one.every((address, i) => {
      const twin = other[i];
      return (
        address.address === twin?.address && address.prefixLength === twin.prefixLength && address.state === twin.state
      );
    })
  );
}
