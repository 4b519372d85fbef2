// What the fleet program tells, one JSON object a line. Times (`at`, `since`) are milliseconds since the Unix epoch.

import type { LeaseKind } from './lease.ts';

/**
 * Who a client is. A `resident` comes once and keeps its leases. A `newcomer` is a client that comes during the run, with
 * the timers of RFC 8415; so is a `probe`, but it is in a hurry: it takes an Advertise after 0.2 s and looks for another
 * server when its Request was not answered within its first retransmission time. Neither renews.
 */
export type Stream = 'resident' | 'newcomer' | 'probe';

export interface Who {
  readonly client: number;
  readonly stream: Stream;
  /** The LAN it is on. */
  readonly place: string;
}

export interface ToldLease {
  readonly kind: LeaseKind;
  readonly name: string;
  /** Seconds. */
  readonly preferred: number;
  readonly valid: number;
}

/** The first Solicit of a client without leases. */
export interface SolicitEvent extends Who {
  readonly event: 'solicit';
  readonly at: number;
}

/** Every Reply that comes, wanted or not. */
export interface ReplyEvent extends Who {
  readonly event: 'reply';
  readonly at: number;
  /** False for one that the client takes no notice of: a second answer, one that is late or extends nothing. */
  readonly used: boolean;
  /** What it answers, when it is used. */
  readonly answers?: 'request' | 'renew' | 'rebind';
  /** When that was first sent; of a Request, when the first Solicit was. */
  readonly since?: number;
  /** The Server Identifier, in hex. */
  readonly server: string;
  readonly leases: readonly ToldLease[];
  /** Status codes other than success. */
  readonly statuses: readonly number[];
}

/** A client's lease has reached the end of its valid lifetime, or a server took it back by a lifetime of 0. */
export interface ExpiredEvent extends Who {
  readonly event: 'expired';
  readonly at: number;
  readonly lease: string;
}

/** All residents have all that they asked for, for the first time. */
export interface SettledEvent {
  readonly event: 'settled';
  readonly at: number;
}

/** The last line: how late the program's own timers were at most, in milliseconds, what it sent, and what its ports refused. */
export interface EndEvent {
  readonly event: 'end';
  readonly at: number;
  readonly latestTimer: number;
  readonly sent: number;
  readonly refused: number;
}

export type FleetEvent = SolicitEvent | ReplyEvent | ExpiredEvent | SettledEvent | EndEvent;
