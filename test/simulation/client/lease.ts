/** What a client holds, and what it asks for. */
import type { Address } from '../../../src/wire/index.ts';

/** The option code of an IA_NA or IA_PD, as in `LeaseKind`. */
export type IaKind = 3 | 25;

export interface HeldLease {
  readonly address: Address;
  /** 128 for an address. */
  readonly prefixLength: number;
  /** Simulated times. */
  readonly validUntilMs: number;
  /** When the Reply with it left. */
  readonly sentMs: number;
  /** The end of what the server promised, by the time at which its Reply left: what it may not give to others until then. */
  readonly promisedUntilMs: number;
}

/** An identity association of a client; it has one lease at most. */
export interface ClientIa {
  readonly kind: IaKind;
  readonly iaid: number;
  lease: HeldLease | undefined;
  /** It declined what it was given last. */
  hasDeclined: boolean;
  /** When to renew and to rebind it. */
  t1Ms: number;
  t2Ms: number;
}
