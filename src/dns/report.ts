import type { MonotonicMs } from '../wire/index.ts';
import type { DnsCounters } from './counters.ts';

/** What is due in the DNS, for display. */
export interface DnsReport {
  readonly zones: readonly DnsZoneReport[];
  /** Addresses of which names are to be removed. */
  readonly removals: number;
  /** Addresses that something is to be done about. */
  readonly due: number;
  /** Of these: those that failover does not leave to this box now. */
  readonly held: number;
  /** Of these: those that wait to be tried again. */
  readonly later: number;
  /** Of these: those whose name somebody else has; not all of very many. */
  readonly taken: readonly { readonly address: string; readonly name: string }[];
  readonly counters: Readonly<DnsCounters>;
}

export interface DnsZoneReport {
  readonly zone: string;
  /** Addresses that wait for it. */
  readonly waiting: number;
  /** Requests without an answer yet. */
  readonly asking: number;
  /** It stays when it is over; undefined: there was none since the start. */
  readonly lastError: string | undefined;
  /** While its servers don't do what they are asked. */
  readonly trouble: { readonly reason: string; readonly since: MonotonicMs; readonly retryAt: MonotonicMs } | undefined;
}
