/** Leases, where only their clients matter. */
import type { Address, Duid, Iaid } from '../../wire/index.ts';

/** What is known of a client by a lease of it. */
export interface KnownLease {
  readonly address: Address;
  /** 128 for an address */
  readonly prefixLength: number;
  readonly duid: Duid;
  readonly iaid: Iaid;
  /** Without the hardware type: as a relay agent told it, or as the client's link-local address does. */
  readonly linkLayerAddress: Uint8Array | undefined;
}

/** Whether a change concerns the client of a lease. */
export type Concern = (lease: KnownLease) => boolean;
